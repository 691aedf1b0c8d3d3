#include "server/synth/codecs/number_ranges.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "server/synth/codecs/text_structure.h"

namespace ctgan::synth::codecs {
namespace {

constexpr std::size_t k_longest = 9;

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::uint64_t power_of_ten(std::size_t digits) {
  std::uint64_t power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

// Whether as many numbers that might be anything below `all` stay below `part` of it by chance.
bool by_chance(std::uint64_t part, std::uint64_t all, std::size_t numbers) {
  constexpr double k_rarely = 1e-4;
  return std::pow(static_cast<double>(part) / static_cast<double>(all), static_cast<double>(numbers)) >=
         k_rarely;
}

// Two digits of it, the others zero.
std::uint64_t two_digits(std::uint64_t value, bool up) {
  std::uint64_t unit = 1;
  while (value / unit >= 100) unit *= 10;
  return (value + (up ? unit - 1 : 0)) / unit * unit;
}

// The ends of the range that some numbers are drawn from.
class Range {
 public:
  Range(std::vector<std::uint64_t> values, std::size_t digits, bool padded, std::uint64_t to_share)
      : values_(std::move(values)), all_(power_of_ten(digits)), padded_(padded), to_share_(to_share) {
    std::sort(values_.begin(), values_.end());
    greatest = greatest_of();
    least = std::min(least_of(), greatest);
  }

  std::uint64_t least = 0;
  std::uint64_t greatest = 0;

  bool restricted() const { return greatest + 1 < all_; }

 private:
  bool shared(std::uint64_t value) const {
    const auto [begin, end] = std::equal_range(values_.begin(), values_.end(), value);
    return static_cast<std::uint64_t>(end - begin) >= to_share_;
  }
  std::size_t place_inside() const {
    return std::min<std::size_t>(std::max<std::uint64_t>(to_share_, 1), values_.size()) - 1;
  }

  std::uint64_t greatest_of() const {
    constexpr std::array<std::uint64_t, 7> k_natural{9, 12, 23, 31, 59, 255, 366};
    const std::uint64_t found = values_.back();
    if (by_chance(found + 1, all_, values_.size())) return all_ - 1;
    if (shared(found)) return found;
    const auto natural = std::lower_bound(k_natural.begin(), k_natural.end(), found);
    if (natural != k_natural.end() && found * 10 >= *natural * 9) return *natural;
    return two_digits(values_[values_.size() - 1 - place_inside()], false);
  }

  std::uint64_t least_of() const {
    const std::uint64_t found = values_.front();
    if (found <= 1 || shared(found)) return found;
    // Numbers that no zero was put before begin with none.
    const std::uint64_t first = padded_ ? 0 : all_ / 10;
    if (found >= first && by_chance(all_ - found, all_ - first, values_.size())) return first;
    return two_digits(values_[place_inside()], true);
  }

  std::vector<std::uint64_t> values_;
  std::uint64_t all_;
  bool padded_;
  std::uint64_t to_share_;
};

ShapePosition any_digit() {
  return ShapePosition(std::string(k_digits));
}

// Pairs of digits of which one behind the first counts to 12, 23, 31 or 59: a time or a date. Empty: there is
// none.
std::vector<ShapePosition> pairs(const std::vector<std::string_view>& words, std::uint64_t to_share) {
  constexpr std::uint64_t k_minutes = 59;
  bool found = false;
  std::vector<ShapePosition> positions;
  for (std::size_t at = 0; at < words.front().size(); at += 2) {
    std::vector<std::uint64_t> values;
    values.reserve(words.size());
    for (const std::string_view word : words) values.push_back(value_of(word.substr(at, 2)));
    const Range range(std::move(values), 2, true, to_share);
    found = found || (at > 0 && range.greatest > range.least && range.greatest <= k_minutes);
    positions.push_back(ShapePosition::of_numbers(range.least, range.greatest, 2));
  }
  return found ? positions : std::vector<ShapePosition>();
}

// Digits that all share stay, others are any.
std::vector<ShapePosition> digit_by_digit(const std::vector<std::string_view>& words, bool enough) {
  std::vector<ShapePosition> positions;
  for (std::size_t i = 0; i < words.front().size(); ++i) {
    const bool same = enough && std::all_of(words.begin(), words.end(), [&](std::string_view word) {
                        return word[i] == words.front()[i];
                      });
    positions.push_back(same ? ShapePosition(std::string(1, words.front()[i])) : any_digit());
  }
  return positions;
}

}  // namespace

NumberPlace number_place(const std::vector<std::string_view>& words, std::uint64_t to_share, bool enough) {
  NumberPlace place;
  const auto longer = [](std::string_view a, std::string_view b) { return a.size() < b.size(); };
  const auto [shortest, longest] = std::minmax_element(words.begin(), words.end(), longer);
  const bool one_length = shortest->size() == longest->size();
  const bool zero_in_front = std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return word.size() > 1 && word.front() == '0';
  });
  place.varies =
      std::any_of(words.begin(), words.end(), [&](std::string_view word) { return word != words.front(); });
  if (one_length && longest->size() >= 4 && longest->size() % 2 == 0 && place.varies) {
    place.positions = pairs(words, to_share);
    place.is_quantity = !place.positions.empty();
    if (place.is_quantity) return place;
  }
  if (!place.varies || longest->size() > k_longest || (!one_length && zero_in_front)) {
    const std::vector<std::string_view> as_long(1, words[words.size() / 2]);
    place.positions = digit_by_digit(one_length ? words : as_long, enough && one_length);
    return place;
  }
  std::vector<std::uint64_t> values;
  values.reserve(words.size());
  for (const std::string_view word : words) values.push_back(value_of(word));
  const Range range(std::move(values), longest->size(), zero_in_front, to_share);
  place.is_quantity = range.restricted();
  place.positions.push_back(
      ShapePosition::of_numbers(range.least, range.greatest, one_length ? longest->size() : 0));
  return place;
}

void keep_days_valid(std::vector<ShapePosition>& positions) {
  constexpr std::uint64_t k_days = 31;
  constexpr std::uint64_t k_days_of_any_month = 28;
  constexpr std::uint64_t k_months = 12;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (positions[i].greatest() > 0) numbers.push_back(i);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    ShapePosition& day = positions[numbers[i]];
    const auto is_month = [&](std::size_t at) { return positions[numbers[at]].greatest() <= k_months; };
    const bool beside_month = (i > 0 && is_month(i - 1)) || (i + 1 < numbers.size() && is_month(i + 1));
    if (beside_month && day.greatest() > k_days_of_any_month && day.greatest() <= k_days)
      day = day.up_to(k_days_of_any_month);
  }
}

}  // namespace ctgan::synth::codecs
