#include "common/files/overlapped.h"

#include <algorithm>

namespace ctgan::files {

ReadAhead::ReadAhead(ByteSource& source) : source_(source), thread_([this] { fill(); }) {}

ReadAhead::~ReadAhead() {
  ring_.abandon();
  thread_.join();
}

void ReadAhead::fill() {
  try {
    while (PieceRing::Piece* piece = ring_.to_fill()) {
      piece->used = source_.read(piece->buffer);
      if (piece->used == 0) break;
      ring_.filled();
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  ring_.finish();
}

std::size_t ReadAhead::read(std::span<char> buffer) {
  if (piece_ == nullptr) {
    piece_ = ring_.to_empty();
    given_ = 0;
  }
  if (piece_ == nullptr) {
    if (failure_) std::rethrow_exception(failure_);
    return 0;
  }
  const std::size_t count = std::min(buffer.size(), piece_->used - given_);
  std::copy_n(piece_->buffer.data() + given_, count, buffer.data());
  given_ += count;
  if (given_ == piece_->used) {
    ring_.emptied();
    piece_ = nullptr;
  }
  return count;
}

WriteBehind::WriteBehind(ByteSink& sink) : sink_(sink), thread_([this] { empty(); }) {}

WriteBehind::~WriteBehind() {
  drain();
}

void WriteBehind::empty() {
  try {
    while (const PieceRing::Piece* piece = ring_.to_empty()) {
      sink_.write(piece->content());
      ring_.emptied();
    }
  } catch (...) {
    failure_ = std::current_exception();
    ring_.abandon();
  }
}

void WriteBehind::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (piece_ == nullptr) {
      piece_ = ring_.to_fill();
      // Only a failure abandons the ring, and it is noted before.
      if (piece_ == nullptr) std::rethrow_exception(failure_);
      piece_->used = 0;
    }
    const std::size_t count = std::min(bytes.size(), piece_->buffer.size() - piece_->used);
    std::copy_n(bytes.data(), count, piece_->buffer.data() + piece_->used);
    piece_->used += count;
    bytes.remove_prefix(count);
    if (piece_->used < piece_->buffer.size()) continue;
    ring_.filled();
    piece_ = nullptr;
  }
}

void WriteBehind::drain() {
  if (!thread_.joinable()) return;
  if (piece_ != nullptr) ring_.filled();
  piece_ = nullptr;
  ring_.finish();
  thread_.join();
}

void WriteBehind::finish() {
  drain();
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace ctgan::files
