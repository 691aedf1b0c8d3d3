#include "common/settings/settings_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using settings::KeySpec;
using settings::Privacy;
using settings::ValueType;

namespace {

constexpr std::array<KeySpec, 5> k_keys{{{"host", ValueType::text},
                                         {"port", ValueType::count},
                                         {"key", ValueType::path},
                                         {"strict", ValueType::boolean},
                                         {"password", ValueType::secret}}};

class Folder : public tests::TemporaryFolder {
 public:
  std::filesystem::path write(const std::string& content, mode_t mode = 0600) const {
    const std::filesystem::path path = *this / "credentials.json";
    std::ofstream(path) << content;
    chmod(path.c_str(), mode);
    return path;
  }
  settings::SettingsFile read(const std::string& content, mode_t mode = 0600,
                              Privacy privacy = Privacy::owner_only) const {
    return settings::read_settings(write(content, mode), k_keys, privacy);
  }
  errors::Error refusal(const std::string& content, mode_t mode = 0600,
                        Privacy privacy = Privacy::owner_only) const {
    return tests::raised([&] { read(content, mode, privacy); });
  }
};

}  // namespace

TEST_CASE("a settings file gives each value under its key, and nothing for a key that it does not have") {
  const Folder folder;
  auto file = folder.read(R"({"host": "example", "port": 2222, "strict": true, "password": "s3cret"})");
  CHECK(file.text("host") == "example");
  CHECK(file.count("port") == 2222);
  CHECK(file.boolean("strict") == true);
  CHECK_FALSE(file.text("key").has_value());
  const auto secret = file.take_secret("password");
  REQUIRE(secret.has_value());
  CHECK(secret->view() == "s3cret");
  CHECK_FALSE(file.take_secret("password").has_value());
}

TEST_CASE("a settings file may have a byte order mark and CRLF line ends", "[fault:21]") {
  const Folder folder;
  CHECK(folder.read("\xEF\xBB\xBF{\r\n\"host\": \"a\"\r\n}\r\n").text("host") == "a");
}

TEST_CASE("a path in a settings file starts at the home folder or at the file's own folder") {
  const Folder folder;
  setenv("HOME", "/somewhere", 1);
  CHECK(folder.read(R"({"key": "~/.ssh/id"})").text("key") == "/somewhere/.ssh/id");
  CHECK(folder.read(R"({"key": "keys/../id"})").text("key") == (folder / "id").string());
  CHECK(folder.read(R"({"key": "/etc/id"})").text("key") == "/etc/id");
}

TEST_CASE("an unknown key is refused with the closest known one", "[fault:21]") {
  const auto error = Folder().refusal(R"({"passwort": "x"})");
  CHECK(error.kind() == errors::Kind::configuration);
  CHECK_THAT(error.sentence(), Catch::Contains("has the unknown key 'passwort'"));
  CHECK(error.hint() == "did you mean 'password'?");
}

TEST_CASE("a secret file that others may use is refused with the chmod that mends it") {
  const Folder folder;
  for (const mode_t mode : {0640U, 0604U, 0644U, 0660U, 0620U}) {
    const auto error = folder.refusal("{}", mode);
    CHECK(error.kind() == errors::Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::Contains("can be used by others"));
    CHECK(error.hint() == "chmod 600 '" + (folder / "credentials.json").string() + "'");
  }
  CHECK_NOTHROW(folder.read("{}", 0400));
}

TEST_CASE("a file of another user is refused", "[fault:21]") {
  if (geteuid() != 0) {
    WARN("skipped: only root can give a file away");
    return;
  }
  const Folder folder;
  const auto path = folder.write("{}");
  REQUIRE(chown(path.c_str(), 12345, 12345) == 0);
  for (const Privacy privacy : {Privacy::owner_only, Privacy::trusted}) {
    const auto error = tests::raised([&] { settings::read_settings(path, k_keys, privacy); });
    CHECK_THAT(error.sentence(), Catch::Contains("belongs to another user"));
  }
}

TEST_CASE("a trusted file may be read by all but not written by everyone") {
  const Folder folder;
  CHECK_NOTHROW(folder.read("{}", 0644, Privacy::trusted));
  CHECK_THAT(folder.refusal("{}", 0646, Privacy::trusted).sentence(),
             Catch::Contains("can be written by everyone"));
}

TEST_CASE("a link is followed and judged by the file behind it", "[fault:21]") {
  const Folder folder;
  folder.write(R"({"host": "a"})");
  std::filesystem::create_symlink(folder / "credentials.json", folder / "link");
  CHECK(settings::read_settings(folder / "link", k_keys, Privacy::owner_only).text("host") == "a");
}

TEST_CASE("broken JSON is refused with its line") {
  CHECK_THAT(Folder().refusal("{\n\"host\": \"a\",\n\"port\" 3}").sentence(),
             Catch::Contains("is not valid JSON in line 3"));
}

TEST_CASE("values of the wrong type or shape are refused naming the key") {
  const Folder folder;
  const std::array<std::pair<std::string, std::string>, 10> cases{{
      {R"({"host": 1})", "'host' must be a text"},
      {R"({"host": ""})", "'host' must be a text that is not empty"},
      {R"({"host": "a\nb"})", "no control characters"},
      {R"({"port": "22"})", "'port' must be a whole number"},
      {R"({"port": -1})", "'port' must be a whole number"},
      {R"({"strict": "yes"})", "'strict' must be true or false"},
      {R"({"host": "a", "host": "b"})", "has the key 'host' twice"},
      {R"(["host"])", "is not a JSON object"},
      {R"({"port": 1e999})", "has a number that is larger than any can be"},
      {"1e999", "has a number that is larger than any can be"},
  }};
  for (const auto& [content, words] : cases) {
    const auto error = folder.refusal(content);
    CHECK(error.kind() == errors::Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::Contains(words));
  }
  CHECK_THAT(folder.refusal(R"({"host": {"a": 1}})").sentence(), Catch::Contains("value inside a value"));
}

TEST_CASE("a folder, a pipe, a missing and a huge file are refused") {
  const tests::TemporaryFolder folder;
  const auto read = [&](const std::filesystem::path& path) {
    return tests::raised([&] { settings::read_settings(path, k_keys, Privacy::owner_only); }).sentence();
  };
  CHECK_THAT(read(folder.path()), Catch::Contains("is not a regular file"));
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(read(folder / "pipe"), Catch::Contains("is not a regular file"));
  CHECK_THAT(read(folder / "none"), Catch::Contains("cannot be opened"));
  std::ofstream(folder / "huge") << std::string((1U << 20U) + 1, ' ');
  chmod((folder / "huge").c_str(), 0600);
  CHECK_THAT(read(folder / "huge"), Catch::Contains("is larger than"));
}

TEST_CASE("the user's configuration folder follows XDG_CONFIG_HOME, then HOME") {
  setenv("HOME", "/home/x", 1);
  unsetenv("XDG_CONFIG_HOME");
  CHECK(settings::user_configuration_folder() == "/home/x/.config/ctgan");
  setenv("XDG_CONFIG_HOME", "/conf", 1);
  CHECK(settings::user_configuration_folder() == "/conf/ctgan");
  setenv("XDG_CONFIG_HOME", "", 1);
  CHECK(settings::user_configuration_folder() == "/home/x/.config/ctgan");
  unsetenv("XDG_CONFIG_HOME");
}
