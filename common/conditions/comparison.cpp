#include "common/conditions/comparison.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::conditions {
namespace {

// Reads a text from its beginning; a part that is not there leaves it where it stands.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, whose number is at most `most`.
  std::optional<int> digits(std::size_t count, int most) {
    int value = 0;
    const char* const end = rest_.data() + std::min(count, rest_.size());
    const auto [stop, status] = std::from_chars(rest_.data(), end, value);
    if (rest_.size() < count || rest_.front() == '-' || status != std::errc{} || stop != end || value > most)
      return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  // The digits behind a point as a fraction of one.
  std::optional<long double> fraction() {
    long double value = 0;
    long double unit = 1;
    bool any = false;
    for (; !rest_.empty() && table::is_digit(rest_.front()); rest_.remove_prefix(1)) {
      value += (rest_.front() - '0') * (unit /= 10);
      any = true;
    }
    return any ? std::optional(value) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

// HH:MM, HH:MM:SS or HH:MM:SS.f in seconds.
std::optional<long double> read_clock(Scanner& scanner) {
  const auto hours = scanner.digits(2, 24);
  if (!hours || !scanner.take(':')) return std::nullopt;
  const auto minutes = scanner.digits(2, 59);
  if (!minutes) return std::nullopt;
  long double seconds = *hours * 3600 + *minutes * 60;
  if (!scanner.take(':')) return seconds;
  const auto whole = scanner.digits(2, 60);
  if (!whole) return std::nullopt;
  seconds += *whole;
  if (!scanner.take('.')) return seconds;
  const auto fraction = scanner.fraction();
  return fraction ? std::optional(seconds + *fraction) : std::nullopt;
}

// Z, +HH:MM, +HHMM or +HH, in seconds before UTC; none is UTC.
std::optional<int> read_zone(Scanner& scanner) {
  if (scanner.take('Z') || scanner.at_end()) return 0;
  const bool east = scanner.take('+');
  if (!east && !scanner.take('-')) return std::nullopt;
  const auto hours = scanner.digits(2, 23);
  if (!hours) return std::nullopt;
  scanner.take(':');
  const auto minutes = scanner.at_end() ? std::optional(0) : scanner.digits(2, 59);
  if (!minutes) return std::nullopt;
  const int seconds = *hours * 3600 + *minutes * 60;
  return east ? -seconds : seconds;
}

std::optional<long double> read_day(Scanner& scanner) {
  namespace chrono = std::chrono;
  const auto year = scanner.digits(4, 9999);
  if (!year || !scanner.take('-')) return std::nullopt;
  const auto month = scanner.digits(2, 12);
  if (!month || !scanner.take('-')) return std::nullopt;
  const auto day = scanner.digits(2, 31);
  if (!day) return std::nullopt;
  const chrono::year_month_day date{chrono::year(*year), chrono::month(static_cast<unsigned>(*month)),
                                    chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  constexpr long double k_seconds_a_day = 86'400;
  return k_seconds_a_day * chrono::sys_days(date).time_since_epoch().count();
}

std::optional<Ordered> read_date(std::string_view text) {
  Scanner scanner(text);
  const auto day = read_day(scanner);
  if (!day) return std::nullopt;
  if (scanner.at_end()) return Ordered{Ordered::Kind::date, *day};
  if (!scanner.take('T') && !scanner.take(' ')) return std::nullopt;
  const auto clock = read_clock(scanner);
  if (!clock) return std::nullopt;
  scanner.take(' ');
  const auto zone = read_zone(scanner);
  if (!zone || !scanner.at_end()) return std::nullopt;
  return Ordered{Ordered::Kind::date, *day + *clock + *zone};
}

std::optional<Ordered> read_time(std::string_view text) {
  Scanner scanner(text);
  const auto clock = read_clock(scanner);
  if (!clock || !scanner.at_end()) return std::nullopt;
  return Ordered{Ordered::Kind::time, *clock};
}

// An integer that fits keeps all its digits; anything else becomes the double that a cell would hold.
std::optional<Ordered> read_number_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [stop, status] = std::from_chars(text.data(), end, integer);
      status == std::errc{} && stop == end)
    return Ordered{Ordered::Kind::number, static_cast<long double>(integer)};
  double real = 0;
  const auto [stop, status] = std::from_chars(text.data(), end, real);
  if (status != std::errc{} || stop != end || !std::isfinite(real)) return std::nullopt;
  return Ordered{Ordered::Kind::number, static_cast<long double>(real)};
}

}  // namespace

std::optional<Comparison> take_comparison(std::string_view& text) {
  for (const auto& [spelling, comparison] : k_comparisons) {
    if (!text.starts_with(spelling)) continue;
    text.remove_prefix(spelling.size());
    return comparison;
  }
  return std::nullopt;
}

bool needs_order(Comparison comparison) {
  return comparison != Comparison::equal && comparison != Comparison::not_equal;
}

std::optional<Ordered> read_ordered(std::string_view text) {
  const std::string_view bare = texts::trimmed(text);
  if (const auto number = read_number_value(bare)) return number;
  if (const auto date = read_date(bare)) return date;
  return read_time(bare);
}

std::optional<int> seconds_before_utc(std::string_view zone) {
  Scanner scanner(zone);
  const auto seconds = read_zone(scanner);
  return scanner.at_end() ? seconds : std::nullopt;
}

bool holds(Comparison comparison, long double left, long double right) {
  switch (comparison) {
    case Comparison::equal:
      return left == right;
    case Comparison::not_equal:
      return left != right;
    case Comparison::less:
      return left < right;
    case Comparison::less_equal:
      return left <= right;
    case Comparison::greater:
      return left > right;
    case Comparison::greater_equal:
      break;
  }
  return left >= right;
}

}  // namespace ctgan::conditions
