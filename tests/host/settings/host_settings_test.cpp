#include "host/settings/host_settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using host::settings::Flags;
using host::settings::HostSettings;
using host::settings::load_settings;

namespace {

const std::string k_fingerprint = "SHA256:" + std::string(43, 'a');

// A home and a current folder of its own; both are put back at the end.
class Place {
 public:
  Place() : before_(std::filesystem::current_path()) {
    std::filesystem::create_directories(work() / "config");
    std::filesystem::create_directories(home() / ".config/ctgan");
    std::filesystem::current_path(work());
    setenv("HOME", home().c_str(), 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("CTGAN_CREDENTIALS");
  }
  ~Place() { std::filesystem::current_path(before_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::filesystem::path work() const { return folder_ / "work"; }
  std::filesystem::path home() const { return folder_ / "home"; }
  static std::filesystem::path write(const std::filesystem::path& path, const std::string& text,
                                     mode_t mode = 0600) {
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }

 private:
  tests::TemporaryFolder folder_;
  std::filesystem::path before_;
};

}  // namespace

TEST_CASE("with nothing configured the server is a child process, and there is no user") {
  const Place place;
  const HostSettings settings = load_settings({});
  CHECK_FALSE(settings.ssh.has_value());
  CHECK_FALSE(settings.server_program.has_value());
  CHECK_FALSE(settings.user.has_value());
  CHECK(settings.password.empty());
}

TEST_CASE("a flag wins over the credentials file, and that over the settings file") {
  const Place place;
  Place::write("config/credentials.json",
               R"({"host": "big", "port": 2222, "ssh_user": "fromcredentials", "password": "p"})");
  Place::write("config/settings.json",
               R"({"host": "big", "port": 3333, "ssh_user": "fromsettings", "user": "alice"})");
  const HostSettings files = load_settings({});
  CHECK(files.ssh->host == "big");
  CHECK(files.ssh->port == 2222);
  CHECK(files.ssh->ssh_user == "fromcredentials");
  CHECK(files.user == "alice");
  CHECK(files.password.view() == "p");
  const HostSettings flags =
      load_settings({.server = "me@big:4444", .user = "bob", .config = {}, .credentials = {}});
  CHECK(flags.ssh->port == 4444);
  CHECK(flags.ssh->ssh_user == "me");
  CHECK(flags.user == "bob");
}

TEST_CASE("a password, key or fingerprint is never used for another host than its file names") {
  const Place place;
  Place::write("config/credentials.json", R"({"host": "big", "key": "/k", "user": "alice", "password": "p",
      "host_key_fingerprint": ")" + k_fingerprint +
                                              R"("})");
  const HostSettings other = load_settings({.server = "small", .user = {}, .config = {}, .credentials = {}});
  CHECK(other.ssh->host == "small");
  CHECK_FALSE(other.ssh->key.has_value());
  CHECK_FALSE(other.ssh->host_key_fingerprint.has_value());
  CHECK_FALSE(other.user.has_value());
  CHECK(other.password.empty());
}

TEST_CASE("credentials that name no host serve the host that is chosen") {
  const Place place;
  Place::write("config/credentials.json", R"({"user": "alice", "password": "p"})");
  const HostSettings settings =
      load_settings({.server = "small", .user = {}, .config = {}, .credentials = {}});
  CHECK(settings.user == "alice");
  CHECK(settings.password.view() == "p");
}

TEST_CASE("'--server local' is a child process whatever the files say, and takes no credentials along") {
  const Place place;
  Place::write("config/credentials.json", R"({"host": "big", "user": "alice", "password": "p"})");
  Place::write(place.home() / ".config/ctgan/settings.json", R"({"server_program": "/opt/ctgan-server"})");
  const HostSettings settings =
      load_settings({.server = "local", .user = {}, .config = {}, .credentials = {}});
  CHECK_FALSE(settings.ssh.has_value());
  CHECK(settings.password.empty());
  CHECK(settings.server_program == "/opt/ctgan-server");
}

TEST_CASE("the credentials file is the flag's, then the environment's, then the folder's, then the user's") {
  const Place place;
  const auto host_of = [](const Flags& flags) { return load_settings(flags).ssh->host; };
  Place::write(place.home() / ".config/ctgan/credentials.json", R"({"host": "user"})");
  CHECK(host_of({}) == "user");
  Place::write("config/credentials.json", R"({"host": "folder"})");
  CHECK(host_of({}) == "folder");
  setenv("CTGAN_CREDENTIALS", Place::write(place.work() / "e.json", R"({"host": "environment"})").c_str(), 1);
  CHECK(host_of({}) == "environment");
  const auto named = Place::write(place.work() / "f.json", R"({"host": "flag"})");
  CHECK(host_of({.server = {}, .user = {}, .config = {}, .credentials = named}) == "flag");
  unsetenv("CTGAN_CREDENTIALS");
}

TEST_CASE("a credentials file that was named and is missing is an error, one that was not is not") {
  const Place place;
  const auto error = tests::raised(
      [] { load_settings({.server = {}, .user = {}, .config = {}, .credentials = "none.json"}); });
  CHECK(error.kind() == errors::Kind::configuration);
  CHECK_THAT(error.sentence(), Catch::Contains("'none.json' cannot be opened"));
}

TEST_CASE("a credentials file that others may read is refused with the chmod that mends it") {
  const Place place;
  Place::write("config/credentials.json", "{}", 0644);
  const auto error = tests::raised([] { load_settings({}); });
  CHECK(error.kind() == errors::Kind::configuration);
  CHECK(error.hint() == "chmod 600 'config/credentials.json'");
}

TEST_CASE("values that cannot be right are refused with the file and the key") {
  const Place place;
  const auto refused = [](const std::string& file, const std::string& text) {
    Place::write("config/" + file, text);
    const auto error = tests::raised([] { load_settings({}); });
    std::filesystem::remove("config/" + file);
    CHECK(error.kind() == errors::Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::Contains("config/" + file));
    return error.sentence() + " " + error.hint();
  };
  CHECK_THAT(refused("credentials.json", R"({"host": "-oProxyCommand"})"), Catch::Contains("'host'"));
  CHECK_THAT(refused("credentials.json", R"({"port": 65536})"), Catch::Contains("'port' must be 1 to 65535"));
  CHECK_THAT(refused("credentials.json", R"({"ssh_user": "a b"})"), Catch::Contains("'ssh_user'"));
  CHECK_THAT(refused("credentials.json", R"({"host_key_fingerprint": "MD5:aa"})"),
             Catch::Contains("ssh-keygen -l"));
  CHECK_THAT(refused("credentials.json", R"({"hosst": "a"})"), Catch::Contains("did you mean 'host'"));
  CHECK_THAT(refused("settings.json", R"({"password": "x"})"), Catch::Contains("unknown key 'password'"));
  for (const char* program : {"ctgan-server", "/opt/x;id", "/opt/a b", "/opt/$x"}) {
    CHECK_THAT(refused("settings.json", std::string(R"({"remote_program": ")") + program + "\"}"),
               Catch::Contains("'remote_program' must be an absolute path"));
  }
}

TEST_CASE("the settings of the current folder stand before the user's own, key by key") {
  const Place place;
  Place::write("config/settings.json", R"({"host": "big", "user": "alice"})");
  Place::write(place.home() / ".config/ctgan/settings.json",
               R"({"host": "big", "user": "bob", "ssh_user": "me", "ssh_folder": "/s"})");
  const HostSettings settings = load_settings({});
  CHECK(settings.user == "alice");
  CHECK(settings.ssh->ssh_user == "me");
  CHECK(settings.ssh->ssh_folder == "/s");
}

TEST_CASE(
    "what decides which program runs is taken from the user's own or a named file, never from the folder's") {
  const Place place;
  for (const std::string line : {R"({"server_program": "/x"})", R"({"host": "b", "remote_program": "/x"})",
                                 R"({"host": "b", "ssh_folder": "/x"})"}) {
    Place::write("config/settings.json", line);
    const auto error = tests::raised([] { load_settings({}); });
    CHECK(error.kind() == errors::Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::Contains("'config/settings.json' of the current folder"));
    CHECK_THAT(error.hint(), Catch::Contains(".config/ctgan/settings.json"));
    CHECK_NOTHROW(
        load_settings({.server = {}, .user = {}, .config = "config/settings.json", .credentials = {}}));
    std::filesystem::remove("config/settings.json");
    Place::write(place.home() / ".config/ctgan/settings.json", line);
    CHECK_NOTHROW(load_settings({}));
  }
}

TEST_CASE("where a server is required this machine is one only by name, whatever the current folder says") {
  const Place place;
  Place::write(place.home() / ".config/ctgan/settings.json", R"({"server": "required"})");
  Place::write("config/settings.json", "{}");
  const auto error = tests::raised([] { load_settings({}); });
  CHECK(error.kind() == errors::Kind::configuration);
  CHECK_THAT(error.sentence(), Catch::Contains("no server is configured"));
  CHECK_NOTHROW(load_settings({.server = "local", .user = {}, .config = {}, .credentials = {}}));
  CHECK(load_settings({.server = "big", .user = {}, .config = {}, .credentials = {}}).ssh->host == "big");
  Place::write("config/settings.json", R"({"server": "big"})");
  CHECK_THAT(tests::raised([] { load_settings({}); }).sentence(), Catch::Contains("can only be 'required'"));
}

TEST_CASE("the example files are files that the programs take") {
  const Place place;
  const std::filesystem::path examples = std::filesystem::path(std::getenv("CTGAN_SOURCE_DIR")) / "config";
  std::filesystem::copy_file(examples / "credentials.example.json", "c.json");
  chmod("c.json", 0600);
  const HostSettings settings = load_settings(
      {.server = {}, .user = {}, .config = examples / "settings.example.json", .credentials = "c.json"});
  CHECK(settings.ssh->host == "big.example.org");
  CHECK(settings.ssh->key == place.home() / ".ssh/id_ed25519");
  CHECK(settings.ssh->remote_program == "/usr/local/bin/ctgan-server");
}

TEST_CASE("a settings file says which method a fit uses that names none") {
  const Place place;
  const auto configured = [](const std::string& json) {
    Place::write("config/settings.json", json);
    return host::settings::configured_method({});
  };
  CHECK(configured(R"({"method": "auto"})") == "auto");
  CHECK(configured("{}") == std::nullopt);
  CHECK_THAT(tests::raised([&] { configured(R"({"method": "gan"})"); }).sentence(),
             Catch::Contains("'method' must be one of ctgan, tvae, trees, mst, aim, swift, mwem, privsyn, dpctgan, patectgan, auto"));
}
