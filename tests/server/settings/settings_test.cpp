#include "server/settings/settings.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::settings {

using errors::Kind;
using tests::raised;

namespace {

Settings read_text(const std::string& text) {
  const tests::TemporaryFolder folder;
  files::write_file(folder / "settings.json", text, files::AtomicFile::IfExists::refuse);
  return read_settings(folder / "settings.json");
}

}  // namespace

TEST_CASE("written settings are read back") {
  const tests::TemporaryFolder folder;
  Settings settings;
  settings.shared = true;
  settings.limits.sample_rows = 77;
  settings.method = "trees";
  write_settings(folder / "settings.json", settings);
  const Settings read = read_settings(folder / "settings.json");
  CHECK(read.shared);
  CHECK(read.runner == "process");
  CHECK(read.limits.sample_rows == 77);
  CHECK(read.method == "trees");
  CHECK(read.limits.upload_bytes == settings.limits.upload_bytes);
}

TEST_CASE("existing settings are never overwritten") {
  const tests::TemporaryFolder folder;
  write_settings(folder / "settings.json", {});
  CHECK(raised([&] { write_settings(folder / "settings.json", {}); }).kind() == Kind::cannot_create);
}

TEST_CASE("what is left out has its default: a personal store that takes 10^9 rows a sample") {
  const Settings settings = read_text("{}");
  CHECK_FALSE(settings.shared);
  CHECK(settings.limits.sample_rows == 1'000'000'000);
  CHECK(settings.method == "ctgan");
}

TEST_CASE("nothing is deleted by its age unless the settings say so") {
  CHECK_FALSE(read_text("{}").retention.is_on());
  const Settings both = read_text(R"({"retention_days": 90, "retention_keep": 3})");
  CHECK(both.retention.days == 90);
  CHECK(both.retention.keep == 3);
  CHECK(read_text(R"({"retention_keep": 3})").retention.is_on());
  CHECK(raised([] { read_text(R"({"retention_days": 0})"); }).kind() == Kind::configuration);
}

TEST_CASE("new datasets have no privacy budget unless the settings give both of its numbers") {
  CHECK_FALSE(read_text("{}").privacy.has_value());
  const auto budget = read_text(R"({"privacy": {"default_epsilon": 3, "default_delta": 1e-6}})").privacy;
  REQUIRE(budget.has_value());
  CHECK(budget->epsilon == 3);
  CHECK(budget->delta == 1e-6);
  CHECK(budget->accounting == "basic");
  CHECK(
      read_text(
          R"({"privacy": {"default_epsilon": 3, "default_delta": 1e-6, "default_accounting": "concentrated"}})")
          .privacy->accounting == "concentrated");
  for (const char* text :
       {"{}", R"({"default_epsilon": 3})", R"({"default_epsilon": 0, "default_delta": 0})",
        R"({"default_epsilon": 1, "default_delta": 1})", R"({"default_epsilon": "1", "default_delta": 0})",
        R"({"default_epsilon": 1, "default_delta": 0, "epsilon": 1})", "3",
        R"({"default_epsilon": 1, "default_delta": 0, "default_accounting": "concentrated"})",
        R"({"default_epsilon": 1, "default_delta": 0.1, "default_accounting": "best"})"}) {
    INFO(text);
    CHECK(raised([&] { read_text(std::string(R"({"privacy": )") + text + "}"); }).kind() ==
          Kind::configuration);
  }
}

TEST_CASE("the file of the keys is named by an absolute path") {
  CHECK(read_text(R"({"authorized_keys": "/srv/keys"})").authorized_keys == "/srv/keys");
  CHECK_THAT(raised([] { read_text(R"({"authorized_keys": "keys"})"); }).sentence(),
             Catch::Contains("'authorized_keys' must be an absolute path"));
}

TEST_CASE("a method that there is not is refused with those that there are") {
  CHECK_THAT(raised([] { read_text(R"({"method": "tree"})"); }).sentence(),
             Catch::Contains("'method' must be one of") && Catch::Contains("trees"));
}

TEST_CASE("an unknown key is an error that names it and the nearest known one") {
  const auto top = raised([] { read_text(R"({"shard": true})"); });
  CHECK(top.kind() == Kind::configuration);
  CHECK_THAT(top.sentence(), Catch::Contains("'shard'") && Catch::Contains("settings.json"));
  CHECK_THAT(top.hint(), Catch::Contains("'shared'"));
  CHECK_THAT(raised([] { read_text(R"({"limits": {"sample_row": 5}})"); }).sentence(),
             Catch::Contains("'limits.sample_row'"));
}

TEST_CASE("a value of the wrong type is an error that names the key and the rule") {
  for (const auto& [text, key] :
       {std::pair(R"({"shared": "yes"})", "'shared'"), std::pair(R"({"runner": 3})", "'runner'"),
        std::pair(R"({"limits": 3})", "'limits.'"),
        std::pair(R"({"limits": {"sample_rows": -1}})", "sample_rows"),
        std::pair(R"({"limits": {"sample_rows": 0}})", "sample_rows"),
        std::pair(R"({"limits": {"upload_bytes": 1e18}})", "upload_bytes"), std::pair("[]", "object"),
        std::pair("{", "not valid JSON"), std::pair("", "not valid JSON")}) {
    INFO(text);
    const auto error = raised([text = text] { read_text(text); });
    CHECK(error.kind() == Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::Contains(key));
  }
}

TEST_CASE("the example of all settings is read, comments and all, and names every key that is written") {
  const std::filesystem::path folder = std::getenv("CTGAN_SOURCE_DIR");
  const Settings example = read_settings(folder / "config/server_settings.example.json");
  CHECK(example.limits.running_jobs == Settings().limits.running_jobs);
  CHECK(example.slurm.options.size() == 3);
  CHECK(example.aws_batch.worker.root == "/mnt/ctgan");
  const tests::TemporaryFolder written;
  write_settings(written / "settings.json", {});
  const auto all = nlohmann::json::parse(files::read_file(folder / "config/server_settings.example.json"),
                                         nullptr, true, true);
  const auto defaults = nlohmann::json::parse(files::read_file(written / "settings.json"));
  for (const auto& [key, value] : defaults.items()) {
    INFO(key);
    REQUIRE(all.contains(key));
    for (const auto& [inner, ignored] : value.items())
      CHECK((value.is_primitive() || all.at(key).contains(inner)));
  }
}

TEST_CASE("options of a cluster are texts, and its unknown keys are refused") {
  CHECK(read_text(R"({"slurm":{"options":["--mem=8G"]}})").slurm.options ==
        std::vector<std::string>{"--mem=8G"});
  CHECK_THAT(raised([] { read_text(R"({"slurm":{"options":"--mem=8G"}})"); }).sentence(),
             Catch::Contains("'slurm.options' must be a list of texts"));
  CHECK_THAT(raised([] { read_text(R"({"slurm":{"partition":"x"}})"); }).sentence(),
             Catch::Contains("'slurm.partition'"));
}

}  // namespace ctgan::server::settings
