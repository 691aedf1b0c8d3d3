// NumberFormat::infer: the marks of a column first, since without them no digit has a meaning, then one vote
// of each text, with its rows, on everything else.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/table/number_format.h"
#include "common/table/number_text.h"

namespace ctgan::table {
namespace {

using Around = NumberFormat::Around;
using Parts = NumberFormat::Parts;
using Style = NumberFormat::Style;

constexpr std::size_t k_most_whole_digits = 15;
constexpr std::size_t k_code_digits = 7;
constexpr int k_most_plain_digits = 15;

template <typename Key>
class Votes {
 public:
  void add(const Key& key, std::size_t rows) { rows_[key] += rows; }
  bool empty() const { return rows_.empty(); }
  std::size_t of(const Key& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? 0 : found->second;
  }
  // REQUIRES: not empty.
  const Key& most() const {
    return std::max_element(rows_.begin(), rows_.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  }

 private:
  std::map<Key, std::size_t> rows_;
};

// What is seen of marks before any of them has a meaning.
struct MarksSeen {
  std::set<std::string_view> between;
  std::string_view zero;
  bool currency = false;
  bool short_whole = false;  // a number of at most three digits without any mark
};

std::optional<MarksSeen> look_at_marks(std::span<const TextCount> texts) {
  MarksSeen seen;
  for (const TextCount& one : texts) {
    const auto number = scan_number(one.text);
    if (!number || (!seen.zero.empty() && seen.zero != number->zero)) return std::nullopt;
    seen.zero = number->zero;
    for (std::size_t i = 0; i < number->count; ++i)
      if (!number->marks[i].empty()) seen.between.insert(number->marks[i]);
    const NumberAffixes affixes = affixes_of(*number);
    if (!are_units(affixes.before, affixes.after)) return std::nullopt;
    seen.currency = seen.currency || is_currency(affixes.before) || is_currency(affixes.after);
    seen.short_whole = seen.short_whole || (number->count == 1 && number->marks[0].empty() &&
                                            number->runs[0].size() <= 3 * number->zero.size());
  }
  return seen;
}

bool fits_all(std::span<const TextCount> texts, const NumberMarks& marks) {
  return std::all_of(texts.begin(), texts.end(), [&](const TextCount& one) {
    return digits_under(*scan_number(one.text), marks).has_value();
  });
}

// "1,234" alone is a thousand; "1.234" is one where money is, or where smaller numbers have no point.
std::vector<NumberMarks> candidates(const MarksSeen& seen) {
  const bool points_group = seen.currency || seen.short_whole;
  std::vector<NumberMarks> grouped;
  std::vector<NumberMarks> pointed;
  for (const std::string_view point : {".", ",", "٫"}) {
    const bool likely =
        point == "." || seen.between.contains(point) || (point == "," && seen.between.contains("."));
    if (!likely) continue;
    for (const std::string_view group : seen.between) {
      if (group == point || group == "٫") continue;
      (group == "." && !points_group ? pointed : grouped).push_back({group, point});
    }
    pointed.push_back({"", point});
  }
  // A point and no group at all is likelier than a point that groups.
  std::stable_sort(pointed.begin(), pointed.end(), [](const NumberMarks& a, const NumberMarks& b) {
    return a.group.empty() && !b.group.empty();
  });
  grouped.insert(grouped.end(), pointed.begin(), pointed.end());
  if (seen.between.empty()) grouped = {NumberMarks{"", "."}};
  return grouped;
}

// One vote a row on everything but the marks.
struct Ballot {
  Votes<std::pair<std::string, std::string>> positive, negative, zero;
  Votes<bool> plus, grouped_four, grouped_more, indian, leading_zero, with_exponent;
  Votes<char> exponent_mark;
  Votes<bool> exponent_plus;
  std::set<std::pair<std::string, std::string>> units;
  std::set<std::size_t> digit_counts;
  std::size_t exponent_digits = 9;
  std::size_t most_whole = 0;
  int least_decimals = 99;
  int most_decimals = 0;
  int most_with_zero = 0;  // decimals of a text that ends with a zero
  int most_significant = 0;
  bool normal_mantissas = true;
  std::size_t rows = 0;
};

void vote_on_exponent(const ScannedNumber& number, const NumberDigits& digits, std::size_t rows,
                      Ballot& ballot) {
  ballot.with_exponent.add(number.exponent_mark != 0, rows);
  if (number.exponent_mark == 0) return;
  const bool signed_one = number.exponent.front() == '+' || number.exponent.front() == '-';
  ballot.exponent_mark.add(number.exponent_mark, rows);
  if (number.exponent.front() != '-') ballot.exponent_plus.add(signed_one, rows);
  ballot.exponent_digits = std::min(ballot.exponent_digits, number.exponent.size() - (signed_one ? 1 : 0));
  ballot.normal_mantissas = ballot.normal_mantissas && digits.whole.size() == 1;
}

void vote_on_digits(const ScannedNumber& number, const NumberDigits& digits, std::size_t rows,
                    Ballot& ballot) {
  const auto decimals = static_cast<int>(digits.fraction.size());
  ballot.least_decimals = std::min(ballot.least_decimals, decimals);
  ballot.most_decimals = std::max(ballot.most_decimals, decimals);
  if (digits.fraction.ends_with('0')) ballot.most_with_zero = std::max(ballot.most_with_zero, decimals);
  ballot.most_whole = std::max(ballot.most_whole, digits.whole.size());
  ballot.most_significant = std::max(
      ballot.most_significant, static_cast<int>(digits.whole == "0" ? 0 : digits.whole.size()) + decimals);
  ballot.digit_counts.insert(digits.whole.size());
  if (digits.whole.empty() || (digits.whole == "0" && decimals > 0))
    ballot.leading_zero.add(!digits.whole.empty(), rows);
  if (digits.whole.size() == 4) ballot.grouped_four.add(digits.grouped, rows);
  if (digits.whole.size() > 4) ballot.grouped_more.add(digits.grouped, rows);
  if (digits.grouped && digits.whole.size() > 5) ballot.indian.add(digits.indian, rows);
  vote_on_exponent(number, digits, rows, ballot);
}

void vote(const TextCount& one, const NumberMarks& marks, Ballot& ballot) {
  const ScannedNumber number = *scan_number(one.text);
  const NumberDigits digits = *digits_under(number, marks);
  const NumberAffixes affixes = affixes_of(number);
  const std::pair<std::string, std::string> around(number.before, number.after);
  const bool zero = (digits.whole + digits.fraction).find_first_not_of('0') == std::string::npos;
  (zero ? ballot.zero : affixes.negative ? ballot.negative : ballot.positive).add(around, one.rows);
  if (!zero && !affixes.negative) ballot.plus.add(affixes.plus, one.rows);
  ballot.units.emplace(without_spaces(affixes.before), without_spaces(affixes.after));
  ballot.rows += one.rows;
  vote_on_digits(number, digits, one.rows, ballot);
}

// What makes digits a code, which keeps its text.
bool is_code(const Ballot& ballot, const MarksSeen& seen) {
  const bool unit = *ballot.units.begin() != std::pair<std::string, std::string>();
  const bool real = ballot.most_decimals > 0 || ballot.with_exponent.of(true) > 0;
  if (ballot.most_whole > k_most_whole_digits && !real) return true;
  if (ballot.plus.of(true) > 0 && ballot.negative.empty() && !real && !unit) return true;
  return !real && !seen.currency && ballot.digit_counts.size() == 1 &&
         *ballot.digit_counts.begin() >= k_code_digits;
}

Around around_of(const std::pair<std::string, std::string>& most) {
  return {most.first, most.second};
}

NumberAffixes bare(const Around& around) {
  ScannedNumber number;
  number.before = around.before;
  number.after = around.after;
  return affixes_of(number);
}

void settle_affixes(const Ballot& ballot, Parts& parts) {
  if (!ballot.positive.empty()) {
    parts.positive = around_of(ballot.positive.most());
  } else if (!ballot.negative.empty()) {
    const NumberAffixes stripped = bare(around_of(ballot.negative.most()));
    parts.positive = {stripped.before, stripped.after};
  } else {
    parts.positive = around_of(ballot.zero.most());
  }
  if (!ballot.negative.empty()) {
    parts.negative = around_of(ballot.negative.most());
  } else {
    parts.negative = parts.positive;
    const std::size_t plus = parts.negative.before.find('+');
    if (plus != std::string::npos) {
      parts.negative.before[plus] = '-';
    } else {
      parts.negative.before = "-" + parts.negative.before;
    }
  }
  if (ballot.zero.empty()) return;
  const Around zero = around_of(ballot.zero.most());
  if (zero != parts.positive) parts.of_zero = zero;
}

void settle_groups(const Ballot& ballot, const NumberMarks& marks, Parts& parts) {
  const std::size_t grouped = ballot.grouped_four.of(true) + ballot.grouped_more.of(true);
  const std::size_t plain = ballot.grouped_four.of(false) + ballot.grouped_more.of(false);
  const bool only_long = ballot.grouped_four.of(true) < ballot.grouped_four.of(false) &&
                         ballot.grouped_more.of(true) > ballot.grouped_more.of(false);
  if (marks.group.empty() || (plain > grouped && !only_long)) return;
  parts.group = marks.group;
  parts.grouped_from = only_long ? 5 : 4;
  parts.indian = ballot.indian.of(true) > ballot.indian.of(false);
}

Parts parts_of(const Ballot& ballot, const NumberMarks& marks, std::string_view zero) {
  Parts parts;
  parts.zero = zero;
  parts.point = marks.point;
  settle_affixes(ballot, parts);
  settle_groups(ballot, marks, parts);
  parts.leading_zero = ballot.leading_zero.of(true) >= ballot.leading_zero.of(false);
  parts.least_decimals = ballot.least_decimals;
  parts.most_decimals = ballot.most_decimals;
  parts.padded =
      ballot.most_with_zero > ballot.least_decimals && ballot.most_decimals > ballot.least_decimals;
  if (ballot.with_exponent.of(true) > ballot.with_exponent.of(false)) {
    parts.style = Style::exponent;
    parts.exponent_mark = ballot.exponent_mark.most();
    parts.exponent_plus =
        ballot.exponent_plus.empty() || ballot.exponent_plus.of(true) >= ballot.exponent_plus.of(false);
    parts.exponent_digits = static_cast<int>(ballot.exponent_digits);
  }
  return parts;
}

std::size_t rows_written_back(std::span<const TextCount> texts, const NumberFormat& format) {
  std::size_t rows = 0;
  std::string again;
  for (const TextCount& one : texts) {
    const auto value = format.read(one.text);
    if (!value) continue;
    again.clear();
    format.append(*value, again);
    if (again == one.text) rows += one.rows;
  }
  return rows;
}

// The shortest text of each double, in one of two fashions, where that suits more rows.
NumberFormat general_or(NumberFormat format, std::span<const TextCount> texts, const Ballot& ballot) {
  const bool many_digits =
      ballot.most_significant > k_most_plain_digits && ballot.least_decimals != ballot.most_decimals;
  if (ballot.with_exponent.of(true) == 0 && !many_digits) return format;
  std::size_t best = rows_written_back(texts, format);
  for (const bool point : {true, false}) {
    Parts parts = format.parts();
    parts.style = Style::general;
    parts.always_point = point;
    parts.least_decimals = parts.most_decimals = 0;
    parts.padded = false;
    parts.leading_zero = true;
    parts.group.clear();
    const NumberFormat general(parts);
    const std::size_t rows = rows_written_back(texts, general);
    if (rows <= best) continue;
    best = rows;
    format = general;
  }
  return format;
}

}  // namespace

std::optional<NumberFormat> NumberFormat::infer(std::span<const TextCount> texts) {
  if (texts.empty()) return std::nullopt;
  const auto seen = look_at_marks(texts);
  if (!seen) return std::nullopt;
  for (const NumberMarks& marks : candidates(*seen)) {
    if (!fits_all(texts, marks)) continue;
    Ballot ballot;
    for (const TextCount& one : texts) vote(one, marks, ballot);
    const bool exponents = ballot.with_exponent.of(true) > 0;
    if (ballot.units.size() != 1 || is_code(ballot, *seen)) return std::nullopt;
    if (exponents && !ballot.normal_mantissas) return std::nullopt;
    if (ballot.most_decimals > k_most_decimals) return std::nullopt;
    return general_or(NumberFormat(parts_of(ballot, marks, seen->zero)), texts, ballot);
  }
  return std::nullopt;
}

}  // namespace ctgan::table
