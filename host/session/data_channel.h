// The data channel of protocol.md: one ticket, one file, then the end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "host/transport/transport.h"

namespace ctgan::host::session {

// Called now and then with the bytes moved so far.
using CountBytes = std::function<void(std::uint64_t)>;

// Sends `bytes` bytes of `content`. Throws Error(try_again) when the transfer breaks off, Error(io) with the
// server's words when it refuses (a full disk there).
void send_content(transport::Transport& transport, const std::string& ticket, std::uint64_t bytes,
                  files::ByteSource& content, const CountBytes& count);

// Takes exactly `bytes` bytes into `sink`, then calls `settle` before it tells the server that all is
// well. Throws as above, and what `sink` throws.
void receive_content(transport::Transport& transport, const std::string& ticket, std::uint64_t bytes,
                     files::ByteSink& sink, const std::function<void()>& settle, const CountBytes& count);

}  // namespace ctgan::host::session
