// `manage server`: ctgan-server put into an account over a real sshd, and the question at the first command.
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/private_sshd.h"
#include "tests/system/laptop.h"
#include "tests/temporary_folder.h"

using namespace ctgan::tests;
namespace fs = std::filesystem;

namespace {

// An account with a home of the test's own and no ctgan-server in its PATH.
class BareAccount {
 public:
  BareAccount() : key_(sshd_.make_key("me")) {
    fs::create_directories(home());
    sshd_.authorize("restrict,command=\"export HOME=" + home().string() +
                        "; cd; exec env -u SSH_ORIGINAL_COMMAND sh -c \\\"$SSH_ORIGINAL_COMMAND\\\"\"",
                    key_);
  }
  fs::path home() const { return folder_ / "home"; }
  fs::path program() const { return home() / ".local/share/ctgan-server/bin/ctgan-server"; }
  std::string credentials(const fs::path& key) const {
    return R"({"host":"127.0.0.1","port":)" + std::to_string(sshd_.port()) + R"(,"ssh_user":")" +
           sshd_.login() + R"(","key":")" + key.string() + R"(","host_key_fingerprint":")" +
           sshd_.fingerprint() + "\"}";
  }
  std::string credentials() const { return credentials(key_); }
  PrivateSshd& sshd() { return sshd_; }

 private:
  TemporaryFolder folder_;
  PrivateSshd sshd_;
  fs::path key_;
};

Outcome run_well(const Laptop& laptop, std::vector<std::string> argv) {
  Outcome outcome = laptop.run(std::move(argv));
  INFO(outcome);
  CHECK(outcome.code == 0);
  return outcome;
}

}  // namespace

TEST_CASE("a server is installed and used and upgraded and taken away again") {
  BareAccount account;
  const Laptop laptop;
  laptop.write_credentials(account.credentials());
  const Outcome before = laptop.run({"manage", "whoami", "--batch"});
  INFO(before);
  CHECK(before.code == 69);
  CHECK_THAT(before.err,
             Catch::Contains("has no 'ctgan-server'") && Catch::Contains("manage server install"));
  CHECK(laptop.run({"manage", "server", "status"}).code == 66);

  CHECK_THAT(run_well(laptop, {"manage", "server", "install"}).err, Catch::Contains("errors, "));
  CHECK(fs::file_size(account.program()) == fs::file_size(bin("ctgan-server")));
  CHECK_THAT(run_well(laptop, {"manage", "whoami", "--batch"}).err, Catch::Contains("Connected to"));
  laptop.write_table("people.csv", small_table(200));
  run_well(laptop, {"fit", "original_data/people.csv", "--method", "trees", "--batch"});
  CHECK_THAT(run_well(laptop, {"manage", "server", "status"}).out,
             Catch::Contains("the one beside this program"));

  std::ofstream(account.program(), std::ios::binary | std::ios::trunc)
      << "#!/bin/sh\necho ctgan-server 0.0.1\n";
  CHECK_THAT(run_well(laptop, {"manage", "server", "status"}).out,
             Catch::Contains("0.0.1") && Catch::Contains("manage server upgrade"));
  run_well(laptop, {"manage", "server", "upgrade"});
  run_well(laptop, {"manage", "models", "list", "--batch"});

  run_well(laptop, {"manage", "server", "uninstall"});
  CHECK_FALSE(fs::exists(account.program()));
  CHECK(fs::exists(account.home() / ".local/share/ctgan-server/model_database"));
  CHECK(laptop.run({"manage", "whoami", "--batch"}).code == 69);
}

TEST_CASE("another laptop needs no second installation to use the first") {
  BareAccount account;
  const Laptop first, second;
  first.write_credentials(account.credentials());
  second.write_credentials(account.credentials());
  run_well(first, {"manage", "server", "install"});
  const fs::file_time_type made = fs::last_write_time(account.program());
  run_well(second, {"manage", "server", "install"});
  CHECK(fs::last_write_time(account.program()) == made);
  run_well(second, {"manage", "whoami", "--batch"});
}

TEST_CASE("what was removed over there by hand is forgotten") {
  BareAccount account;
  const Laptop laptop;
  laptop.write_credentials(account.credentials());
  run_well(laptop, {"manage", "server", "install"});
  fs::remove(account.program());
  const Outcome gone = laptop.run({"manage", "whoami", "--batch"});
  INFO(gone);
  CHECK(gone.code == 69);
  CHECK_THAT(gone.err, Catch::Contains("manage server install"));
  CHECK_THAT(laptop.run_at_terminal({"manage", "whoami"}, "yes\n").out, Catch::Contains("Connected to"));
}

TEST_CASE("a laptop that has no ctgan-server itself sees and removes the one over there, and can send none") {
  BareAccount account;
  const Laptop laptop;
  const TemporaryFolder folder;
  laptop.write_credentials(account.credentials());
  fs::copy_file(bin("ctgan"), folder / "manage");
  const auto alone = [&](const std::string& action) {
    return run_program({(folder / "manage").string(), "server", action}, laptop.surroundings());
  };
  CHECK(alone("install").code == 69);
  run_well(laptop, {"manage", "server", "install"});
  CHECK_THAT(alone("status").out, Catch::Contains("ctgan-server 0.") && !Catch::Contains("beside"));
  CHECK(alone("uninstall").code == 0);
  CHECK_FALSE(fs::exists(account.program()));
}

TEST_CASE("at a terminal the first command asks once, and a no leaves the account alone") {
  BareAccount account;
  const Laptop laptop;
  laptop.write_credentials(account.credentials());
  const Outcome no = laptop.run_at_terminal({"manage", "whoami"}, "\n");
  INFO(no);
  CHECK(no.code == 69);
  CHECK_FALSE(fs::exists(account.program()));
  const Outcome yes = laptop.run_at_terminal({"manage", "whoami"}, "yes\n");
  INFO(yes);
  CHECK(yes.code == 0);
  CHECK(fs::exists(account.program()));
  CHECK_THAT(laptop.run_at_terminal({"manage", "whoami"}, "").out, !Catch::Contains("Install it there"));
}

TEST_CASE("a key that runs ctgan-server only is the administrator's matter") {
  BareAccount account;
  const fs::path key = account.sshd().make_key("forced");
  account.sshd().authorize("restrict,command=\"" + bin("ctgan-server") + " --root " +
                               account.home().string() + "/root serve --user alice\"",
                           key);
  const Laptop laptop;
  laptop.write_credentials(account.credentials(key));
  const Outcome outcome = laptop.run({"manage", "server", "install"});
  INFO(outcome);
  CHECK(outcome.code == 77);
  CHECK_THAT(outcome.err, Catch::Contains("runs no commands of ours"));
}
