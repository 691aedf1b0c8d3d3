#include "common/files/piece_ring.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "tests/catch.h"

namespace ctgan::files {
namespace {

void fill(PieceRing::Piece& piece, const std::string& text) {
  std::copy(text.begin(), text.end(), piece.buffer.begin());
  piece.used = text.size();
}

}  // namespace

TEST_CASE("pieces come out in the order in which they were filled, and then comes the end") {
  PieceRing ring;
  std::thread filler([&ring] {
    for (int i = 0; i < 1000; ++i) {
      PieceRing::Piece* piece = ring.to_fill();
      fill(*piece, std::to_string(i));
      ring.filled();
    }
    ring.finish();
  });
  int expected = 0;
  while (const PieceRing::Piece* piece = ring.to_empty()) {
    CHECK(piece->content() == std::to_string(expected++));
    ring.emptied();
  }
  CHECK(expected == 1000);
  CHECK(ring.to_empty() == nullptr);
  filler.join();
}

TEST_CASE("who fills waits when all four buffers are full, and goes on when one is empty") {
  PieceRing ring;
  std::atomic<int> filled{0};
  std::thread filler([&] {
    for (int i = 0; i < 6; ++i) {
      REQUIRE(ring.to_fill() != nullptr);
      ring.filled();
      ++filled;
    }
    ring.finish();
  });
  for (int i = 0; i < 200 && filled < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(filled == 4);
  // A piece that is looked at is not free yet.
  REQUIRE(ring.to_empty() != nullptr);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(filled == 4);
  ring.emptied();
  int rest = 0;
  while (ring.to_empty() != nullptr) {
    ring.emptied();
    ++rest;
  }
  CHECK(rest == 5);
  CHECK(filled == 6);
  filler.join();
}

TEST_CASE("an end without pieces is an end") {
  PieceRing ring;
  ring.finish();
  CHECK(ring.to_empty() == nullptr);
}

TEST_CASE("abandoned by either side, both end at once and nothing more comes") {
  PieceRing ring;
  SECTION("while the other waits for a piece") {
    std::thread emptier([&ring] { CHECK(ring.to_empty() == nullptr); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ring.abandon();
    emptier.join();
  }
  SECTION("while the other waits for room") {
    for (int i = 0; i < 4; ++i) {
      ring.to_fill();
      ring.filled();
    }
    std::thread filler([&ring] { CHECK(ring.to_fill() == nullptr); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ring.abandon();
    filler.join();
  }
  CHECK(ring.to_fill() == nullptr);
  CHECK(ring.to_empty() == nullptr);
}

}  // namespace ctgan::files
