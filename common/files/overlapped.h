// A source and a sink that do their work on a thread of their own, so that reading, hashing and writing a
// file go on while the bytes before and after are encrypted or wait for a line.
//
//     ReadAhead ahead(content);                 WriteBehind behind(sink);
//     while (ahead.read(buffer) > 0) send();    while (receive()) behind.write(bytes);
//                                               behind.finish();
#pragma once

#include <exception>
#include <thread>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/files/piece_ring.h"

namespace ctgan::files {

// Reads up to 1 MiB ahead.
class ReadAhead : public ByteSource {
 public:
  // `source` belongs to the other thread until this is destroyed.
  explicit ReadAhead(ByteSource& source);
  ~ReadAhead() override;
  // Throws what the source threw, behind the bytes that came before it.
  std::size_t read(std::span<char> buffer) override;

 private:
  void fill();

  ByteSource& source_;
  PieceRing ring_;
  PieceRing::Piece* piece_ = nullptr;
  std::size_t given_ = 0;
  std::exception_ptr failure_;
  std::thread thread_;
};

// Holds at most 1 MiB that is not written yet.
class WriteBehind : public ByteSink {
 public:
  // `sink` belongs to the other thread until finish() has returned or this is destroyed.
  explicit WriteBehind(ByteSink& sink);
  // Writes what was taken, as far as that is possible.
  ~WriteBehind() override;
  // Throws what the sink threw for this or earlier bytes.
  void write(std::string_view bytes) override;
  // Waits until the sink has taken everything; throws what it threw. To be called once, last.
  void finish();

 private:
  void empty();
  void drain();

  ByteSink& sink_;
  PieceRing ring_;
  PieceRing::Piece* piece_ = nullptr;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace ctgan::files
