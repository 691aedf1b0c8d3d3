// What doctor says of sshd's settings, by a real sshd's word on them.
#include "server/commands/doctor_sshd.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::commands {
namespace {

constexpr const char* k_sshd = "/usr/sbin/sshd";

// An account with a home folder of its own: whoever runs the test.
struct Home {
  explicit Home(bool shared = true) {
    std::filesystem::create_directory(folder / ".ssh");
    std::ofstream(keys()) << "# none yet\n";
    chmod(folder.path().c_str(), 0700);
    chmod((folder / ".ssh").c_str(), 0700);
    account = {getlogin_name(), folder.path(), keys(), shared};
  }
  static std::string getlogin_name() { return geteuid() == 0 ? "root" : std::to_string(geteuid()); }
  std::filesystem::path keys() const { return folder / ".ssh/authorized_keys"; }
  Findings check(const std::string& settings) const {
    const auto file = folder / "sshd_config";
    std::ofstream(file) << "PasswordAuthentication no\nKbdInteractiveAuthentication no\n" << settings;
    return check_sshd(k_sshd, file, account);
  }
  // The only finding.
  Finding one(const std::string& settings) const {
    const Findings found = check(settings);
    REQUIRE(found.size() == 1);
    return found.front();
  }

  tests::TemporaryFolder folder;
  SshdAccount account;
};

}  // namespace

TEST_CASE("sshd as Debian sets it up lets the account in, without passwords") {
  const Home home;
  const Finding finding = home.one("PermitRootLogin prohibit-password\nUsePAM yes\n");
  INFO(finding.text);
  CHECK(finding.level == Level::ok);
}

TEST_CASE("a setting that keeps the account or ctgan-server out is an error, with what to do") {
  const Home home;
  for (const auto& [settings, words] :
       {std::pair{"ForceCommand /bin/cage it", "ForceCommand '/bin/cage it'"},
        std::pair{"AllowUsers bob eve@10.0.0.1", "AllowUsers does not name"},
        std::pair{"AllowGroups nobody-in-it", "AllowGroups does not name"},
        std::pair{"DenyUsers ro?t", "DenyUsers keeps"}, std::pair{"DenyGroups root", "DenyGroups keeps"},
        std::pair{"PubkeyAuthentication no", "no key lets anybody in"},
        std::pair{"ChrootDirectory /srv", "ChrootDirectory '/srv'"},
        std::pair{"PermitRootLogin no", "keeps root out"}, std::pair{"MaxSessions 1", "MaxSessions 1"},
        std::pair{"AuthorizedKeysFile /etc/keys/%u", "/etc/keys/%u"}}) {
    const Finding finding = home.one(settings);
    INFO(settings << ": " << finding.text);
    CHECK(finding.level == Level::error);
    CHECK_THAT(finding.text, Catch::Contains(words));
    CHECK_FALSE(finding.remedy.empty());
  }
}

TEST_CASE("what names the account is no finding, and a Match block of another account neither") {
  const Home home;
  for (const char* settings :
       {"AllowUsers bob root", "AllowUsers ro*@10.0.0.1", "AllowGroups root", "DenyUsers bob",
        "AuthorizedKeysFile %h/.ssh/authorized_keys", "Match User bob\n  ForceCommand /bin/cage\n"})
    CHECK(home.one(settings).level == Level::ok);
  CHECK(home.one("Match User root\n  ForceCommand /bin/cage\n").level == Level::error);
}

TEST_CASE("ways past the forced commands of a shared account are told") {
  const Home home;
  std::ofstream(home.folder / ".ssh/authorized_keys2") << "ssh-ed25519 AAAA\n";
  CHECK_THAT(home.one("").text, Catch::Contains("authorized_keys2"));
  const Home other;
  const auto warning_of = [](const Home& at, const std::string& line) {
    // The first word on a setting is what sshd obeys.
    const auto file = at.folder / "sshd_config";
    std::ofstream(file) << line << "\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n";
    return check_sshd(k_sshd, file, at.account).front();
  };
  for (const char* line :
       {"PasswordAuthentication yes", "KbdInteractiveAuthentication yes",
        "AuthorizedKeysCommand /bin/true\nAuthorizedKeysCommandUser root", "MaxStartups 3:30:60"})
    CHECK(warning_of(other, line).level == Level::warning);
  CHECK(warning_of(Home(false), "PasswordAuthentication yes").level == Level::ok);
}

TEST_CASE("files that others may write to are refused by sshd, and named") {
  const Home home;
  chmod((home.folder / ".ssh").c_str(), 0770);
  const Finding finding = home.one("");
  CHECK(finding.level == Level::error);
  CHECK_THAT(finding.text, Catch::Contains(".ssh' can be written by others"));
  CHECK_THAT(finding.remedy, Catch::Contains("chmod go-w"));
  CHECK(home.one("StrictModes no").level == Level::ok);
}

TEST_CASE("settings that sshd cannot read are said not to have been looked at") {
  const Home home;
  const Finding finding = home.one("NoSuchSetting yes\n");
  CHECK(finding.level == Level::warning);
  CHECK_THAT(finding.text, Catch::Contains("were not looked at"));
  CHECK_THAT(finding.remedy, Catch::Contains("-T -C user="));
}

TEST_CASE("a personal account is warned of an rc file that would speak first") {
  const Home home(false);
  std::ofstream(home.folder / ".ssh/rc") << "echo hello\n";
  CHECK_THAT(home.one("").text, Catch::Contains("~/.ssh/rc"));
  CHECK(home.one("PermitUserRC no").level == Level::ok);
}

}  // namespace ctgan::server::commands
