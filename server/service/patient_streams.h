// Standard streams of a server whose other end may stop without closing: neither waits for ever.
#pragma once

#include <chrono>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"

namespace ctgan::server::service {

// Standard input of a transfer: given up after a while without a byte, Error(try_again), so that a dead
// connection does not keep an upload from being resumed.
class PatientSource : public files::ByteSource {
 public:
  explicit PatientSource(int descriptor, std::chrono::milliseconds patience = std::chrono::seconds(60))
      : descriptor_(descriptor), patience_(patience) {}
  std::size_t read(std::span<char> buffer) override;
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

 private:
  int descriptor_;
  std::chrono::milliseconds patience_;
};

// Standard output: Error(try_again) once the other end has taken nothing for a while, or is gone. Makes a
// pipe or a socket wait for nobody as long as it lives; a file or a terminal is written as always.
class PatientSink : public files::ByteSink {
 public:
  PatientSink(int descriptor, std::chrono::milliseconds patience);
  ~PatientSink() override;
  PatientSink(const PatientSink&) = delete;
  PatientSink& operator=(const PatientSink&) = delete;
  void write(std::string_view bytes) override;

 private:
  void wait() const;

  int descriptor_;
  std::chrono::milliseconds patience_;
  int flags_ = -1;  // to be restored
};

}  // namespace ctgan::server::service
