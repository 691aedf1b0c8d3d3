#include "server/service/requests.h"

#include <fmt/format.h>

#include <fstream>
#include <set>

#include "common/files/checksum.h"
#include "server/jobs/events.h"
#include "tests/catch.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using tests::FreshStore;
using tests::Talk;

namespace {

const std::string k_model = "adult_20261121t074500_model.gz";
const std::string k_data = "adult_20261121t074501_10_synthetic.csv.gz";
const std::string k_table = "a,b\n1,2\n";
const std::string k_request(32, 'a');

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
    put(store::Shelf::models, "alice", k_model, "the model");
    put(store::Shelf::sidecars, "alice", "adult_20261121t074500_model.json", "{}");
    put(store::Shelf::data, "alice", k_data, "the rows");
  }
};

// As `transfer` would leave it.
std::string upload(FreshStore& fresh, Talk& talk, const std::string& user,
                   const std::string& content = k_table) {
  const Json opened =
      talk.ask("upload.open",
               {{"name", "people.csv"}, {"bytes", content.size()}, {"sha256", files::sha256_of(content)}});
  const std::string id = opened.at("upload");
  files::write_file(store::Layout(fresh.root()).upload(user, id) / "table", content,
                    files::AtomicFile::IfExists::replace);
  return id;
}

// The answer without what names the thing that was asked for.
std::string without(Json answer, const std::string& name) {
  answer.erase("id");
  std::string text = answer.dump();
  for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;) text.erase(at, name.size());
  return text;
}

}  // namespace

TEST_CASE("whatever a user asks for, another user's things are exactly like things that do not exist",
          "[fault:16]") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  Talk bob(fresh, "bob");
  const std::string upload_id = upload(fresh, alice, "alice");
  REQUIRE(alice.ask("upload.close", {{"upload", upload_id}}).at("type") == "result");
  const std::string job =
      alice.ask("sample.submit", {{"request_id", k_request}, {"model", k_model}, {"rows", 5}}).at("job");
  const std::string no_id(32, '0');
  const std::string no_model = "zdult_20261121t074500_model.gz";
  const std::string no_data = "zdult_20261121t074501_10_synthetic.csv.gz";
  const std::string sidecar = "adult_20261121t074500_model.json";
  const std::string no_sidecar = "zdult_20261121t074500_model.json";

  struct Case {
    std::string command;
    Json fields;
    std::string field, real, invented;
  };
  const std::string other_request(32, 'b');
  for (const Case& c : std::vector<Case>{
           {"upload.ticket", {{"offset", 0}}, "upload", upload_id, no_id},
           {"upload.close", Json::object(), "upload", upload_id, no_id},
           {"fit.submit", {{"request_id", other_request}, {"name", "x"}}, "upload", upload_id, no_id},
           {"fit.submit", {{"request_id", other_request}, {"name", "x"}}, "inbox", "people.csv", "none.csv"},
           {"sample.submit", {{"request_id", other_request}, {"rows", 5}}, "model", k_model, no_model},
           {"job.follow", Json::object(), "job", job, no_id},
           {"job.show", Json::object(), "job", job, no_id},
           {"job.cancel", Json::object(), "job", job, no_id},
           {"job.retry", {{"request_id", other_request}}, "job", job, no_id},
           {"models.delete", Json::object(), "name", k_model, no_model},
           {"data.delete", Json::object(), "name", k_data, no_data},
           {"download.open", {{"store", "models"}}, "name", k_model, no_model},
           {"download.open", {{"store", "sidecars"}}, "name", sidecar, no_sidecar},
           {"download.open", {{"store", "data"}}, "name", k_data, no_data},
           {"download.ticket", {{"store", "models"}, {"offset", 0}}, "name", k_model, no_model},
           {"download.ticket", {{"store", "sidecars"}, {"offset", 0}}, "name", sidecar, no_sidecar},
           {"download.ticket", {{"store", "data"}, {"offset", 0}}, "name", k_data, no_data},
       }) {
    INFO(c.command << " " << c.field);
    const auto answer = [&](Talk& who, const std::string& name) {
      Json fields = c.fields;
      fields[c.field] = name;
      return who.ask(c.command, fields);
    };
    const Json foreign = answer(bob, c.real);
    // Ids of uploads are ours: one that is unknown has gone meanwhile.
    CHECK(foreign.at("kind") == (c.field == "upload" ? "try_again" : "no_input"));
    CHECK(without(foreign, c.real) == without(answer(bob, c.invented), c.invented));
    CHECK(without(answer(bob, "../alice/" + c.real), "../alice/" + c.real) == without(foreign, c.real));
  }
  for (const char* list : {"models.list", "data.list", "job.list"}) CHECK(bob.ask(list).at("items").empty());
  CHECK(alice.ask("models.list").at("items").size() == 1);
  CHECK(alice.ask("data.list").at("items").size() == 1);
  CHECK(alice.ask("job.list").at("items").size() == 1);
}

TEST_CASE("a job that ended without a result is repeated, with the same table where it had one") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  const auto send = [&](const std::string& content) {
    const std::string id = upload(fresh, alice, "alice", content);
    REQUIRE(alice.ask("upload.close", {{"upload", id}}).at("type") == "result");
    return id;
  };
  const auto submit = [&](char id) {
    return alice.ask("fit.submit", {{"request_id", std::string(32, id)},
                                    {"name", "people.csv"},
                                    {"upload", send("a\n1\n2\n")},
                                    {"options", {{"epochs", 3}, {"seed", 7}}}});
  };
  const std::string job = submit('1').at("job");
  const auto retry = [&](char id, const Json& more) {
    Json fields{{"request_id", std::string(32, id)}, {"job", job}};
    fields.update(more);
    return alice.ask("job.retry", fields);
  };
  CHECK_THAT(retry('2', Json::object()).at("sentence").get<std::string>(), Catch::Contains("has not ended"));
  REQUIRE(alice.ask("job.cancel", {{"job", job}}).at("state") == "cancelled");
  CHECK(retry('2', Json::object()).at("kind") == "protocol");
  const Json other = retry('2', {{"upload", send("a\n1\n3\n")}});
  CHECK(other.at("kind") == "bad_data");
  CHECK_THAT(other.at("sentence").get<std::string>(), Catch::Contains("is not the table that the job"));

  const std::string sent = send("a\n1\n2\n");
  const Json again = retry('2', {{"upload", sent}});
  REQUIRE(again.contains("job"));
  CHECK(again.at("job") != job);
  // The same request is the same job.
  CHECK(retry('2', {{"upload", sent}}).at("job") == again.at("job"));
  const Json first = alice.ask("job.show", {{"job", job}}).at("request");
  Json second = alice.ask("job.show", {{"job", again.at("job")}}).at("request");
  CHECK(second.at("retry_of") == job);
  second.erase("retry_of");
  CHECK(second == first);
}

TEST_CASE("a fit is let have less than its user may have, not more, and so is the one that repeats it") {
  WithUsers fresh;
  fresh.store().users().add("root", store::Role::admin, std::nullopt, fresh.now);
  Talk alice(fresh, "alice"), root(fresh, "root");
  const auto limit = [&](std::uint64_t minutes) {
    REQUIRE(root.ask("users.limit", {{"user", "alice"}, {"limits", {{"minutes", minutes}}}}).at("type") ==
            "result");
  };
  const auto submit = [&](char id, const Json& more) {
    const std::string table = upload(fresh, alice, "alice", "a\n1\n2\n");
    alice.ask("upload.close", {{"upload", table}});
    Json fields{{"request_id", std::string(32, id)}, {"name", "x"}, {"upload", table}};
    fields.update(more);
    return alice.ask("fit.submit", fields);
  };
  const auto limits_of = [&](const Json& answer) {
    return alice.ask("job.show", {{"job", answer.at("job")}}).at("request").at("limits");
  };
  limit(30);
  CHECK(limits_of(submit('1', {{"minutes", 20}, {"threads", 1}})).at("minutes") == 20);
  CHECK(limits_of(submit('2', {{"threads", 1}})).at("threads") == 1);
  CHECK(limits_of(submit('3', {{"minutes", 40}})).at("minutes") == 30);
  CHECK(submit('4', {{"minutes", 0}}).at("kind") == "usage");
  const Json asked = submit('5', {{"minutes", 20}});
  REQUIRE(alice.ask("job.cancel", {{"job", asked.at("job")}}).at("state") == "cancelled");
  limit(60);
  const std::string table = upload(fresh, alice, "alice", "a\n1\n2\n");
  alice.ask("upload.close", {{"upload", table}});
  const Json again = alice.ask(
      "job.retry", {{"request_id", std::string(32, '6')}, {"job", asked.at("job")}, {"upload", table}});
  CHECK(limits_of(again).at("minutes") == 20);
}

TEST_CASE("an administrator sees and ends everybody's jobs, and nobody else does", "[fault:9]") {
  WithUsers fresh;
  fresh.store().users().add("root", store::Role::admin, std::nullopt, fresh.now);
  Talk alice(fresh, "alice"), bob(fresh, "bob"), root(fresh, "root");
  const std::string job =
      alice.ask("sample.submit", {{"request_id", k_request}, {"model", k_model}, {"rows", 5}}).at("job");
  CHECK(root.ask("job.list").at("items").empty());
  const Json items = root.ask("job.list", {{"all_users", true}}).at("items");
  REQUIRE(items.size() == 1);
  CHECK(items[0].at("job") == job);
  CHECK(items[0].at("user") == "alice");
  CHECK(items[0].at("model") == k_model);
  CHECK(root.ask("job.show", {{"job", job}}).at("kind") == "no_input");
  CHECK(root.ask("job.show", {{"job", job}, {"all_users", true}}).at("request").at("rows") == 5);
  for (const char* command : {"job.list", "job.show", "job.cancel"})
    CHECK(bob.ask(command, {{"job", job}, {"all_users", true}}).at("kind") == "permission");
  CHECK(alice.ask("job.show", {{"job", job}}).at("state") == "starting");
  CHECK(root.ask("job.cancel", {{"job", job}, {"all_users", true}}).at("state") == "cancelled");
  CHECK(alice.ask("job.show", {{"job", job}}).at("state") == "cancelled");
  CHECK(alice.ask("job.cancel", {{"job", job}}).at("state") == "cancelled");
}

TEST_CASE("the same request id of two users is two jobs", "[fault:16]") {
  WithUsers fresh;
  fresh.put(store::Shelf::models, "bob", k_model);
  Talk alice(fresh, "alice");
  Talk bob(fresh, "bob");
  const Json fields{{"request_id", k_request}, {"model", k_model}, {"rows", 5}};
  const std::string job = alice.ask("sample.submit", fields).at("job");
  CHECK(bob.ask("sample.submit", fields).at("job") != job);
  CHECK(alice.ask("sample.submit", fields).at("job") == job);
}

TEST_CASE("an upload is opened, resumed and closed with the hash of what is there") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json fields{{"name", "people.csv"}, {"bytes", k_table.size()}, {"sha256", files::sha256_of(k_table)}};
  const Json opened = talk.ask("upload.open", fields);
  CHECK(opened.at("have") == 0);
  CHECK(opened.at("prefix_sha256") == files::sha256_of(""));
  const auto file = store::Layout(fresh.root()).upload("alice", opened.at("upload")) / "table";
  files::write_file(file, "a,b", files::AtomicFile::IfExists::replace);
  const Json again = talk.ask("upload.open", fields);
  CHECK(again.at("upload") == opened.at("upload"));
  CHECK(again.at("have") == 3);
  CHECK(again.at("prefix_sha256") == files::sha256_of("a,b"));
  const Json early = talk.ask("upload.close", {{"upload", opened.at("upload")}});
  CHECK(early.at("bytes") == 3);
  CHECK(talk.ask("fit.submit", {{"request_id", k_request}, {"upload", opened.at("upload")}, {"name", "x"}})
            .at("kind") == "bad_data");
  files::write_file(file, k_table, files::AtomicFile::IfExists::replace);
  CHECK(talk.ask("upload.close", {{"upload", opened.at("upload")}}).at("sha256") ==
        files::sha256_of(k_table));
  CHECK(talk.ask("fit.submit", {{"request_id", k_request}, {"upload", opened.at("upload")}, {"name", "x"}})
            .at("type") == "result");
}

TEST_CASE("bytes that are not the announced ones cannot be trained on", "[fault:2]") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string id = upload(fresh, talk, "alice");
  files::write_file(store::Layout(fresh.root()).upload("alice", id) / "table", "a,b\n1,3\n",
                    files::AtomicFile::IfExists::replace);
  const Json closed = talk.ask("upload.close", {{"upload", id}});
  CHECK(closed.at("bytes") == k_table.size());
  CHECK(closed.at("sha256") == files::sha256_of("a,b\n1,3\n"));
  CHECK(talk.ask("fit.submit", {{"request_id", k_request}, {"upload", id}, {"name", "x"}}).at("kind") ==
        "bad_data");
  CHECK(talk.ask("job.list").at("items").empty());
}

TEST_CASE("the hash of a table may be announced behind its bytes, and must be by then") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json opened = talk.ask("upload.open", {{"name", "people.csv"}, {"bytes", k_table.size()}});
  const std::string id = opened.at("upload");
  files::write_file(store::Layout(fresh.root()).upload("alice", id) / "table", k_table,
                    files::AtomicFile::IfExists::replace);
  CHECK_THAT(talk.ask("upload.close", {{"upload", id}}).value("sentence", ""), Catch::Contains("'sha256'"));
  CHECK(talk.ask("upload.close", {{"upload", id}, {"sha256", "xyz"}}).at("kind") == "protocol");
  CHECK(talk.ask("upload.close", {{"upload", id}, {"sha256", files::sha256_of(k_table)}}).at("sha256") ==
        files::sha256_of(k_table));
  CHECK(talk.ask("fit.submit", {{"request_id", k_request}, {"upload", id}, {"name", "x"}}).at("type") ==
        "result");
}

TEST_CASE("a table that was cut short since it came, as by a power cut, is not trained on", "[fault:4]") {
  WithUsers fresh;
  std::string id;
  {
    Talk talk(fresh, "alice");
    id = upload(fresh, talk, "alice");
    talk.ask("upload.close", {{"upload", id}});
  }
  std::filesystem::resize_file(store::Layout(fresh.root()).upload("alice", id) / "table", 4);
  Talk talk(fresh, "alice");
  const Json refused = talk.ask("fit.submit", {{"request_id", k_request}, {"upload", id}, {"name", "x"}});
  CHECK(refused.at("kind") == "bad_data");
  CHECK(refused.at("sentence") ==
        "'people.csv' is damaged on the server: it holds other bytes than were sent");
  CHECK(talk.ask("job.list").at("items").empty());
}

TEST_CASE("a file that is empty, too large or badly announced is refused before a byte is sent") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string hash = files::sha256_of("x");
  const auto kind = [&](const Json& fields) { return talk.ask("upload.open", fields).value("kind", "none"); };
  CHECK(kind({{"name", "a"}, {"bytes", 0}, {"sha256", hash}}) == "bad_data");
  CHECK(kind({{"name", "a"}, {"bytes", (std::uint64_t{16} << 30) + 1}, {"sha256", hash}}) == "bad_data");
  CHECK(kind({{"name", ""}, {"bytes", 1}, {"sha256", hash}}) == "protocol");
  CHECK(kind({{"name", std::string(5000, 'x')}, {"bytes", 1}, {"sha256", hash}}) == "protocol");
  CHECK(kind({{"name", "a"}, {"bytes", 1}, {"sha256", "xyz"}}) == "protocol");
  CHECK(kind({{"name", "a"}, {"bytes", 1}, {"sha256", hash.substr(1) + "G"}}) == "protocol");
  CHECK(std::filesystem::is_empty(store::Layout(fresh.root()).inbox("alice")));
}

TEST_CASE("a ticket to go on behind what is there is refused") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string id = upload(fresh, talk, "alice");
  CHECK(talk.ask("upload.ticket", {{"upload", id}, {"offset", k_table.size() + 1}}).at("kind") == "bad_data");
  CHECK(talk.ask("upload.ticket", {{"upload", id}, {"offset", k_table.size()}})
            .at("ticket")
            .get<std::string>()
            .size() == 32);
}

TEST_CASE("a fit's options are checked when it is submitted; the upload stays for the next try") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string id = upload(fresh, talk, "alice");
  talk.ask("upload.close", {{"upload", id}});
  const auto submit = [&](const Json& options) {
    return talk.ask(
        "fit.submit",
        {{"request_id", k_request}, {"upload", id}, {"name", "people.csv"}, {"options", options}});
  };
  for (const auto& [options, named] :
       std::vector<std::pair<Json, std::string>>{{{{"epochs", 0}}, "epochs"},
                                                 {{{"epochs", -1}}, "epochs"},
                                                 {{{"epochs", "abc"}}, "epochs"},
                                                 {{{"batch_size", 501}}, "batch_size"},
                                                 {{{"epoch", 5}}, "'epoch'"},
                                                 {{{"generator_dim", Json::array({0})}}, "generator_dim"}}) {
    const Json refused = submit(options);
    INFO(refused);
    CHECK(refused.at("kind") == "usage");
    CHECK_THAT(refused.at("sentence").get<std::string>(), Catch::Contains(named));
  }
  CHECK(submit(Json::array()).at("kind") == "protocol");
  CHECK(talk.ask("job.list").at("items").empty());
  const std::string job = submit({{"epochs", 5}}).at("job");
  const auto request = jobs::JobFolder(store::Layout(fresh.root()).job(job)).read_request();
  CHECK(request.options.at("epochs") == 5);
  CHECK(request.options.at("batch_size") == 500);
  CHECK(request.options.at("seed").is_number_unsigned());
}

TEST_CASE("a fit names its method, whose options it is checked against; without a name it is ctgan") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const auto submit = [&](char request, const Json& more) {
    const std::string id = upload(fresh, talk, "alice");
    talk.ask("upload.close", {{"upload", id}});
    Json fields{{"request_id", std::string(32, request)}, {"upload", id}, {"name", "people.csv"}};
    fields.update(more);
    return talk.ask("fit.submit", fields);
  };
  const auto stored = [&](const Json& answer) {
    return jobs::JobFolder(store::Layout(fresh.root()).job(answer.at("job"))).read_request();
  };
  const Json unknown = submit('a', {{"method", "tvaa"}});
  CHECK(unknown.at("kind") == "usage");
  CHECK(unknown.at("sentence") == "there is no method 'tvaa'");
  const Json foreign = submit('b', {{"method", "tvae"}, {"options", {{"pac", 10}}}});
  CHECK(foreign.at("kind") == "usage");
  CHECK(foreign.at("sentence") == "the method 'tvae' has no option 'pac'");
  CHECK(submit('c', {{"method", 5}}).at("kind") == "protocol");
  const auto tvae = stored(submit('d', {{"method", "tvae"}, {"options", {{"epochs", 5}}}}));
  CHECK(tvae.method == "tvae");
  CHECK(tvae.options.at("loss_factor") == 2);
  CHECK_FALSE(tvae.options.contains("pac"));
  CHECK(stored(submit('e', Json::object())).method == "ctgan");
}

TEST_CASE("the minutes between checkpoints are a number from 0 to 1440, and none are kept unless asked for") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string id = upload(fresh, talk, "alice");
  talk.ask("upload.close", {{"upload", id}});
  Json fields{{"request_id", k_request}, {"upload", id}, {"name", "people.csv"}};
  for (const Json& minutes : {Json(-1), Json(1441), Json("often"), Json(true), Json()}) {
    fields["checkpoint"] = minutes;
    CHECK(talk.ask("fit.submit", fields).at("kind") == "usage");
  }
  fields["checkpoint"] = 0.5;
  const std::string job = talk.ask("fit.submit", fields).at("job");
  const jobs::JobFolder folder(store::Layout(fresh.root()).job(job));
  CHECK(folder.read_request().checkpoint_minutes == 0.5);
}

TEST_CASE("a fit takes an upload or a file of the inbox, and a table's request that can be read") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string id = upload(fresh, talk, "alice");
  talk.ask("upload.close", {{"upload", id}});
  const auto kind = [&](Json fields) {
    fields.update({{"request_id", k_request}, {"name", "people.csv"}});
    return talk.ask("fit.submit", fields).value("kind", "none");
  };
  CHECK(kind(Json::object()) == "protocol");
  CHECK(kind({{"upload", id}, {"inbox", "people.csv"}}) == "protocol");
  CHECK(kind({{"upload", id}, {"table", "a"}}) == "usage");
  CHECK(kind({{"upload", id}, {"table", {{"drop", Json::array({1})}}}}) == "usage");
  CHECK(kind({{"upload", id}, {"table", {{"dialect", {{"delimiter", "ab"}}}}}}) == "usage");
  CHECK(kind({{"upload", id}, {"table", {{"columns", {{"a", {{"sdtype", "odd"}}}}}}}}) == "usage");
  CHECK(kind({{"inbox", "people.csv"}, {"table", {{"drop", Json::array({"a"})}}}}) == "none");
}

TEST_CASE("whoever owns a table in the inbox sees it and deletes it; others do neither") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  Talk bob(fresh, "bob");
  const std::string id = upload(fresh, alice, "alice");
  const Json listed = alice.ask("inbox.list").at("items");
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].at("upload") == id);
  CHECK(listed[0].at("name") == "people.csv");
  CHECK(listed[0].at("bytes") == k_table.size());
  CHECK(listed[0].at("state") == "incomplete");
  CHECK(alice.ask("inbox.list", {{"before", id}}).at("items").empty());
  CHECK(Talk(fresh, "alice").ask("inbox.list").at("items")[0].at("state") == "in use");
  CHECK(bob.ask("inbox.list").at("items").empty());
  CHECK(bob.ask("inbox.delete", {{"upload", id}}).at("kind") == "try_again");
  CHECK(Talk(fresh, "alice").ask("inbox.delete", {{"upload", id}}).at("name") == "people.csv");
  CHECK(std::filesystem::is_empty(store::Layout(fresh.root()).inbox("alice")));
  // Who is at work on it is told that it has gone, in a way that trying again mends.
  for (const auto& [command, fields] : std::vector<std::pair<std::string, Json>>{
           {"upload.ticket", {{"offset", 0}}}, {"upload.close", Json::object()}}) {
    Json asked = fields;
    asked["upload"] = id;
    CHECK(alice.ask(command, asked).at("kind") == "try_again");
  }
}

TEST_CASE("a connection of a deleted user does nothing more, also when somebody else has the name since") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  CHECK(alice.ask("whoami").at("user") == "alice");
  fresh.store().users().remove("alice");
  CHECK(alice.ask("models.list").at("kind") == "permission");
  fresh.now += 1;
  fresh.add_user("alice");
  const Json refused = alice.ask("upload.open", {{"name", "a.csv"}, {"bytes", 5}});
  CHECK(refused.at("kind") == "permission");
  CHECK_THAT(refused.at("sentence").get<std::string>(), Catch::Contains("'alice' was deleted"));
  CHECK(Talk(fresh, "alice").ask("whoami").at("user") == "alice");
}

TEST_CASE("a sample's terms stand in its request; terms of another form are refused") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const auto submit = [&](Json fields) {
    fields.update({{"request_id", k_request}, {"model", k_model}, {"rows", 5}});
    return talk.ask("sample.submit", fields);
  };
  CHECK(submit({{"where", "age>=65"}}).at("kind") == "protocol");
  CHECK(submit({{"where", Json::array({"age"})}}).at("kind") == "usage");
  CHECK(submit({{"balance", "a"}, {"quota", "a=x:5"}}).at("kind") == "usage");
  CHECK(talk.ask("job.list").at("items").empty());
  const std::string job =
      submit({{"where", Json::array({"age>=65"})}, {"unique", Json::array({"id"})}}).at("job");
  const auto request = jobs::JobFolder(store::Layout(fresh.root()).job(job)).read_request();
  CHECK(request.terms == conditions::SampleTerms{{"age>=65"}, {}, {"id"}, "", ""});
}

TEST_CASE("rows out of range and a bad request id are refused") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const auto submit = [&](const Json& rows, const std::string& id) {
    return talk.ask("sample.submit", {{"request_id", id}, {"model", k_model}, {"rows", rows}})
        .value("kind", "none");
  };
  CHECK(submit(0, k_request) == "usage");
  CHECK(submit(1'000'000'000'000'000'000, k_request) == "usage");
  CHECK(submit(1'000'000'001, k_request) == "usage");
  CHECK(submit(1e18, k_request) == "protocol");
  CHECK(submit(-1, k_request) == "protocol");
  CHECK(submit("5", k_request) == "protocol");
  CHECK(submit(5, "short") == "protocol");
  CHECK(submit(5, std::string(32, 'G')) == "protocol");
  CHECK(talk.ask("job.list").at("items").empty());
  CHECK(submit(1'000'000'000, k_request) == "none");
}

TEST_CASE("following hands out the events, those after a number only, and then the job") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string job =
      talk.ask("sample.submit", {{"request_id", k_request}, {"model", k_model}, {"rows", 5}}).at("job");
  const jobs::JobFolder folder(store::Layout(fresh.root()).job(job));
  jobs::EventWriter events(folder.events());
  for (int i = 1; i <= 3; ++i) events.write({{"event", "rows"}, {"rows", i}, {"of", 3}});
  folder.write_status(
      {jobs::JobState::done, {{"data", k_data}, {"rows", 3}, {"bytes", 8}, {"sha256", "h"}}, nullptr, {}});
  talk.send(R"({"type":"request","id":7,"command":"job.follow","after":1,"job":")" + job + "\"}\n");
  CHECK(talk.read() ==
        Json{{"type", "event"}, {"id", 7}, {"seq", 2}, {"event", "rows"}, {"rows", 2}, {"of", 3}});
  CHECK(talk.read().at("seq") == 3);
  const Json ended = talk.read();
  CHECK(ended.at("type") == "result");
  CHECK(ended.at("job") == job);
  CHECK(ended.at("kind") == "sample");
  CHECK(ended.at("state") == "done");
  CHECK(ended.at("result").at("data") == k_data);
  CHECK_FALSE(ended.contains("error"));
  CHECK(ended.at("created") == "2026-11-18T11:06:40Z");
}

TEST_CASE("events that come while one follows arrive, and a failure carries its reason") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const std::string job =
      talk.ask("sample.submit", {{"request_id", k_request}, {"model", k_model}, {"rows", 5}}).at("job");
  const jobs::JobFolder folder(store::Layout(fresh.root()).job(job));
  talk.send(R"({"type":"request","id":9,"command":"job.follow","job":")" + job + "\"}\n");
  jobs::EventWriter events(folder.events());
  events.write({{"event", "state"}, {"state", "running"}});
  CHECK(talk.read().at("state") == "running");
  events.write({{"event", "rows"}, {"rows", 1}, {"of", 5}});
  CHECK(talk.read().at("rows") == 1);
  folder.write_status(
      {jobs::JobState::failed, nullptr, {{"kind", "io"}, {"sentence", "s"}, {"hint", "h"}}, {}});
  const Json ended = talk.read();
  CHECK(ended.at("state") == "failed");
  CHECK(ended.at("error") == Json{{"kind", "io"}, {"sentence", "s"}, {"hint", "h"}});
  CHECK_FALSE(ended.contains("result"));
}

TEST_CASE("long lists come in pages that fit together") {
  WithUsers fresh;
  const store::Layout layout(fresh.root());
  store::Transaction transaction(fresh.store().database());
  for (int i = 0; i < 450; ++i) {
    std::ofstream(layout.shelf(store::Shelf::data, "bob") /
                  fmt::format("x_20260101t{}_10_synthetic.csv.gz", 100'000 + i));
    fresh.insert_job(std::to_string(i), "bob", std::to_string(i));
    std::filesystem::create_directory(layout.job(std::to_string(i)));
  }
  transaction.commit();
  Talk talk(fresh, "bob");
  for (const char* list : {"data.list", "job.list"}) {
    INFO(list);
    std::vector<std::string> names;
    Json fields = Json::object();
    int pages = 0;
    for (Json page; ++pages;) {
      page = talk.ask(list, fields);
      CHECK(page.at("items").size() <= 200);
      for (const Json& item : page.at("items"))
        names.push_back(item.contains("name") ? item["name"] : item["job"]);
      if (!page.contains("next")) break;
      fields["before"] = page["next"];
    }
    CHECK(pages == 3);
    CHECK(names.size() == 450);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == 450);
    CHECK(names.front().find("449") != std::string::npos);
  }
}

TEST_CASE("a download is described by its size and hash, and resumed only behind an equal beginning",
          "[fault:3]") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json opened = talk.ask("download.open", {{"store", "data"}, {"name", k_data}});
  CHECK(opened.at("bytes") == 8);
  CHECK(opened.at("sha256") == files::sha256_of("the rows"));
  const auto offset = [&](std::uint64_t wanted, const std::string& prefix) {
    return talk
        .ask("download.ticket", {{"store", "data"},
                                 {"name", k_data},
                                 {"offset", wanted},
                                 {"prefix_sha256", files::sha256_of(prefix)}})
        .at("offset")
        .get<std::uint64_t>();
  };
  CHECK(offset(4, "the ") == 4);
  CHECK(offset(8, "the rows") == 8);
  CHECK(offset(4, "thex") == 0);
  CHECK(offset(9, "the rows!") == 0);
  CHECK(offset(0, "") == 0);
  CHECK(talk.ask("download.open", {{"store", "secrets"}, {"name", k_data}}).at("kind") == "protocol");
}

TEST_CASE("what is deleted is gone for lists and downloads") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  CHECK(talk.ask("models.delete", {{"name", k_model}}).at("name") == k_model);
  CHECK(talk.ask("models.list").at("items").empty());
  CHECK(talk.ask("download.open", {{"store", "sidecars"}, {"name", "adult_20261121t074500_model.json"}})
            .at("kind") == "no_input");
  CHECK(talk.ask("data.delete", {{"name", k_data}}).at("type") == "result");
  CHECK(talk.ask("data.list").at("items").empty());
}

TEST_CASE("a submission whose answer was lost is found by its id, by its own user alone") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  const Json fields{{"request_id", k_request}};
  CHECK(alice.ask("job.find", fields).at("job").is_null());
  fresh.insert_job("00000000000000000000000000000001", "alice", k_request);
  CHECK(alice.ask("job.find", fields).at("job") == "00000000000000000000000000000001");
  Talk bob(fresh, "bob");
  CHECK(bob.ask("job.find", fields).at("job").is_null());
  CHECK(bob.ask("job.find", {{"request_id", "x"}}).at("kind") == "protocol");
}

}  // namespace ctgan::server::service
