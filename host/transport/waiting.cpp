#include "host/transport/waiting.h"

#include <fmt/format.h>

namespace ctgan::host::transport {
namespace {

constexpr std::size_t k_error_text_limit = 8192;

}  // namespace

Waiting::Waiting(const Patience& patience, const std::string& place) : patience_(patience), place_(place) {
  if (patience_.tick) patience_.tick();
  progress();
}

void Waiting::step() const {
  if (patience_.tick) patience_.tick();
  const auto silent = std::chrono::steady_clock::now() - since_;
  if (silent < patience_.silence) return;
  throw lost(place_, fmt::format("it has been silent for {} s",
                                 std::chrono::duration_cast<std::chrono::seconds>(silent).count()));
}

errors::Error lost(const std::string& place, std::string_view reason) {
  return {errors::Kind::try_again, fmt::format("the connection to {} was lost: {}", place, reason),
          "run the same command again"};
}

void ErrorText::add(std::string_view bytes) {
  text_ += bytes.substr(0, k_error_text_limit - text_.size());
}

}  // namespace ctgan::host::transport
