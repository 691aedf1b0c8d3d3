#include "common/table/number_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "common/errors/error.h"
#include "common/table/printed_number.h"

namespace ctgan::table {
namespace {

using Parts = NumberFormat::Parts;

constexpr std::array<std::string_view, 3> k_points{".", ",", "٫"};
constexpr std::string_view k_general = "General";
constexpr std::string_view k_escaped = "#?;\\";

[[noreturn]] void refuse(std::string_view pattern, std::string_view why) {
  throw errors::Error(errors::Kind::bad_data,
                      fmt::format("{} is no number format: {}", errors::quoted(pattern), why),
                      "write it like '$#,##0.00', '0.0##' or '0.00E+00'");
}

bool take(std::string_view& rest, std::string_view wanted) {
  if (wanted.empty() || !rest.starts_with(wanted)) return false;
  rest.remove_prefix(wanted.size());
  return true;
}

std::size_t take_all(std::string_view& rest, std::string_view wanted) {
  std::size_t count = 0;
  while (take(rest, wanted)) ++count;
  return count;
}

bool starts_body(std::string_view rest) {
  return rest.starts_with('#') || rest.starts_with(k_general) || !front_of(rest, k_digit_zeros).empty();
}

// Up to the body, or to the end of the section.
std::string take_literal(std::string_view& rest, bool before_body) {
  std::string literal;
  while (!rest.empty() && rest.front() != ';' && !(before_body && starts_body(rest))) {
    if (rest.front() == '\\') rest.remove_prefix(1);
    if (rest.empty()) break;
    literal += rest.front();
    rest.remove_prefix(1);
  }
  return literal;
}

class BodyParser {
 public:
  BodyParser(std::string_view rest, Parts& parts) : rest_(rest), parts_(parts) {}

  // The bytes of the body.
  std::size_t parse() {
    const std::size_t size = rest_.size();
    if (take(rest_, k_general)) {
      parts_.style = NumberFormat::Style::general;
      parts_.always_point = take(rest_, ".0");
      return size - rest_.size();
    }
    whole();
    decimals();
    exponent();
    return size - rest_.size();
  }

 private:
  void whole() {
    const std::size_t hashes = take_all(rest_, "#");
    const std::string_view mark = front_of(rest_, k_digit_marks);
    if (hashes > 0 && !mark.empty() && rest_.substr(mark.size()).starts_with("##")) {
      parts_.group = mark;
      parts_.grouped_from = static_cast<int>(3 + hashes);
      take(rest_, mark);
      const std::string lakhs = "##" + parts_.group;
      parts_.indian = take(rest_, lakhs);
      take(rest_, "##");
      parts_.leading_zero = !take(rest_, "#");
    } else {
      parts_.leading_zero = hashes == 0;
    }
    const std::string_view zero = front_of(rest_, k_digit_zeros);
    if (zero.empty()) return;
    parts_.zero = zero;
    parts_.leading_zero = true;
    take(rest_, zero);
  }

  void decimals() {
    const std::string_view point = front_of(rest_, k_points);
    if (point.empty()) return;
    std::string_view behind = rest_.substr(point.size());
    const std::string_view zero = front_of(behind, k_digit_zeros);
    const std::size_t least = zero.empty() ? 0 : take_all(behind, zero);
    parts_.padded = behind.starts_with('?');
    const std::size_t more = take_all(behind, parts_.padded ? "?" : "#");
    if (least + more == 0) return;
    if (!zero.empty()) parts_.zero = zero;
    parts_.point = point;
    parts_.least_decimals = static_cast<int>(least);
    parts_.most_decimals = static_cast<int>(least + more);
    rest_ = behind;
  }

  void exponent() {
    if (!rest_.starts_with('E') && !rest_.starts_with('e')) return;
    std::string_view behind = rest_.substr(1);
    const bool plus = take(behind, "+");
    const std::size_t digits = take_all(behind, "0");
    if (digits == 0) return;
    parts_.style = NumberFormat::Style::exponent;
    parts_.exponent_mark = rest_.front();
    parts_.exponent_plus = plus;
    parts_.exponent_digits = static_cast<int>(digits);
    rest_ = behind;
  }

  std::string_view rest_;
  Parts& parts_;
};

// What would be taken for a part of the body gets a backslash.
void append_literal(const std::string& text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    const bool exponent = i == 0 && (rest.starts_with('E') || rest.starts_with('e')) && rest.size() > 1 &&
                          (rest[1] == '+' || rest[1] == '0');
    if (k_escaped.find(text[i]) != std::string_view::npos || starts_body(rest) || exponent) out += '\\';
    out += text[i];
  }
}

std::string body_of(const Parts& parts) {
  if (parts.style == NumberFormat::Style::general)
    return std::string(k_general) + (parts.always_point ? ".0" : "");
  std::string body;
  if (!parts.group.empty()) {
    body.assign(static_cast<std::size_t>(parts.grouped_from - 3), '#');
    body += parts.group + (parts.indian ? "##" + parts.group : "") + "##";
    body += parts.leading_zero ? parts.zero : "#";
  } else {
    body = parts.leading_zero ? parts.zero : "#";
  }
  if (parts.most_decimals > 0) {
    body += parts.point;
    for (int i = 0; i < parts.least_decimals; ++i) body += parts.zero;
    body.append(static_cast<std::size_t>(parts.most_decimals - parts.least_decimals),
                parts.padded ? '?' : '#');
  }
  if (parts.style == NumberFormat::Style::exponent) {
    body += parts.exponent_mark;
    if (parts.exponent_plus) body += '+';
    body.append(static_cast<std::size_t>(parts.exponent_digits), '0');
  }
  return body;
}

NumberFormat::Around minus_in_front(const NumberFormat::Around& positive) {
  return {"-" + positive.before, positive.after};
}

}  // namespace

Parts parse_number_pattern(std::string_view pattern) {
  Parts parts;
  std::string_view rest = pattern;
  std::string body;
  for (int section = 0; section < 3; ++section) {
    NumberFormat::Around around;
    around.before = take_literal(rest, true);
    if (!starts_body(rest)) refuse(pattern, "there is no place for digits");
    if (section == 0) {
      body = rest.substr(0, BodyParser(rest, parts).parse());
    } else if (!rest.starts_with(body)) {
      refuse(pattern, "its sections have other digits");
    }
    rest.remove_prefix(body.size());
    around.after = take_literal(rest, false);
    if (section == 0) {
      parts.positive = around;
      parts.negative = minus_in_front(around);
    } else if (section == 1) {
      parts.negative = around;
    } else {
      parts.of_zero = around;
    }
    if (rest.empty()) break;
    rest.remove_prefix(1);
  }
  if (!rest.empty()) refuse(pattern, "it has more than three sections");
  // A point that no decimals show is none that groups.
  if (parts.group == parts.point) parts.point = parts.group == "." ? "," : ".";
  if (parts.most_decimals > NumberFormat::k_most_decimals) refuse(pattern, "it has too many decimals");
  return parts;
}

std::string number_pattern(const Parts& parts) {
  const std::string body = body_of(parts);
  std::string pattern;
  const auto add = [&](const NumberFormat::Around& around) {
    append_literal(around.before, pattern);
    pattern += body;
    append_literal(around.after, pattern);
  };
  add(parts.positive);
  if (parts.of_zero || parts.negative != minus_in_front(parts.positive)) {
    pattern += ';';
    add(parts.negative);
  }
  if (!parts.of_zero) return pattern;
  pattern += ';';
  add(*parts.of_zero);
  return pattern;
}

}  // namespace ctgan::table
