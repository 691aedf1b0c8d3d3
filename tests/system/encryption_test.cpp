// Encryption at rest, from the administrator's first command to a new key, under a user who notices nothing.
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/store_check.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

struct Encrypted {
  Laptop laptop;
  fs::path keys = laptop.home() / "store.keys";

  Outcome server(std::vector<std::string> argv) const {
    argv.insert(argv.begin(), {bin("ctgan-server"), "--root", laptop.local_store().string()});
    return run_program(argv, laptop.surroundings());
  }
  void name_key_file() const {
    files::write_file(laptop.local_store() / "settings.json",
                      "{\"encryption_key_file\": \"" + keys.string() + "\"}\n",
                      files::AtomicFile::IfExists::replace);
  }
  void turn_on() const {
    REQUIRE(server({"init"}).code == 0);
    const Outcome made = server({"encryption", "new-key", keys.string()});
    REQUIRE(made.code == 0);
    CHECK_THAT(made.out, Catch::Contains("keep a copy elsewhere") &&
                             Catch::Contains("\"encryption_key_file\": \"" + keys.string() + "\""));
    name_key_file();
  }
  std::string sample(const std::string& seed) const {
    const Outcome drawn = laptop.run(
        {"sample", "latest", "-n", "200", "--seed", seed, "--force", "--output", "out.csv", "--batch"});
    INFO(drawn);
    REQUIRE(drawn.code == 0);
    return files::read_file(laptop.work() / "out.csv");
  }
  // What a thief of the disk would look for: cells, and how our files begin.
  void check_nothing_readable() const {
    for (const auto& [name, content] : contents_under(laptop.local_store())) {
      if (name.find("_database") == std::string::npos) continue;
      INFO(name);
      CHECK(content.starts_with("CTGANENC"));
      CHECK(content.find("Athens") == std::string::npos);
      CHECK(content.find("income") == std::string::npos);
    }
  }
};

}  // namespace

TEST_CASE("models, sidecars, reports and tables lie encrypted on the disk, and come home as they are") {
  const Encrypted world;
  world.turn_on();
  const Laptop& laptop = world.laptop;
  const Outcome fitted = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  const std::string rows = world.sample("3");
  CHECK_THAT(rows, Catch::Contains("Athens"));
  world.check_nothing_readable();
  const Outcome doctor = world.server({"doctor"});
  CHECK_THAT(doctor.out, Catch::Contains("ok       key file") &&
                             Catch::Contains("ok       encryption: 5 files with the key"));

  // Again, byte for byte, with the report; and by several workers.
  fs::create_directory(laptop.work() / "again");
  CHECK(laptop.run({"download", "latest", "--output", "again", "--batch"}).code == 0);
  const auto again = contents_under(laptop.work() / "again");
  REQUIRE(again.size() == 1);
  CHECK(again.begin()->second == rows);
  const Outcome report = laptop.run({"download", "--report", "latest", "--batch"});
  INFO(report);
  CHECK(report.code == 0);
  const Outcome shards = laptop.run({"sample", "latest", "-n", "200", "--seed", "3", "--shards", "3",
                                     "--force", "--output", "shards.csv", "--batch"});
  INFO(shards);
  CHECK(shards.code == 0);
  CHECK(files::read_file(laptop.work() / "shards.csv") == rows);
  // Terms are looked at before there is a job.
  const Outcome some = laptop.run(
      {"sample", "latest", "-n", "20", "--where", "age=>30", "--force", "--output", "some.csv", "--batch"});
  INFO(some);
  CHECK(some.code == 0);
  CHECK_THAT(some.err, Catch::Contains("Rows where age is at least 30"));

  // The model file in the store is looked into with the store's keys.
  for (const auto& [name, content] : contents_under(laptop.local_store())) {
    if (!name.ends_with("_model.gz")) continue;
    const Outcome inspected = world.server({"inspect", (laptop.local_store() / name).string()});
    INFO(inspected);
    CHECK(inspected.code == 0);
    CHECK_THAT(inspected.out, Catch::Contains("may rows be handed out?"));
  }
}

TEST_CASE("a store in use is encrypted, gets a new key, loses the old one, and is decrypted") {
  const Encrypted world;
  const Laptop& laptop = world.laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string rows = world.sample("3");
  world.turn_on();
  CHECK_THAT(world.server({"doctor"}).out, Catch::Contains("warning  encryption: 5 files are not encrypted"));
  const Outcome applied = world.server({"encryption", "apply"});
  INFO(applied);
  CHECK(applied.out == "5 files encrypted\n");
  world.check_nothing_readable();
  CHECK(world.sample("3") == rows);

  REQUIRE(world.server({"encryption", "new-key", world.keys.string()}).code == 0);
  CHECK_THAT(world.server({"doctor"}).out,
             Catch::Contains("5 with an older key") || Catch::Contains("6 with an older key"));
  const Outcome early = world.server({"encryption", "drop-old-keys"});
  CHECK(early.code == 75);
  CHECK_THAT(early.err, Catch::Contains("are encrypted with an older key"));
  CHECK(world.sample("3") == rows);
  CHECK(world.server({"encryption", "apply"}).code == 0);
  CHECK_THAT(world.server({"encryption", "drop-old-keys"}).out, Catch::StartsWith("1 older keys dropped"));
  CHECK(world.sample("3") == rows);
  CHECK_THAT(world.server({"audit"}).out,
             Catch::Contains("encryption.apply") && Catch::Contains("encryption.drop_old_keys"));

  CHECK(world.server({"encryption", "apply", "--decrypt"}).code == 0);
  files::write_file(laptop.local_store() / "settings.json", "{}\n", files::AtomicFile::IfExists::replace);
  CHECK(world.sample("3") == rows);
  CHECK_THAT(world.server({"doctor"}).out, Catch::Contains("ok       encryption: off"));
}

TEST_CASE("without its key file a store says so, to the administrator and to the user, and loses nothing") {
  const Encrypted world;
  world.turn_on();
  const Laptop& laptop = world.laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string rows = world.sample("3");
  fs::rename(world.keys, laptop.home() / "elsewhere");
  const Outcome refused = laptop.run({"sample", "latest", "-n", "5", "--batch"});
  INFO(refused);
  CHECK(refused.code == 78);
  CHECK_THAT(refused.err, Catch::Contains("the key file") && Catch::Contains("does not exist"));
  const Outcome doctor = world.server({"doctor"});
  CHECK(doctor.code == 78);
  CHECK_THAT(doctor.out, Catch::Contains("error    key file"));
  // Forgotten in the settings: encrypted files are there, and nothing to read them with.
  files::write_file(laptop.local_store() / "settings.json", "{}\n", files::AtomicFile::IfExists::replace);
  CHECK_THAT(world.server({"doctor"}).out,
             Catch::Contains("error    encryption: 5 files are encrypted with a key that is not known here"));
  const Outcome lost = laptop.run({"sample", "latest", "-n", "5", "--batch"});
  INFO(lost);
  CHECK(lost.code == 80);
  CHECK_THAT(lost.err, Catch::Contains("is encrypted, and its key"));

  fs::rename(laptop.home() / "elsewhere", world.keys);
  world.name_key_file();
  CHECK(world.sample("3") == rows);
}

TEST_CASE("a backup of an encrypted store holds no key, and is read with the copy of it") {
  const Encrypted world;
  world.turn_on();
  const Laptop& laptop = world.laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::string rows = world.sample("3");
  const fs::path backup = laptop.home() / "backup";
  const Outcome taken = world.server({"backup", backup.string()});
  INFO(taken);
  REQUIRE(taken.code == 0);
  CHECK_THAT(taken.out, Catch::Contains("keep a copy of that elsewhere"));
  const std::string key = files::read_file(world.keys);
  const std::string hex = key.substr(key.find('\n') + 1, 64);
  for (const auto& [name, content] : contents_under(backup)) {
    INFO(name);
    CHECK(content.find(hex) == std::string::npos);
  }
  fs::remove_all(laptop.local_store());
  fs::rename(backup, laptop.local_store());
  CHECK(world.sample("3") == rows);
}

}  // namespace ctgan::tests
