#include "common/command_line/real_number.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "common/errors/error.h"

namespace ctgan::command_line {

double real_number(const std::string& text, std::string_view flag) {
  double value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc{} && end == text.data() + text.size() && std::isfinite(value)) return value;
  throw errors::Error(errors::Kind::usage,
                      fmt::format("'{}' takes a number, not {}", flag, errors::quoted(text)));
}

}  // namespace ctgan::command_line
