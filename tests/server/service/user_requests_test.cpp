// Administrators look after users over the protocol, and nobody else does; what anybody did stands in the audit log.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "common/files/checksum.h"
#include "server/service/requests.h"
#include "server/store/passwords.h"
#include "tests/catch.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using tests::FreshStore;
using tests::Talk;

namespace {

const std::string k_model = "adult_20261121t074500_model.gz";
const std::string k_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOr89eQeZFUntocAWtU7KM7M1erQfSrXSAqXS4hbYK0 alice@laptop\n";
const std::string k_fingerprint = "SHA256:Qf2gCRj+VT4yZhw7gp6kG+eigMxMUwiKNX0tmUZq5o0";

struct WithAdmin : FreshStore {
  WithAdmin() {
    add_user("alice");
    add_user("bob");
    store().users().add("root", store::Role::admin, std::nullopt, now);
    store().make_user_folders("root");
    put(store::Shelf::models, "alice", k_model, "the model");
    write_settings(Json::object());
  }
  // With a file of keys of the test's own.
  void write_settings(Json settings) const {
    settings["shared"] = true;
    settings["authorized_keys"] = keys().string();
    files::write_file(store::Layout(root()).settings(), settings.dump(),
                      files::AtomicFile::IfExists::replace);
  }
  std::filesystem::path keys() const { return root() / "keys"; }
  // A line is known by the name of the program, which here is a test.
  void name_program() const {
    std::string text = files::read_file(keys());
    const std::string_view name = "/test_server_service ";
    text.replace(text.find(name), name.size(), "/ctgan-server ");
    files::write_file(keys(), text, files::AtomicFile::IfExists::replace);
  }
  std::vector<audit::Entry> log() {
    std::vector<audit::Entry> entries;
    audit::AuditLog(store().layout().audit()).read([&](const audit::Entry& entry) {
      entries.push_back(entry);
    });
    return entries;
  }
};

Json sample(int number) {
  return {{"request_id", fmt::format("{:032x}", number)}, {"model", k_model}, {"rows", 5}};
}

Json announced(const std::string& name, std::uint64_t bytes) {
  return {{"name", name}, {"bytes", bytes}, {"sha256", files::sha256_of(name)}};
}

// How many of two users' connections that ask at the same moment get what they want.
int granted_at_once(FreshStore& fresh, const std::string& command, const std::function<Json(int)>& fields) {
  std::atomic<int> granted = 0, ready = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < 2; ++i) {
    askers.emplace_back([&, i] {
      Talk alice(fresh, "alice");
      ++ready;
      while (ready < 2) std::this_thread::yield();
      if (alice.ask(command, fields(i)).at("type") == "result") ++granted;
    });
  }
  for (std::thread& asker : askers) asker.join();
  return granted;
}

}  // namespace

TEST_CASE("an administrator adds, lists, limits, locks, promotes and removes users from afar") {
  WithAdmin fresh;
  Talk root(fresh, "root");
  CHECK(root.ask("users.add", {{"user", "carol"}, {"role", "admin"}, {"password", "correct horse"}})
            .at("type") == "result");
  CHECK(root.ask("users.add", {{"user", "carol"}}).at("kind") == "cannot_create");
  CHECK(root.ask("users.add", {{"user", "../x"}}).at("kind") == "usage");
  CHECK(root.ask("users.add", {{"user", "dora"}, {"role", "king"}}).at("kind") == "usage");
  const Json items = root.ask("users.list").at("items");
  REQUIRE(items.size() == 4);
  CHECK(items[0].at("user") == "alice");
  CHECK(items[0].at("use").at("models").at("bytes") == 9);
  CHECK(items[2].at("role") == "admin");
  CHECK(items[2].at("password") == true);
  const Json limited =
      root.ask("users.limit", {{"user", "alice"}, {"limits", {{"models", 20}, {"bytes", 1000}}}});
  CHECK(limited.at("limits").at("models") == Json{{"most", 20}, {"own", true}});
  CHECK(limited.at("limits").at("rows").at("own") == false);
  CHECK(root.ask("users.limit", {{"user", "alice"}, {"limits", {{"models", nullptr}}}})
            .at("limits")
            .at("models")
            .at("own") == false);
  CHECK(root.ask("users.limit", {{"user", "alice"}, {"limits", {{"minutes", 0}}}}).at("kind") == "usage");
  CHECK(root.ask("users.limit", {{"user", "alice"}, {"limits", {{"modles", 1}}}}).at("hint") ==
        "did you mean 'models'?");
  CHECK(root.ask("users.lock", {{"user", "alice"}}).contains("locked"));
  CHECK_FALSE(root.ask("users.unlock", {{"user", "alice"}}).contains("locked"));
  CHECK(root.ask("users.role", {{"user", "bob"}, {"role", "admin"}}).at("role") == "admin");
  CHECK(root.ask("users.remove", {{"user", "alice"}}).at("type") == "result");
  CHECK_FALSE(fresh.store().users().find("alice").has_value());
  CHECK_FALSE(std::filesystem::exists(fresh.store().layout().shelf(store::Shelf::models, "alice")));
}

TEST_CASE(
    "a normal user looks after nobody, is told so, and the try is noted; one who was demoted no more "
    "either") {
  WithAdmin fresh;
  Talk alice(fresh, "alice");
  for (const char* command :
       {"users.list", "users.show", "users.add", "users.remove", "users.lock", "users.unlock", "users.limit",
        "users.role", "users.password", "users.authorize", "users.revoke"}) {
    INFO(command);
    const Json answer = alice.ask(command, {{"user", "alice"},
                                            {"role", "admin"},
                                            {"password", "correct horse"},
                                            {"limits", {{"models", 99}}},
                                            {"key", k_key},
                                            {"whose", "bob"}});
    CHECK(answer.at("kind") == "permission");
    CHECK(answer.at("sentence") == "only an administrator looks after users");
    CHECK(fresh.log().back().what == command);
    CHECK(fresh.log().back().code == 77);
  }
  CHECK(fresh.store().users().require("alice").role == store::Role::normal);
  CHECK_FALSE(std::filesystem::exists(fresh.keys()));
  Talk root(fresh, "root");
  REQUIRE(root.ask("users.list").at("type") == "result");
  fresh.store().users().set_role("root", store::Role::normal);
  CHECK(root.ask("users.list").at("kind") == "permission");
}

TEST_CASE("an administrator cannot lock, remove or demote himself: one is always left") {
  WithAdmin fresh;
  Talk root(fresh, "root");
  CHECK(root.ask("users.lock", {{"user", "root"}}).at("sentence") == "you cannot lock yourself");
  CHECK(root.ask("users.remove", {{"user", "root"}}).at("kind") == "permission");
  CHECK(root.ask("users.role", {{"user", "root"}, {"role", "normal"}}).at("kind") == "permission");
  CHECK(fresh.store().users().require("root").role == store::Role::admin);
}

TEST_CASE(
    "who is locked is out at the next request, keeps everything, and nothing of his starts until he is "
    "unlocked") {
  WithAdmin fresh;
  fresh.write_settings({{"limits", {{"running_jobs_of_user", 1}, {"kept_for_samples", 0}}}});
  Talk root(fresh, "root"), alice(fresh, "alice");
  REQUIRE(alice.ask("sample.submit", sample(1)).at("type") == "result");
  REQUIRE(alice.ask("sample.submit", sample(2)).at("type") == "result");
  const std::string ticket =
      alice.ask("download.ticket", {{"store", "models"}, {"name", k_model}, {"offset", 0}}).at("ticket");
  REQUIRE(root.ask("users.lock", {{"user", "alice"}}).at("type") == "result");
  const Json refused = alice.ask("models.list");
  CHECK(refused.at("kind") == "permission");
  CHECK(refused.at("sentence") == "the user 'alice' is locked");
  CHECK(alice.ask("sample.submit", sample(3)).at("kind") == "permission");
  // The one that runs ends, and the next does not begin.
  auto running = fresh.store().jobs().unfinished();
  REQUIRE(running.size() == 2);
  running[0].state = store::JobState::failed;
  fresh.store().jobs().update(running[0]);
  REQUIRE(root.ask("users.lock", {{"user", "bob"}}).at("type") == "result");
  Talk(fresh, "root").ask("users.unlock", {{"user", "bob"}});
  CHECK(fresh.store().jobs().unfinished()[0].state == store::JobState::queued);
  REQUIRE(root.ask("users.unlock", {{"user", "alice"}}).at("type") == "result");
  CHECK(fresh.store().jobs().unfinished()[0].state == store::JobState::starting);
  CHECK(alice.ask("models.list").at("items").size() == 1);
}

TEST_CASE(
    "a password of somebody who is locked opens nothing, and is not told from a wrong one before it is "
    "right") {
  WithAdmin fresh;
  fresh.store().users().set_password("alice", store::hash_password("correct horse"));
  fresh.store().users().set_locked("alice", true, 1);
  Talk talk(fresh, LoginKind::password, std::nullopt);
  CHECK(talk.ask("login", {{"user", "alice"}, {"password", "wrong horse"}}).at("sentence") ==
        "the user name or the password is wrong");
  CHECK(talk.ask("login", {{"user", "alice"}, {"password", "correct horse"}}).at("sentence") ==
        "the user 'alice' is locked");
  CHECK(talk.ask("models.list").at("kind") == "permission");
}

TEST_CASE("of two submissions at the same moment a limit of one lets one through") {
  for (int round = 0; round < 5; ++round) {
    WithAdmin fresh;
    fresh.store().users().set_limit("alice", store::Limit::running, 1);
    fresh.store().users().set_limit("alice", store::Limit::queued, 0);
    CHECK(granted_at_once(fresh, "sample.submit", [](int i) { return sample(i); }) == 1);
    CHECK(fresh.store().jobs().unfinished().size() == 1);
  }
}

TEST_CASE("of two uploads at the same moment only the one gets in that there is room for") {
  for (int round = 0; round < 5; ++round) {
    WithAdmin fresh;
    fresh.store().users().set_limit("alice", store::Limit::bytes, 100);
    const auto fields = [](int i) { return announced(std::to_string(i), 60); };
    CHECK(granted_at_once(fresh, "upload.open", fields) == 1);
  }
}

TEST_CASE("a limit is refused before work starts, with its number, what is used and who can change it") {
  WithAdmin fresh;
  Talk alice(fresh, "alice");
  const auto limit = [&](store::Limit which, std::uint64_t value) {
    fresh.store().users().set_limit("alice", which, value);
  };
  limit(store::Limit::rows, 4);
  CHECK_THAT(alice.ask("sample.submit", sample(1)).at("sentence").get<std::string>(),
             Catch::Contains("1 to 4"));
  limit(store::Limit::rows, 5);
  limit(store::Limit::bytes, 9);
  const Json full = alice.ask("sample.submit", sample(1));
  CHECK(full.at("kind") == "permission");
  CHECK(full.at("sentence") == "'alice' may have 9 bytes of models, tables, reports and uploads, and has 9");
  CHECK_THAT(full.at("hint").get<std::string>(), Catch::Contains("'manage users limit alice --bytes N'") &&
                                                     Catch::Contains("limits.stored_bytes_of_user"));
  CHECK(alice.ask("upload.open", announced("a.csv", 1)).at("kind") == "permission");
  limit(store::Limit::bytes, 1000);
  limit(store::Limit::models, 1);
  const std::string table = "a,b\n1,2\n";
  const std::string upload =
      alice
          .ask("upload.open",
               {{"name", "a.csv"}, {"bytes", table.size()}, {"sha256", files::sha256_of(table)}})
          .at("upload");
  files::write_file(store::Layout(fresh.root()).upload("alice", upload) / "table", table,
                    files::AtomicFile::IfExists::replace);
  REQUIRE(alice.ask("upload.close", {{"upload", upload}}).at("type") == "result");
  const Json fit{{"request_id", std::string(32, 'f')}, {"upload", upload}, {"name", "a.csv"}};
  CHECK(alice.ask("fit.submit", fit).at("sentence") == "'alice' may have 1 models, and has 1");
  CHECK(fresh.store().jobs().unfinished().empty());
  limit(store::Limit::models, 2);
  limit(store::Limit::minutes, 7);
  limit(store::Limit::threads, 3);
  const std::string job = alice.ask("fit.submit", fit).at("job");
  const auto request = jobs::JobFolder(fresh.store().layout().job(job)).read_request();
  CHECK(request.limits.minutes == 7);
  CHECK(request.limits.threads == 3);
  CHECK(request.limits.rows == 5);
  // The fit that runs will be a model.
  CHECK(alice.ask("fit.submit", {{"request_id", std::string(32, 'e')}, {"inbox", "b.csv"}, {"name", "b.csv"}})
            .at("sentence") == "'alice' may have 2 models, and has 2");
  CHECK(alice.ask("fit.submit", fit).at("job") == job);
}

TEST_CASE("whoami says what one may use, what one uses, and by which key one came") {
  WithAdmin fresh;
  fresh.store().users().set_limit("alice", store::Limit::models, 20);
  Talk alice(fresh, "alice");
  const Json me = alice.ask("whoami");
  CHECK(me.at("role") == "normal");
  CHECK(me.at("login") == "key");
  CHECK(me.at("key") == "SHA256:talk");
  CHECK(me.at("limits").at("models") == Json{{"most", 20}, {"own", true}});
  CHECK(me.at("use").at("models") == Json{{"files", 1}, {"bytes", 9}});
  CHECK(me.at("use").at("bytes") == 9);
  CHECK(me.at("use").at("queued") == 0);
  CHECK(me.at("keys").empty());
}

TEST_CASE("a key that an administrator lets in is in the file of the settings, and goes with its user") {
  WithAdmin fresh;
  Talk root(fresh, "root");
  const Json added =
      root.ask("users.authorize", {{"user", "alice"}, {"key", k_key}, {"expires", "2099-12-31"}});
  CHECK(added.at("fingerprint") == k_fingerprint);
  CHECK_THAT(files::read_file(fresh.keys()),
             Catch::StartsWith("restrict,expiry-time=\"209912312359\",command=\"") &&
                 Catch::Contains(" serve --user alice --fingerprint " + k_fingerprint + "\" ssh-ed25519 "));
  fresh.name_program();
  fresh.store().key_uses().note({"alice", k_fingerprint, fresh.now, "10.0.0.9"});
  const Json keys = root.ask("users.show", {{"user", "alice"}}).at("keys");
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].at("expires") == "2099-12-31 23:59");
  CHECK(keys[0].at("comment") == "alice@laptop");
  CHECK(keys[0].at("uses")[0].at("from") == "10.0.0.9");
  CHECK(root.ask("users.authorize", {{"user", "bob"}, {"key", k_key}}).at("kind") == "cannot_create");
  CHECK(root.ask("users.authorize", {{"user", "alice"}, {"key", "no key"}}).at("kind") == "bad_data");
  CHECK(root.ask("users.authorize", {{"user", "alice"}, {"key", k_key}, {"expires", "2099-02-30"}})
            .at("kind") == "usage");
  CHECK(root.ask("users.revoke", {{"whose", k_fingerprint}}).at("revoked")[0].at("user") == "alice");
  CHECK(root.ask("users.revoke", {{"whose", k_fingerprint}}).at("kind") == "no_input");
  root.ask("users.authorize", {{"user", "alice"}, {"key", k_key}});
  fresh.name_program();
  REQUIRE(root.ask("users.remove", {{"user", "alice"}}).at("type") == "result");
  CHECK(files::read_file(fresh.keys()).empty());
}

TEST_CASE("one changes one's own password, and only who knows the old one") {
  WithAdmin fresh;
  fresh.store().users().set_password("alice", store::hash_password("correct horse"));
  Talk alice(fresh, "alice");
  CHECK(alice.ask("password.change", {{"password", "another horse"}}).at("kind") == "protocol");
  CHECK(alice.ask("password.change", {{"old_password", "wrong horse"}, {"password", "another horse"}})
            .at("kind") == "permission");
  CHECK(alice.ask("password.change", {{"old_password", "correct horse"}, {"password", "short"}}).at("kind") ==
        "usage");
  CHECK(alice.ask("password.change", {{"old_password", "correct horse"}, {"password", "another horse"}})
            .at("type") == "result");
  CHECK(Talk(fresh, LoginKind::password, std::nullopt)
            .ask("login", {{"user", "alice"}, {"password", "another horse"}})
            .at("type") == "result");
}

TEST_CASE("what users do stands in the log with its result, and no password ever does") {
  WithAdmin fresh;
  fresh.store().users().set_password("alice", store::hash_password("correct horse"));
  {
    Talk talk(fresh, LoginKind::password, std::nullopt);
    talk.ask("login", {{"user", "alice"}, {"password", "wrong horse"}});
    talk.ask("login", {{"user", "my-secret-word"}, {"password", "wrong horse"}});
    talk.ask("login", {{"user", "alice"}, {"password", "correct horse"}});
    talk.ask("sample.submit", sample(1));
    talk.ask("models.delete", {{"name", "none_20261121t074500_model.gz"}});
    talk.ask("password.change", {{"old_password", "correct horse"}, {"password", "another horse"}});
    Talk root(fresh, "root");
    root.ask("users.add", {{"user", "carol"}, {"password", "third horse"}});
    root.ask("users.password", {{"user", "carol"}, {"password", "fourth horse"}});
  }
  const auto log = fresh.log();
  REQUIRE(log.size() == 11);
  CHECK(log[0].what == "login");
  CHECK(log[0].subject == "alice");
  CHECK(log[0].code == 77);
  CHECK(log[0].origin.from == "10.0.0.7");
  CHECK(log[1].subject == "?");
  CHECK(log[2].result == "ok");
  CHECK(log[3].what == "sample.submit");
  CHECK(log[3].origin.user == "alice");
  CHECK_THAT(log[3].subject, Catch::EndsWith(" " + k_model));
  CHECK(log[4].what == "models.delete");
  CHECK(log[4].code == 66);
  CHECK(log[5].result == "begun");
  CHECK(log[6].what == "users.password");
  CHECK(log[6].origin.user == "alice");
  CHECK(log[7].origin.user == "root");
  CHECK(log[7].subject == "carol normal");
  const std::string text = files::read_file(fresh.store().layout().audit());
  for (const char* secret : {"horse", "my-secret-word"}) CHECK(text.find(secret) == std::string::npos);
}

TEST_CASE("where the log cannot be written users work on and are told, and administration is refused") {
  WithAdmin fresh;
  std::filesystem::create_directory(fresh.store().layout().audit());
  Talk alice(fresh, "alice"), root(fresh, "root");
  const Json submitted = alice.ask("sample.submit", sample(1));
  REQUIRE(submitted.at("type") == "result");
  REQUIRE(submitted.at("warnings").size() == 1);
  CHECK_THAT(submitted.at("warnings")[0].get<std::string>(), Catch::Contains("audit log"));
  CHECK_FALSE(alice.ask("sample.submit", sample(2)).contains("warnings"));
  const Json refused = root.ask("users.add", {{"user", "carol"}});
  CHECK_THAT(refused.at("sentence").get<std::string>(), Catch::StartsWith("nothing was changed"));
  CHECK_FALSE(fresh.store().users().find("carol").has_value());
}

}  // namespace ctgan::server::service
