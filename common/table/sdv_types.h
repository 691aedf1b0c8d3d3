// What SDV's metadata files call a column: its own sdtypes, and the functions of Faker that it takes as well.
//
//   numerical, categorical, boolean, datetime, id    the kinds of metadata.h
//   ordinal                                          categorical
//   latitude, longitude                              numerical
//   date_of_birth, date, ...                         what the cells say
//   unknown, email, name, city, iban, ...            somebody's ("pii", which SDV takes for granted): an id,
//                                                    made anew; with "pii": false what the cells say, or
//                                                    categorical for a concept that has a name
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/table/metadata.h"

namespace ctgan::table {

// Nothing for a word that SDV does not know.
std::optional<ColumnRequest> request_of_sdtype(std::string_view sdtype, bool pii);
// "did you mean 'email'?"
std::string nearest_sdtype(std::string_view word);

}  // namespace ctgan::table
