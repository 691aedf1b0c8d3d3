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

TEST_CASE("a note in the header is read back, and passed over by everybody else") {
  const tests::TemporaryFolder folder;
  for (const std::string& note : {std::string("n"), std::string("nbt\0x", 5), noise(20'000, 3)}) {
    tests::MemorySink sink;
    GzipPieces gzip(sink, note);
    gzip.write(pack_piece("some text"));
    gzip.finish();
    tests::MemorySource source(sink.content);
    CHECK((read_gzip_note(source) == note));
    CHECK(unpacked(sink.content) == "some text");
    write_file(folder / "a.gz", sink.content, AtomicFile::IfExists::replace);
    CHECK(tests::run_program({"/bin/gzip", "-dc", (folder / "a.gz").string()}).out == "some text");
  }
}

// Hands out a few bytes at a time, and leaves the stack as other work would.
class UntidySource : public ByteSource {
 public:
  explicit UntidySource(std::string bytes) : inner_(std::move(bytes)) {}
  std::size_t read(std::span<char> buffer) override {
    volatile char used[4096];
    for (volatile char& byte : used) byte = '\xff';
    return inner_.read(buffer);
  }

 private:
  tests::MemorySource inner_;
};

TEST_CASE("a header that comes in pieces is read whatever happens between them") {
  for (const std::size_t length : {std::size_t{1}, std::size_t{5}, std::size_t{20'000}}) {
    tests::MemorySink sink;
    GzipPieces gzip(sink, noise(length, 3));
    gzip.write(pack_piece("some text"));
    gzip.finish();
    UntidySource source(sink.content + sink.content);
    GunzipSource unpacked(source);
    CHECK(tests::read_all(unpacked) == "some textsome text");
  }
}

TEST_CASE("what has no note gives none: plain gzip, other fields, cut off headers, no gzip at all") {
  tests::MemorySink sink;
  GzipPieces gzip(sink, "note");
  const std::string header = sink.content;
  const auto note = [](const std::string& bytes) {
    tests::MemorySource source(bytes, 3);
    return read_gzip_note(source);
  };
  CHECK(note(header) == "note");
  for (const std::string& bytes : {packed({"text"}), std::string(), std::string("a,b\n1,2\n3,4\n5,6\n")})
    CHECK(note(bytes).empty());
  for (std::size_t cut = 0; cut + 5 < header.size(); ++cut) CHECK(note(header.substr(0, cut)).empty());
  std::string other = header;
  other[12] = 'X';
  CHECK(note(other).empty());
}

TEST_CASE("a stream that is packed as it comes is one sound member") {
  const std::string text = noise(2'000'000, 9);
  tests::MemorySink sink;
  GzipPieceSink gzip(sink);
  for (std::size_t at = 0; at < text.size(); at += 70'001)
    gzip.write(std::string_view(text).substr(at, 70'001));
  gzip.finish();
  CHECK((unpacked(sink.content) == text));
}

}  // namespace ctgan::files
