// Modes in a column's record, and back: a list of mean, deviation and weight, followed by the range and what else
// there is to the values.
#pragma once

#include <string>

#include "server/synth/codecs/column_codec.h"
#include "server/synth/encoders/mode_normalizer.h"

namespace ctgan::synth::encoders {

void put_modes(const ModeNormalizer& normalizer, codecs::ColumnRecord& record);
// Throws Error(bad_data) naming `column` unless there are 1 to 10 modes, and for what put_modes() does not write.
ModeNormalizer take_modes(const std::string& column, const codecs::ColumnRecord& record);

}  // namespace ctgan::synth::encoders
