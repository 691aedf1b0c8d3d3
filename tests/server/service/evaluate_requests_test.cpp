#include <filesystem>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "server/jobs/claim.h"
#include "server/jobs/events.h"
#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

namespace fs = std::filesystem;
using tests::FreshStore;
using tests::Talk;

namespace {

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
};

// As `upload.open`, `transfer` and `upload.close` leave it.
std::string upload(FreshStore& fresh, Talk& talk, const std::string& name, const std::string& content) {
  const std::string id =
      talk.ask("upload.open",
               {{"name", name}, {"bytes", content.size()}, {"sha256", files::sha256_of(content)}})
          .at("upload");
  files::write_file(store::Layout(fresh.root()).upload("alice", id) / "table", content,
                    files::AtomicFile::IfExists::replace);
  REQUIRE(talk.ask("upload.close", {{"upload", id}}).at("type") == "result");
  return id;
}

std::size_t files_in_inbox(const FreshStore& fresh) {
  return tests::files_under(store::Layout(fresh.root()).inbox("alice")).size();
}

// Does what a worker does with the only job, by `work` on its folder.
template <typename Work>
void work_on_the_job(const FreshStore& fresh, const Work& work) {
  const auto all = fs::directory_iterator(store::Layout(fresh.root()).jobs());
  const jobs::JobFolder folder(all->path());
  const auto claim = jobs::Claim::take(folder);
  REQUIRE(claim.has_value());
  jobs::EventWriter events(folder.events());
  work(folder, events);
  folder.remove_work_files();
}

// Asks for it, and reads as far as the event that names the job.
Json ask_to_compare(Talk& talk, Json request) {
  request.update({{"type", "request"}, {"id", 77}, {"command", "evaluate"}});
  talk.send(request.dump() + "\n");
  return talk.read();
}

}  // namespace

TEST_CASE("evaluate makes its uploads a job's, tells what happens there, and returns its result") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")},
                     {"dialect", {{"delimiter", ";"}}}};
  const Json made = {{"upload", upload(fresh, talk, "made.csv", "a\n2\n")}};
  const Json others = {{"upload", upload(fresh, talk, "others.csv", "a\n3\n")}};
  CHECK(files_in_inbox(fresh) == 3);
  const Json event =
      ask_to_compare(talk, {{"original", part}, {"synthetic", made}, {"held_out", others}, {"target", "a"}});
  INFO(event);
  REQUIRE(event.value("event", "") == "job");
  CHECK(event.at("id") == 77);
  CHECK(files_in_inbox(fresh) == 0);
  work_on_the_job(fresh, [&](const jobs::JobFolder& folder, jobs::EventWriter& events) {
    CHECK(folder.path().filename().string() == event.at("job").get<std::string>());
    const jobs::JobRequest request = folder.read_request();
    CHECK(request.kind == jobs::JobKind::evaluate);
    CHECK(request.name == "people.csv");
    CHECK(request.seconds == 7200);
    const auto content = [&](const char* which) {
      return files::read_file(folder.work_file(request.comparison.at(which).at("file").get<std::string>()));
    };
    CHECK(content("original") == "a\n1\n");
    CHECK(content("synthetic") == "a\n2\n");
    CHECK(content("held_out") == "a\n3\n");
    CHECK(request.comparison.at("original").at("dialect").at("delimiter") == ";");
    CHECK(request.comparison.at("target") == "a");
    events.write({{"event", "section"}, {"section", "quality"}});
    folder.write_status({jobs::JobState::done, {{"verdict", {{"summary", "good"}}}}, nullptr, {}});
  });
  const Json section = talk.read();
  CHECK(section.at("section") == "quality");
  CHECK(section.at("seq") == 1);
  CHECK(talk.read().at("verdict").at("summary") == "good");
}

TEST_CASE("the same table twice is one upload, and no obstacle") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
  ask_to_compare(talk, {{"original", part}, {"synthetic", part}});
  CHECK(files_in_inbox(fresh) == 0);
  work_on_the_job(fresh, [&](const jobs::JobFolder& folder, jobs::EventWriter&) {
    const Json comparison = folder.read_request().comparison;
    CHECK(comparison.at("original").at("file") == comparison.at("synthetic").at("file"));
    folder.write_status({jobs::JobState::done, {{"verdict", Json::object()}}, nullptr, {}});
  });
  CHECK(talk.read().at("type") == "result");
}

TEST_CASE("what ends the job ends the request, in its words, and no table stays") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const auto compare = [&](const jobs::JobStatus& ended) {
    for (const auto& entry : fs::directory_iterator(store::Layout(fresh.root()).jobs()))
      fs::remove_all(entry);
    const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
    ask_to_compare(talk, {{"original", part}, {"synthetic", part}});
    work_on_the_job(fresh,
                    [&](const jobs::JobFolder& folder, jobs::EventWriter&) { folder.write_status(ended); });
    return talk.read();
  };
  const errors::Error wrong(errors::Kind::bad_data, "no column is named 'x'");
  CHECK(compare({jobs::JobState::failed, nullptr, errors::to_json(wrong), {}}).at("sentence") ==
        wrong.sentence());
  CHECK(compare({jobs::JobState::cancelled, nullptr, nullptr, {}}).at("kind") == "job_cancelled");
  CHECK(compare({jobs::JobState::lost, nullptr, nullptr, {}}).at("kind") == "job_lost");
  CHECK(files_in_inbox(fresh) == 0);
}

TEST_CASE("who leaves while tables are compared has cancelled it") {
  WithUsers fresh;
  std::string job;
  {
    Talk talk(fresh, "alice");
    const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
    job = ask_to_compare(talk, {{"original", part}, {"synthetic", part}}).at("job");
  }
  CHECK(fresh.open()->jobs().require("alice", job).state == jobs::JobState::cancelled);
  CHECK_FALSE(jobs::JobFolder(store::Layout(fresh.root()).job(job)).has_work_files());
}

TEST_CASE("a comparison that cannot begin leaves no table behind") {
  WithUsers fresh;
  Talk talk(fresh, "alice");
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
  CHECK(talk.ask("evaluate", {{"original", part}}).at("kind") == "protocol");
  CHECK(talk.ask("evaluate", {{"original", part}, {"synthetic", part}}).at("kind") == "try_again");
  CHECK(files_in_inbox(fresh) == 0);
}

TEST_CASE("tables of others and unfinished ones are refused") {
  WithUsers fresh;
  Talk alice(fresh, "alice");
  Talk bob(fresh, "bob");
  const Json part = {{"upload", upload(fresh, alice, "people.csv", "a\n1\n")}};
  CHECK(bob.ask("evaluate", {{"original", part}, {"synthetic", part}}).at("kind") == "try_again");
  CHECK(files_in_inbox(fresh) == 1);
  const Json opened = alice.ask("upload.open", {{"name", "b.csv"}, {"bytes", 4}});
  const Json unfinished = {{"upload", opened.at("upload")}};
  CHECK(alice.ask("evaluate", {{"original", unfinished}, {"synthetic", part}}).at("kind") == "bad_data");
}

TEST_CASE("an upload for this connection only goes with it, others stay") {
  WithUsers fresh;
  for (const bool fleeting : {true, false}) {
    Talk talk(fresh, "alice");
    const Json opened =
        talk.ask("upload.open", {{"name", "people.csv"}, {"bytes", 4}, {"fleeting", fleeting}});
    files::write_file(store::Layout(fresh.root()).upload("alice", opened.at("upload")) / "table", "a\n1\n",
                      files::AtomicFile::IfExists::replace);
    CHECK(files_in_inbox(fresh) == 1);
    talk.end();
    CHECK(files_in_inbox(fresh) == (fleeting ? 0 : 1));
  }
}

}  // namespace ctgan::server::service
