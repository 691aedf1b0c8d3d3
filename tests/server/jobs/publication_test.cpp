#include "server/jobs/publication.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"
#include "server/jobs/claim.h"
#include "server/store/shelves.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"
#include "tests/server/jobs/worker_process.h"

namespace {

// Counted down by each call; the one that makes it 0 fails.
int fsync_fails_in = 0;

}  // namespace

// In the place of libc's, for the whole program.
extern "C" int fsync(int descriptor) {
  if (fsync_fails_in > 0 && --fsync_fails_in == 0) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

namespace ctgan::server::jobs {

namespace {

namespace fs = std::filesystem;

// The folder of a fit that is about to publish four files.
struct WithProducts : tests::FreshStore {
  WithProducts() : layout(root()), folder(layout.job(std::string(32, 'a'))) {
    add_user("alice");
    files::make_private_folder(folder.path());
    for (const Product& product : products()) write(folder.work_file(product.file), "ours");
  }
  static std::vector<Product> products(const std::string& stem = "p_20261121t074500") {
    return {{"model.json", "model_database/alice/" + stem + "_model.json"},
            {"report.html", "report_database/alice/" + stem + "_report.html"},
            {"report.json", "report_database/alice/" + stem + "_report.json"},
            {"model.gz", "model_database/alice/" + stem + "_model.gz"}};
  }
  static void write(const fs::path& path, const std::string& content) {
    files::write_file(path, content, files::AtomicFile::IfExists::replace);
  }
  std::size_t on_shelves() const {
    std::size_t count = 0;
    for (const Product& product : products()) count += fs::exists(root() / product.to) ? 1 : 0;
    return count;
  }
  std::size_t at_work() const {
    std::size_t count = 0;
    for (const Product& product : products()) count += fs::exists(folder.work_file(product.file)) ? 1 : 0;
    return count;
  }
  // What a worker has done that is killed behind the rename number `renames`.
  void die_after(std::size_t renames) const {
    const tests::WorkerProcess worker(folder, [&] {
      folder.write_status({JobState::running, {{"model", "m"}}, nullptr, products()});
      for (std::size_t i = 0; i < renames; ++i)
        store::publish(folder.work_file(products()[i].file), root() / products()[i].to);
    });
  }

  store::Layout layout;
  JobFolder folder;
};

}  // namespace

TEST_CASE("products are published together") {
  const WithProducts fresh;
  REQUIRE(publish(fresh.folder, fresh.layout, fresh.products(), {{"model", "m"}}));
  CHECK(fresh.on_shelves() == 4);
  CHECK(fresh.at_work() == 0);
}

TEST_CASE("whichever of the names is taken, nothing is published and nothing of others is touched") {
  for (std::size_t taken = 0; taken < 4; ++taken) {
    const WithProducts fresh;
    WithProducts::write(fresh.root() / fresh.products()[taken].to, "theirs");
    CHECK_FALSE(publish(fresh.folder, fresh.layout, fresh.products(), Json::object()));
    CHECK(fresh.on_shelves() == 1);
    CHECK(files::read_file(fresh.root() / fresh.products()[taken].to) == "theirs");
    CHECK(fresh.at_work() == 4);
    CHECK(publish(fresh.folder, fresh.layout, fresh.products("p_20261121t074500-2"), Json::object()));
  }
}

TEST_CASE("a worker killed at any step of the publishing has published everything or nothing", "[fault:8]") {
  for (std::size_t renames = 0; renames <= 4; ++renames) {
    const WithProducts fresh;
    fresh.die_after(renames);
    const auto claim = Claim::settle(fresh.folder);
    REQUIRE(claim.has_value());
    const bool done = renames == 4;
    const JobStatus status = settle(fresh.folder, fresh.layout);
    CHECK(status.state == (done ? JobState::done : JobState::lost));
    CHECK(status.result.is_null() != done);
    CHECK(fresh.on_shelves() == (done ? 4 : 0));
    CHECK_FALSE(fresh.folder.has_work_files());
    CHECK(settle(fresh.folder, fresh.layout).state == status.state);
    CHECK(fresh.on_shelves() == (done ? 4 : 0));
  }
}

TEST_CASE("taking back that is interrupted never takes what another job has published since", "[fault:8]") {
  const WithProducts fresh;
  fresh.die_after(3);
  // Two of three were taken back, then that process died as well, and a later job took the free name.
  for (const std::size_t i : {0U, 1U}) {
    const Product product = fresh.products()[i];
    fs::rename(fresh.root() / product.to, fresh.folder.work_file(product.file));
    WithProducts::write(fresh.root() / product.to, "theirs");
  }
  const auto claim = Claim::settle(fresh.folder);
  CHECK(settle(fresh.folder, fresh.layout).state == JobState::lost);
  CHECK(fresh.on_shelves() == 2);
  for (const std::size_t i : {0U, 1U})
    CHECK(files::read_file(fresh.root() / fresh.products()[i].to) == "theirs");
}

TEST_CASE("what cannot be repeated as it was is lost with the way that works") {
  const auto hint_of = [](const JobRequest& request) {
    const WithProducts fresh;
    fresh.folder.write_request(request);
    fresh.die_after(0);
    const auto claim = Claim::settle(fresh.folder);
    const JobStatus status = settle(fresh.folder, fresh.layout);
    CHECK(status.state == JobState::lost);
    return status.error.is_null() ? std::string() : status.error.value("hint", "");
  };
  JobRequest request;
  request.user = "alice";
  CHECK(hint_of(request).empty());
  request.private_report = PrivateReport{.from = std::string(k_report_of_public), .name = "rows.csv"};
  CHECK(hint_of(request) == "submit it again with 'fit'");
  request.private_report.reset();
  request.parties = {{"alice", "alice", "", "", {}}, {"bob", "bob", "", "", {}}};
  CHECK(hint_of(request) == "submit it again with 'fit'");
}

TEST_CASE("where publishing is a link and an unlink, a death between them is one of the two as well",
          "[fault:8]") {
  for (const std::size_t half : {1U, 3U}) {
    const WithProducts fresh;
    fresh.die_after(half);
    const Product product = fresh.products()[half];
    fs::create_hard_link(fresh.folder.work_file(product.file), fresh.root() / product.to);
    const auto claim = Claim::settle(fresh.folder);
    CHECK(settle(fresh.folder, fresh.layout).state == (half == 3 ? JobState::done : JobState::lost));
    CHECK(fresh.on_shelves() == (half == 3 ? 4 : 0));
  }
}

TEST_CASE("whichever time the disk does not confirm, everything is published or nothing", "[fault:8]") {
  // Two for status.json, one for each product.
  for (int time = 1; time <= 6; ++time) {
    const WithProducts fresh;
    fsync_fails_in = time;
    const bool committed = time == 6;
    if (committed) {
      CHECK(publish(fresh.folder, fresh.layout, fresh.products(), Json::object()));
    } else {
      const auto error =
          tests::raised([&] { publish(fresh.folder, fresh.layout, fresh.products(), Json::object()); });
      CHECK(error.kind() == errors::Kind::io);
    }
    CHECK(fsync_fails_in == 0);
    CHECK(fresh.on_shelves() == (committed ? 4 : 0));
    CHECK(fresh.at_work() == (committed ? 0 : 4));
  }
}

TEST_CASE("jobs of dead workers are settled without a database; living and finished ones are left alone",
          "[fault:7]") {
  const WithProducts fresh;
  fresh.die_after(0);
  WithProducts::write(fresh.folder.work_file("table"), "rows");
  const JobFolder living(fresh.layout.job(std::string(32, 'b')));
  const JobFolder waiting(fresh.layout.job(std::string(32, 'c')));
  for (const JobFolder& folder : {living, waiting}) {
    files::make_private_folder(folder.path());
    WithProducts::write(folder.work_file("table"), "rows");
  }
  const tests::WorkerProcess worker(living);
  CHECK(settle_dead(fresh.layout) == 1);
  CHECK_FALSE(fs::exists(fresh.folder.work_file("table")));
  CHECK(fs::exists(living.work_file("table")));
  CHECK(fs::exists(waiting.work_file("table")));
  CHECK(settle_dead(fresh.layout) == 0);
}

}  // namespace ctgan::server::jobs
