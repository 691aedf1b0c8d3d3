#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "common/progress/progress.h"
#include "common/progress/result_stream.h"

namespace ctgan::progress {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

void write_line(std::FILE* stream, std::string_view type, const Json& fields) {
  Json line = fields.is_object() ? fields : Json::object();
  line["message_type"] = type;
  fmt::print(stream, "{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  flush_result(stream);
}

class JsonProgress : public Progress {
 public:
  JsonProgress(Streams streams, Clock clock) : streams_(streams), clock_(std::move(clock)) {}

  void note(std::string_view type, const Json& fields, std::string_view /*text*/) override {
    write_line(streams_.result, type, fields);
  }
  void status(const Status& status) override {
    constexpr std::chrono::seconds k_pause{10};
    const TimePoint now = clock_();
    if (!status.lasting && status.stage == stage_ && now - told_ < k_pause) return;
    stage_ = status.stage;
    told_ = now;
    write_line(streams_.result, status.type, status.fields);
  }
  void start(const Task& task) override {
    task_ = task;
    done_ = task.start;
    began_ = clock_();
    show();
  }
  void update(std::uint64_t done) override {
    done_ = done;
    if (task_ && clock_() - shown_ >= std::chrono::seconds(1)) show();
  }
  void finish() override {
    if (!task_) return;
    done_ = task_->total;
    show();
    task_.reset();
  }
  void abandon() override { task_.reset(); }
  void result(const Json& fields, std::string_view /*text*/) override {
    write_line(streams_.result, "result", fields);
  }

 private:
  void show() {
    shown_ = clock_();
    write_line(streams_.result, "progress",
               {{"task", task_->name},
                {"unit", task_->unit == Unit::bytes ? "bytes" : "rows"},
                {"done", done_},
                {"total", task_->total},
                {"seconds", std::chrono::duration<double>(shown_ - began_).count()}});
  }

  Streams streams_;
  Clock clock_;
  std::optional<Task> task_;
  std::uint64_t done_ = 0;
  TimePoint began_, shown_;
  std::string stage_;
  TimePoint told_;
};

class QuietProgress : public Progress {
 public:
  QuietProgress(bool json, Streams streams) : json_(json), streams_(streams) {}

  void note(std::string_view /*type*/, const Json& /*fields*/, std::string_view /*text*/) override {}
  void status(const Status& /*status*/) override {}
  void start(const Task& /*task*/) override {}
  void update(std::uint64_t /*done*/) override {}
  void finish() override {}
  void abandon() override {}
  void result(const Json& fields, std::string_view /*text*/) override {
    if (json_) write_line(streams_.result, "result", fields);
  }
  void answer(const Json& fields, std::string_view text) override {
    if (json_) return write_line(streams_.result, "result", fields);
    if (!text.empty()) fmt::print(streams_.result, "{}\n", text);
    flush_result(streams_.result);
  }

 private:
  bool json_;
  Streams streams_;
};

}  // namespace

std::unique_ptr<Progress> make_json_progress(Streams streams, Clock clock) {
  return std::make_unique<JsonProgress>(streams, std::move(clock));
}

std::unique_ptr<Progress> make_quiet_progress(bool json, Streams streams) {
  return std::make_unique<QuietProgress>(json, streams);
}

}  // namespace ctgan::progress
