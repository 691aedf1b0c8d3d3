// What a transform knows of a column's categories, in the words of FittedModel: for every model that is built
// on a TableTransform.
#pragma once

#include <vector>

#include "server/synth/model/trainer.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::sampling {

std::vector<model::Category> categories_of(const transforms::TableTransform& transform, std::size_t column);

}  // namespace ctgan::synth::sampling
