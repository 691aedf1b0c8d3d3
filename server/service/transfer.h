// The data channel: one ticket, one file (common/protocol/protocol.md, "Data channel").
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "server/store/store.h"

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

// Who sends waits longer for a word: what it wrote may still be on a slow line.
inline constexpr std::chrono::milliseconds k_sender_patience = std::chrono::minutes(15);

// Reads the ticket from `in` and sends or takes the file that it was given for. With `user` the ticket must
// be that user's. What goes wrong is told to the other end, then thrown.
void transfer(store::Store& store, PatientSource& in, files::ByteSink& out,
              const std::optional<std::string>& user);

}  // namespace ctgan::server::service
