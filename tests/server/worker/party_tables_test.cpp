// The tables of a fit of several parties as its worker takes them: joined, off the disk, and never spoken of.
#include "server/worker/party_tables.h"

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::worker {

using errors::Kind;
using nlohmann::json;
using tests::raised;

namespace {

const json k_city{
    {"columns", {{"city", {{"sdtype", "categorical"}, {"domain", {{"categories", {"Oslo", "Rome"}}}}}}}}};
const json k_age{{"columns", {{"age", {{"sdtype", "numerical"}, {"domain", {{"min", 0}, {"max", 9}}}}}}}};

struct GivenTables {
  GivenTables() : layout(folder.path()), job(folder / "job"), events(folder / "events") {
    files::make_private_folder(job.path());
    request.join = "id";
    give("alice", "id,city\n1,Oslo\n2,Rome\n3,Oslo\n", k_city);
    give("bob", "age,id\n4,3\n5,1\n", k_age);
  }
  void give(const std::string& party, const std::string& rows, const json& table) {
    files::write_file(job.work_file(jobs::party_file(request.parties.size())), rows,
                      files::AtomicFile::IfExists::replace);
    request.parties.push_back({party, party, {}, files::sha256_of(rows), table});
  }
  DeclaredTable take() { return take_joined(request, {layout, job, events, keys}); }
  std::string events_text() const { return files::read_file(folder / "events"); }

  tests::TemporaryFolder folder;
  store::Layout layout;
  jobs::JobFolder job;
  jobs::EventWriter events;
  encryption::KeyRing keys;
  jobs::JobRequest request;
};

json asked(const std::string& path, const json& table) {
  return {{"path", path},    {"party", "alice"}, {"name", "a.csv"},
          {"method", "mst"}, {"join", "id"},     {"table", table}};
}

}  // namespace

TEST_CASE("the joined table has the columns of all as they were declared, and no file is left") {
  GivenTables given;
  const DeclaredTable taken = given.take();
  CHECK(taken.table.rows() == 2);
  CHECK(taken.table.column_names() == std::vector<std::string>{"alice_city", "bob_age"});
  CHECK(taken.metadata.names() == taken.table.column_names());
  CHECK(taken.metadata.columns.at(1).domain->most == "9");
  CHECK_FALSE(given.job.has_work_files());
  CHECK(given.events_text().empty());
}

TEST_CASE("a table that cannot be used is called by its party's name, and by nothing of it") {
  const std::string rows =
      GENERATE(std::string("id,city\n1,Oslo\n1,Rome\n"), std::string("id,town\n1,Oslo\n"),
               std::string("city\nOslo\n"), std::string("id,city\n1,Oslo,Rome\n"), std::string("\xff\xfe"));
  GivenTables given;
  given.request.parties.clear();
  given.give("carol", rows, k_city);
  given.give("bob", "age,id\n4,3\n", k_age);
  const errors::Error refused = raised([&] { given.take(); });
  CHECK(refused.kind() == Kind::bad_data);
  CHECK(refused.sentence() == "the table of the party 'carol' cannot be used");
  CHECK(given.events_text().empty());
}

TEST_CASE("other bytes than were confirmed are not used, however well they would do") {
  GivenTables given;
  files::write_file(given.job.work_file("party-2"), "age,id\n4,2\n", files::AtomicFile::IfExists::replace);
  CHECK(raised([&] { given.take(); }).sentence() == "the table of the party 'bob' cannot be used");
}

TEST_CASE("its own party hears what is wrong with a table before it is given, and how large it is") {
  const tests::TemporaryFolder folder;
  const std::string path = folder / "a.csv";
  files::write_file(path, "id,city,note\n1,Oslo,x\n2,Rome,y\n", files::AtomicFile::IfExists::replace);
  CHECK_THAT(raised([&] { check_party(asked(path, k_city)); }).sentence(),
             Catch::Contains("nobody has declared what column 'note' holds"));
  json table = k_city;
  table["drop"] = {"note"};
  CHECK(check_party(asked(path, table)) == json{{"rows", 2}, {"columns", {"city"}}});
  table["columns"]["city"]["domain"]["read_from_data"] = {"categories"};
  CHECK(raised([&] { check_party(asked(path, table)); }).kind() == Kind::bad_data);
  table["domain_leaks"] = {"all"};
  CHECK(raised([&] { check_party(asked(path, table)); }).kind() == Kind::usage);
  table["drop"] = {"id"};
  CHECK(raised([&] { check_party(asked(path, table)); }).kind() == Kind::usage);
}

TEST_CASE(
    "a party brings no unit of privacy of its own, and no domains to find where the method has no delta") {
  const tests::TemporaryFolder folder;
  const std::string path = folder / "a.csv";
  files::write_file(path, "id,city\n1,Oslo\n2,Rome\n", files::AtomicFile::IfExists::replace);
  json table = k_city;
  table["rules"]["privacy_unit"] = "id";
  CHECK(raised([&] { check_party(asked(path, table)); }).kind() == Kind::usage);
  table = k_city;
  table["columns"]["city"]["domain"] = {{"private", {"categories"}}};
  json request = asked(path, table);
  CHECK_NOTHROW(check_party(request));
  request["method"] = "mwem";
  CHECK(raised([&] { check_party(request); }).sentence() ==
        "mwem finds no domains, which takes a delta that it does not have");
}

}  // namespace ctgan::server::worker
