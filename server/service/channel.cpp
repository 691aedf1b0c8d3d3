#include "server/service/channel.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "common/errors/error.h"
#include "common/secrets/secret.h"

namespace ctgan::server::service {

namespace {

[[noreturn]] void refuse_silence(std::chrono::milliseconds patience) {
  throw errors::Error(
      errors::Kind::try_again,
      fmt::format("nothing was asked for {} seconds, so the connection was closed",
                  std::chrono::duration_cast<std::chrono::seconds>(patience).count()),
      "run the command again; 'limits.idle_seconds' in the server's settings.json says how long");
}

}  // namespace

bool ControlChannel::read_more() {
  std::array<char, 65536> buffer{};
  const std::size_t got = source_.read(buffer);
  lines_.feed({buffer.data(), got});
  ended_ = got == 0;
  return !ended_;
}

std::optional<std::string> ControlChannel::read_line(const IsBusy& is_busy) {
  auto deadline = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    if (auto line = lines_.next()) return line;
    // A line that was cut off is no request.
    if (ended_) return std::nullopt;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      if (!is_busy || !is_busy()) refuse_silence(patience_);
      deadline = now + patience_;
    }
    constexpr std::chrono::milliseconds k_longest = std::chrono::hours(1);
    const auto left = std::min(std::chrono::ceil<std::chrono::milliseconds>(deadline - now), k_longest);
    pollfd wanted{in_, POLLIN, 0};
    if (poll(&wanted, 1, static_cast<int>(left.count())) > 0) read_more();
  }
}

bool ControlChannel::left_within(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!ended_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    // Requests that wait are kept up to a limit; behind it the other end has to wait for its answers.
    const bool full = lines_.rest().size() > protocol::k_line_limit;
    pollfd wanted{in_, static_cast<short>(full ? 0 : POLLIN), 0};
    if (poll(&wanted, 1, static_cast<int>(left.count())) <= 0) continue;
    if (full && (wanted.revents & (POLLHUP | POLLERR)) != 0) ended_ = true;
    if (!full) read_more();
  }
  return true;
}

void ControlChannel::write(const Json& message) {
  std::string line = protocol::format_message(message);
  write_text(line);
  // Tickets travel here.
  secrets::wipe(line);
}

void ControlChannel::write_text(std::string_view text) {
  const std::lock_guard lock(writing_);
  sink_.write(text);
}

Alive::Alive(ControlChannel& channel, std::chrono::milliseconds interval)
    : channel_(channel), thread_([this, interval] { beat(interval); }) {}

Alive::~Alive() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Alive::beat(std::chrono::milliseconds interval) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [this] { return stop_; })) {
    try {
      channel_.write({{"type", "alive"}});
    } catch (const errors::Error&) {
      // The other end is gone; the request finds that out by itself.
      return;
    }
  }
}

}  // namespace ctgan::server::service
