// Tickets of the data channel: 128 random bits, one use, 60 seconds, bound to user, file, direction and
// offset. The store keeps only the hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/store/clock.h"
#include "server/store/layout.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

inline constexpr std::int64_t k_ticket_seconds = 60;

enum class Direction { up, down };

// What a ticket is good for.
struct Grant {
  std::string user;
  Direction direction = Direction::up;
  std::string target;         // up: the upload's id; down: the stored file's name
  Shelf shelf = Shelf::data;  // down only
  std::uint64_t offset = 0;   // the transfer starts here
  std::string session = {};   // the connection that asked for it (presence.h); empty: unknown
};

class Tickets {
 public:
  Tickets(Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  // The ticket: 32 hex digits.
  std::string issue(const Grant& grant);
  // Uses the ticket up, whatever follows. With `user` it must be that user's. Throws Error(permission), with
  // one sentence for unknown, used, expired and foreign tickets.
  Grant redeem(std::string_view ticket, const std::optional<std::string>& user);

 private:
  Database& database_;
  Clock clock_;
};

}  // namespace ctgan::server::store
