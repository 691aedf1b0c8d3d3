// The data channel: one ticket, one file (common/protocol/protocol.md, "Data channel").
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "server/store/store.h"

namespace ctgan::server::service {

// Reads the ticket from `in` and sends or takes the file that it was given for. With `user` the ticket must
// be that user's. What goes wrong is told to the other end, then thrown.
void transfer(store::Store& store, files::ByteSource& in, files::ByteSink& out,
              const std::optional<std::string>& user);

// A descriptor that is given up after `patience` without a byte: Error(try_again). So a dead connection does
// not keep an upload from being resumed.
class PatientSource : public files::ByteSource {
 public:
  PatientSource(int descriptor, std::chrono::milliseconds patience)
      : descriptor_(descriptor), patience_(patience) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  int descriptor_;
  std::chrono::milliseconds patience_;
};

inline constexpr std::chrono::milliseconds k_transfer_patience = std::chrono::seconds(60);

}  // namespace ctgan::server::service
