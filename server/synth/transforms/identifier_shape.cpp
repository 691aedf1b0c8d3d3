#include "server/synth/transforms/identifier_shape.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <set>
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
constexpr std::uint64_t k_largest_size = std::uint64_t{1} << 62U;
constexpr std::uint64_t k_most_rows = std::uint64_t{1} << 40U;
// Of all remainders, how many may be told to be free; and where ten times the rows need more.
constexpr std::uint64_t k_told_share = 8;
constexpr std::uint64_t k_told_share_if_tight = 2;
constexpr std::uint64_t k_times = 10;
constexpr std::uint64_t k_least_room = 100'000;

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

bool is_digit(char c) {
  return k_digits.find(c) != std::string_view::npos;
}

bool is_open(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of(k_digits) == std::string_view::npos;
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

// "INV-2024-0001": a-0-0 and the words INV, 2024, 0001. A word is letters or digits only.
struct Structure {
  explicit Structure(std::string_view text) {
    for (const char c : text) {
      const char kind = is_digit(c) ? '0' : 'a';
      const bool goes_on = is_open(c) && !key.empty() && key.back() == kind;
      if (!goes_on) key += is_open(c) ? kind : c;
      if (!goes_on && is_open(c)) words.emplace_back();
      if (is_open(c)) words.back() += c;
    }
  }

  std::string key;
  std::vector<std::string> words;
};

// What the texts of one structure have in common, however long their other words are.
struct SharedWords {
  std::size_t rows = 0;
  std::vector<std::string> words;  // empty: not the same in all

  void add(const Structure& text) {
    if (rows++ == 0) words = text.words;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] != text.words[i]) words[i].clear();
  }
};

// What the open characters of some texts are made of.
struct Kinds {
  static constexpr unsigned k_has_digits = 1, k_has_lower = 2, k_has_upper = 4, k_has_beyond_hex = 8;
  unsigned seen = 0;
  void add(char c) {
    const auto in = [c](std::string_view characters) { return characters.find(c) != std::string_view::npos; };
    if (in(k_digits)) seen |= k_has_digits;
    if (in(k_lower)) seen |= in(k_hex_lower) ? k_has_lower : k_has_lower | k_has_beyond_hex;
    if (in(k_upper)) seen |= in(k_hex_upper) ? k_has_upper : k_has_upper | k_has_beyond_hex;
  }
  bool has(unsigned kinds) const { return (seen & kinds) != 0; }
  bool only_digits() const { return seen == k_has_digits; }
  bool only_letters() const { return has(k_has_lower | k_has_upper) && !has(k_has_digits); }
  // Digits and letters up to f: hexadecimal, though a single position may have shown digits only.
  bool hex() const { return seen == (k_has_digits | k_has_lower) || seen == (k_has_digits | k_has_upper); }
  std::string characters(bool hex_letters) const {
    std::string all;
    if (has(k_has_digits)) all += k_digits;
    if (has(k_has_lower)) all += hex_letters ? k_hex_lower : k_lower;
    if (has(k_has_upper)) all += hex_letters ? k_hex_upper : k_upper;
    return all;
  }
};

std::string in_brackets(const std::string& characters) {
  std::string out = "[";
  for (std::size_t i = 0; i < characters.size();) {
    std::size_t last = i;
    while (last + 1 < characters.size() && characters[last + 1] == characters[last] + 1) ++last;
    out += {characters[i], '-', characters[last]};
    i = last + 1;
  }
  return out + "]";
}

std::string from_brackets(std::string_view ranges) {
  std::string characters;
  for (std::size_t i = 0; i + 2 < ranges.size(); i += 3) {
    if (ranges[i + 1] != '-' || !is_open(ranges[i]) || !is_open(ranges[i + 2])) return {};
    for (char c = ranges[i]; c <= ranges[i + 2]; ++c) {
      if (characters.find(c) != std::string::npos) return {};
      characters += c;
    }
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
      for (++i; i < pattern.size() && is_digit(pattern[i]); ++i)
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

std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, random::Stream order) {
  const std::uint64_t step = draw_coprime(order, count);
  return (multiply(index % count, step, count) + draw_below(order, count)) % count;
}

struct IdentifierShape::Group {
  std::vector<std::string> texts;
  std::string structure;
  bool one_structure = true;

  void add(std::string text, const std::string& key) {
    if (texts.empty()) structure = key;
    one_structure = one_structure && key == structure;
    texts.push_back(std::move(text));
  }
};

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

bool IdentifierShape::may_hold(std::string_view text) const {
  if (text.size() != positions_.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (positions_[i].find(text[i]) == std::string::npos) return false;
  return true;
}

std::string IdentifierShape::outline() const {
  std::string key;
  for (const std::string& position : positions_) key += is_open(position.front()) ? 'a' : position.front();
  return key;
}

// Room for a million, or for twice `tight`, as far as an eighth of all goes; for `tight` as far as half goes.
// False when the rows fill more than a quarter of the shape.
bool IdentifierShape::keep_free_remainders(const Group& group, std::uint64_t tight, std::uint64_t seed) {
  constexpr std::uint64_t k_wanted = 1'000'000;
  const std::uint64_t rows = group.texts.size();
  divisor_ = rows == 0 ? 1 : 4 * rows + 1;
  if (size_ / divisor_ == 0) return false;
  random::Stream random(seed, random::StreamId::transform, ~std::uint64_t{0});
  multiplier_ = draw_coprime(random, size_);
  shift_ = draw_below(random, size_);
  std::vector<bool> taken(divisor_);
  for (const std::string& text : group.texts)
    if (may_hold(text))
      taken[(multiply(multiplier_, number_of(text), size_) + shift_) % size_ % divisor_] = true;
  const std::uint64_t each = size_ / divisor_;
  const std::uint64_t freely =
      std::min(std::max(k_wanted, 2 * tight) / each + 1, std::max<std::uint64_t>(divisor_ / k_told_share, 1));
  const std::uint64_t tightly = std::min(tight / each + 1, divisor_ / k_told_share_if_tight);
  const std::uint64_t wanted = std::max(freely, tightly);
  remainders_.clear();
  const std::uint64_t start = draw_below(random, divisor_);
  for (std::uint64_t i = 0; i < divisor_ && remainders_.size() < wanted; ++i) {
    const std::uint64_t remainder = (start + i) % divisor_;
    if (!taken[remainder]) remainders_.push_back(remainder);
  }
  return true;
}

// One more character in the last open run of digits, or of others where no digits are open, or a digit at the
// end.
void IdentifierShape::lengthen() {
  const auto behind_last = [this](const auto& wanted) {
    auto place = positions_.end();
    while (place != positions_.begin() && !wanted(place[-1])) --place;
    return place;
  };
  auto place = behind_last([](const std::string& at) { return at.size() > 1 && all_digits(at); });
  if (place == positions_.begin()) place = behind_last([](const std::string& at) { return at.size() > 1; });
  const bool digits = place == positions_.begin() || all_digits(place[-1]);
  const std::string characters = digits ? std::string(k_digits) : place[-1];
  positions_.insert(place == positions_.begin() ? positions_.end() : place, characters);
}

// No zero in front, and nothing above 2^63.
void IdentifierShape::stay_whole_number() {
  constexpr std::size_t k_longest = 19;
  const std::size_t lead = positions_.front() == "-" ? 1 : 0;
  std::string& leading = positions_[lead];
  const bool longest = positions_.size() - lead == k_longest;
  if (leading.size() > 1 || (longest && leading == "9")) leading = longest ? "12345678" : "123456789";
}

// Makes the shapes of one column.
struct IdentifierShape::Finder {
  Finder(std::span<const std::string_view> texts, bool whole_numbers, std::uint64_t seed)
      : whole_numbers_(whole_numbers), seed_(seed), rows_(texts.size()) {
    for (const std::string_view text : texts) {
      std::string flat = plain(text);
      const Structure structure(flat);
      shared_[structure.key].add(structure);
      auto& group = by_outline_[transforms::outline(flat)];
      group.add(std::move(flat), structure.key);
    }
  }

  std::vector<IdentifierShape> find();

 private:
  struct Look;
  std::vector<const Group*> commonest() const;
  IdentifierShape of_small_letters() const;
  Look look_at(const Group& group) const;
  void fix(Look& look, const Group& group) const;
  IdentifierShape of_same_length(const Group& group, std::uint64_t wanted) const;
  bool has_room(IdentifierShape& shape) const;
  void add_longer(IdentifierShape shape);

  // Enough rows to keep what they share.
  bool are_enough(std::size_t rows) const {
    constexpr std::size_t k_rows_of_column = 3;
    constexpr std::size_t k_rows_of_group = 20;
    constexpr std::size_t k_part_of_column = 100;
    if (rows == rows_) return rows >= k_rows_of_column;
    return rows >= k_rows_of_group && rows >= rows_ / k_part_of_column;
  }
  std::uint64_t ten_times() const { return k_times * rows_; }
  std::uint64_t goal() const { return std::max(ten_times(), k_least_room); }

  bool whole_numbers_;
  std::uint64_t seed_;
  std::uint64_t rows_;
  std::map<std::string, Group> by_outline_;
  std::map<std::string, SharedWords> shared_;
  std::vector<IdentifierShape> found_;
};

// What each position of a group's texts holds.
struct IdentifierShape::Finder::Look {
  std::vector<Kinds> kinds;
  std::vector<bool> same;
  std::vector<bool> fixed;

  // Behind the last position from `begin` on that is of the same kind: letters, digits, or either.
  std::size_t end_of_run(std::size_t begin) const {
    std::size_t end = begin + 1;
    while (end < kinds.size() && kinds[end].seen != 0 &&
           kinds[end].only_digits() == kinds[begin].only_digits() &&
           kinds[end].only_letters() == kinds[begin].only_letters())
      ++end;
    return kinds[begin].seen != 0 ? end : begin + 1;
  }
  // Fixed digits in runs of digits that vary, the last first.
  std::vector<std::size_t> digits_to_open() const {
    std::vector<std::size_t> found;
    for (std::size_t begin = 0; begin < kinds.size(); begin = end_of_run(begin)) {
      const std::size_t end = end_of_run(begin);
      bool varies = false;
      for (std::size_t i = begin; i < end; ++i) varies = varies || !same[i];
      for (std::size_t i = begin; i < end && varies && kinds[begin].only_digits(); ++i)
        if (fixed[i]) found.insert(found.begin(), i);
    }
    return found;
  }
  // All that the open positions hold if that is hexadecimal digits, mixed.
  std::optional<Kinds> hex() const {
    Kinds all;
    bool mixed = false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (fixed[i] || kinds[i].seen == 0) continue;
      all.seen |= kinds[i].seen;
      mixed = mixed || (!kinds[i].only_digits() && !kinds[i].only_letters());
    }
    return mixed && all.hex() ? std::optional(all) : std::nullopt;
  }
};

IdentifierShape::Finder::Look IdentifierShape::Finder::look_at(const Group& group) const {
  const std::string& first = group.texts.front();
  Look look{std::vector<Kinds>(first.size()), std::vector<bool>(first.size(), true),
            std::vector<bool>(first.size(), false)};
  for (const std::string& text : group.texts) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      look.kinds[i].add(text[i]);
      if (text[i] != first[i]) look.same[i] = false;
    }
  }
  fix(look, group);
  return look;
}

// Letters stay only as whole words: of the structure, or of the group where that has no one structure.
void IdentifierShape::Finder::fix(Look& look, const Group& group) const {
  const bool group_is_enough = are_enough(group.texts.size());
  for (std::size_t begin = 0; begin < look.kinds.size(); begin = look.end_of_run(begin)) {
    const std::size_t end = look.end_of_run(begin);
    bool same = true;
    for (std::size_t i = begin; i < end; ++i) same = same && look.same[i];
    const bool letters = look.kinds[begin].only_letters();
    for (std::size_t i = begin; i < end; ++i)
      look.fixed[i] = group_is_enough && look.same[i] && (!letters || (same && !group.one_structure));
  }
  if (!group.one_structure) return;
  const SharedWords& shared = shared_.at(group.structure);
  if (!are_enough(shared.rows)) return;
  const Structure first(group.texts.front());
  std::size_t at = 0;
  for (std::size_t word = 0; word < first.words.size(); ++word) {
    while (!is_open(group.texts.front()[at])) ++at;
    for (const std::size_t end = at + first.words[word].size(); at < end; ++at)
      look.fixed[at] = look.fixed[at] || (look.same[at] && !shared.words[word].empty());
  }
}

// Opens fixed digits until there is room for `wanted`.
IdentifierShape IdentifierShape::Finder::of_same_length(const Group& group, std::uint64_t wanted) const {
  const Look look = look_at(group);
  const std::optional<Kinds> hex = look.hex();
  const std::string& first = group.texts.front();
  IdentifierShape shape;
  shape.rows_ = group.texts.size();
  const auto open_characters = [&](std::size_t i) {
    return (hex ? *hex : look.kinds[i]).characters(hex.has_value());
  };
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool open = look.kinds[i].seen != 0 && !look.fixed[i];
    shape.positions_.push_back(open ? open_characters(i) : std::string(1, first[i]));
  }
  shape.count_positions();
  for (const std::size_t i : look.digits_to_open()) {
    if (shape.size_ / k_told_share >= wanted) break;
    shape.positions_[i] = open_characters(i);
    shape.count_positions();
  }
  if (whole_numbers_) shape.stay_whole_number();
  shape.count_positions();
  return shape;
}

// No text of another shape may come out of a shape that was made longer.
bool IdentifierShape::Finder::has_room(IdentifierShape& shape) const {
  const std::string key = shape.outline();
  for (const IdentifierShape& other : found_)
    if (other.outline() == key && other.positions_ != shape.positions_) return false;
  const auto group = by_outline_.find(key);
  const Group none;
  return shape.keep_free_remainders(group == by_outline_.end() ? none : group->second, ten_times(), seed_) &&
         shape.capacity() >= goal();
}

void IdentifierShape::Finder::add_longer(IdentifierShape shape) {
  constexpr int k_most = 24;
  for (int more = 0; more < k_most && (more == 0 || !has_room(shape)); ++more) {
    shape.lengthen();
    if (whole_numbers_) shape.stay_whole_number();
    shape.count_positions();
  }
  const auto alike = [&shape](const IdentifierShape& other) { return other.positions_ == shape.positions_; };
  for (const IdentifierShape& other : found_)
    if (alike(other)) shape.rows_ += other.rows_;
  std::erase_if(found_, alike);
  found_.push_back(std::move(shape));
}

std::vector<const IdentifierShape::Group*> IdentifierShape::Finder::commonest() const {
  std::vector<const Group*> groups;
  for (const auto& [key, group] : by_outline_)
    if (group.texts.size() > 1) groups.push_back(&group);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group* a, const Group* b) { return a->texts.size() > b->texts.size(); });
  if (groups.size() > k_most_shapes) groups.resize(k_most_shapes);
  return groups;
}

// As many as in the middle of all lengths.
IdentifierShape IdentifierShape::Finder::of_small_letters() const {
  std::multiset<std::size_t> lengths;
  for (const auto& [key, group] : by_outline_) lengths.insert(key.size());
  const std::size_t middle = *std::next(lengths.begin(), static_cast<std::ptrdiff_t>(lengths.size() / 2));
  IdentifierShape shape;
  constexpr std::size_t k_longest_number = 18;
  const std::size_t length = std::max<std::size_t>(middle, 1);
  shape.positions_.assign(length, std::string(k_lower));
  if (whole_numbers_) {
    shape.positions_.assign(std::min(length, k_longest_number), std::string(k_digits));
    shape.stay_whole_number();
  }
  shape.rows_ = rows_;
  shape.count_positions();
  return shape;
}

std::vector<IdentifierShape> IdentifierShape::Finder::find() {
  const std::vector<const Group*> groups = commonest();
  std::uint64_t covered = 0;
  for (const Group* group : groups) covered += group->texts.size();
  std::vector<IdentifierShape> too_small;
  for (const Group* group : groups) {
    const auto part_of = [covered, rows = group->texts.size()](std::uint64_t count) {
      return static_cast<std::uint64_t>((Wide{count} * rows + covered - 1) / covered);
    };
    IdentifierShape shape = of_same_length(*group, part_of(goal()));
    const bool fits =
        shape.keep_free_remainders(*group, part_of(ten_times()), seed_) && shape.capacity() >= part_of(rows_);
    (fits ? found_ : too_small).push_back(std::move(shape));
  }
  if (groups.empty()) {
    IdentifierShape letters = of_small_letters();
    (has_room(letters) ? found_ : too_small).push_back(std::move(letters));
  }
  for (IdentifierShape& shape : too_small) add_longer(std::move(shape));
  const auto roomy = [this](const IdentifierShape& shape) { return shape.capacity() >= goal(); };
  if (std::none_of(found_.begin(), found_.end(), roomy)) {
    IdentifierShape spare = found_.front();
    spare.rows_ = 0;
    add_longer(std::move(spare));
  }
  std::stable_sort(found_.begin(), found_.end(),
                   [](const IdentifierShape& a, const IdentifierShape& b) { return a.rows_ > b.rows_; });
  return std::move(found_);
}

std::vector<IdentifierShape> IdentifierShape::find(std::span<const std::string_view> texts,
                                                   bool whole_numbers, std::uint64_t seed) {
  return Finder(texts, whole_numbers, seed).find();
}

std::uint64_t IdentifierShape::capacity() const {
  return size_ / divisor_ * remainders_.size();
}

std::string IdentifierShape::make(std::uint64_t index, std::uint64_t series) const {
  const std::uint64_t place =
      shuffled(index, capacity(), random::Stream(series, random::StreamId::decode, ~std::uint64_t{0}));
  const std::uint64_t moved = place / remainders_.size() * divisor_ +
                              remainders_[static_cast<std::size_t>(place % remainders_.size())];
  std::uint64_t number = multiply(inverse(multiplier_, size_), (moved + size_ - shift_) % size_, size_);
  std::string text(positions_.size(), ' ');
  for (std::size_t i = positions_.size(); i > first_counted_; --i) {
    text[i - 1] = positions_[i - 1][number % positions_[i - 1].size()];
    number /= positions_[i - 1].size();
  }
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
  std::vector<std::uint64_t> sorted = remainders_;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  if (rows_ > k_most_rows || divisor_ == 0 || sorted.back() >= divisor_ || twice || capacity() == 0 ||
      shift_ >= size_ || std::gcd(multiplier_, size_) != 1)
    refuse(pattern);
}

}  // namespace ctgan::synth::transforms
