#include "server/jobs/reaper.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "common/files/names.h"
#include "server/store/shelves.h"
#include "tests/catch.h"
#include "tests/server/fresh_store.h"
#include "tests/server/jobs/told_runner.h"
#include "tests/server/jobs/worker_process.h"

namespace ctgan::server::jobs {

namespace {

namespace fs = std::filesystem;

const std::string k_model = "m_20261121t074500_model.gz";

struct WithBook : tests::FreshStore {
  WithBook() : layout(root()), book(store(), std::make_unique<tests::ToldRunner>(told)) { add_user("alice"); }
  Job fit(char request) {
    JobRequest asked;
    asked.user = "alice";
    asked.name = "a.csv";
    const auto made = store().uploads().create("alice", "a.csv", 5, "h", 10);
    files::write_file(store().uploads().file(made), "12345", files::AtomicFile::IfExists::replace);
    store().uploads().close(made, "h");
    const auto upload = store().uploads().require("alice", made.id);
    return book.submit_uploads(asked, std::string(32, request), [&] { return std::vector{upload}; });
  }
  fs::path table_of(const Job& job) { return book.folder(job).work_file(store::k_table_file); }
  Reaped reap(Thoroughness thoroughness = Thoroughness::due) {
    return jobs::reap(store(), book, thoroughness);
  }

  store::Layout layout;
  tests::Told told;
  JobBook book;
};

}  // namespace

TEST_CASE("the table of a job whose worker was killed goes with the next who comes, whoever that is") {
  WithBook fresh;
  const Job dead = fresh.fit('a');
  const Job living = fresh.fit('b');
  const Job waiting = fresh.fit('c');
  tests::WorkerProcess worker(fresh.book.folder(living));
  { const tests::WorkerProcess killed(fresh.book.folder(dead)); }
  CHECK(fresh.reap().jobs == 1);
  CHECK_FALSE(fs::exists(fresh.table_of(dead)));
  CHECK(fs::exists(fresh.table_of(living)));
  CHECK(fs::exists(fresh.table_of(waiting)));
  CHECK(fresh.store().jobs().require("alice", dead.id).state == JobState::lost);
  CHECK(fresh.reap().jobs == 0);
  fresh.told.sight.whereabouts = Whereabouts::gone;
  CHECK(fresh.reap().jobs == 1);
  CHECK_FALSE(fs::exists(fresh.table_of(waiting)));
}

TEST_CASE("folders of no job go, once whoever works there has ended") {
  WithBook fresh;
  const Job known = fresh.fit('a');
  const JobFolder strange(fresh.layout.job(std::string(32, '7')));
  files::make_private_folder(strange.path());
  files::write_file(strange.work_file("table"), "12345", files::AtomicFile::IfExists::replace);
  {
    const tests::WorkerProcess worker(strange);
    CHECK(fresh.reap(Thoroughness::whole).orphans == 0);
  }
  CHECK(fresh.reap(Thoroughness::whole).orphans == 1);
  CHECK_FALSE(fs::exists(strange.path()));
  CHECK(fs::exists(fresh.table_of(known)));
  CHECK(fs::is_empty(fresh.layout.discarded()));
}

TEST_CASE("a sidecar or report without a model goes, unless it is new") {
  WithBook fresh;
  const std::string other = "n_20261121t074500_model.gz";
  fresh.put(store::Shelf::models, "alice", k_model);
  for (const std::string& model : {k_model, other}) {
    fresh.put(store::Shelf::sidecars, "alice", files::sidecar_name(model));
    fresh.put(store::Shelf::reports, "alice", files::report_name(model));
  }
  CHECK(fresh.reap(Thoroughness::whole).orphans == 0);
  CHECK(fresh.store().shelves().remove_orphans("alice", {}, 0) == 2);
  CHECK(fresh.store().shelves().list(store::Shelf::sidecars, "alice").size() == 1);
  CHECK(fresh.store().shelves().list(store::Shelf::reports, "alice").size() == 1);
  const fs::path on_its_way =
      fresh.layout.shelf(store::Shelf::sidecars, "alice") / files::sidecar_name(other);
  fresh.put(store::Shelf::sidecars, "alice", files::sidecar_name(other));
  CHECK(fresh.store().shelves().remove_orphans("alice", {on_its_way}, 0) == 0);
}

TEST_CASE("the whole store is looked through once a minute, not by every connection") {
  WithBook fresh;
  fresh.reap();
  files::make_private_folder(fresh.layout.job(std::string(32, '7')));
  CHECK(fresh.reap().orphans == 0);
  const timespec long_ago[2] = {{1, 0}, {1, 0}};
  REQUIRE(utimensat(AT_FDCWD, fresh.layout.last_reaped().c_str(), long_ago, 0) == 0);
  CHECK(fresh.reap().orphans == 1);
}

TEST_CASE("half a file that a killed rewriting left on a shelf goes") {
  WithBook fresh;
  const fs::path folder = fresh.layout.shelf(store::Shelf::models, "alice");
  fresh.put(store::Shelf::models, "alice", k_model);
  files::write_file(folder / files::part_name(k_model), "half", files::AtomicFile::IfExists::refuse);
  CHECK(fresh.reap(Thoroughness::whole).orphans == 1);
  CHECK(std::distance(fs::directory_iterator(folder), {}) == 1);
  CHECK(fs::exists(folder / k_model));
}

}  // namespace ctgan::server::jobs
