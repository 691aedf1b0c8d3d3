#include "server/synth/neural/parallel_draws.h"

#include <algorithm>

namespace ctgan::synth::neural {
namespace {

constexpr float k_dropout = 0.5F;

// Numbers that one task draws: a few microseconds' work. A multiple of four, see random::Stream.
constexpr std::size_t k_piece = 8192;

}  // namespace

void ParallelDraws::add(std::span<float> out, random::Stream& stream, Distribution distribution) {
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), k_piece);
    pieces_.push_back({out.first(count), stream, distribution});
    stream.skip(count);
    out = out.subspan(count);
  }
}

void ParallelDraws::draw(Piece& piece) {
  switch (piece.distribution) {
    case Distribution::uniform:
      return piece.stream.fill_uniform(piece.out);
    case Distribution::normal:
      return piece.stream.fill_normal(piece.out);
    case Distribution::gumbel:
      return piece.stream.fill_gumbel(piece.out);
    case Distribution::dropout:
      return piece.stream.fill_dropout(piece.out, k_dropout);
  }
}

}  // namespace ctgan::synth::neural
