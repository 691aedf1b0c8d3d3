#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/progress/progress.h"
#include "common/progress/result_stream.h"

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

std::size_t columns_of(std::FILE* terminal) {
  winsize size{};
  const bool known = ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80U;
}

void cut(std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  text.resize(bytes);
}

class TextProgress : public Progress {
 public:
  TextProgress(Streams streams, Clock clock)
      : streams_(streams), clock_(std::move(clock)), terminal_(isatty(fileno(streams.conversation)) == 1) {}
  ~TextProgress() override { clear_bar(); }

  void note(std::string_view /*type*/, const Json& /*fields*/, std::string_view text) override {
    line(errors::visible(text));
  }
  void start(const Task& task) override {
    task_ = task;
    done_ = task.start;
    began_ = shown_ = clock_();
    if (terminal_) {
      draw();
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
    terminal_ ? draw() : line(state());
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
    clear_bar();
    task_.reset();
  }
  void result(const Json& /*fields*/, std::string_view text) override {
    abandon();
    std::fflush(streams_.conversation);
    if (!text.empty()) fmt::print(streams_.result, "{}\n", text);
    flush_result(streams_.result);
  }

 private:
  // That nobody listens any more stops no work.
  void say(const std::string& text) { std::fwrite(text.data(), 1, text.size(), streams_.conversation); }
  void line(const std::string& text) {
    clear_bar();
    say(text + "\n");
    if (terminal_ && task_) draw();
    std::fflush(streams_.conversation);
  }
  void clear_bar() {
    if (!drawn_) return;
    say("\r\033[K");
    std::fflush(streams_.conversation);
    drawn_ = false;
  }
  void draw() {
    std::string text = state();
    // One cell less than the width: a full line would wrap and could not be redrawn.
    cut(text, columns_of(streams_.conversation) - 1);
    say("\r\033[K" + text);
    std::fflush(streams_.conversation);
    drawn_ = true;
  }
  double share() const {
    return task_->total == 0 ? 1.0
                             : std::min(1.0, static_cast<double>(done_) / static_cast<double>(task_->total));
  }
  std::string state() const {
    const auto filled = static_cast<std::size_t>(share() * k_bar_cells);
    std::string text = fmt::format("{} ", errors::visible(task_->label));
    if (terminal_)
      text += fmt::format("[{}{}] ", std::string(filled, '#'), std::string(k_bar_cells - filled, '.'));
    text += fmt::format("{:3.0f} %  {}", share() * 100, amount(task_->unit, static_cast<double>(done_)));
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
  std::optional<Task> task_;
  std::uint64_t done_ = 0;
  TimePoint began_, shown_;
};

}  // namespace

std::unique_ptr<Progress> make_text_progress(Streams streams, Clock clock) {
  return std::make_unique<TextProgress>(streams, std::move(clock));
}

}  // namespace ctgan::progress
