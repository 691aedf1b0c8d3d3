// What a encoder knows of a column's categories, in the words of FittedModel: for every model that is built
// on a TableEncoder.
#pragma once

#include <vector>

#include "server/synth/codecs/table_codec.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::sampling {

std::vector<model::Category> categories_of(const codecs::TableCodec& codec, std::size_t column);

}  // namespace ctgan::synth::sampling
