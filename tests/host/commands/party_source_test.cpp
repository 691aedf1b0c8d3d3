// What `--party` says of a party, with and without a job file that names them.
#include "host/commands/party_source.h"

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::host::commands {

using errors::Kind;
using tests::raised;

TEST_CASE("a party is a name, a user where that is another, and where its table is") {
  const PartySource bare = parse_party("Alice");
  CHECK(bare.name == "Alice");
  CHECK(bare.user == "alice");
  CHECK(bare.file_name().empty());
  const PartySource waiting = parse_party("bob=inbox:b=1.csv");
  CHECK(waiting.user == "bob");
  CHECK(waiting.source().inbox == "b=1.csv");
  CHECK(waiting.file_name() == "b=1.csv");
  const PartySource other = parse_party("Third@user_3=tables/c.csv");
  CHECK(other.name == "Third");
  CHECK(other.user == "user_3");
  CHECK(other.source().file == "tables/c.csv");
  CHECK(other.file_name() == "c.csv");
}

TEST_CASE("what is no party is refused") {
  for (const char* text :
       {"", "=a.csv", "@alice", "alice@", "alice=", "alice=-", "a_b", "a b=inbox:x", "alice=inbox:"}) {
    INFO(text);
    CHECK(raised([&] { parse_party(text); }).kind() == Kind::usage);
  }
}

TEST_CASE("a job file's parties come in its order, with what flags say of them") {
  const auto parties = parties_of({"Bob@robert=inbox:b.csv"}, {"Alice", "Bob"});
  REQUIRE(parties.size() == 2);
  CHECK(parties[0].user == "alice");
  CHECK(parties[1].user == "robert");
  CHECK(parties[1].file_name() == "b.csv");
  CHECK(parties_of({"b", "a"}, {}).front().name == "b");
  const errors::Error unknown = raised([] { parties_of({"Bobb=inbox:b.csv"}, {"Alice", "Bob"}); });
  CHECK(unknown.sentence() == "the job file names no party 'Bobb'");
  CHECK_THAT(unknown.hint(), Catch::Contains("'Bob'"));
  CHECK(raised([] { parties_of({}, {"Alice"}); }).kind() == Kind::usage);
  CHECK(raised([] { parties_of({"a", "A"}, {}); }).kind() == Kind::usage);
  // A job file is as hostile as a flag.
  CHECK(raised([] { parties_of({}, {"Alice", "Bob=/etc/passwd", ""}); }).kind() == Kind::usage);
}

}  // namespace ctgan::host::commands
