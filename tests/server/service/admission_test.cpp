#include "server/service/admission.h"

#include "tests/catch.h"

namespace ctgan::server::service {

using errors::Kind;

namespace {

Refusal refusal(const Admission& admission) {
  REQUIRE(std::holds_alternative<Refusal>(admission));
  return std::get<Refusal>(admission);
}

}  // namespace

TEST_CASE("the two commands of the host are admitted, to the letter") {
  CHECK(std::holds_alternative<AdmitServe>(admit("ctgan-server serve")));
  CHECK(std::holds_alternative<AdmitTransfer>(admit("ctgan-server transfer")));
}

TEST_CASE("what only begins like an admitted command is refused and quoted, and would be run by nobody") {
  for (const char* command : {"ctgan-server serve; sh",
                              "ctgan-server serve\nsh",
                              "ctgan-server serve ",
                              " ctgan-server serve",
                              "ctgan-server  serve",
                              "ctgan-server serve --user bob",
                              "ctgan-server serve --login",
                              "ctgan-server --root / serve",
                              "ctgan-server transfer bob",
                              "ctgan-server work x",
                              "ctgan-server user list",
                              "CTGAN-SERVER serve",
                              "/usr/bin/ctgan-server serve",
                              "ctgan-server",
                              "serve",
                              "ctgan-server serve\r",
                              "bash",
                              "sh -c id",
                              "$(id)",
                              "`id`",
                              "ctgan-server serve && id",
                              "ctgan-server serve | id",
                              "rsync --server .",
                              "scp",
                              "scp\t-f x",
                              "scpx -f y",
                              "git-shell"}) {
    INFO(command);
    const Refusal refused = refusal(admit(command));
    CHECK(refused.error.kind() == Kind::permission);
    CHECK_FALSE(refused.to_scp);
    CHECK(refused.error.sentence() == "this key does not allow " + errors::quoted(command));
  }
}

TEST_CASE("a NUL byte cuts nothing off") {
  CHECK(refusal(admit(std::string_view("ctgan-server serve\0x", 20))).error.kind() == Kind::permission);
}

TEST_CASE("a request for a shell is told that there is none") {
  CHECK_THAT(refusal(admit("")).error.sentence(), Catch::Contains("no shell"));
}

TEST_CASE("a request for sftp is pointed to scp -O") {
  for (const char* command :
       {"internal-sftp", "internal-sftp -R", "/usr/lib/openssh/sftp-server", "sftp-server -l INFO"}) {
    INFO(command);
    const Refusal refused = refusal(admit(command));
    CHECK_THAT(refused.error.hint(), Catch::Contains("scp -O"));
    CHECK_FALSE(refused.to_scp);
  }
}

TEST_CASE("stock scp sends into the inbox, under its own names or under one") {
  for (const char* command :
       {"scp -t .", "scp -v -t .", "scp -p -t .", "scp -v -p -d -q -t .", "scp -d -t -- ."}) {
    INFO(command);
    const Admission admission = admit(command);
    REQUIRE(std::holds_alternative<AdmitCopyIn>(admission));
    CHECK_FALSE(std::get<AdmitCopyIn>(admission).name.has_value());
  }
  const std::pair<const char*, const char*> named[]{{"scp -t people.csv", "people.csv"},
                                                    {"scp -t odd name (1).csv", "odd name (1).csv"},
                                                    {"scp -t  two spaces", " two spaces"},
                                                    {"scp -t -- a", "a"},
                                                    {"scp -t it's \"quoted\".csv", "it's \"quoted\".csv"},
                                                    {"scp -t a;b|c&d$(e)`f`*?[g]", "a;b|c&d$(e)`f`*?[g]"},
                                                    {"scp -t \xc3\xbcml.csv", "\xc3\xbcml.csv"}};
  for (const auto& [command, name] : named) {
    INFO(command);
    const Admission admission = admit(command);
    REQUIRE(std::holds_alternative<AdmitCopyIn>(admission));
    CHECK(std::get<AdmitCopyIn>(admission).name == name);
  }
}

TEST_CASE("stock scp fetches one name, which nobody expands") {
  for (const auto& [command, name] :
       {std::pair("scp -f a_model.gz", "a_model.gz"), std::pair("scp -v -p -f -- x y", "x y"),
        std::pair("scp -f *", "*"), std::pair("scp -d -f a", "a")}) {
    INFO(command);
    const Admission admission = admit(command);
    REQUIRE(std::holds_alternative<AdmitCopyOut>(admission));
    CHECK(std::get<AdmitCopyOut>(admission).name == name);
  }
}

TEST_CASE("any other scp is refused in a way that the stock client shows") {
  for (const char* command : {"scp -r -t .",
                              "scp -p -r -d -t .",
                              "scp -r -f x",
                              "scp -t -f",
                              "scp -t -f x",
                              "scp -f -t x",
                              "scp -t",
                              "scp -f",
                              "scp -f ",
                              "scp -f --",
                              "scp -f -- ",
                              "scp -t -- ../x",
                              "scp -t ../x",
                              "scp -t /etc/x",
                              "scp -t a/b",
                              "scp -t ~/x",
                              "scp -f .",
                              "scp -f ..",
                              "scp -f ../ctgan.sqlite",
                              "scp -f .hidden",
                              "scp -f -- -x",
                              "scp -f -x",
                              "scp -t -- -- x",
                              "scp -x -t .",
                              "scp -S sh -t .",
                              "scp -tv .",
                              "scp  -t .",
                              "scp -o X -f y",
                              "scp x -t .",
                              "scp -vr -t .",
                              "scp -d -t name",
                              "scp -",
                              "scp --",
                              "scp -v",
                              "scp -v -p"}) {
    INFO(command);
    const Refusal refused = refusal(admit(command));
    CHECK(refused.to_scp);
    CHECK(refused.error.kind() == Kind::usage);
    CHECK(refused.error.sentence().find('\n') == std::string::npos);
  }
  CHECK(refusal(admit("scp -t a\nb")).to_scp);
  CHECK(refusal(admit("scp -t a\x01")).to_scp);
  CHECK(refusal(admit("scp -t " + std::string(100'000, 'x'))).error.sentence().size() < 300);
  CHECK_THAT(refusal(admit("scp -r -t .")).error.sentence(), Catch::Contains("folders"));
}

}  // namespace ctgan::server::service
