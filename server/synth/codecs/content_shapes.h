// Plausible values for what somebody said a column holds (common/table/sdv_types.h): names, mail addresses at
// example.org, cities, streets, companies, addresses of machines. All are made up, and none is one of the
// column's.
#pragma once

#include "server/synth/codecs/identifier_shape.h"

namespace ctgan::synth::codecs {

// `content`: "email". Nothing where the column's own shape says more: phone_number, ssn, iban, ...
std::vector<IdentifierShape> content_shapes(std::string_view content, std::span<const std::string_view> texts,
                                            const ShapeWish& wish);

}  // namespace ctgan::synth::codecs
