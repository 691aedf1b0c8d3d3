// Reading and writing on another thread: the same bytes in the same order, and the same failures.
#include "common/files/overlapped.h"

#include <numeric>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

using namespace ctgan;
using files::ReadAhead;
using files::WriteBehind;

namespace {

std::string many_bytes() {
  std::string bytes(std::size_t{3} << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
  return bytes;
}

std::string read_all(files::ByteSource& source, std::size_t piece) {
  std::string all;
  std::vector<char> buffer(piece);
  while (const std::size_t got = source.read(buffer)) all.append(buffer.data(), got);
  return all;
}

// Gives `before` bytes and then fails.
class FailingSource : public files::ByteSource {
 public:
  explicit FailingSource(std::size_t before) : left_(before) {}
  std::size_t read(std::span<char> buffer) override {
    if (left_ == 0) throw errors::Error(errors::Kind::io, "the disk is broken");
    const std::size_t count = std::min(buffer.size(), left_);
    std::fill_n(buffer.data(), count, 'x');
    left_ -= count;
    return count;
  }

 private:
  std::size_t left_;
};

// Takes `most` bytes and then fails.
class FullSink : public files::ByteSink {
 public:
  explicit FullSink(std::size_t most) : most_(most) {}
  void write(std::string_view bytes) override {
    if (taken.size() + bytes.size() > most_) throw errors::Error(errors::Kind::io, "the disk is full");
    taken += bytes;
  }
  std::string taken;

 private:
  std::size_t most_;
};

}  // namespace

TEST_CASE("what is read ahead is the source's bytes, whatever pieces are asked for") {
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{1} << 18, std::size_t{5} << 20}) {
    tests::MemorySource source(many_bytes(), 70'000);
    ReadAhead ahead(source);
    CHECK(read_all(ahead, piece) == many_bytes());
    std::vector<char> buffer(10);
    CHECK(ahead.read(buffer) == 0);
  }
}

TEST_CASE("a source that fails is heard behind the bytes that came before") {
  FailingSource source(700'000);
  ReadAhead ahead(source);
  std::string got(700'000, '\0');
  for (std::size_t used = 0; used < got.size();) used += ahead.read({got.data() + used, got.size() - used});
  CHECK(got == std::string(700'000, 'x'));
  std::vector<char> more(1);
  CHECK(tests::raised([&] { ahead.read(more); }).sentence() == "the disk is broken");
}

TEST_CASE("a reader that goes away early stops the other thread") {
  FailingSource endless(std::size_t{1} << 40);
  ReadAhead ahead(endless);
  std::vector<char> first(10);
  CHECK(ahead.read(first) == 10);
}

TEST_CASE("what is written behind arrives whole and in order, whatever its pieces") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{32'768}, std::size_t{1} << 20}) {
    const std::string bytes = many_bytes().substr(0, piece == 1 ? 5'000 : std::string::npos);
    FullSink sink(bytes.size());
    WriteBehind behind(sink);
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      behind.write(std::string_view(bytes).substr(at, piece));
    behind.finish();
    CHECK(sink.taken == bytes);
  }
}

TEST_CASE("a sink that fails is heard at the next write, or at the end at the latest") {
  FullSink small(300'000);
  WriteBehind behind(small);
  const auto error = tests::raised([&] {
    for (int i = 0; i < 1000; ++i) behind.write(std::string(100'000, 'x'));
  });
  CHECK(error.sentence() == "the disk is full");
  FullSink smaller(10);
  WriteBehind short_one(smaller);
  short_one.write(std::string(100, 'x'));
  CHECK(tests::raised([&] { short_one.finish(); }).sentence() == "the disk is full");
}

TEST_CASE("what was taken before a connection broke is written all the same") {
  FullSink sink(1'000'000);
  {
    WriteBehind behind(sink);
    behind.write(std::string(600'000, 'x'));
  }
  CHECK(sink.taken.size() == 600'000);
}
