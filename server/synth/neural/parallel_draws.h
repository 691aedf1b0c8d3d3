// Arrays of random numbers that a batch needs, drawn by all threads: what an array gets does not depend on
// how it was cut.
//
//     draws.add(latent, stream, Distribution::normal);
//     draws.add(gumbel, other, Distribution::gumbel);
//     draws.run([&] { ... what else is to be drawn meanwhile, on one thread ... });
#pragma once

#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {

enum class Distribution { uniform, normal, gumbel, dropout };  // see random::Stream; dropout has rate 0.5

class ParallelDraws {
 public:
  // `pool` outlives this.
  explicit ParallelDraws(threads::ThreadPool& pool) : pool_(pool) {}

  // Moves `stream` past the array's numbers; `out` is filled by the next run() and stays where it is until
  // then.
  void add(std::span<float> out, random::Stream& stream, Distribution distribution);
  // Draws what was added, and calls `rest` beside it.
  template <typename Rest>
  void run(const Rest& rest) {
    pool_.run(pieces_.size() + 1, [&](std::size_t task) {
      if (task == 0) return rest();
      draw(pieces_[task - 1]);
    });
    pieces_.clear();
  }

 private:
  // A stretch of an array and the stream that stands at its beginning.
  struct Piece {
    std::span<float> out;
    random::Stream stream;
    Distribution distribution;
  };

  static void draw(Piece& piece);

  threads::ThreadPool& pool_;
  std::vector<Piece> pieces_;
};

}  // namespace ctgan::synth::neural
