#include "server/synth/sampling/column_categories.h"

namespace ctgan::synth::sampling {

std::vector<model::Category> categories_of(const codecs::TableCodec& codec, std::size_t column) {
  const codecs::CategoryCounts known = codec.categories(column);
  std::vector<model::Category> categories;
  for (std::size_t i = 0; i < known.categories.size(); ++i)
    categories.push_back({known.categories[i], known.counts[i]});
  return categories;
}

}  // namespace ctgan::synth::sampling
