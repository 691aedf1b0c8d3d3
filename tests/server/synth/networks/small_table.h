// A small encoded table of random rows, and a network with its starting numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "server/synth/encoders/encoded_table.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::networks {

struct SmallColumns {
  std::vector<std::size_t> modes;       // one continuous column each
  std::vector<std::size_t> categories;  // one discrete column each
};

inline encoders::EncodedTable small_table(const SmallColumns& columns, std::size_t rows = 30) {
  random::Stream random(7, random::StreamId::rows);
  encoders::EncodedTable table;
  table.rows = rows;
  for (const std::size_t modes : columns.modes) {
    table.layout.add_continuous(modes);
    encoders::EncodedContinuous column{std::vector<std::uint8_t>(rows), std::vector<float>(rows)};
    for (auto& mode : column.mode)
      mode = static_cast<std::uint8_t>(random.next_below(static_cast<std::uint32_t>(modes)));
    for (float& scalar : column.scalar) scalar = static_cast<float>(random.next_double() * 1.98 - 0.99);
    table.columns.emplace_back(std::move(column));
  }
  for (const std::size_t categories : columns.categories) {
    table.layout.add_discrete(categories);
    auto column = codecs::Codes::sized(categories, rows);
    for (std::size_t row = 0; row < rows; ++row)
      column.set(row, random.next_below(static_cast<std::uint32_t>(categories)));
    table.columns.emplace_back(std::move(column));
  }
  return table;
}

inline ParameterArena started_arena(std::vector<Parameter> parameters, std::uint64_t seed) {
  ParameterArena arena(std::move(parameters));
  random::Stream random(seed, random::StreamId::weights);
  arena.initialise(random);
  return arena;
}

}  // namespace ctgan::synth::networks
