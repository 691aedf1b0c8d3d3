// A few buffers that go round between one thread that fills them and one that empties them.
//
//     filling:   while (PieceRing::Piece* piece = ring.to_fill()) { ...; ring.filled(); }  ring.finish();
//     emptying:  while (PieceRing::Piece* piece = ring.to_empty()) { ...; ring.emptied(); }
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <vector>

namespace ctgan::files {

// One thread on each side; abandon() from either.
class PieceRing {
 public:
  static constexpr std::size_t k_piece_bytes = std::size_t{256} << 10;

  struct Piece {
    std::vector<char> buffer;
    std::size_t used = 0;
    std::string_view content() const { return {buffer.data(), used}; }
  };

  PieceRing();

  // Waits for a free buffer, which stays the caller's until filled(). Null once abandoned.
  Piece* to_fill();
  void filled();
  // Nothing more will be filled.
  void finish();

  // Waits for a filled buffer, in order, which stays the caller's until emptied(). Null after the last one,
  // or once abandoned.
  Piece* to_empty();
  void emptied();

  // Ends both sides at once, with what is under way dropped.
  void abandon();

 private:
  static constexpr std::size_t k_pieces = 4;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Piece, k_pieces> pieces_;
  std::size_t first_ = 0;
  std::size_t full_ = 0;
  bool finished_ = false;
  bool abandoned_ = false;
};

}  // namespace ctgan::files
