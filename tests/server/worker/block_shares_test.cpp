#include "server/worker/block_shares.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::worker {

namespace {

void make(const BlockShares& shares, std::size_t share, const std::string& text) {
  const auto held = shares.take(share);
  REQUIRE(held.has_value());
  shares.make(share, [&](const BlockShares::Put& put) {
    put(files::pack_piece(text), 2);
    put(files::pack_piece(text + " again"), 3);
  });
}

}  // namespace

TEST_CASE("shares are all blocks once, in their order, however few there are") {
  const tests::TemporaryFolder folder;
  const jobs::JobFolder job(folder.path());
  for (const std::size_t blocks : {0U, 1U, 3U, 7U, 31U, 32U, 1000U}) {
    const BlockShares shares(job, blocks, 8);
    CHECK(shares.count() <= 32);
    std::size_t next = 0;
    for (std::size_t share = 0; share < shares.count(); ++share) {
      CHECK(shares.first_block(share) == next);
      CHECK((blocks == 0 || shares.end_block(share) > next));
      next = shares.end_block(share);
    }
    CHECK(next == blocks);
  }
}

TEST_CASE("a share is one worker's, and nobody's again once it is made") {
  const tests::TemporaryFolder folder;
  const jobs::JobFolder job(folder.path());
  const BlockShares shares(job, 100, 2);
  {
    const auto held = shares.take(3);
    REQUIRE(held.has_value());
    CHECK_FALSE(shares.take(3).has_value());
    CHECK(shares.take(4).has_value());
  }
  // Who held it has died without making it.
  make(shares, 3, "lines");
  CHECK(shares.is_made(3));
  CHECK_FALSE(shares.take(3).has_value());
  std::string all;
  std::uint64_t rows = 0;
  shares.read(3, [&](const files::PackedPiece& piece, std::uint64_t of) {
    all += files::unpack_piece(piece);
    rows += of;
  });
  CHECK(all == "lineslines again");
  CHECK(rows == 5);
  shares.drop(3);
  CHECK_FALSE(shares.take(3).has_value());
}

TEST_CASE("many workers at once make each share once") {
  const tests::TemporaryFolder folder;
  const jobs::JobFolder job(folder.path());
  std::atomic<int> made = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < 6; ++i) {
    crowd.emplace_back([&] {
      const BlockShares shares(job, 100, 6);
      for (std::size_t share = 0; share < shares.count(); ++share) {
        const auto held = shares.take(share);
        if (!held) continue;
        shares.make(share, [](const BlockShares::Put& put) { put(files::pack_piece("x"), 1); });
        ++made;
      }
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(made == 24);
}

TEST_CASE("a share whose file was cut or changed is damaged, not short") {
  const tests::TemporaryFolder folder;
  const jobs::JobFolder job(folder.path());
  const BlockShares shares(job, 100, 2);
  make(shares, 0, std::string(5000, 'a') + "b");
  const auto path = folder / "share-0";
  const std::string whole = files::read_file(path);
  const auto read = [&](const std::string& content) {
    files::write_file(path, content, files::AtomicFile::IfExists::replace);
    shares.read(0, [](const files::PackedPiece& piece, std::uint64_t) { files::unpack_piece(piece); });
  };
  for (const std::size_t bytes : {whole.size() - 1, whole.size() / 2, std::size_t{7}}) {
    CHECK(tests::raised([&] { read(whole.substr(0, bytes)); }).kind() == errors::Kind::bad_data);
  }
  std::string changed = whole;
  changed[40] = static_cast<char>(changed[40] + 1);
  CHECK(tests::raised([&] { read(changed); }).kind() == errors::Kind::bad_data);
}

}  // namespace ctgan::server::worker
