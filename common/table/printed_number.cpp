#include "common/table/printed_number.h"

#include <algorithm>

namespace ctgan::table {
namespace {

constexpr std::array<std::string_view, 3> k_minus{"-", "−", "–"};
constexpr std::array<std::string_view, 4> k_spaces{" ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
constexpr std::array<std::string_view, 62> k_currencies{
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD",  "AUD", "NZD", "CNY", "RMB", "INR", "SEK", "NOK",
    "DKK", "PLN", "CZK", "HUF", "RUB", "TRY",  "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "TWD",
    "THB", "IDR", "MYR", "PHP", "AED", "SAR",  "QAR", "KWD", "ILS", "EGP", "MAD", "NGN", "KES",
    "GHS", "COP", "CLP", "ARS", "PEN", "RON",  "BGN", "UAH", "VND", "PKR", "BDT", "LKR", "ISK",
    "BTC", "ETH", "Rs",  "Rs.", "Fr.", "SFr.", "kr",  "kr.", "zł",  "Kč"};
constexpr std::string_view k_ascii_digits = "0123456789";
constexpr std::size_t k_longest_unit = 24;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The digit at the front of `text` in the script of `zero`, or -1.
int digit_at(std::string_view text, std::string_view zero) {
  if (text.size() < zero.size()) return -1;
  const std::size_t last = zero.size() - 1;
  if (text.substr(0, last) != zero.substr(0, last)) return -1;
  const int digit = static_cast<unsigned char>(text[last]) - static_cast<unsigned char>(zero[last]);
  return digit >= 0 && digit <= 9 ? digit : -1;
}

template <std::size_t count>
std::string_view back_of(std::string_view text, const std::array<std::string_view, count>& among) {
  for (const std::string_view one : among)
    if (text.ends_with(one)) return text.substr(text.size() - one.size());
  return {};
}

// The length of the run of digits at the front.
std::size_t run_length(std::string_view text, std::string_view zero) {
  std::size_t length = 0;
  while (digit_at(text.substr(length), zero) >= 0) length += zero.size();
  return length;
}

std::string ascii_digits(std::string_view run, std::string_view zero) {
  std::string digits;
  for (std::size_t i = 0; i < run.size(); i += zero.size())
    digits += static_cast<char>('0' + digit_at(run.substr(i), zero));
  return digits;
}

// Where the first digit stands, and its script.
std::size_t first_digit(std::string_view text, std::string_view& zero) {
  const std::size_t ascii = text.find_first_of(k_ascii_digits);
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (plain || ascii != std::string_view::npos) {
    zero = k_digit_zeros[0];
    return ascii;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const std::string_view script : k_digit_zeros) {
      if (digit_at(text.substr(i), script) < 0) continue;
      zero = script;
      return i;
    }
  }
  return std::string_view::npos;
}

void scan_exponent(std::string_view& rest, ScannedNumber& number) {
  if (rest.empty() || (rest.front() != 'e' && rest.front() != 'E')) return;
  const bool sign = rest.size() > 1 && (rest[1] == '+' || rest[1] == '-');
  const std::size_t first = sign ? 2 : 1;
  const std::size_t end = std::min(rest.find_first_not_of(k_ascii_digits, first), rest.size());
  if (end == first) return;
  number.exponent_mark = rest.front();
  number.exponent = rest.substr(1, end - 1);
  rest.remove_prefix(end);
}

// Groups of three, or of two with three at the end.
bool fits_groups(const ScannedNumber& number, std::size_t groups, bool& indian) {
  const auto length = [&](std::size_t run) { return number.runs[run].size() / number.zero.size(); };
  if (length(groups - 1) != 3) return false;
  bool threes = length(0) >= 1 && length(0) <= 3;
  bool twos = groups > 2 && length(0) >= 1 && length(0) <= 2;
  for (std::size_t i = 1; i + 1 < groups; ++i) {
    threes = threes && length(i) == 3;
    twos = twos && length(i) == 2;
  }
  indian = !threes;
  return threes || twos;
}

void drop_front(std::string& text, std::size_t bytes) {
  text.erase(0, bytes);
}

// Takes a sign at the outside of the texts or next to the digits.
template <std::size_t count>
bool take_sign(NumberAffixes& affixes, const std::array<std::string_view, count>& signs) {
  if (const auto outer = front_of(affixes.before, signs); !outer.empty()) {
    drop_front(affixes.before, outer.size());
    return true;
  }
  if (const auto inner = back_of(without_spaces(affixes.before), signs); !inner.empty()) {
    affixes.before.erase(affixes.before.rfind(std::string(inner)), inner.size());
    return true;
  }
  // Behind the digits a sign is one only where no letter of a code follows or precedes it: "5-", "5- EUR", "5
  // EUR-".
  if (const auto inner = front_of(affixes.after, signs); !inner.empty()) {
    const std::string_view unit = std::string_view(affixes.after).substr(inner.size());
    if (!without_spaces(unit).empty() && front_of(unit, k_spaces).empty() && !is_currency(unit)) return false;
    drop_front(affixes.after, inner.size());
    return true;
  }
  if (const auto outer = back_of(affixes.after, signs); !outer.empty()) {
    const std::string_view unit =
        std::string_view(affixes.after).substr(0, affixes.after.size() - outer.size());
    if (!is_currency(unit) && unit != "%" && unit != " ") return false;
    affixes.after.resize(unit.size());
    return true;
  }
  return false;
}

bool take_brackets(NumberAffixes& affixes) {
  const std::size_t open = affixes.before.find('(');
  const std::size_t close = affixes.after.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return false;
  affixes.before.erase(open, 1);
  affixes.after.erase(close, 1);
  return true;
}

// A character of the block of currency symbols, or one of the older ones.
bool is_currency_symbol(std::string_view text) {
  constexpr std::array<std::string_view, 6> k_old{"$", "£", "¥", "¢", "฿", "﷼"};
  if (std::find(k_old.begin(), k_old.end(), text) != k_old.end()) return true;
  return text.size() == 3 && text.starts_with("\xe2\x82") && static_cast<unsigned char>(text[2]) >= 0xa0;
}

}  // namespace

std::string_view without_spaces(std::string_view text) {
  for (auto space = front_of(text, k_spaces); !space.empty(); space = front_of(text, k_spaces))
    text.remove_prefix(space.size());
  for (auto space = back_of(text, k_spaces); !space.empty(); space = back_of(text, k_spaces))
    text.remove_suffix(space.size());
  return text;
}

std::optional<ScannedNumber> scan_number(std::string_view text) {
  ScannedNumber number;
  std::size_t start = first_digit(text, number.zero);
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view lead = text.substr(0, start);
  const bool point = lead.ends_with('.') && (lead.size() == 1 || !is_letter(lead[lead.size() - 2]));
  if (point || lead.ends_with(',')) number.marks[0] = text.substr(start - 1, 1);
  number.before = text.substr(0, start - number.marks[0].size());
  std::string_view rest = text.substr(start);
  for (;;) {
    const std::size_t length = run_length(rest, number.zero);
    number.runs[number.count++] = rest.substr(0, length);
    rest.remove_prefix(length);
    const std::string_view mark = front_of(rest, k_digit_marks);
    if (mark.empty() || run_length(rest.substr(mark.size()), number.zero) == 0) break;
    if (number.count == ScannedNumber::k_most_runs) return std::nullopt;
    number.marks[number.count] = mark;
    rest.remove_prefix(mark.size());
  }
  scan_exponent(rest, number);
  number.after = rest;
  return number;
}

std::optional<NumberDigits> digits_under(const ScannedNumber& number, const NumberMarks& marks) {
  NumberDigits digits;
  std::size_t groups = number.count;
  const bool bare = !number.marks[0].empty();  // ".5"
  if (bare && (number.count > 1 || number.marks[0] != marks.point)) return std::nullopt;
  if (bare || (number.count > 1 && number.marks[number.count - 1] == marks.point)) {
    digits.fraction = ascii_digits(number.runs[number.count - 1], number.zero);
    --groups;
  }
  for (std::size_t i = 1; i < groups; ++i)
    if (number.marks[i] != marks.group) return std::nullopt;
  digits.grouped = groups > 1;
  if (digits.grouped && !fits_groups(number, groups, digits.indian)) return std::nullopt;
  for (std::size_t i = 0; i < groups; ++i) digits.whole += ascii_digits(number.runs[i], number.zero);
  if (digits.whole.size() > 1 && digits.whole.front() == '0') return std::nullopt;
  return digits;
}

NumberAffixes affixes_of(const ScannedNumber& number) {
  constexpr std::array<std::string_view, 1> k_plus{"+"};
  NumberAffixes affixes{std::string(number.before), std::string(number.after)};
  affixes.negative = take_brackets(affixes) || take_sign(affixes, k_minus);
  if (!affixes.negative) affixes.plus = take_sign(affixes, k_plus);
  return affixes;
}

bool is_currency(std::string_view text) {
  text = without_spaces(text);
  if (std::find(k_currencies.begin(), k_currencies.end(), text) != k_currencies.end()) return true;
  if (is_currency_symbol(text)) return true;
  // US$, R$, HK$
  return text.size() >= 2 && text.size() <= 4 && text.ends_with('$') &&
         std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool are_units(std::string_view before, std::string_view after) {
  if (!without_spaces(before).empty() && !is_currency(before)) return false;
  if (after.size() > k_longest_unit) return false;
  if (after.find_first_of("\"\n\r:;|@()+-{}") != std::string_view::npos) return false;
  for (std::size_t i = after.find_first_of(k_ascii_digits); i != std::string_view::npos;
       i = after.find_first_of(k_ascii_digits, i + 1)) {
    const char left = i == 0 ? ' ' : after[i - 1];
    const bool in_unit =
        is_letter(left) || left == '/' || left == '^' || k_ascii_digits.find(left) != std::string_view::npos;
    if (!in_unit) return false;
  }
  return true;
}

}  // namespace ctgan::table
