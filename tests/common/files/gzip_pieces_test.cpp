#include "common/files/gzip_pieces.h"

#include <random>
#include <vector>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::files {

namespace {

std::string packed(const std::vector<std::string>& texts) {
  tests::MemorySink sink;
  GzipPieces gzip(sink);
  for (const std::string& text : texts) gzip.write(pack_piece(text));
  gzip.finish();
  return sink.content;
}

std::string unpacked(const std::string& bytes) {
  tests::MemorySource source(bytes);
  GunzipSource gunzip(source);
  return tests::read_all(gunzip);
}

std::string noise(std::size_t size, unsigned values) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % values);
  return bytes;
}

}  // namespace

TEST_CASE("the pieces come back as one text, dense or not, empty ones too") {
  const std::vector<std::string> texts{noise(100'000, 4), "", noise(300'000, 256), "a", noise(70'000, 64)};
  std::string whole;
  for (const std::string& text : texts) whole += text;
  CHECK((unpacked(packed(texts)) == whole));
  CHECK(unpacked(packed({})).empty());
  CHECK(packed({noise(100'000, 4)}).size() < 40'000);
}

TEST_CASE("gzip itself finds one sound member") {
  const tests::TemporaryFolder folder;
  write_file(folder / "a.gz", packed({noise(100'000, 9), noise(5, 9)}), AtomicFile::IfExists::refuse);
  CHECK(tests::run_program({"/bin/gzip", "-tv", (folder / "a.gz").string()}).code == 0);
  const std::string bytes = packed({"text"});
  CHECK(bytes.find("\x1f\x8b", 2) == std::string::npos);
}

TEST_CASE("a flipped bit in a piece is found") {
  std::string bytes = packed({noise(10'000, 16)});
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  CHECK_THROWS(unpacked(bytes));
}

}  // namespace ctgan::files
