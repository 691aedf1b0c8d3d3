// Fits of several parties between the submission and the queue: who gives and confirms what, what voids it, what is left.
#include "server/jobs/party_book.h"

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "server/jobs/claim.h"
#include "server/jobs/leaver.h"
#include "server/jobs/reaper.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"
#include "tests/server/jobs/told_runner.h"

namespace ctgan::server::jobs {

using errors::Error;
using errors::Kind;
using tests::raised;

namespace {

const std::string k_request_id = std::string(32, 'c');

struct WithParties : tests::FreshStore {
  WithParties() : book(store(), std::make_unique<tests::ToldRunner>(told)), parties(store(), book) {
    for (const char* user : {"alice", "bob", "carol"}) add_user(user);
    book.set_charge([this](const JobRequest& request, const std::string& of) -> JobBook::Seal {
      if (refuse_charge) throw Error(Kind::permission, "nothing is left");
      if (request.privacy) charged.push_back(of + " " + request.privacy->dataset);
      return {};
    });
    job = submit();
  }
  // Carol submits what alice and bob are to join.
  Job submit(const std::string& request_id = k_request_id) {
    JobRequest request;
    request.user = "carol";
    request.name = "both";
    request.method = "mst";
    request.join = "id";
    request.privacy = PrivacyCost{"cars", 1, 1e-9, {}};
    request.parties = {{"Alice", "alice", "a.csv", {}, Json::object()},
                       {"Bob", "bob", {}, {}, Json::object()}};
    return book.submit(request, request_id);
  }
  store::Upload upload(const std::string& user, const std::string& content) {
    const std::string sha256 = files::sha256_of(content);
    const auto made = store().uploads().create(user, user + ".csv", content.size(), sha256, 10);
    files::write_file(store().uploads().file(made), content, files::AtomicFile::IfExists::replace);
    store().uploads().close(made, sha256);
    return store().uploads().require(user, made.id);
  }
  Participation give(const std::string& user, const std::string& content,
                     const Json& columns = Json::object()) {
    const store::Upload made = upload(user, content);
    return parties.give(
        user, job.id, [made] { return made; }, columns);
  }
  std::string digest(const std::string& user) { return PartyBook::digest_of(parties.find(user, job.id)); }
  Participation confirm(const std::string& user) { return parties.confirm(user, job.id, digest(user)); }
  JobState state() { return book.find("carol", job.id).state; }
  std::filesystem::path file(const std::string& name) { return book.folder(job).work_file(name); }
  void give_both() {
    give("alice", "hers", {{"columns", "of alice"}});
    give("bob", "his", {{"columns", "of bob"}});
  }

  tests::Told told;
  bool refuse_charge = false;
  std::vector<std::string> charged;
  JobBook book;
  PartyBook parties;
  Job job;
};

}  // namespace

TEST_CASE("the last confirmation queues the job with what all have given, and debits it once") {
  WithParties fresh;
  CHECK(fresh.state() == JobState::waiting);
  fresh.give_both();
  CHECK(std::filesystem::is_empty(store::Layout(fresh.root()).inbox("alice")));
  fresh.confirm("bob");
  CHECK(fresh.state() == JobState::waiting);
  CHECK(fresh.charged.empty());
  CHECK(fresh.told.started.empty());
  fresh.confirm("alice");
  CHECK(fresh.charged == std::vector{fresh.job.id + " cars"});
  CHECK(fresh.told.started == std::vector{fresh.job.id});
  const JobRequest request = fresh.book.folder(fresh.job).read_request();
  CHECK(request.parties.at(0).sha256 == files::sha256_of("hers"));
  CHECK(request.parties.at(1).table.at("columns") == "of bob");
  CHECK(files::read_file(fresh.file("party-1")) == "hers");
  CHECK(files::read_file(fresh.file("party-2")) == "his");
}

TEST_CASE("its parties and whoever submitted it find the job; nobody else does") {
  WithParties fresh;
  for (const char* user : {"alice", "bob", "carol"}) {
    CHECK(fresh.book.find(user, fresh.job.id).id == fresh.job.id);
    CHECK(fresh.book.list(user, {}, 10).size() == 1);
  }
  fresh.add_user("dora");
  CHECK(raised([&] { fresh.book.find("dora", fresh.job.id); }).kind() == Kind::no_input);
  CHECK(fresh.book.list("dora", {}, 10).empty());
  for (const char* user : {"carol", "dora"}) {
    const Error refused = raised([&] { fresh.parties.find(user, fresh.job.id); });
    CHECK(refused.kind() == Kind::no_input);
    CHECK(refused.sentence() == "you are no party of a job '" + fresh.job.id + "'");
    CHECK(raised([&] { fresh.parties.find(user, "none"); }).sentence() == "you are no party of a job 'none'");
  }
  CHECK_THAT(fresh.book.waiting_words(fresh.job), Catch::Equals("waiting for parties: 'Alice', 'Bob'"));
}

TEST_CASE("a digest changes with the party's own file and columns, and with nothing that another gives") {
  WithParties fresh;
  CHECK(fresh.digest("alice").empty());
  fresh.give("alice", "hers");
  const std::string first = fresh.digest("alice");
  fresh.give("bob", "his");
  CHECK(fresh.digest("alice") == first);
  CHECK(fresh.digest("bob") != first);
  fresh.give("alice", "hers", {{"columns", 1}});
  const std::string second = fresh.digest("alice");
  CHECK(second != first);
  fresh.give("alice", "others", {{"columns", 1}});
  CHECK(fresh.digest("alice") != second);
  CHECK(raised([&] { fresh.parties.confirm("alice", fresh.job.id, second); }).kind() == Kind::try_again);
}

TEST_CASE("another table voids its own party's confirmation only") {
  WithParties fresh;
  fresh.give_both();
  fresh.confirm("bob");
  fresh.confirm("bob");
  fresh.give("bob", "new");
  CHECK_FALSE(fresh.parties.find("alice", fresh.job.id).parties.at(1).confirmed.size() > 0);
  fresh.confirm("alice");
  CHECK(fresh.state() == JobState::waiting);
  fresh.confirm("bob");
  CHECK(fresh.told.started.size() == 1);
  CHECK(files::read_file(fresh.file("party-2")) == "new");
  for (const char* user : {"alice", "bob"}) {
    CHECK(raised([&] { fresh.give(user, "late"); }).kind() == Kind::usage);
    CHECK(raised([&] { fresh.confirm(user); }).kind() == Kind::usage);
    CHECK(raised([&] { fresh.parties.withdraw(user, fresh.job.id); }).kind() == Kind::usage);
  }
}

TEST_CASE("nothing is confirmed without a table, nor one whose bytes are not those that were given") {
  WithParties fresh;
  CHECK(raised([&] { fresh.confirm("alice"); }).kind() != Kind::internal);
  fresh.give_both();
  files::write_file(fresh.file("party-1"), "other", files::AtomicFile::IfExists::replace);
  CHECK(raised([&] { fresh.confirm("alice"); }).kind() == Kind::bad_data);
  std::filesystem::remove(fresh.file("party-1"));
  CHECK(raised([&] { fresh.confirm("alice"); }).kind() == Kind::bad_data);
  fresh.give("alice", "hers");
  fresh.confirm("alice");
  // As after a restore from a backup, which has no tables.
  std::filesystem::remove(fresh.file("party-1"));
  fresh.confirm("bob");
  CHECK(fresh.state() == JobState::waiting);
  CHECK(fresh.parties.find("bob", fresh.job.id).parties.at(0).confirmed.empty());
}

TEST_CASE("where the debit is refused nothing is confirmed, and it can be tried again") {
  WithParties fresh;
  fresh.give_both();
  fresh.confirm("alice");
  fresh.refuse_charge = true;
  CHECK(raised([&] { fresh.confirm("bob"); }).kind() == Kind::permission);
  CHECK(fresh.state() == JobState::waiting);
  CHECK(fresh.parties.find("alice", fresh.job.id).parties.at(1).confirmed.empty());
  fresh.refuse_charge = false;
  fresh.confirm("bob");
  CHECK(fresh.told.started.size() == 1);
}

TEST_CASE("a waiting job outlives whatever looks after the store, for 14 days, and then leaves nothing") {
  WithParties fresh;
  fresh.give_both();
  fresh.confirm("alice");
  reap(fresh.store(), fresh.book, Thoroughness::whole);
  CHECK(fresh.state() == JobState::waiting);
  CHECK(std::filesystem::exists(fresh.file("party-1")));
  fresh.now += 14 * 24 * 3600;
  reap(fresh.store(), fresh.book, Thoroughness::whole);
  const Job ended = fresh.book.find("alice", fresh.job.id);
  CHECK(ended.state == JobState::cancelled);
  CHECK_THAT(ended.error.at("sentence"), Catch::Contains("not all parties"));
  CHECK_FALSE(fresh.book.folder(fresh.job).has_work_files());
}

TEST_CASE("any of its parties ends the wait, and nothing is given for what has ended") {
  WithParties fresh;
  fresh.give_both();
  CHECK(fresh.book.cancel(fresh.book.find("bob", fresh.job.id), "bob").state == JobState::cancelled);
  CHECK_THAT(fresh.book.find("alice", fresh.job.id).error.at("sentence"),
             Catch::Contains("cancelled by 'bob'"));
  CHECK_FALSE(fresh.book.folder(fresh.job).has_work_files());
  CHECK(raised([&] { fresh.give("alice", "late"); }).kind() == Kind::usage);
  CHECK_FALSE(fresh.book.folder(fresh.job).has_work_files());
}

TEST_CASE("what was withdrawn is gone, and the job waits for it") {
  WithParties fresh;
  fresh.give_both();
  fresh.confirm("alice");
  fresh.parties.withdraw("alice", fresh.job.id);
  CHECK_FALSE(std::filesystem::exists(fresh.file("party-1")));
  CHECK(fresh.digest("alice").empty());
  fresh.confirm("bob");
  CHECK(fresh.state() == JobState::waiting);
}

TEST_CASE("a party that is deleted ends the fits that wait for it, and takes its table along") {
  WithParties fresh;
  fresh.give_both();
  fresh.confirm("bob");
  remove_user(fresh.store(), "bob");
  CHECK_FALSE(std::filesystem::exists(fresh.file("party-2")));
  CHECK(fresh.state() == JobState::cancelled);
  CHECK_FALSE(fresh.book.folder(fresh.job).has_work_files());
}

TEST_CASE("with whoever submitted it a waiting job goes, and all that was given for it") {
  WithParties fresh;
  fresh.give_both();
  remove_user(fresh.store(), "carol");
  CHECK_FALSE(std::filesystem::exists(fresh.book.folder(fresh.job).path()));
  CHECK(raised([&] { fresh.parties.find("alice", fresh.job.id); }).kind() == Kind::no_input);
}

TEST_CASE("jobs that wait for parties keep no place from others") {
  WithParties fresh;
  for (int i = 0; i < 5; ++i) fresh.submit(std::string(31, 'd') + std::to_string(i));
  fresh.put(store::Shelf::models, "carol", "m_20261121t074500_model.gz");
  JobRequest sample;
  sample.kind = JobKind::sample;
  sample.user = "carol";
  sample.model = "m_20261121t074500_model.gz";
  sample.rows = 1;
  CHECK(fresh.book.submit(sample, std::string(32, 'e')).state == JobState::starting);
}

}  // namespace ctgan::server::jobs
