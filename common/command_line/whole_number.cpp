#include "common/command_line/whole_number.h"

#include <fmt/format.h>

#include <charconv>

#include "common/errors/error.h"

namespace ctgan::command_line {

std::uint64_t whole_number(const std::string& text, std::string_view flag) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc{} && end == text.data() + text.size()) return value;
  throw errors::Error(errors::Kind::usage,
                      fmt::format("'{}' takes a whole number, not {}", flag, errors::quoted(text)));
}

std::uint64_t byte_count(const std::string& text, std::string_view flag) {
  constexpr std::string_view k_units = "KMGT";
  const std::size_t unit = text.empty() ? std::string_view::npos : k_units.find(text.back());
  if (unit == std::string_view::npos) return whole_number(text, flag);
  std::uint64_t bytes = whole_number(text.substr(0, text.size() - 1), flag);
  for (std::size_t i = 0; i <= unit; ++i) {
    if (__builtin_mul_overflow(bytes, std::uint64_t{1000}, &bytes))
      throw errors::Error(errors::Kind::usage,
                          fmt::format("'{}' is too large: {}", flag, errors::quoted(text)));
  }
  return bytes;
}

}  // namespace ctgan::command_line
