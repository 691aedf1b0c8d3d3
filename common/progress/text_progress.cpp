#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/progress/progress.h"
#include "common/progress/result_stream.h"
#include "common/terminal/terminal.h"

namespace ctgan::progress {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;
using std::chrono::duration;

constexpr duration<double> k_redraw{0.1};
constexpr duration<double> k_plain_line{10};
// A rate over less time than this is noise.
constexpr duration<double> k_rate_needs{0.2};
constexpr std::size_t k_bar_cells = 24;

std::string amount(Unit unit, double value) {
  return unit == Unit::bytes ? bytes_text(value) : fmt::format("{:.0f} rows", value);
}

// Longer without news than this is worth saying.
constexpr duration<double> k_long{2};
constexpr duration<double> k_second{1};
constexpr std::string_view k_warning = "warning";
constexpr std::size_t k_usual_columns = 80;
// Lines that go on stand further in.
constexpr std::size_t k_indent = 2;

class TextProgress : public Progress {
 public:
  TextProgress(Streams streams, Clock clock)
      : streams_(streams), clock_(std::move(clock)), terminal_(isatty(fileno(streams.conversation)) == 1) {}
  ~TextProgress() override {
    settle();
    clear();
  }

  void note(std::string_view type, const Json& /*fields*/, std::string_view text) override {
    settle();
    line(errors::visible(text), type == k_warning ? terminal::Colour::yellow : terminal::Colour::none);
  }
  void status(const Status& status) override {
    const TimePoint now = clock_();
    if (!status_ || status_->stage != status.stage) {
      settle();
      stage_since_ = now;
      stage_told_.reset();
    }
    status_ = status;
    news_ = shown_ = now;
    if (terminal_) return draw(errors::visible(status.text));
    if (status.lasting) return line(errors::visible(status.text));
    tell_long_stage(now);
  }
  void alive() override {
    if (!status_) return;
    const TimePoint now = clock_();
    if (!terminal_) return tell_long_stage(now);
    if (now - news_ < k_long || now - shown_ < k_second) return;
    shown_ = now;
    draw(fmt::format("{}, {} so far", errors::visible(status_->text),
                     duration_text(duration<double>(now - news_).count())));
  }
  void start(const Task& task) override {
    settle();
    task_ = task;
    done_ = task.start;
    began_ = shown_ = clock_();
    if (terminal_) {
      draw_bar();
    } else {
      line(fmt::format("{}, {}", errors::visible(task.label),
                       amount(task.unit, static_cast<double>(task.total))));
    }
  }
  void update(std::uint64_t done) override {
    if (!task_) return;
    done_ = done;
    const TimePoint now = clock_();
    if (now - shown_ < (terminal_ ? k_redraw : k_plain_line)) return;
    shown_ = now;
    terminal_ ? draw_bar() : line(state());
  }
  void finish() override {
    if (!task_) return;
    done_ = task_->total;
    const double taken = duration<double>(clock_() - began_).count();
    std::string text =
        fmt::format("{}: {} in {}", errors::visible(task_->label),
                    amount(task_->unit, static_cast<double>(task_->total)), duration_text(taken));
    if (const double speed = rate(); speed > 0) text += fmt::format(", {}/s", amount(task_->unit, speed));
    task_.reset();
    line(text);
  }
  void abandon() override {
    settle();
    clear();
    task_.reset();
  }
  void result(const Json& /*fields*/, std::string_view text) override { end(text); }
  // What is read by people is broken between words; a result is for programs too.
  void answer(const Json& /*fields*/, std::string_view text) override {
    const auto columns = terminal::columns_of(fileno(streams_.result));
    end(columns ? terminal::wrapped(text, *columns, k_indent) : std::string(text));
  }

 private:
  // That nobody listens any more stops no work.
  void say(const std::string& text) { std::fwrite(text.data(), 1, text.size(), streams_.conversation); }
  void end(std::string_view text) {
    abandon();
    std::fflush(streams_.conversation);
    if (!text.empty()) fmt::print(streams_.result, "{}\n", text);
    flush_result(streams_.result);
  }
  void line(const std::string& text, terminal::Colour colour = terminal::Colour::none) {
    clear();
    const int descriptor = fileno(streams_.conversation);
    const auto columns = terminal::columns_of(descriptor);
    const std::string fitted = columns ? terminal::wrapped(text, *columns, k_indent) : text;
    say(terminal::coloured(fitted, terminal::has_colours(descriptor) ? colour : terminal::Colour::none) +
        "\n");
    if (terminal_ && task_) draw_bar();
    std::fflush(streams_.conversation);
  }
  // What is over within a second is no line of a log.
  void tell_long_stage(TimePoint now) {
    const bool due = stage_told_ ? now - *stage_told_ >= k_plain_line : now - stage_since_ >= k_second;
    if (!due || status_->lasting) return;
    stage_told_ = now;
    line(errors::visible(status_->text));
  }
  // The status ends: one that lasts becomes a line, another goes.
  void settle() {
    if (!status_) return;
    const Status last = std::move(*status_);
    status_.reset();
    clear();
    if (terminal_ && last.lasting) line(errors::visible(last.text));
  }
  void clear() {
    if (!drawn_) return;
    say("\r\033[K");
    std::fflush(streams_.conversation);
    drawn_ = false;
  }
  // One cell less than the width: a full line would wrap and could not be redrawn.
  std::size_t room() const {
    return terminal::columns_of(fileno(streams_.conversation)).value_or(k_usual_columns) - 1;
  }
  void draw(const std::string& text) {
    say("\r\033[K" + terminal::cut(text, room()));
    std::fflush(streams_.conversation);
    drawn_ = true;
  }
  void draw_bar() {
    const std::size_t cells = room();
    const std::string numbers = figures();
    const auto filled = static_cast<std::size_t>(share() * k_bar_cells);
    const std::string bar =
        fmt::format("[{}{}] ", std::string(filled, '#'), std::string(k_bar_cells - filled, '.'));
    const std::string label = errors::visible(task_->label);
    const std::size_t taken = terminal::cells_of(numbers) + 1;
    // The figures say more than the bar, and the bar than the end of a long label.
    if (terminal::cells_of(label) + 1 + terminal::cells_of(bar) + taken <= cells + 1)
      return draw(label + " " + bar + numbers);
    draw(taken < cells ? terminal::cut(label, cells - taken) + " " + numbers : numbers);
  }
  double share() const {
    return task_->total == 0 ? 1.0
                             : std::min(1.0, static_cast<double>(done_) / static_cast<double>(task_->total));
  }
  std::string state() const { return errors::visible(task_->label) + " " + figures(); }
  std::string figures() const {
    std::string text =
        fmt::format("{:3.0f} %  {}", share() * 100, amount(task_->unit, static_cast<double>(done_)));
    const double speed = rate();
    if (speed > 0) text += fmt::format("  {}/s", amount(task_->unit, speed));
    if (speed > 0 && done_ < task_->total) {
      text += fmt::format("  {} left", duration_text(static_cast<double>(task_->total - done_) / speed));
    }
    return text;
  }
  // Units a second, 0 while unknown.
  double rate() const {
    const duration<double> taken = clock_() - began_;
    if (taken < k_rate_needs || done_ <= task_->start) return 0;
    return static_cast<double>(done_ - task_->start) / taken.count();
  }

  Streams streams_;
  Clock clock_;
  bool terminal_;
  bool drawn_ = false;
  std::optional<Status> status_;
  TimePoint stage_since_, news_;
  std::optional<TimePoint> stage_told_;
  std::optional<Task> task_;
  std::uint64_t done_ = 0;
  TimePoint began_, shown_;
};

}  // namespace

std::unique_ptr<Progress> make_text_progress(Streams streams, Clock clock) {
  return std::make_unique<TextProgress>(streams, std::move(clock));
}

}  // namespace ctgan::progress
