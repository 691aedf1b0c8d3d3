// Where a page of a list begins (protocol.md: `before`, `next`).
#pragma once

#include <cstdint>
#include <optional>

#include "common/protocol/message.h"

namespace ctgan::server::service {

// The number that the request's `before` holds; none for the first page. Throws Error(protocol) for anything else.
std::optional<std::int64_t> page_of(const protocol::Json& request);

}  // namespace ctgan::server::service
