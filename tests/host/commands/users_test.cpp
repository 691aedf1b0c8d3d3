// `manage whoami`, `manage password` and `manage users`: what is asked of the server, and what is made of its answers.
#include "common/files/file.h"
#include "tests/host/commands/scripted_server.h"
#include "tests/terminal_talk.h"

using namespace ctgan::tests;
using ctgan::files::read_file;

namespace {

Json somebody(const Json& more = Json::object()) {
  Json user{{"user", "bob"}, {"role", "normal"}};
  user.update(more);
  return user;
}

TerminalTalk talk_with(const ScriptedServer& laptop, std::vector<std::string> argv) {
  argv[0] = bin(argv[0]);
  return {argv, laptop.work().string(), laptop.surroundings().environment};
}

}  // namespace

TEST_CASE("whoami says who one is and how that is known, and what one may use beside what one uses") {
  const Json key{{"fingerprint", "SHA256:abc"},
                 {"comment", "lap\x1btop"},
                 {"expires", "2027-01-01"},
                 {"uses",
                  {{{"last", "2026-01-01 10:00:00"}, {"from", "10.0.0.1"}},
                   {{"last", "2026-02-01 10:00:00"}, {"from", "10.0.0.2"}}}}};
  const Json answer{{"user", "me"},
                    {"role", "admin"},
                    {"login", "key"},
                    {"version", "0.1.9"},
                    {"key", "SHA256:abc"},
                    {"limits",
                     {{"bytes", {{"most", 10'000'000'000}, {"own", true}}},
                      {"models", {{"most", 20}}},
                      {"running", {{"most", 2}}},
                      {"rows", {{"most", 5000}}},
                      {"queued", {{"own", true}}}}},
                    {"use",
                     {{"bytes", 1'500},
                      {"running", 1},
                      {"models", {{"files", 3}, {"bytes", 1000}}},
                      {"inbox", {{"files", 1}, {"bytes", 500}}},
                      {"data", {{"files", 0}, {"bytes", 0}}}}},
                    {"keys", {key, {{"fingerprint", "SHA256:new"}}}}};
  const ScriptedServer laptop({answered(answer)});
  const Outcome who = laptop.run({"manage", "whoami"});
  INFO(who);
  REQUIRE(who.code == 0);
  CHECK_THAT(who.out,
             Catch::Contains("me on ") && Catch::Contains(", admin, known by key SHA256:abc; version 0.1.9"));
  CHECK_THAT(who.out, Catch::Contains("limit      used     most  whose\n"
                                      "bytes    1.5 kB  10.0 GB  own\n"
                                      "models        3       20  everybody's\n"
                                      "running       1        2  everybody's\n"
                                      "rows                5000  everybody's\n"));
  // A limit without a number is none.
  CHECK_THAT(who.out, !Catch::Contains("queued"));
  CHECK_THAT(who.out, Catch::Contains("models       3  1.0 kB\nuploads      1   500 B"));
  CHECK_THAT(who.out, !Catch::Contains("synthetic tables"));
  CHECK_THAT(who.out, Catch::Contains("2026-02-01 10:00:00 from 10.0.0.2") && Catch::Contains("lap\\x1btop"));
  CHECK_THAT(who.out, Catch::Contains("SHA256:new") && Catch::Contains("never"));
  const Json told = Json::parse(last_line(laptop.run({"manage", "whoami", "--json"}).out));
  CHECK(told.at("limits") == answer.at("limits"));
  CHECK_FALSE(told.contains("id"));
}

TEST_CASE(
    "a server of before that says less is no reason to refuse; one that does not say who is another "
    "protocol") {
  const Json little{{"user", "me"}, {"role", "normal"}, {"login", "account"}, {"version", "1"}};
  const Outcome who = ScriptedServer({answered(little)}).run({"manage", "whoami"});
  INFO(who);
  CHECK(who.code == 0);
  CHECK(who.out.find('\n') == who.out.size() - 1);
  Json less = little;
  less.erase("role");
  CHECK(ScriptedServer({answered(less)}).run({"manage", "whoami"}).code == 76);
}

TEST_CASE("users are listed with their state, what they store and their jobs") {
  const ScriptedServer laptop({items(
      {somebody({{"created", "2026-01-01"},
                 {"locked", "2026-03-03"},
                 {"password", false},
                 {"use", {{"bytes", 2000}, {"running", 1}, {"queued", 4}, {"models", {{"files", 6}}}}}}),
       {{"user", "root"}, {"role", "admin"}}})});
  const Outcome list = laptop.run({"manage", "users", "list"});
  INFO(list);
  CHECK_THAT(list.out, Catch::Contains("normal, locked since 2026-03-03, known by a key only"));
  CHECK_THAT(list.out, Catch::Contains("2.0 kB       6  1 + 4"));
  CHECK_THAT(list.out, Catch::Contains("root  admin") && Catch::Contains("0 + 0"));
}

TEST_CASE(
    "a new user's password comes over standard input, without the line's end, or is made up and shown once") {
  const ScriptedServer typed({answered(Json::object())});
  const Outcome outcome =
      typed.run({"manage", "users", "add", "bob", "--password-stdin"}, "correct horse\r\n");
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK(typed.asked().at(0) ==
        Json{{"command", "users.add"}, {"user", "bob"}, {"role", "normal"}, {"password", "correct horse"}});
  CHECK_THAT(outcome.out + outcome.err, !Catch::Contains("horse") && Catch::Contains("Added bob"));

  const ScriptedServer made({answered(Json::object())});
  const Outcome shown = made.run({"manage", "users", "add", "bob", "--admin", "--generate-password"});
  INFO(shown);
  const std::string password = made.asked().at(0).at("password");
  CHECK(password.size() >= 16);
  CHECK(shown.out == password + "\n");
  CHECK(made.asked().at(0).at("role") == "admin");

  const ScriptedServer key_only({answered(Json::object())});
  CHECK(key_only.run({"manage", "users", "add", "bob", "--key-only"}).code == 0);
  CHECK_FALSE(key_only.asked().at(0).contains("password"));
}

TEST_CASE("a password that nobody gives, or too much of it, is refused before the server hears of the user") {
  const ScriptedServer laptop({answered(Json::object())});
  check_refused(laptop.run({"manage", "users", "add", "bob", "--batch"}), 64, "--password-stdin");
  check_refused(
      laptop.run({"manage", "users", "password", "bob", "--password-stdin"}, std::string(5000, 'x')), 64,
      "too much came on standard input");
  check_refused(laptop.run({"manage", "users", "add", "bob", "--password-stdin", "--generate-password"}), 64,
                "--generate-password");
  CHECK(laptop.asked().empty());
}

TEST_CASE("at a terminal a password is asked for twice, and is not shown") {
  const ScriptedServer laptop({answered(Json::object())});
  auto differ = talk_with(laptop, {"manage", "users", "password", "bob"});
  REQUIRE(differ.expect("New password of bob: "));
  differ.type("one secret\n");
  REQUIRE(differ.expect("The same again: "));
  differ.type("another\n");
  CHECK(differ.end() == 64);
  CHECK_THAT(differ.said(), Catch::Contains("the two passwords differ") && !Catch::Contains("secret"));
  CHECK(laptop.asked().empty());
  auto same = talk_with(laptop, {"manage", "users", "password", "bob"});
  REQUIRE(same.expect("New password of bob: "));
  same.type("one secret\n");
  REQUIRE(same.expect("The same again: "));
  same.type("one secret\n");
  CHECK(same.end() == 0);
  CHECK(laptop.asked().at(0) ==
        Json{{"command", "users.password"}, {"user", "bob"}, {"password", "one secret"}});
}

TEST_CASE("one's own password is changed with the old one, and without it where there was none") {
  const ScriptedServer laptop({answered({{"user", "me"}}), answered(Json::object())});
  auto talk = talk_with(laptop, {"manage", "password"});
  REQUIRE(talk.expect("Password as it is now: "));
  talk.type("old\n");
  REQUIRE(talk.expect("New password of me: "));
  talk.type("new\n");
  REQUIRE(talk.expect("The same again: "));
  talk.type("new\n");
  CHECK(talk.end() == 0);
  CHECK(laptop.asked().at(1) ==
        Json{{"command", "password.change"}, {"old_password", "old"}, {"password", "new"}});
  const ScriptedServer by_key({answered({{"user", "me"}, {"password", false}}), answered(Json::object())});
  auto first = talk_with(by_key, {"manage", "password"});
  REQUIRE(first.expect("New password of me: "));
  first.type("new\n");
  REQUIRE(first.expect("The same again: "));
  first.type("new\n");
  CHECK(first.end() == 0);
  CHECK(by_key.asked().at(1) == Json{{"command", "password.change"}, {"password", "new"}});
}

TEST_CASE("limits are numbers, bytes with a unit, or everybody's again, each by its own flag") {
  const Json limits{{"bytes", {{"most", 10'000'000'000}, {"own", true}}}};
  const ScriptedServer laptop({answered({{"user", "bob"}, {"limits", limits}})});
  const Outcome outcome = laptop.run({"manage", "users", "limit", "bob", "--bytes", "10G", "--models", "20",
                                      "--rows", "default", "--minutes", "0"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK(laptop.asked().at(0) ==
        Json{{"command", "users.limit"},
             {"user", "bob"},
             {"limits", {{"bytes", 10'000'000'000}, {"models", 20}, {"rows", nullptr}, {"minutes", 0}}}});
  CHECK_THAT(outcome.out, Catch::Contains("10.0 GB  own"));
}

TEST_CASE("a limit that is no number is refused by the name of its flag, and nothing is asked") {
  const ScriptedServer laptop({answered(somebody())});
  const auto refused = [&](const char* flag, const char* text, const std::string& words) {
    check_refused(laptop.run({"manage", "users", "limit", "bob", flag, text}), 64, words);
  };
  refused("--models", "many", "'--models' takes a whole number, not 'many'");
  refused("--models", "10G", "'--models' takes a whole number, not '10G'");
  refused("--bytes", "10X", "'--bytes' takes a whole number, not '10X'");
  refused("--bytes", "G", "'--bytes' takes a whole number");
  refused("--bytes", "99999999T", "'--bytes' is too large: '99999999T'");
  refused("--rows", "-5", "'--rows' takes a whole number");
  CHECK(laptop.asked().empty());
  // Without a limit they are shown.
  CHECK(laptop.run({"manage", "users", "limit", "bob"}).code == 0);
  CHECK(laptop.asked().at(0) == Json{{"command", "users.show"}, {"user", "bob"}});
}

TEST_CASE("a user is removed when somebody said yes to what goes with him") {
  const Json shown = somebody(
      {{"use", {{"models", {{"files", 3}}}, {"data", {{"files", 2}}}, {"running", 1}, {"queued", 1}}}});
  const std::vector<Reply> replies{answered(shown), answered(Json::object())};
  const ScriptedServer kept(replies);
  auto no = talk_with(kept, {"manage", "users", "remove", "bob"});
  REQUIRE(
      no.expect("Remove 'bob' for good, with 3 models, 2 synthetic tables and 2 jobs under way (yes/no): "));
  no.type("no\n");
  CHECK(no.end() == 130);
  CHECK_THAT(no.said(), Catch::Contains("'bob' was kept"));
  CHECK(kept.asked().size() == 1);
  for (const char* flag : {"--yes", "--batch"}) {
    const ScriptedServer gone(replies);
    const Outcome outcome = gone.run({"manage", "users", "remove", "bob", flag});
    INFO(outcome);
    CHECK(outcome.code == 0);
    CHECK(gone.asked().at(1) == Json{{"command", "users.remove"}, {"user", "bob"}});
  }
}

TEST_CASE("locking, unlocking and roles are asked for by name, and what the user is then is said") {
  const auto changed = [](std::vector<std::string> words, Json answer) {
    const ScriptedServer laptop({answered(std::move(answer))});
    words.insert(words.begin(), {"manage", "users"});
    const Outcome outcome = laptop.run(words);
    INFO(outcome);
    CHECK(outcome.code == 0);
    return std::pair(outcome.out, laptop.asked().at(0));
  };
  const auto [locked, lock] = changed({"lock", "bob"}, somebody({{"locked", "2026-01-01"}}));
  CHECK(locked == "bob: normal, locked since 2026-01-01\n");
  CHECK(lock == Json{{"command", "users.lock"}, {"user", "bob"}});
  CHECK(changed({"unlock", "bob"}, somebody()).first == "bob: normal\n");
  const auto [role, asked] = changed({"role", "bob", "admin"}, {{"user", "bob"}, {"role", "admin"}});
  CHECK(role == "bob: admin\n");
  CHECK(asked == Json{{"command", "users.role"}, {"user", "bob"}, {"role", "admin"}});
}

TEST_CASE("a key is let in from its file, to its last day, and taken away by user or by fingerprint") {
  const ScriptedServer laptop({answered({{"user", "bob"}, {"fingerprint", "SHA256:k"}})});
  std::ofstream(laptop.work() / "bob.pub") << "ssh-ed25519 AAAA bob\n";
  const Outcome in =
      laptop.run({"manage", "users", "authorize", "bob", "--key", "bob.pub", "--expires", "2026-12-31"});
  INFO(in);
  CHECK(in.out == "SHA256:k lets bob in\n");
  CHECK(laptop.asked().at(0) == Json{{"command", "users.authorize"},
                                     {"user", "bob"},
                                     {"key", "ssh-ed25519 AAAA bob\n"},
                                     {"expires", "2026-12-31"}});
  check_refused(laptop.run({"manage", "users", "authorize", "bob", "--key", "none.pub"}), 66, "none.pub");
  check_refused(laptop.run({"manage", "users", "authorize", "bob"}), 64, "--key");
  const ScriptedServer other({answered(
      {{"revoked", {{{"fingerprint", "SHA256:k"}, {"user", "bob"}}, {{"fingerprint", "SHA256:l"}}}}})});
  CHECK(other.run({"manage", "users", "revoke", "SHA256:k"}).out ==
        "took away SHA256:k of bob\ntook away SHA256:l of everybody with a password\n");
  CHECK(other.asked().at(0) == Json{{"command", "users.revoke"}, {"whose", "SHA256:k"}});
}

TEST_CASE("what the server refuses keeps its kind, words and hint, and cannot steer the terminal") {
  const ScriptedServer laptop({answered(
      {{"kind", "permission"}, {"sentence", "'me' is no \x1b[2Jadministrator"}, {"hint", "ask \x07 one"}})});
  check_refused(laptop.run({"manage", "users", "list"}), 77,
                "manage: 'me' is no \\x1b[2Jadministrator\n  hint: ask \\x07 one\n");
}

TEST_CASE("users need a deed, a deed its user; both are said with exit 64") {
  const ScriptedServer laptop;
  check_refused(laptop.run({"manage", "users"}), 64, "subcommand");
  for (const char* deed :
       {"show", "add", "password", "remove", "limit", "lock", "unlock", "authorize", "role", "revoke"})
    check_refused(laptop.run({"manage", "users", deed}), 64, "required");
  check_refused(laptop.run({"manage", "users", "delte", "bob"}), 64, "unknown argument 'delte'");
  CHECK(laptop.asked().empty());
}
