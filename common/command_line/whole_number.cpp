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

}  // namespace ctgan::command_line
