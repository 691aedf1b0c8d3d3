#include "common/progress/progress.h"

#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.h"

using namespace ctgan;
using progress::Json;
using progress::Task;
using progress::Unit;

namespace {

// A stream whose content can be read back.
class Capture {
 public:
  Capture() : stream_(std::tmpfile()) {}
  ~Capture() { std::fclose(stream_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::FILE* stream() const { return stream_; }
  std::string text() const {
    std::fflush(stream_);
    std::rewind(stream_);
    std::string all;
    for (int c = std::fgetc(stream_); c != EOF; c = std::fgetc(stream_)) all += static_cast<char>(c);
    return all;
  }
  std::vector<Json> json_lines() const {
    std::vector<Json> lines;
    std::istringstream in(text());
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
  }

 private:
  std::FILE* stream_;
};

struct Stage {
  Capture conversation, result;
  double seconds = 0;

  progress::Streams streams() const { return {conversation.stream(), result.stream()}; }
  progress::Clock clock() {
    return [this] {
      return std::chrono::steady_clock::time_point(
          std::chrono::duration_cast<std::chrono::steady_clock::duration>(
              std::chrono::duration<double>(seconds)));
    };
  }
};

// The terminal's side of a pseudo terminal, `columns` wide.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    winsize size{24, columns, 0, 0};
    REQUIRE(openpty(&outside_, &inside_, nullptr, nullptr, &size) == 0);
    stream_ = fdopen(inside_, "w");
  }
  ~Terminal() {
    std::fclose(stream_);
    close(outside_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::FILE* stream() const { return stream_; }
  // What came since the last call; a pseudo terminal hands it over a little later.
  std::string text() const {
    std::fflush(stream_);
    std::string all;
    pollfd wanted{outside_, POLLIN, 0};
    while (poll(&wanted, 1, 50) > 0) {
      std::array<char, 4096> buffer{};
      const ssize_t got = read(outside_, buffer.data(), buffer.size());
      if (got <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int outside_ = -1;
  int inside_ = -1;
  std::FILE* stream_ = nullptr;
};

}  // namespace

TEST_CASE("text: notes go to the conversation, the result alone to the result stream") {
  Stage stage;
  auto shown = progress::make_text_progress(stage.streams(), stage.clock());
  shown->note("seed", {{"seed", 7}}, "Seed 7");
  shown->result({{"model", "a_model.gz"}}, "a_model.gz");
  CHECK(stage.conversation.text() == "Seed 7\n");
  CHECK(stage.result.text() == "a_model.gz\n");
}

TEST_CASE("text: control characters in a note cannot steer the terminal") {
  Stage stage;
  progress::make_text_progress(stage.streams(), stage.clock())
      ->note("table", {}, "column 'a\033[2J\r\xC2\x9B'");
  CHECK(stage.conversation.text() == "column 'a\\x1b[2J\\x0d\\x9b'\n");
}

TEST_CASE(
    "text on a pipe: a task is a line at its start, one every ten seconds and one at its end, without "
    "control codes") {
  Stage stage;
  auto shown = progress::make_text_progress(stage.streams(), stage.clock());
  shown->start({"upload", "Uploading 'a.csv'", Unit::bytes, 4'000'000});
  for (int i = 1; i <= 40; ++i) {
    stage.seconds = 0.5 * i;
    shown->update(100'000U * static_cast<unsigned>(i));
  }
  shown->finish();
  CHECK(stage.conversation.text() ==
        "Uploading 'a.csv', 4.0 MB\n"
        "Uploading 'a.csv'  50 %  2.0 MB  200.0 kB/s  10 s left\n"
        "Uploading 'a.csv' 100 %  4.0 MB  200.0 kB/s\n"
        "Uploading 'a.csv': 4.0 MB in 20 s, 200.0 kB/s\n");
}

TEST_CASE("text: what an earlier try sent counts as done but not in the rate") {
  Stage stage;
  auto shown = progress::make_text_progress(stage.streams(), stage.clock());
  shown->start({"upload", "Uploading", Unit::bytes, 4'000'000, 3'000'000});
  stage.seconds = 10;
  shown->update(3'500'000);
  CHECK_THAT(stage.conversation.text(), Catch::Contains("88 %  3.5 MB  50.0 kB/s  10 s left"));
}

TEST_CASE("text: an empty task is at once at 100 %, and an update after the end does nothing") {
  Stage stage;
  auto shown = progress::make_text_progress(stage.streams(), stage.clock());
  shown->start({"upload", "Uploading", Unit::bytes, 0});
  shown->finish();
  shown->update(1);
  shown->finish();
  CHECK(stage.conversation.text() == "Uploading, 0 B\nUploading: 0 B in 0 s\n");
}

TEST_CASE(
    "text on a terminal: the bar is redrawn in its line, fits the width, and is gone when the task ends") {
  Stage stage;
  const Terminal terminal(40);
  auto shown = progress::make_text_progress({terminal.stream(), stage.result.stream()}, stage.clock());
  shown->start({"upload", "Uploading 'a.csv'", Unit::bytes, 1000});
  stage.seconds = 1;
  shown->update(500);
  const std::string drawn = terminal.text();
  CHECK_THAT(drawn, Catch::StartsWith("\r\033[KUploading 'a.csv'   0 %  0 B"));
  CHECK(drawn.find('\n') == std::string::npos);
  // The label gives way before the figures.
  CHECK(drawn.substr(drawn.rfind("\033[K") + 3) == "Uploadi  50 %  500 B  500 B/s  1 s left");
  stage.seconds = 1.01;
  shown->update(600);
  CHECK(terminal.text().empty());
  shown->note("x", {}, "a line between");
  CHECK_THAT(terminal.text(), Catch::StartsWith("\r\033[Ka line between\r\n\r\033[KUploadi"));
  shown->finish();
  CHECK(terminal.text() == "\r\033[KUploading 'a.csv': 1.0 kB in 1 s, 990\r\n  B/s\r\n");
}

TEST_CASE("text on a terminal that is wide enough: the bar, and lines broken between words") {
  Stage stage;
  const Terminal terminal(60);
  auto shown = progress::make_text_progress({terminal.stream(), stage.result.stream()}, stage.clock());
  shown->start({"upload", "Uploading", Unit::bytes, 1000});
  CHECK(terminal.text() == "\r\033[KUploading [........................]   0 %  0 B");
  shown->finish();
  terminal.text();
  shown->note("x", {}, "a line that is longer than the sixty cells which this terminal has");
  CHECK(terminal.text() == "a line that is longer than the sixty cells which this\r\n  terminal has\r\n");
}

TEST_CASE("text on a terminal: a status is redrawn, goes when anything else is said, and stays if it lasts") {
  Stage stage;
  const Terminal terminal(40);
  auto shown = progress::make_text_progress({terminal.stream(), stage.result.stream()}, stage.clock());
  shown->status({"progress", "reading", {}, "Reading", false});
  CHECK(terminal.text() == "\r\033[KReading");
  shown->status({"epoch", "epoch", {}, "Epoch 1/2, 3 s left, Loss G: 1.5000, Loss D: 2.5", true});
  CHECK(terminal.text() == "\r\033[K\r\033[KEpoch 1/2, 3 s left, Loss G: 1.5000");
  shown->status({"epoch", "epoch", {}, "Epoch 2/2", true});
  CHECK(terminal.text() == "\r\033[KEpoch 2/2");
  shown->status({"section", "privacy", {}, "Judging privacy", false});
  CHECK(terminal.text() == "\r\033[KEpoch 2/2\r\n\r\033[KJudging privacy");
  stage.seconds = 3;
  shown->alive();
  CHECK(terminal.text() == "\r\033[KJudging privacy, 3 s so far");
  shown->alive();
  CHECK(terminal.text().empty());
  shown->note("x", {}, "done");
  CHECK(terminal.text() == "\r\033[Kdone\r\n");
}

TEST_CASE(
    "text on a pipe: a status that lasts is a line, another one if its stage takes a second, and then at "
    "times") {
  Stage stage;
  auto shown = progress::make_text_progress(stage.streams(), stage.clock());
  shown->status({"progress", "reading", {}, "Reading", false});
  shown->status({"progress", "encoding", {}, "Encoding", false});
  shown->status({"epoch", "epoch", {}, "Epoch 1/2", true});
  shown->status({"epoch", "epoch", {}, "Epoch 2/2", true});
  shown->status({"progress", "fitting", {}, "Fitting", false});
  for (stage.seconds = 0.5; stage.seconds < 13; stage.seconds += 0.5) shown->alive();
  shown->status({"progress", "fitting", {}, "Fitting, step 9/10", false});
  stage.seconds = 22;
  shown->alive();
  CHECK(stage.conversation.text() == "Epoch 1/2\nEpoch 2/2\nFitting\nFitting\nFitting, step 9/10\n");
}

TEST_CASE("JSON has each status that lasts, and of others the first of a stage and one every ten seconds") {
  Stage stage;
  auto shown = progress::make_json_progress(stage.streams(), stage.clock());
  for (int i = 0; i < 30; ++i) {
    stage.seconds = i;
    shown->status({"progress", i < 25 ? "fitting" : "judging", {{"done", i}}, "Fitting", false});
  }
  shown->status({"epoch", "epoch", {{"epoch", 1}}, "Epoch 1", true});
  shown->status({"epoch", "epoch", {{"epoch", 2}}, "Epoch 2", true});
  const auto lines = stage.result.json_lines();
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == Json({{"message_type", "progress"}, {"done", 0}}));
  CHECK(lines[2]["done"] == 20);
  CHECK(lines[3]["done"] == 25);
  CHECK(lines[5]["epoch"] == 2);
}

TEST_CASE("a warning has a colour where the terminal has colours") {
  Stage stage;
  const Terminal terminal(80);
  auto shown = progress::make_text_progress({terminal.stream(), stage.result.stream()}, stage.clock());
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  shown->note("warning", {}, "Warning: x");
  CHECK(terminal.text() == "\033[33mWarning: x\033[0m\r\n");
  setenv("NO_COLOR", "1", 1);
  shown->note("warning", {}, "Warning: x");
  CHECK(terminal.text() == "Warning: x\r\n");
  unsetenv("NO_COLOR");
}

TEST_CASE("a task that is left by an exception takes its bar with it") {
  Stage stage;
  const Terminal terminal(80);
  auto shown = progress::make_text_progress({terminal.stream(), stage.result.stream()}, stage.clock());
  try {
    const progress::RunningTask task(*shown, {"upload", "Uploading", Unit::bytes, 10});
    throw 1;
  } catch (int) {
    terminal.text();
  }
  shown->note("x", {}, "after");
  CHECK(terminal.text() == "after\r\n");
}

TEST_CASE(
    "JSON: every line is an object with a message_type, the last is the result, and all is on one stream") {
  Stage stage;
  auto shown = progress::make_json_progress(stage.streams(), stage.clock());
  shown->note("seed", {{"seed", 7}}, "Seed 7");
  shown->start({"upload", "Uploading", Unit::bytes, 10});
  for (int i = 1; i <= 10; ++i) {
    stage.seconds = 0.3 * i;
    shown->update(static_cast<unsigned>(i));
  }
  shown->finish();
  shown->result({{"model", "a\xFF"}}, "a");
  CHECK(stage.conversation.text().empty());
  const auto lines = stage.result.json_lines();
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == Json({{"message_type", "seed"}, {"seed", 7}}));
  CHECK(lines[1]["done"] == 0);
  CHECK(lines[2]["done"] == 4);
  CHECK(lines[3]["done"] == 8);
  CHECK(lines[4]["message_type"] == "progress");
  CHECK(lines[4]["done"] == 10);
  CHECK(lines[4]["task"] == "upload");
  CHECK(lines[5]["message_type"] == "result");
  CHECK(lines[5]["model"] == "a\xEF\xBF\xBD");
}

TEST_CASE("quiet: nothing is said, but for a result as JSON and an answer") {
  for (const bool json : {false, true}) {
    Stage stage;
    auto shown = progress::make_quiet_progress(json, stage.streams());
    shown->note("seed", {}, "Seed");
    shown->start({"upload", "Uploading", Unit::bytes, 10});
    shown->update(5);
    shown->finish();
    shown->result({{"model", "a"}}, "a");
    CHECK(stage.result.text() == (json ? "{\"message_type\":\"result\",\"model\":\"a\"}\n" : ""));
    shown->answer({{"items", 2}}, "b");
    CHECK_THAT(stage.result.text(),
               Catch::EndsWith(json ? "{\"items\":2,\"message_type\":\"result\"}\n" : "b\n"));
    CHECK(stage.conversation.text().empty());
  }
}

TEST_CASE("amounts and durations are short and change their unit before four digits") {
  CHECK(progress::bytes_text(0) == "0 B");
  CHECK(progress::bytes_text(999) == "999 B");
  CHECK(progress::bytes_text(1000) == "1.0 kB");
  CHECK(progress::bytes_text(999'960) == "1.0 MB");
  CHECK(progress::bytes_text(5e15) == "5000.0 TB");
  CHECK(progress::duration_text(0.4) == "0 s");
  CHECK(progress::duration_text(59.6) == "1 min 0 s");
  CHECK(progress::duration_text(3905) == "1 h 5 min");
  CHECK(progress::duration_text(-1) == "0 s");
}
