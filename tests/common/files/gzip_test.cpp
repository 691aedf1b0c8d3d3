#include "common/files/gzip.h"

#include <random>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::files {

using errors::Kind;
using tests::MemorySink;
using tests::MemorySource;
using tests::raised;

namespace {

std::string packed(std::string_view bytes) {
  MemorySink sink;
  GzipSink gzip(sink);
  gzip.write(bytes);
  gzip.finish();
  return sink.content;
}

std::string unpacked(const std::string& bytes, GunzipLimits limits = {}) {
  MemorySource source(bytes);
  GunzipSource gunzip(source, limits);
  return tests::read_all(gunzip);
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % 64);
  return bytes;
}

}  // namespace

TEST_CASE("what is packed comes back, whatever its size") {
  for (const std::size_t size : {0, 1, 100, 65535, 65536, 65537, 300000}) {
    const std::string bytes = noise(size);
    CHECK(unpacked(packed(bytes)) == bytes);
  }
}

TEST_CASE("equal bytes in, equal bytes out: no time and no name in the header") {
  const std::string file = packed("hello");
  CHECK(file == packed("hello"));
  CHECK(file.substr(3, 5) == std::string(5, '\0'));
}

TEST_CASE("several members are read as one stream", "[fault:25]") {
  CHECK(unpacked(packed("one ") + packed("") + packed("two")) == "one two");
}

TEST_CASE("a file cut anywhere is refused as truncated", "[fault:25]") {
  const std::string file = packed(noise(2000));
  for (std::size_t size = 1; size < file.size(); size += 13) {
    const auto error = raised([&] { unpacked(file.substr(0, size)); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::Contains("truncated"));
  }
}

TEST_CASE("damage and trailing garbage are refused", "[fault:25]") {
  const std::string file = packed(noise(2000));
  std::string flipped = file;
  flipped[file.size() / 2] = static_cast<char>(flipped[file.size() / 2] ^ 0x10);
  CHECK(raised([&] { unpacked(flipped); }).kind() == Kind::bad_data);
  std::string wrong_sum = file;
  wrong_sum[file.size() - 6] = static_cast<char>(wrong_sum[file.size() - 6] ^ 1);
  CHECK(raised([&] { unpacked(wrong_sum); }).kind() == Kind::bad_data);
  CHECK(raised([&] { unpacked(file + "garbage"); }).kind() == Kind::bad_data);
}

TEST_CASE("a bomb stops at the limit", "[fault:26]") {
  const std::string bomb = packed(std::string(50 << 20, '\0'));
  GunzipLimits limits;
  limits.unpacked_bytes = 1 << 20;
  CHECK(raised([&] { unpacked(bomb, limits); }).kind() == Kind::bad_data);
}

TEST_CASE("gzip is told from plain text by content, not by name", "[fault:25]") {
  const tests::TemporaryFolder folder;
  using IfExists = AtomicFile::IfExists;
  write_file(folder / "a.csv", packed("packed"), IfExists::refuse);
  write_file(folder / "b.gz", "plain", IfExists::refuse);
  write_file(folder / "c", "\x1f", IfExists::refuse);
  write_file(folder / "d", "", IfExists::refuse);
  const auto content = [&](const char* name) { return tests::read_all(*open_maybe_gzip(folder / name)); };
  CHECK(content("a.csv") == "packed");
  CHECK(content("b.gz") == "plain");
  CHECK(content("c") == "\x1f");
  CHECK(content("d").empty());
}

}  // namespace ctgan::files
