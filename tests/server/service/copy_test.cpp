#include "server/service/copy.h"

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/server/service/wire.h"

namespace ctgan::server::service {

using errors::Kind;
using tests::FreshStore;
using tests::Wire;

namespace {

const std::string k_model = "a_20261121t074500_model.gz";
const std::string k_data = "a_20261121t074500_10_synthetic.csv.gz";

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
    put(store::Shelf::models, "alice", k_model, "the model");
    put(store::Shelf::sidecars, "alice", "a_20261121t074500_model.json", "{}");
    put(store::Shelf::data, "alice", k_data, "the rows");
  }
  bool inbox_is_empty(const std::string& user = "alice") const {
    return std::filesystem::is_empty(store::Layout(root()).inbox(user));
  }
  std::string held(const std::string& name) {
    auto& uploads = store().uploads();
    return files::read_file(uploads.file(uploads.require_named("alice", name)));
  }
};

Wire::Service in(const std::optional<std::string>& name, const settings::Limits& limits = {}) {
  return [name, limits](store::Store& store, PatientSource& source, files::ByteSink& sink,
                        audit::Trail& trail) { copy_in(store, limits, "alice", name, source, sink, trail); };
}

Wire::Service out(const std::string& user, const std::string& name) {
  return [user, name](store::Store& store, PatientSource& source, files::ByteSink& sink,
                      audit::Trail& trail) { copy_out(store, user, name, source, sink, trail); };
}

// What the service says to everything that a client sends at once.
std::string said_to(WithUsers& fresh, const Wire::Service& service, const std::string& sent) {
  Wire wire(fresh, service);
  try {
    wire.out.write(sent);
  } catch (const errors::Error&) {
    // It refused before it had read everything.
  }
  wire.end();
  return wire.rest();
}

std::string record(const std::string& name, const std::string& content) {
  return "C0644 " + std::to_string(content.size()) + " " + name + "\n" + content + std::string(1, '\0');
}

const std::string k_ok(1, '\0');

}  // namespace

TEST_CASE("files arrive under their own names, several in a row, with times and modes passed over") {
  WithUsers fresh;
  const std::string sent = "T1183828267 0 1183828267 0\n" + record("a.csv", "one") +
                           record("odd name (1).csv", "two") + record("empty.csv", "");
  CHECK(said_to(fresh, in(std::nullopt), sent).find('\1') == std::string::npos);
  CHECK(fresh.held("a.csv") == "one");
  CHECK(fresh.held("odd name (1).csv") == "two");
  CHECK(fresh.held("empty.csv").empty());
  CHECK(fresh.inbox_is_empty("bob"));
}

TEST_CASE("with a name of the command line the wire's name does not count") {
  WithUsers fresh;
  said_to(fresh, in("mine.csv"), record("../../../etc/passwd", "one"));
  CHECK(fresh.held("mine.csv") == "one");
}

TEST_CASE("a second file under one name is refused, the first one stays") {
  WithUsers fresh;
  CHECK_THAT(said_to(fresh, in("mine.csv"), record("a", "one") + record("b", "two")),
             Catch::Contains("'mine.csv' is not a folder"));
  CHECK(fresh.held("mine.csv") == "one");
}

TEST_CASE("sent again, a file takes the place of the earlier one") {
  WithUsers fresh;
  said_to(fresh, in(std::nullopt), record("a.csv", "one"));
  said_to(fresh, in(std::nullopt), record("a.csv", "another"));
  CHECK(fresh.held("a.csv") == "another");
}

TEST_CASE("names that are no plain names, folders and damaged records leave nothing and are explained",
          "[fault:24]") {
  for (const std::string& sent :
       {record("../x", "one"), record("/etc/x", "one"), record(".hidden", "one"), record("-rf", "one"),
        record("a\x01", "one"), record(std::string(300, 'x'), "one"), std::string("D0755 0 folder\nE\n"),
        std::string("C0644 x a\n"), std::string("C0644 99999999999999999999 a\n"), std::string("hello\n")}) {
    WithUsers fresh;
    INFO(sent.substr(0, 30));
    CHECK(said_to(fresh, in(std::nullopt), sent).find('\1') != std::string::npos);
    CHECK(fresh.inbox_is_empty());
  }
}

TEST_CASE("a file that breaks off or is too large leaves nothing") {
  WithUsers fresh;
  const std::string whole = record("a.csv", std::string(1000, 'x'));
  said_to(fresh, in(std::nullopt), whole.substr(0, 500));
  CHECK(fresh.inbox_is_empty());
  settings::Limits limits;
  limits.upload_bytes = 999;
  CHECK_THAT(said_to(fresh, in(std::nullopt, limits), whole), Catch::Contains("takes at most 999"));
  CHECK(fresh.inbox_is_empty());
  limits.upload_bytes = 1000;
  limits.inbox_files = 1;
  CHECK_THAT(said_to(fresh, in(std::nullopt, limits), whole + record("b.csv", "x")),
             Catch::Contains("inbox holds 1"));
  CHECK(fresh.held("a.csv").size() == 1000);
}

TEST_CASE("a file that the sender could not read to its end is not kept") {
  WithUsers fresh;
  std::string sent = record("a.csv", "one");
  sent.back() = '\1';
  said_to(fresh, in(std::nullopt), sent + "read error\n");
  CHECK(fresh.inbox_is_empty());
}

TEST_CASE("one's own tables, models and sidecars can be fetched") {
  WithUsers fresh;
  for (const auto& [name, content] : {std::pair(k_data, "the rows"), std::pair(k_model, "the model"),
                                      std::pair(std::string("a_20261121t074500_model.json"), "{}")}) {
    CHECK(said_to(fresh, out("alice", name), k_ok + k_ok + k_ok) ==
          "C0600 " + std::to_string(std::string(content).size()) + " " + name + "\n" + content + k_ok);
  }
}

TEST_CASE("everything else is a name that does not exist, another user's files too") {
  WithUsers fresh;
  for (const std::string& name :
       {k_data, std::string("*"), std::string("ctgan.sqlite"), std::string("settings.json"),
        std::string("none_model.gz"), std::string("../alice/") + k_data}) {
    CHECK(said_to(fresh, out("bob", name), k_ok + k_ok + k_ok) ==
          "\1there is no file " + errors::quoted(name) +
              " (patterns are not expanded here; 'download --list' shows the names)\n");
  }
}

}  // namespace ctgan::server::service
