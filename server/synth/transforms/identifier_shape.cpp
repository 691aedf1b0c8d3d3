#include "server/synth/transforms/identifier_shape.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::transforms {
namespace {

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view k_hex_lower = "abcdef";
constexpr std::string_view k_hex_upper = "ABCDEF";
constexpr std::size_t k_most_shapes = 8;
constexpr std::size_t k_rows_for_fixed = 10;
constexpr std::uint64_t k_largest_size = std::uint64_t{1} << 62U;
// Of all remainders, how many may be told to be free.
constexpr std::uint64_t k_told_share = 8;

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

std::uint64_t multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  return static_cast<std::uint64_t>(Wide{a} * b % modulus);
}

// a^-1 modulo `modulus`, by Euclid. REQUIRES: coprime, modulus below 2^63.
std::uint64_t inverse(std::uint64_t a, std::uint64_t modulus) {
  if (modulus == 1) return 0;
  std::int64_t t = 0;
  std::int64_t next_t = 1;
  auto r = static_cast<std::int64_t>(modulus);
  auto next_r = static_cast<std::int64_t>(a % modulus);
  while (next_r != 0) {
    const std::int64_t quotient = r / next_r;
    t = std::exchange(next_t, t - quotient * next_t);
    r = std::exchange(next_r, r - quotient * next_r);
  }
  return static_cast<std::uint64_t>(t < 0 ? t + static_cast<std::int64_t>(modulus) : t);
}

std::uint64_t draw_below(random::Stream& random, std::uint64_t bound) {
  const std::uint64_t high = random.next_u32();
  return bound == 0 ? 0 : ((high << 32U) | random.next_u32()) % bound;
}

// Some number without a common divisor.
std::uint64_t draw_coprime(random::Stream& random, std::uint64_t modulus) {
  if (modulus < 3) return 1;
  std::uint64_t found = draw_below(random, modulus);
  while (found == 0 || std::gcd(found, modulus) != 1) found = (found + 1) % modulus;
  return found;
}

bool is_open(char c) {
  return k_digits.find(c) != std::string_view::npos || k_lower.find(c) != std::string_view::npos ||
         k_upper.find(c) != std::string_view::npos;
}

// Letters outside ASCII count as one small letter each.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out += c;
    if (byte >= 0xc0) out += 'a';
  }
  return out;
}

std::string outline(std::string text) {
  for (char& c : text)
    if (is_open(c)) c = 'a';
  return text;
}

// What the open characters of some texts are made of.
struct Kinds {
  bool digits = false;
  bool lower = false;
  bool upper = false;
  bool beyond_hex = false;

  void add(char c) {
    const auto in = [c](std::string_view characters) { return characters.find(c) != std::string_view::npos; };
    digits = digits || in(k_digits);
    lower = lower || in(k_lower);
    upper = upper || in(k_upper);
    const bool letter = in(k_lower) || in(k_upper);
    beyond_hex = beyond_hex || (letter && !in(k_hex_lower) && !in(k_hex_upper));
  }
  bool any() const { return digits || lower || upper; }
  // Digits and letters up to f: hexadecimal, though a single position may have shown digits only.
  bool hex() const { return digits && lower != upper && !beyond_hex; }
  std::string characters(bool hex_letters) const {
    std::string all;
    if (digits) all += k_digits;
    if (lower) all += hex_letters ? k_hex_lower : k_lower;
    if (upper) all += hex_letters ? k_hex_upper : k_upper;
    return all;
  }
};

std::string in_brackets(const std::string& characters) {
  const auto has = [&characters](char c) { return characters.find(c) != std::string::npos; };
  std::string out = "[";
  if (has('1')) out += has('0') ? "0-9" : "1-9";
  if (has('a')) out += has('z') ? "a-z" : "a-f";
  if (has('A')) out += has('Z') ? "A-Z" : "A-F";
  return out + "]";
}

std::string from_brackets(std::string_view ranges) {
  std::string characters;
  for (std::size_t i = 0; i + 2 < ranges.size(); i += 3) {
    if (ranges[i + 1] != '-' || !is_open(ranges[i]) || !is_open(ranges[i + 2])) return {};
    for (char c = ranges[i]; c <= ranges[i + 2]; ++c) characters += c;
  }
  return ranges.size() % 3 == 0 ? characters : std::string();
}

[[noreturn]] void refuse(const std::string& pattern) {
  throw errors::Error(errors::Kind::bad_data,
                      "the identifiers' shape " + errors::quoted(pattern) + " cannot be used");
}

std::vector<std::string> parse(const std::string& pattern) {
  constexpr std::size_t k_most_positions = 100'000;
  std::vector<std::string> positions;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      if (++i == pattern.size()) refuse(pattern);
      positions.emplace_back(1, pattern[i]);
      continue;
    }
    if (pattern[i] == '[') {
      const std::size_t end = pattern.find(']', i);
      if (end == std::string::npos) refuse(pattern);
      positions.push_back(from_brackets(std::string_view(pattern).substr(i + 1, end - i - 1)));
      if (positions.back().empty()) refuse(pattern);
      i = end;
      continue;
    }
    if (pattern[i] == '{') {
      std::size_t times = 0;
      for (++i; i < pattern.size() && k_digits.find(pattern[i]) != std::string_view::npos; ++i)
        times = std::min(times * 10 + static_cast<std::size_t>(pattern[i] - '0'), k_most_positions + 1);
      if (i == pattern.size() || pattern[i] != '}' || positions.empty() || times == 0) refuse(pattern);
      if (positions.size() + times > k_most_positions) refuse(pattern);
      const std::string last = positions.back();
      positions.insert(positions.end(), times - 1, last);
      continue;
    }
    positions.emplace_back(1, pattern[i]);
  }
  return positions;
}

}  // namespace

struct IdentifierShape::Group {
  std::vector<std::string> texts;
};

std::vector<IdentifierShape> IdentifierShape::find(std::span<const std::string_view> texts,
                                                   bool whole_numbers, std::uint64_t seed) {
  std::map<std::string, Group> by_outline;
  for (const std::string_view text : texts) {
    std::string flat = plain(text);
    by_outline[outline(flat)].texts.push_back(std::move(flat));
  }
  std::vector<const Group*> groups;
  for (const auto& [key, group] : by_outline)
    if (group.texts.size() > 1) groups.push_back(&group);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group* a, const Group* b) { return a->texts.size() > b->texts.size(); });
  if (groups.size() > k_most_shapes) groups.resize(k_most_shapes);
  std::vector<IdentifierShape> shapes;
  const auto longer = [&by_outline](const std::string& key) {
    const auto found = by_outline.find(key);
    return found == by_outline.end() ? Group{} : found->second;
  };
  for (const Group* group : groups) {
    IdentifierShape shape = fit(*group, group->texts.size() == texts.size(), whole_numbers);
    if (!shape.keep_free_remainders(*group, seed)) shape.widen(longer, seed);
    shapes.push_back(std::move(shape));
  }
  if (!shapes.empty()) return shapes;

  // No two texts are alike: small letters, as many as in the middle of all lengths.
  std::vector<std::size_t> lengths;
  lengths.reserve(by_outline.size());
  for (const auto& [key, group] : by_outline) lengths.push_back(key.size());
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2),
                   lengths.end());
  const std::size_t length = std::max<std::size_t>(lengths[lengths.size() / 2], 1);
  IdentifierShape shape;
  shape.positions_.assign(length, std::string(k_lower));
  shape.rows_ = texts.size();
  shape.count_positions();
  if (!shape.keep_free_remainders(longer(std::string(length, 'a')), seed)) shape.widen(longer, seed);
  return {shape};
}

IdentifierShape IdentifierShape::fit(const Group& group, bool whole_column, bool whole_numbers) {
  constexpr std::size_t k_rows_of_column = 3;
  const std::string& first = group.texts.front();
  const bool may_fix = group.texts.size() >= (whole_column ? k_rows_of_column : k_rows_for_fixed);
  std::vector<Kinds> kinds(first.size());
  Kinds all;
  bool mixed = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    bool same = true;
    for (const std::string& text : group.texts) {
      kinds[i].add(text[i]);
      same = same && text[i] == first[i];
    }
    if (!is_open(first[i]) || (same && may_fix)) {
      kinds[i] = {};
      continue;
    }
    for (const std::string& text : group.texts) all.add(text[i]);
    mixed = mixed || (kinds[i].digits && (kinds[i].lower || kinds[i].upper));
  }
  const bool hex = mixed && all.hex();
  IdentifierShape shape;
  shape.rows_ = group.texts.size();
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::string characters = (hex && kinds[i].any() ? all : kinds[i]).characters(hex);
    shape.positions_.push_back(characters.empty() ? std::string(1, first[i]) : characters);
  }
  const std::size_t lead = whole_numbers && first.front() == '-' ? 1 : 0;
  std::string& leading = shape.positions_[lead];
  if (whole_numbers && leading == k_digits && first.size() > lead + 1) leading.erase(0, 1);
  shape.count_positions();
  return shape;
}

// As many positions from the end as 62 bits hold; the others are drawn freely.
void IdentifierShape::count_positions() {
  size_ = 1;
  first_counted_ = positions_.size();
  while (first_counted_ > 0 && size_ <= k_largest_size / positions_[first_counted_ - 1].size())
    size_ *= positions_[--first_counted_].size();
}

std::uint64_t IdentifierShape::number_of(std::string_view text) const {
  std::uint64_t number = 0;
  for (std::size_t i = first_counted_; i < positions_.size(); ++i)
    number = number * positions_[i].size() + positions_[i].find(text[i]);
  return number;
}

// Room for a million, or for twenty samples as large as the table; at least for two. False when the shape
// has not that many free places.
bool IdentifierShape::keep_free_remainders(const Group& group, std::uint64_t seed) {
  const std::uint64_t rows = group.texts.size();
  const std::uint64_t least = 2 * std::max(rows, rows_);
  constexpr std::uint64_t k_wanted = 1'000'000;
  divisor_ = rows == 0 ? 1 : 4 * rows + 1;
  if (size_ / divisor_ == 0) return false;
  random::Stream random(seed, random::StreamId::transform, ~std::uint64_t{0});
  multiplier_ = draw_coprime(random, size_);
  shift_ = draw_below(random, size_);
  std::vector<bool> taken(divisor_);
  for (const std::string& text : group.texts)
    taken[(multiply(multiplier_, number_of(text), size_) + shift_) % size_ % divisor_] = true;
  const std::uint64_t each = size_ / divisor_;
  const std::uint64_t most = std::max<std::uint64_t>(divisor_ / k_told_share, 1);
  const std::uint64_t wanted = std::min(std::max(k_wanted, 20 * rows) / each + 1, most);
  remainders_.clear();
  const std::uint64_t start = draw_below(random, divisor_);
  for (std::uint64_t i = 0; i < divisor_ && remainders_.size() < wanted; ++i) {
    const std::uint64_t remainder = (start + i) % divisor_;
    if (!taken[remainder]) remainders_.push_back(remainder);
  }
  return capacity() >= least;
}

// As many more digits behind the last open position, or at the end, as it takes.
void IdentifierShape::widen(const GroupOf& group_of, std::uint64_t seed) {
  constexpr int k_most = 9;
  const std::uint64_t wanted = std::max<std::uint64_t>(100'000, 20 * rows_);
  for (int more = 0; more < k_most && (more == 0 || capacity() < wanted); ++more) {
    auto place = positions_.end();
    while (place != positions_.begin() && place[-1].size() == 1) --place;
    if (place == positions_.begin()) place = positions_.end();
    positions_.insert(place, std::string(k_digits));
    count_positions();
    std::string key;
    for (const std::string& position : positions_) key += is_open(position.front()) ? 'a' : position.front();
    keep_free_remainders(group_of(key), seed);
  }
}

std::uint64_t IdentifierShape::capacity() const {
  return size_ / divisor_ * remainders_.size();
}

std::string IdentifierShape::make(std::uint64_t index, std::uint64_t series) const {
  random::Stream order(series, random::StreamId::decode, ~std::uint64_t{0});
  const std::uint64_t room = capacity();
  const std::uint64_t step = draw_coprime(order, room);
  const std::uint64_t place = (multiply(index % room, step, room) + draw_below(order, room)) % room;
  const std::uint64_t moved = place / remainders_.size() * divisor_ +
                              remainders_[static_cast<std::size_t>(place % remainders_.size())];
  std::uint64_t number = multiply(inverse(multiplier_, size_), (moved + size_ - shift_) % size_, size_);
  std::string text(positions_.size(), ' ');
  for (std::size_t i = positions_.size(); i > first_counted_; --i) {
    text[i - 1] = positions_[i - 1][number % positions_[i - 1].size()];
    number /= positions_[i - 1].size();
  }
  if (first_counted_ == 0) return text;
  random::Stream free(series, random::StreamId::decode, ~index);
  for (std::size_t i = 0; i < first_counted_; ++i)
    text[i] = positions_[i][free.next_below(static_cast<std::uint32_t>(positions_[i].size()))];
  return text;
}

std::string IdentifierShape::pattern() const {
  std::string out;
  for (std::size_t i = 0; i < positions_.size();) {
    std::size_t end = i + 1;
    while (end < positions_.size() && positions_[i].size() > 1 && positions_[end] == positions_[i]) ++end;
    const bool special = positions_[i].find_first_of("\\[]{}") != std::string::npos;
    out += positions_[i].size() > 1 ? in_brackets(positions_[i]) : (special ? "\\" : "") + positions_[i];
    if (end - i > 1) out += "{" + std::to_string(end - i) + "}";
    i = end;
  }
  return out;
}

std::vector<std::int64_t> IdentifierShape::facts() const {
  std::vector<std::int64_t> facts;
  for (const std::uint64_t fact : {rows_, multiplier_, shift_, divisor_})
    facts.push_back(static_cast<std::int64_t>(fact));
  for (const std::uint64_t remainder : remainders_) facts.push_back(static_cast<std::int64_t>(remainder));
  return facts;
}

IdentifierShape::IdentifierShape(const std::string& pattern, const std::vector<std::int64_t>& facts)
    : positions_(parse(pattern)) {
  count_positions();
  constexpr std::size_t k_fixed_facts = 4;
  const bool negative = std::any_of(facts.begin(), facts.end(), [](std::int64_t fact) { return fact < 0; });
  if (facts.size() <= k_fixed_facts || negative || positions_.empty()) refuse(pattern);
  rows_ = static_cast<std::uint64_t>(facts[0]);
  multiplier_ = static_cast<std::uint64_t>(facts[1]);
  shift_ = static_cast<std::uint64_t>(facts[2]);
  divisor_ = static_cast<std::uint64_t>(facts[3]);
  remainders_.assign(facts.begin() + k_fixed_facts, facts.end());
  const bool inside = std::all_of(remainders_.begin(), remainders_.end(),
                                  [this](std::uint64_t remainder) { return remainder < divisor_; });
  if (rows_ == 0 || divisor_ == 0 || !inside || capacity() == 0 || shift_ >= size_ ||
      std::gcd(multiplier_, size_) != 1)
    refuse(pattern);
}

}  // namespace ctgan::synth::transforms
