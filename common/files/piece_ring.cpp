#include "common/files/piece_ring.h"

namespace ctgan::files {

PieceRing::PieceRing() {
  for (Piece& piece : pieces_) piece.buffer.resize(k_piece_bytes);
}

PieceRing::Piece* PieceRing::to_fill() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return full_ < k_pieces || abandoned_; });
  return abandoned_ ? nullptr : &pieces_[(first_ + full_) % k_pieces];
}

void PieceRing::filled() {
  {
    const std::lock_guard lock(mutex_);
    ++full_;
  }
  changed_.notify_all();
}

void PieceRing::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

PieceRing::Piece* PieceRing::to_empty() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return full_ > 0 || finished_ || abandoned_; });
  return full_ == 0 || abandoned_ ? nullptr : &pieces_[first_];
}

void PieceRing::emptied() {
  {
    const std::lock_guard lock(mutex_);
    first_ = (first_ + 1) % k_pieces;
    --full_;
  }
  changed_.notify_all();
}

void PieceRing::abandon() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
}

}  // namespace ctgan::files
