// ctgan-server job export and work --bundle: a fit repeated elsewhere.
#include "server/commands/job_bundle.h"

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/system/laptop.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::commands {

using errors::Kind;
using tests::raised;

namespace {

JobBundle small_bundle() {
  JobBundle bundle;
  bundle.request.name = "people.csv";
  bundle.request.user = "alice";
  bundle.request.options = {{"epochs", 3}, {"seed", 7}};
  bundle.request.table_sha256 = files::sha256_of("a,b\n1,2\n");
  return bundle;
}

}  // namespace

TEST_CASE("a bundle reads back without its user, with the table where it was given") {
  const tests::TemporaryFolder folder;
  JobBundle bundle = small_bundle();
  write_bundle(folder / "bare", bundle);
  bundle.table = "a,b\n1,2\n";
  write_bundle(folder / "whole", bundle);
  const JobBundle bare = read_bundle(folder / "bare");
  CHECK(bare.request.options == bundle.request.options);
  CHECK(bare.request.table_sha256 == bundle.request.table_sha256);
  CHECK(bare.request.user.empty());
  CHECK_FALSE(bare.table.has_value());
  CHECK(read_bundle(folder / "whole").table == bundle.table);
  CHECK(files::read_file(folder / "whole").find("alice") == std::string::npos);
  CHECK(raised([&] { write_bundle(folder / "bare", bundle); }).kind() == Kind::cannot_create);
}

TEST_CASE("what is no bundle, and another table than the job's, are refused") {
  const tests::TemporaryFolder folder;
  JobBundle bundle = small_bundle();
  bundle.table = "another,table\n";
  write_bundle(folder / "other", bundle);
  CHECK(raised([&] { read_bundle(folder / "other"); }).kind() == Kind::bad_data);
  files::write_file(folder / "text", "no archive", files::AtomicFile::IfExists::refuse);
  CHECK(raised([&] { read_bundle(folder / "text"); }).kind() == Kind::bad_data);
  CHECK(raised([&] { check_table(bundle.request, "x", "people.csv"); }).kind() == Kind::bad_data);
}

TEST_CASE("an exported fit is repeated in another store, and gives the same model, byte for byte") {
  const tests::Laptop here, there;
  const auto server = [](const tests::Laptop& laptop, std::vector<std::string> argv) {
    argv.insert(argv.begin(), {tests::bin("ctgan-server"), "--root", laptop.local_store().string()});
    return tests::run_program(argv, laptop.surroundings());
  };
  const auto only_model = [](const tests::Laptop& laptop) {
    for (const auto& [name, content] : tests::contents_under(laptop.local_store()))
      if (name.ends_with("_model.gz")) return content;
    return std::string();
  };
  const std::string table = here.write_table("people.csv", tests::small_table(300));
  REQUIRE(here.run(tests::quick_fit(table)).code == 0);
  const tests::Outcome shown = here.run({"manage", "jobs", "show", "latest", "--json"});
  const std::string job = nlohmann::json::parse(tests::last_line(shown.out)).at("job");
  const std::string bundle = (here.work() / "people.bundle").string();
  const tests::Outcome exported = server(here, {"job", "export", job, "--output", bundle});
  INFO(exported);
  REQUIRE(exported.code == 0);
  CHECK(server(here, {"job", "export", job, "--output", bundle}).code == 73);

  there.run({"manage", "whoami"});
  CHECK(server(there, {"work", "--bundle", bundle}).code == 64);
  const tests::Outcome done =
      server(there, {"work", "--bundle", bundle, "--table", (here.work() / table).string()});
  INFO(done);
  REQUIRE(done.code == 0);
  CHECK(tests::last_line(done.out).ends_with("_model.gz"));
  CHECK(!only_model(here).empty());
  CHECK(only_model(here) == only_model(there));
}

}  // namespace ctgan::server::commands
