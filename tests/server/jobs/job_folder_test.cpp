#include "server/jobs/job_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/jobs/events.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::jobs {

using errors::Kind;
using tests::raised;

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  files::write_file(path, text, files::AtomicFile::IfExists::replace);
}

std::vector<std::pair<std::uint64_t, Json>> read(EventReader& reader, std::uint64_t after = 0) {
  std::vector<std::pair<std::uint64_t, Json>> found;
  reader.read(after, [&](std::uint64_t seq, Json event) { found.emplace_back(seq, std::move(event)); });
  return found;
}

}  // namespace

TEST_CASE("a fit's request is read back as it was written") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  JobRequest request;
  request.user = "alice";
  request.name = "odd \"name\" \xc3\xa4.csv";
  request.method = "tvae";
  request.options = {{"epochs", 5}};
  request.table = {{"drop", {"a,b", ""}}};
  request.keep_combinations = {"a,b"};
  request.checkpoint_minutes = 2.5;
  job.write_request(request);
  const JobRequest read = job.read_request();
  CHECK(read.kind == JobKind::fit);
  CHECK(read.user == "alice");
  CHECK(read.name == request.name);
  CHECK(read.method == "tvae");
  CHECK(read.options == request.options);
  CHECK(read.table == request.table);
  CHECK(read.keep_combinations == request.keep_combinations);
  CHECK(read.checkpoint_minutes == 2.5);
}

TEST_CASE("a fit's request without a method is one for ctgan, and without minutes keeps no checkpoints") {
  const tests::TemporaryFolder folder;
  write(folder / "request.json", R"({"kind":"fit","user":"a","name":"n","options":{},"table":{}})");
  CHECK(JobFolder(folder.path()).read_request().method == "ctgan");
  CHECK(JobFolder(folder.path()).read_request().checkpoint_minutes == 0);
}

TEST_CASE("what a job is let have is the lesser of both limits, each by itself, and 0 is none") {
  const JobLimits of_the_user{.minutes = 60, .rows = 5, .threads = 0};
  CHECK(lesser_of(of_the_user, {}) == of_the_user);
  CHECK(lesser_of({}, of_the_user) == of_the_user);
  CHECK(lesser_of(of_the_user, {.minutes = 90, .rows = 0, .threads = 2}) ==
        JobLimits{.minutes = 60, .rows = 5, .threads = 2});
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  JobRequest request;
  request.asked = {.minutes = 5, .threads = 2};
  request.limits = lesser_of(of_the_user, request.asked);
  job.write_request(request);
  CHECK(job.read_request().limits == request.limits);
  CHECK(job.read_request().asked == request.asked);
}

TEST_CASE("what a fit may tell of its dataset is read back to its last digit") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  JobRequest request;
  request.user = "alice";
  request.privacy = PrivacyCost{"people", 0.1 + 0.2, 1e-6, "person"};
  job.write_request(request);
  REQUIRE(job.read_request().privacy.has_value());
  CHECK(job.read_request().privacy->dataset == "people");
  CHECK(job.read_request().privacy->epsilon == 0.1 + 0.2);
  CHECK(job.read_request().privacy->delta == 1e-6);
  CHECK(job.read_request().privacy->unit == "person");
  CHECK_FALSE(job.read_request().private_report.has_value());
  request.private_report = PrivateReport{"public", "rows.tsv", {{"delimiter", "\t"}}};
  job.write_request(request);
  CHECK(job.read_request().private_report->from == k_report_of_public);
  CHECK(job.read_request().private_report->name == "rows.tsv");
  CHECK(job.read_request().private_report->dialect.at("delimiter") == "\t");
  request.privacy.reset();
  job.write_request(request);
  CHECK_FALSE(job.read_request().privacy.has_value());
}

TEST_CASE("a sample's request is read back with every digit of rows and seed") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  JobRequest request;
  request.kind = JobKind::sample;
  request.user = "alice";
  request.model = "m_model.gz";
  request.rows = 999'999'999;
  request.seed = 18'446'744'073'709'551'615U;
  request.terms = {{"age>=65", "city="}, {"a<=b"}, {"id"}, "income", ""};
  job.write_request(request);
  const JobRequest read = job.read_request();
  CHECK(read.kind == JobKind::sample);
  CHECK(read.model == request.model);
  CHECK(read.rows == request.rows);
  CHECK(read.seed == request.seed);
  CHECK(read.terms == request.terms);
}

TEST_CASE("a damaged request or status is an error that names the file") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  CHECK(raised([&] { job.read_request(); }).kind() == Kind::no_input);
  for (const char* text :
       {"", "{", "[]", "{}", R"({"kind":"fit","user":5})", R"({"kind":"sample","user":"a","model":"m"})"}) {
    INFO(text);
    write(folder / "request.json", text);
    const auto error = raised([&] { job.read_request(); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::Contains("request.json"));
  }
  for (const char* text :
       {"", "[]", "{}", R"({"state":"dead"})", R"({"state":"running","publish":[{"file":5}]})"}) {
    write(folder / "status.json", text);
    CHECK_THAT(raised([&] { job.read_status(); }).sentence(), Catch::Contains("status.json"));
  }
}

TEST_CASE("a job is queued until somebody says otherwise; the last word counts") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  CHECK(job.read_status().state == JobState::queued);
  job.write_status({JobState::running, {{"model", "m"}}, nullptr, {{"model.gz", "models/a/m"}}});
  REQUIRE(job.read_status().publish.size() == 1);
  CHECK(job.read_status().publish[0].file == "model.gz");
  CHECK(job.read_status().publish[0].to == "models/a/m");
  job.write_status({JobState::failed, nullptr, {{"kind", "bad_data"}}, {}});
  const JobStatus status = job.read_status();
  CHECK(status.state == JobState::failed);
  CHECK(status.result.is_null());
  CHECK(status.error.at("kind") == "bad_data");
  CHECK(status.publish.empty());
}

TEST_CASE("work files go, parts of unfinished ones included; what tells the job's story stays") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  const std::vector<std::string> story{"request.json", "events.jsonl", "status.json",
                                       "lock",         "attempt-1",    "log"};
  for (const std::string& name : story) write(folder / name, "x");
  for (const char* name :
       {"table", "model.gz", "model.json", ".model.gz.part-0123", "data.csv.gz", "reserve"}) {
    write(folder / name, "x");
  }
  job.remove_work_files();
  CHECK(folder.entries() == story.size());
  for (const std::string& name : story) CHECK(std::filesystem::exists(folder / name));
}

TEST_CASE("events come in order, numbered from 1, each once") {
  const tests::TemporaryFolder folder;
  EventReader reader(folder / "events.jsonl");
  CHECK(read(reader).empty());
  EventWriter writer(folder / "events.jsonl");
  writer.write({{"event", "state"}});
  writer.write({{"event", "epoch"}, {"text", "two\nlines, not UTF-8: \xff"}});
  const auto first = read(reader);
  REQUIRE(first.size() == 2);
  CHECK(first[0].first == 1);
  CHECK(first[1].first == 2);
  CHECK(first[1].second.at("event") == "epoch");
  CHECK(read(reader).empty());
  writer.write({{"event", "rows"}});
  const auto more = read(reader);
  REQUIRE(more.size() == 1);
  CHECK(more[0].first == 3);
}

TEST_CASE("whoever comes back reads on behind what was seen") {
  const tests::TemporaryFolder folder;
  EventWriter writer(folder / "events.jsonl");
  for (int i = 1; i <= 5; ++i) writer.write({{"epoch", i}});
  EventReader reader(folder / "events.jsonl");
  const auto rest = read(reader, 3);
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].first == 4);
  CHECK(rest[0].second.at("epoch") == 4);
}

TEST_CASE("a line that is still being written waits for its end, one that is no event is passed over") {
  const tests::TemporaryFolder folder;
  write(folder / "events.jsonl", "{\"epoch\":1}\n{\"epo");
  EventReader reader(folder / "events.jsonl");
  CHECK(read(reader).size() == 1);
  const files::FileHandle file(::open((folder / "events.jsonl").c_str(), O_WRONLY | O_APPEND));
  const std::string rest = "ch\":2}\nnonsense\n{\"epoch\":4}\n";
  REQUIRE(::write(file.get(), rest.data(), rest.size()) == static_cast<ssize_t>(rest.size()));
  const auto found = read(reader);
  REQUIRE(found.size() == 2);
  CHECK(found[0].second.at("epoch") == 2);
  CHECK(found[1].first == 4);
}

TEST_CASE("a full disk is an error of the event that did not fit") {
  const auto error = raised([] { EventWriter("/dev/full").write({{"event", "state"}}); });
  CHECK(error.kind() == Kind::io);
  CHECK_THAT(error.sentence(), Catch::Contains("no space left"));
}

// A worker that ended between the writing and the renaming of "cancel" took the deletion of its user down with it.
TEST_CASE("what others write beside the worker survives its tidying up, what it has worked with does not") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  files::AtomicFile cancel(folder / "cancel", files::AtomicFile::IfExists::replace);
  files::AtomicFile start(folder / "runner.json", files::AtomicFile::IfExists::replace);
  files::AtomicFile product(folder / "model.gz", files::AtomicFile::IfExists::replace);
  write(folder / "upload.csv", "a,b\n");
  REQUIRE(job.has_work_files());
  job.remove_work_files();
  cancel.commit();
  start.commit();
  CHECK(raised([&] { product.commit(); }).kind() == Kind::cannot_create);
  CHECK(job.is_asked_to_stop());
  CHECK_FALSE(job.has_work_files());
}

}  // namespace ctgan::server::jobs
