#include "server/synth/graphical/row_sampler.h"

#include <algorithm>
#include <array>
#include <variant>

#include "server/synth/graphical/parent_cells.h"
#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::graphical {
namespace {

// Few enough for all that is known of them to stay in the first cache.
constexpr std::size_t k_rows_at_once = 512;

using Uniforms = std::array<float, 2 * k_rows_at_once>;
using Places = std::array<std::size_t, k_rows_at_once>;

// The places in `cumulative` of the first numbers that are greater than a uniform part of their row's last, where
// each row begins at its `places`. All rows at once, step by step: none waits for another's look-ups. A uniform number
// has 48 bits, of two of 24; a code that nothing is expected of is never met.
CTGAN_VECTOR_CLONES void search_rows(const double* cumulative, std::size_t size, const float* uniforms,
                                     std::size_t rows, std::size_t* places) {
  std::array<double, k_rows_at_once> wanted;
  for (std::size_t row = 0; row < rows; ++row) {
    const double uniform =
        (static_cast<double>(uniforms[2 * row]) + static_cast<double>(uniforms[2 * row + 1]) * 0x1p-24);
    wanted[row] = uniform * cumulative[places[row] + size - 1];
  }
  for (std::size_t left = size; left > 1; left -= left / 2) {
    const std::size_t half = left / 2;
    for (std::size_t row = 0; row < rows; ++row)
      places[row] += cumulative[places[row] + half - 1] <= wanted[row] ? half : 0;
  }
}

// Codes are what places are past the beginnings of their rows.
template <typename Code>
void write_codes(const Places& places, const Places& begins, std::size_t rows, Code* codes) {
  for (std::size_t row = 0; row < rows; ++row) codes[row] = static_cast<Code>(places[row] - begins[row]);
}

void draw_attribute(const ConditionalTable& table, random::Stream random, std::size_t first,
                    std::size_t count, std::span<codecs::Codes> columns) {
  Uniforms uniforms;
  Places begins, places;
  for (std::size_t done = 0; done < count; done += k_rows_at_once) {
    const std::size_t rows = std::min(k_rows_at_once, count - done);
    random.fill_uniform(std::span(uniforms).first(2 * rows));
    number_parent_cells(table, columns, first + done, std::span(begins).first(rows));
    for (std::size_t row = 0; row < rows; ++row) places[row] = begins[row] *= table.size;
    search_rows(table.cumulative.data(), table.size, uniforms.data(), rows, places.data());
    std::visit([&](auto& codes) { write_codes(places, begins, rows, codes.data() + first + done); },
               columns[table.attribute].codes);
  }
}

}  // namespace

RowSampler::RowSampler(const GraphicalModel& model) : tables_(conditional_tables(model)) {
  for (Attribute attribute = 0; attribute < model.domain().attributes(); ++attribute)
    sizes_.push_back(model.domain().size(attribute));
}

void RowSampler::draw(const Streams& streams, std::size_t first, std::size_t count,
                      std::span<codecs::Codes> columns) const {
  for (const ConditionalTable& table : tables_)
    draw_attribute(table, streams(table.attribute), first, count, columns);
}

std::vector<codecs::Codes> RowSampler::empty_columns(std::size_t rows) const {
  std::vector<codecs::Codes> columns;
  for (const std::size_t size : sizes_) columns.push_back(codecs::Codes::sized(size, rows));
  return columns;
}

}  // namespace ctgan::synth::graphical
