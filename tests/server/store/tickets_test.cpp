#include "server/store/tickets.h"

#include <atomic>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::store {

using errors::Kind;
using tests::raised;

namespace {

struct WithUsers : tests::FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
  Tickets& tickets() { return store().tickets(); }
  std::string issue() {
    return tickets().issue({"alice", Direction::down, "m_model.gz", Shelf::models, 42, "s"});
  }
};

}  // namespace

TEST_CASE("a ticket brings back what it was given for") {
  WithUsers fresh;
  const std::string ticket = fresh.issue();
  CHECK(ticket.size() == 32);
  const Grant grant = fresh.tickets().redeem(ticket, "alice");
  CHECK(grant.user == "alice");
  CHECK(grant.direction == Direction::down);
  CHECK(grant.target == "m_model.gz");
  CHECK(grant.shelf == Shelf::models);
  CHECK(grant.offset == 42);
  CHECK(grant.session == "s");
}

TEST_CASE("used, expired, foreign and invented tickets get one and the same refusal") {
  WithUsers fresh;
  const std::string used = fresh.issue();
  fresh.tickets().redeem(used, std::nullopt);
  const std::string foreign = fresh.issue();
  const std::string expired = fresh.issue();
  const auto refusal = raised([&] { fresh.tickets().redeem(used, "alice"); });
  CHECK(refusal.kind() == Kind::permission);
  CHECK(raised([&] { fresh.tickets().redeem(foreign, "bob"); }).sentence() == refusal.sentence());
  CHECK(raised([&] { fresh.tickets().redeem(std::string(32, '0'), "alice"); }).sentence() ==
        refusal.sentence());
  CHECK(raised([&] { fresh.tickets().redeem("", std::nullopt); }).sentence() == refusal.sentence());
  fresh.now += k_ticket_seconds + 1;
  CHECK(raised([&] { fresh.tickets().redeem(expired, "alice"); }).sentence() == refusal.sentence());
}

TEST_CASE("a ticket is good until its last second") {
  WithUsers fresh;
  const std::string ticket = fresh.issue();
  fresh.now += k_ticket_seconds;
  CHECK_NOTHROW(fresh.tickets().redeem(ticket, "alice"));
}

TEST_CASE("presenting another user's ticket does not take it from its owner") {
  WithUsers fresh;
  const std::string ticket = fresh.issue();
  CHECK_THROWS_AS(fresh.tickets().redeem(ticket, "bob"), errors::Error);
  CHECK_NOTHROW(fresh.tickets().redeem(ticket, "alice"));
}

TEST_CASE("of many that present one ticket at once, one wins") {
  WithUsers fresh;
  const std::string ticket = fresh.issue();
  std::atomic<int> winners = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&] {
      const auto own = fresh.open();
      try {
        own->tickets().redeem(ticket, "alice");
        ++winners;
      } catch (const errors::Error&) {
      }
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(winners == 1);
}

TEST_CASE("the store does not hold the ticket itself, and forgets expired ones") {
  WithUsers fresh;
  const std::string ticket = fresh.issue();
  CHECK(files::read_file(fresh.root() / "ctgan.sqlite").find(ticket) == std::string::npos);
  fresh.now += k_ticket_seconds + 1;
  fresh.issue();
  Statement count(fresh.store().database(), "SELECT count(*) FROM tickets");
  count.step();
  CHECK(count.integer(0) == 1);
}

}  // namespace ctgan::server::store
