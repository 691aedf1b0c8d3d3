#include "common/protocol/scp_records.h"

#include <unistd.h>

#include <array>
#include <thread>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::protocol {

using errors::Kind;
using tests::MemorySink;
using tests::MemorySource;
using tests::raised;

namespace {

const std::string k_ok(1, '\0');

struct Pipe {
  files::FileHandle read_end, write_end;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    read_end = files::FileHandle(ends[0]);
    write_end = files::FileHandle(ends[1]);
  }
};

}  // namespace

TEST_CASE("a file sent by one end is received by the other, whatever its size") {
  for (const std::size_t size : {0, 1, 70000, 1000000}) {
    const std::string content(size, 'x');
    Pipe there;
    Pipe back;
    std::thread sender([&] {
      files::DescriptorSource in(back.read_end.get());
      files::DescriptorSink out(there.write_end.get());
      MemorySource source(content, 5000);
      send_file(in, out, {"odd name.csv", size}, source, {});
      there.write_end.close();
    });
    files::DescriptorSource in(there.read_end.get());
    files::DescriptorSink out(back.write_end.get());
    MemorySink received;
    std::uint64_t counted = 0;
    const auto record = receive_record(in, out);
    REQUIRE(record.has_value());
    CHECK(record->name == "odd name.csv");
    receive_content(in, out, *record, received, [&](std::uint64_t bytes) { counted = bytes; });
    acknowledge(out);
    CHECK_FALSE(receive_record(in, out, false).has_value());
    sender.join();
    CHECK(received.content == content);
    CHECK(counted == size);
  }
}

TEST_CASE("times are acknowledged and ignored; folders are refused") {
  MemorySource in("T1 0 1 0\nC0777 3 a\n");
  MemorySink out;
  const auto record = receive_record(in, out);
  CHECK(record->size == 3);
  CHECK(out.content == k_ok + k_ok);
  MemorySource folder("D0755 0 etc\n");
  CHECK(raised([&] { receive_record(folder, out); }).kind() == Kind::bad_data);
}

TEST_CASE("malformed records are refused") {
  for (const char* line : {"C\n", "C0644\n", "C0644 -1 a\n", "C0644 12x a\n", "C0644 1 \n",
                           "C0644 99999999999999999999 a\n", "X\n"}) {
    MemorySource in(line);
    MemorySink out;
    INFO(line);
    CHECK(raised([&] { receive_record(in, out); }).kind() == Kind::bad_data);
  }
  MemorySource endless("C" + std::string(100000, 'a'));
  MemorySink out;
  CHECK(raised([&] { receive_record(endless, out); }).kind() == Kind::bad_data);
}

TEST_CASE("a complaint from either side is raised with its text") {
  MemorySource from_sender("\1scp: no such file\n");
  MemorySink out;
  CHECK(raised([&] { receive_record(from_sender, out); }).sentence() == "no such file");

  MemorySource from_receiver(k_ok + "\1disk full\n");
  MemorySource content("abc");
  CHECK(raised([&] { send_file(from_receiver, out, {"a", 3}, content, {}); }).sentence() == "disk full");

  MemorySink complaint;
  complain(complaint, "two\nlines");
  CHECK(complaint.content == "\1two lines\n");
}

TEST_CASE("a complaint has no power over a terminal, and one without words is said to be that",
          "[fault:39]") {
  MemorySink out;
  MemorySource steering("\1scp: \x1b]0;mine\x07\x1b[2J\n");
  CHECK(raised([&] { receive_record(steering, out); }).sentence() == R"(\x1b]0;mine\x07\x1b[2J)");
  for (const char* words : {"\1\n", "\1scp: \n"}) {
    MemorySource empty(words);
    CHECK_THAT(raised([&] { receive_record(empty, out); }).sentence(), Catch::Contains("does not say why"));
  }
}

TEST_CASE("a stream that ends early can be tried again", "[fault:1]") {
  MemorySource in("C0644 10 a\n12345");
  MemorySink out;
  MemorySink sink;
  const auto record = receive_record(in, out);
  CHECK(raised([&] { receive_content(in, out, *record, sink, {}); }).kind() == Kind::try_again);
  CHECK(sink.content == "12345");
  MemorySource silent("");
  MemorySource content("abc");
  CHECK(raised([&] { send_file(silent, out, {"a", 3}, content, {}); }).kind() == Kind::try_again);
}

TEST_CASE("a receiver that complains and closes while bytes still come is heard") {
  Pipe there;
  Pipe back;
  files::DescriptorSink(back.write_end.get()).write(k_ok + k_ok + "\1no space left\n");
  back.write_end.close();
  there.read_end.close();
  files::DescriptorSource in(back.read_end.get());
  files::DescriptorSink pipe(there.write_end.get());
  MemorySink record;
  // The record still gets through; the content meets a closed pipe.
  struct Closing : files::ByteSink {
    MemorySink& first;
    files::DescriptorSink& then;
    Closing(MemorySink& a, files::DescriptorSink& b) : first(a), then(b) {}
    void write(std::string_view bytes) override {
      if (first.content.empty()) return first.write(bytes);
      then.write(bytes);
    }
  } out(record, pipe);
  MemorySource content("abc");
  CHECK(raised([&] { send_file(in, out, {"a", 3}, content, {}); }).sentence() == "no space left");
}

TEST_CASE("content that became shorter is an io error, and the receiver is not told that all is well") {
  MemorySource in(k_ok + k_ok);
  MemorySink out;
  MemorySource content("abc");
  CHECK(raised([&] { send_file(in, out, {"a", 5}, content, {}); }).kind() == Kind::io);
  CHECK(out.content == "C0600 5 a\nabc");
}

}  // namespace ctgan::protocol
