// What a command tells while it works: to people as text, to scripts as JSON. The conversation goes to one
// stream, the result to another; rooms below the commands only see this contract.
//
//     progress.start({"upload", "Uploading 'a.csv'", Unit::bytes, size});
//     progress.update(done);                 // as often as wanted: the implementation decides what it shows
//     progress.finish();
//     progress.note("integrity", {{"passed", true}}, "Data integrity check PASSED");
//     progress.result({{"model", name}}, name);
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ctgan::progress {

using Json = nlohmann::json;

enum class Unit { bytes, rows };

// A piece of work whose size is known.
struct Task {
  std::string name;   // for scripts: "upload"
  std::string label;  // for people: "Uploading 'a.csv'"
  Unit unit = Unit::bytes;
  std::uint64_t total = 0;
  std::uint64_t start = 0;  // done before, by an earlier try: shown as done, not counted in the rate
};

// How far a stage is whose size says little of its time.
struct Status {
  std::string type;   // the JSON line's message_type
  std::string stage;  // "encoding": another stage begins with another name
  Json fields;
  std::string
      text;  // parts with commas between, the most important first: a narrow terminal shows those that fit
  bool lasting = false;  // each is worth a line of a log
};

// One task at a time. Not safe to share between threads.
class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  // One line of the conversation. `type` is the JSON line's message_type, `fields` what else stands in it.
  virtual void note(std::string_view type, const Json& fields, std::string_view text) = 0;
  virtual void start(const Task& task) = 0;
  // `done` counts up to the task's total.
  virtual void update(std::uint64_t done) = 0;
  // At a terminal one line, redrawn in place; it goes when anything else is said, unless it is lasting: then it stays
  // as it was last. Elsewhere a line for each if lasting, else one for a stage that takes longer than a second, and one
  // every ten seconds. JSON has a line for the first of each stage as well.
  virtual void status(const Status& status) = 0;
  // That the program lives, some times a second: what lasts without news is told with its time.
  virtual void alive() {}
  // Ends the task as completed. A task that fails is ended by abandon().
  virtual void finish() = 0;
  virtual void abandon() = 0;
  // The command's result, once, last. Text may hold several lines.
  virtual void result(const Json& fields, std::string_view text) = 0;
  // The same where what is shown is all that the command was asked for: a list, a plan.
  virtual void answer(const Json& fields, std::string_view text) { result(fields, text); }
};

// Ends the task by abandon() unless finish() was called: a half-drawn bar never stays before an error.
class RunningTask {
 public:
  RunningTask(Progress& progress, const Task& task) : progress_(progress) { progress_.start(task); }
  ~RunningTask() {
    if (!finished_) progress_.abandon();
  }
  RunningTask(const RunningTask&) = delete;
  RunningTask& operator=(const RunningTask&) = delete;

  void update(std::uint64_t done) { progress_.update(done); }
  void finish() {
    finished_ = true;
    progress_.finish();
  }

 private:
  Progress& progress_;
  bool finished_ = false;
};

using Clock = std::function<std::chrono::steady_clock::time_point()>;

struct Streams {
  std::FILE* conversation = stderr;
  std::FILE* result = stdout;
};

// Lines of text, at a terminal broken between words at its width. There a running task is a bar with rate and time
// left, redrawn at most ten times a second; elsewhere one line at its start, one every 10 s and one at its end.
// Control characters in notes are made visible.
std::unique_ptr<Progress> make_text_progress(Streams streams = {},
                                             Clock clock = std::chrono::steady_clock::now);

// One JSON object a line, all on the result stream, each with "message_type"; the last has "result". Tasks
// give a "progress" line at the start and at the end and at most one a second between.
std::unique_ptr<Progress> make_json_progress(Streams streams = {},
                                             Clock clock = std::chrono::steady_clock::now);

// Says nothing but an answer, so that a cron job that went well sends no mail; with `json` a result too.
std::unique_ptr<Progress> make_quiet_progress(bool json, Streams streams = {});

// "1.5 MB", "999 B"; powers of 1000.
std::string bytes_text(double bytes);
// "7 s", "3 min 20 s", "1 h 5 min".
std::string duration_text(double seconds);

}  // namespace ctgan::progress
