// One control channel from greeting to end.
#pragma once

#include <chrono>

#include "common/protocol/message.h"
#include "server/service/session.h"

namespace ctgan::server::service {

inline constexpr std::chrono::milliseconds k_alive_interval = std::chrono::seconds(protocol::k_alive_seconds);

// Greets, then answers requests in order until the other end closes. An error in a request is an answer; a
// line that is no request, or no line at all for as long as the channel's patience lasts, is answered without
// an id and ends the conversation: throws that Error(protocol) or Error(try_again).
void converse(Session& session, std::chrono::milliseconds alive = k_alive_interval);

}  // namespace ctgan::server::service
