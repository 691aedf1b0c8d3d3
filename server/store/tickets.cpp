#include "server/store/tickets.h"

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_ticket_bytes = 16;

Error refused() {
  return {Kind::permission, "the ticket is not valid, or not any more",
          "a ticket is good for one transfer within 60 seconds: ask for a new one"};
}

}  // namespace

std::string Tickets::issue(const Grant& grant) {
  std::string ticket = secrets::random_hex(k_ticket_bytes);
  const std::time_t now = clock_();
  Transaction transaction(database_);
  Statement(database_, "DELETE FROM tickets WHERE expires < ?", now).run();
  Statement(database_,
            "INSERT INTO tickets(hash, user, direction, target, shelf, start, session, expires) VALUES(?, ?, "
            "?, ?, ?, "
            "?, ?, ?)",
            files::sha256_of(ticket), grant.user, grant.direction == Direction::up ? "up" : "down",
            grant.target, shelf_name(grant.shelf), grant.offset, grant.session, now + k_ticket_seconds)
      .run();
  transaction.commit();
  return ticket;
}

Grant Tickets::redeem(std::string_view ticket, const std::optional<std::string>& user) {
  const std::string hash = files::sha256_of(ticket);
  Grant grant;
  std::time_t expires = 0;
  Transaction transaction(database_);
  {
    Statement query(
        database_,
        "SELECT user, direction, target, shelf, start, session, expires FROM tickets WHERE hash = ?", hash);
    if (!query.step()) throw refused();
    grant = {query.text(0),
             query.text(1) == "up" ? Direction::up : Direction::down,
             query.text(2),
             shelf_from_name(query.text(3)).value_or(Shelf::data),
             static_cast<std::uint64_t>(query.integer(4)),
             query.text(5)};
    expires = query.integer(6);
  }
  // Somebody else's ticket stays: presenting it must not take it from its owner.
  if (user && *user != grant.user) throw refused();
  Statement(database_, "DELETE FROM tickets WHERE hash = ?", hash).run();
  transaction.commit();
  if (clock_() > expires) throw refused();
  return grant;
}

}  // namespace ctgan::server::store
