#include "server/worker/bounded_answer.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <array>
#include <optional>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/process/child_process.h"
#include "common/protocol/message.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

std::string in_gigabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

// One question to one child.
class Question {
 public:
  Question(const AnswerBounds& bounds, const HasLeft& has_left, const service::TellEvent& tell)
      : bounds_(bounds),
        has_left_(has_left),
        tell_(tell),
        child_({process::own_executable().string(), "answer", "--bytes", std::to_string(bounds.bytes)}) {}
  // However the question ends, nobody works on it any longer.
  ~Question() {
    if (!ended_) kill(child_.pid(), SIGKILL);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  json ask(const json& task) {
    files::DescriptorSink(child_.input()).write(protocol::format_message(task));
    child_.close_input();
    for (;;) {
      while (const auto line = lines_.next()) {
        if (auto result = take(protocol::parse_message(*line))) return *std::move(result);
      }
      if (std::chrono::steady_clock::now() > deadline_) refuse_time();
      if (has_left_(std::chrono::milliseconds(1)))
        throw Error(Kind::try_again, "the other end closed the connection", "run the same command again");
      if (!read_more()) refuse_death();
    }
  }

 private:
  // False at the end of what the child says.
  bool read_more() {
    constexpr int k_milliseconds = 20;
    pollfd wanted{child_.output(), POLLIN, 0};
    if (poll(&wanted, 1, k_milliseconds) <= 0) return true;
    std::array<char, 65536> buffer{};
    const std::size_t got = files::DescriptorSource(child_.output()).read(buffer);
    lines_.feed({buffer.data(), got});
    return got > 0;
  }

  std::optional<json> take(json message) {
    const std::string type = protocol::text_field(message, "type");
    message.erase("type");
    if (type == "error") throw errors::from_json(message);
    if (type == "result") return message;
    tell_(std::move(message));
    return std::nullopt;
  }

  [[noreturn]] void refuse_time() const {
    throw Error(
        Kind::unavailable,
        fmt::format("this takes longer than the {} seconds that the server gives it", bounds_.time.count()),
        fmt::format("ask less of it; the administrator can raise 'limits.{}' in settings.json",
                    bounds_.time_setting));
  }
  [[noreturn]] void refuse_death() {
    child_.wait();
    ended_ = true;
    throw Error(
        Kind::unavailable,
        fmt::format(
            "what worked this out died; it may have needed more than the {} of memory that the server "
            "gives it",
            in_gigabytes(bounds_.bytes)),
        "ask less of it; the administrator can raise 'limits.answer_bytes' in settings.json");
  }

  const AnswerBounds& bounds_;
  const HasLeft& has_left_;
  const service::TellEvent& tell_;
  process::ChildProcess child_;
  protocol::LineBuffer lines_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::now() + bounds_.time;
  bool ended_ = false;
};

}  // namespace

json answer_in_child(const json& task, const AnswerBounds& bounds, const HasLeft& has_left,
                     const service::TellEvent& tell) {
  return Question(bounds, has_left, tell).ask(task);
}

}  // namespace ctgan::server::worker
