#include "server/service/transfer.h"

#include <fstream>
#include <memory>

#include "common/files/checksum.h"
#include "common/protocol/scp_records.h"
#include "server/service/upload_file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/service/wire.h"

namespace ctgan::server::service {

using errors::Kind;
using tests::FreshStore;
using tests::raised;
using tests::Wire;

namespace {

const std::string k_content = [] {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += static_cast<char>(i * 7 + i / 251);
  return text;
}();
const std::string k_name = "a_20261121t074500_10_synthetic.csv.gz";

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
  store::Upload upload() {
    return store().uploads().open("alice", "a.csv", k_content.size(), files::sha256_of(k_content), 10);
  }
  std::string held(const store::Upload& upload) { return files::read_file(store().uploads().file(upload)); }
  std::string ticket_up(const store::Upload& upload, std::uint64_t offset = 0,
                        const std::string& session = {}) {
    store::Grant grant;
    grant.user = "alice";
    grant.direction = store::Direction::up;
    grant.target = upload.id;
    grant.offset = offset;
    grant.session = session;
    return store().tickets().issue(grant) + "\n";
  }
  std::string ticket_down(std::uint64_t offset = 0) {
    store::Grant grant;
    grant.user = "alice";
    grant.direction = store::Direction::down;
    grant.target = k_name;
    grant.shelf = store::Shelf::data;
    grant.offset = offset;
    return store().tickets().issue(grant) + "\n";
  }
};

Wire::Service as(const std::optional<std::string>& user) {
  return [user](store::Store& store, PatientSource& in, files::ByteSink& out, audit::Trail& trail) {
    transfer(store, in, out, user, trail);
  };
}

void send(Wire& wire, const std::string& content) {
  tests::MemorySource source(content, 5000);
  protocol::send_file(wire.in, wire.out, {"whatever/../name", content.size()}, source, {});
}

std::string receive(Wire& wire) {
  tests::MemorySink sink;
  const auto record = protocol::receive_record(wire.in, wire.out);
  REQUIRE(record.has_value());
  protocol::receive_content(wire.in, wire.out, *record, sink, {});
  protocol::acknowledge(wire.out);
  return sink.content;
}

}  // namespace

TEST_CASE("a ticket lets the bytes of one upload in, and their hash is known afterwards") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  Wire wire(fresh, as("alice"));
  wire.out.write(fresh.ticket_up(upload));
  send(wire, k_content);
  CHECK(fresh.held(upload) == k_content);
  CHECK(fresh.store().uploads().sha256(upload) == files::sha256_of(k_content));
  CHECK_FALSE(wire.end().has_value());
}

TEST_CASE("an upload that broke off goes on where it stopped", "[fault:2]") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  {
    Wire wire(fresh, as("alice"));
    wire.out.write(fresh.ticket_up(upload));
    char byte = 1;
    REQUIRE(wire.in.read({&byte, 1}) == 1);
    wire.out.write("C0600 " + std::to_string(k_content.size()) + " a.csv\n");
    REQUIRE(wire.in.read({&byte, 1}) == 1);
    wire.out.write(std::string_view(k_content).substr(0, 77'777));
    const auto thrown = wire.end();
    REQUIRE(thrown.has_value());
    CHECK(thrown->kind() == Kind::try_again);
  }
  CHECK(fresh.held(upload) == k_content.substr(0, 77'777));
  Wire wire(fresh, as("alice"));
  wire.out.write(fresh.ticket_up(upload, 77'777));
  send(wire, k_content.substr(77'777));
  CHECK(fresh.held(upload) == k_content);
  CHECK(fresh.store().uploads().sha256(upload) == files::sha256_of(k_content));
}

TEST_CASE("a ticket is good as long as the session that asked for it lives and nobody has ended it") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  auto session = std::make_unique<store::Presence>(fresh.store().layout());
  const std::string used = fresh.ticket_up(upload, 0, session->id());
  const std::string ended = fresh.ticket_up(upload, 0, session->id());
  const std::string gone = fresh.ticket_up(upload, 0, session->id());
  {
    Wire wire(fresh, as("alice"));
    wire.out.write(used);
    char byte = 1;
    REQUIRE(wire.in.read({&byte, 1}) == 1);
    // Others see whose it is.
    const auto living = store::living_callers(fresh.store().layout());
    REQUIRE(living.size() == 1);
    CHECK(living[0].caller.what == "transfer");
    CHECK(living[0].caller.user == "alice");
    CHECK(living[0].caller.parent == session->id());
  }
  const auto refused = [&](const std::string& ticket, bool with_words = true) {
    Wire wire(fresh, as("alice"));
    wire.out.write(ticket);
    CHECK(wire.rest().starts_with('\x01') == with_words);
    return wire.end().value();
  };
  store::leave_word(fresh.store().layout(), session->id(),
                    errors::Error(Kind::interrupted, "ended by alice"));
  CHECK(refused(ended).sentence() == "ended by alice");
  session.reset();
  // A line that broke.
  CHECK(refused(gone, false).kind() == Kind::try_again);
  CHECK(fresh.held(upload).empty());
}

TEST_CASE("what stands behind the offset is cut off: a fresh start is a fresh start") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  std::ofstream(fresh.store().uploads().file(upload)) << std::string(300'000, 'x');
  Wire wire(fresh, as("alice"));
  wire.out.write(fresh.ticket_up(upload));
  send(wire, k_content);
  CHECK(fresh.held(upload) == k_content);
}

TEST_CASE("a download gives the file's bytes, from the offset of the ticket on") {
  WithUsers fresh;
  fresh.put(store::Shelf::data, "alice", k_name, k_content);
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{123'456}, k_content.size()}) {
    Wire wire(fresh, as("alice"));
    wire.out.write(fresh.ticket_down(offset));
    CHECK(receive(wire) == k_content.substr(offset));
    CHECK_FALSE(wire.end().has_value());
  }
}

TEST_CASE("without a user, as in a shared key's channel, the ticket alone decides") {
  WithUsers fresh;
  fresh.put(store::Shelf::data, "alice", k_name, k_content);
  Wire wire(fresh, as(std::nullopt));
  wire.out.write(fresh.ticket_down());
  CHECK(receive(wire) == k_content);
}

TEST_CASE(
    "no ticket, a used, an expired and another user's ticket are refused in a way the other end shows") {
  WithUsers fresh;
  fresh.put(store::Shelf::data, "alice", k_name, k_content);
  const std::string used = fresh.ticket_down();
  fresh.store().tickets().redeem(used.substr(0, 32), "alice");
  const std::string foreign = fresh.ticket_down();
  const auto refusal = [&](const std::string& sent, const std::string& user) {
    Wire wire(fresh, as(user));
    wire.out.write(sent);
    if (sent.find('\n') == std::string::npos) wire.end();
    const std::string said = wire.rest();
    const auto thrown = wire.end();
    REQUIRE(thrown.has_value());
    CHECK(thrown->kind() == Kind::permission);
    return said;
  };
  const std::string expected = "\1the ticket is not valid, or not any more\n";
  CHECK(refusal(used, "alice") == expected);
  CHECK(refusal(foreign, "bob") == expected);
  CHECK(refusal(std::string(32, '0') + "\n", "alice") == expected);
  CHECK(refusal("\n", "alice") == expected);
  const std::string expired = fresh.ticket_down();
  fresh.now += 61;
  CHECK(refusal(expired, "alice") == expected);
  const std::string no_ticket = "\1a transfer begins with a ticket\n";
  CHECK(refusal(std::string(33, '0'), "alice") == no_ticket);
  CHECK(refusal(std::string(1'000, 'x'), "alice") == no_ticket);
  CHECK(refusal("", "alice") == no_ticket);
  CHECK(refusal("C0600 5 x", "alice") == no_ticket);
}

TEST_CASE("a ticket works in its own direction only") {
  WithUsers fresh;
  fresh.put(store::Shelf::data, "alice", k_name, k_content);
  const auto upload = fresh.upload();
  {
    Wire wire(fresh, as("alice"));
    wire.out.write(fresh.ticket_up(upload) + std::string(3, '\0'));
    CHECK(wire.end().has_value());
  }
  CHECK(fresh.held(upload).empty());
  Wire wire(fresh, as("alice"));
  wire.out.write(fresh.ticket_down());
  wire.out.write("C0600 5 x\nhello");
  CHECK(wire.end().has_value());
  CHECK(files::read_file(store::Layout(fresh.root()).shelf(store::Shelf::data, "alice") / k_name) ==
        k_content);
}

TEST_CASE("another number of bytes than announced is refused") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  for (const std::string& record :
       {std::string("C0600 5 a\n"), "C0600 " + std::to_string(k_content.size() + 1) + " a\n",
        std::string("D0700 0 folder\n"), std::string("C0600 -1 a\n"), std::string("C0600\n"),
        std::string("\1my disk is broken\n"), std::string(10'000, 'C')}) {
    INFO(record.substr(0, 40));
    Wire wire(fresh, as("alice"));
    wire.out.write(fresh.ticket_up(upload) + record);
    const std::string said = wire.rest();
    CHECK(said.substr(0, 2) == std::string("\0\1", 2));
    CHECK(wire.end()->kind() == Kind::bad_data);
    CHECK(fresh.held(upload).empty());
  }
}

TEST_CASE("a complete upload cannot be written to with an old ticket") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  const std::string old_ticket = fresh.ticket_up(upload);
  std::ofstream(fresh.store().uploads().file(upload)) << k_content;
  fresh.store().uploads().close(upload, files::sha256_of(k_content));
  Wire wire(fresh, as("alice"));
  wire.out.write(old_ticket);
  CHECK_THAT(wire.rest(), Catch::Contains("complete already"));
  wire.end();
  CHECK(fresh.held(upload) == k_content);
}

TEST_CASE("a file that is gone by then is named") {
  WithUsers fresh;
  fresh.put(store::Shelf::data, "alice", k_name, k_content);
  const std::string ticket = fresh.ticket_down();
  fresh.store().shelves().remove(store::Shelf::data, "alice", k_name);
  Wire wire(fresh, as("alice"));
  wire.out.write(ticket);
  CHECK(wire.rest() == "\1there is no synthetic table '" + k_name + "'\n");
}

TEST_CASE("two transfers never write one upload at once") {
  WithUsers fresh;
  const auto upload = fresh.upload();
  const UploadFile busy(fresh.store().uploads().file(upload), 0);
  CHECK(raised([&] {
          UploadFile(fresh.store().uploads().file(upload), 0, std::chrono::milliseconds(50));
        }).kind() == Kind::try_again);
}

TEST_CASE("a line that stays silent is given up", "[fault:5]") {
  const tests::Pipe silent;
  PatientSource source(silent.read_end.get(), std::chrono::milliseconds(30));
  char byte = 0;
  const auto error = raised([&] { source.read({&byte, 1}); });
  CHECK(error.kind() == Kind::try_again);
}

}  // namespace ctgan::server::service
