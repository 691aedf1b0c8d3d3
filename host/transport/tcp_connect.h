// A TCP connection that notices when the other end has gone.
#pragma once

#include <cstdint>
#include <string>

#include "common/files/file.h"
#include "host/transport/transport.h"

namespace ctgan::host::transport {

// Tries every address of the host, one after the other, a few seconds each. The socket is non-blocking,
// without Nagle, and breaks by itself within about half a minute when the other end stops answering (TCP
// keep-alive, TCP_USER_TIMEOUT). Throws Error(try_again) naming the host and the last reason,
// Error(unavailable) for a name that nobody knows; what the tick throws ends the wait.
files::FileHandle connect_tcp(const std::string& host, std::uint16_t port, const Patience& patience);

}  // namespace ctgan::host::transport
