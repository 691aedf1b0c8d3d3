// Seeds and former findings of every fuzz target, without libFuzzer: whatever once broke a reader never does again.
#include <cstdlib>
#include <filesystem>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/fuzz/promises.h"

namespace ctgan::fuzz {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* root = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(root != nullptr);
  return fs::path(root) / "tests/fuzz";
}

std::size_t replay(const Target& target, const fs::path& inputs) {
  const auto contents = tests::contents_under(inputs);
  for (const auto& [name, bytes] : contents) {
    INFO(inputs / name);
    CHECK_NOTHROW(target.run(bytes));
  }
  return contents.size();
}

}  // namespace

TEST_CASE("every target has seeds and words, and reads its seeds as it promises") {
  for (const Target& target : k_targets) {
    INFO(target.name);
    CHECK(replay(target, folder() / "corpus" / target.name) >= 3);
    CHECK(fs::file_size(folder() / (std::string(target.name) + ".dict")) > 0);
  }
}

TEST_CASE("what once broke a target is read or refused now") {
  for (const Target& target : k_targets) replay(target, folder() / "findings" / target.name);
  // A folder that no target reads would be replayed by nobody.
  for (const std::string kind : {"corpus", "findings"}) {
    if (!fs::exists(folder() / kind)) continue;
    for (const auto& entry : fs::directory_iterator(folder() / kind)) {
      INFO(entry.path());
      CHECK(std::any_of(k_targets.begin(), k_targets.end(),
                        [&](const Target& target) { return entry.path().filename() == target.name; }));
    }
  }
}

TEST_CASE("a target notices a promise that is not kept") {
  CHECK_THROWS_AS(read_or_refused({errors::Kind::bad_data},
                                  []() -> int { throw errors::Error(errors::Kind::internal, "a bug"); }),
                  Broken);
  CHECK_THROWS_AS(promise(false, "x"), Broken);
}

}  // namespace ctgan::fuzz
