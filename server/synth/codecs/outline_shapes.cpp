#include "server/synth/codecs/outline_shapes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "server/synth/codecs/text_structure.h"

namespace ctgan::synth::codecs {
namespace {

constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view k_upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view k_hex_lower = "abcdef";
constexpr std::string_view k_hex_upper = "ABCDEF";
constexpr std::size_t k_most_shapes = 8;

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

using Positions = std::vector<ShapePosition>;

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

// The training rows with an outline.
struct Group {
  std::vector<std::string> texts;
  std::string structure;
  bool one_structure = true;

  void add(std::string text, const std::string& key) {
    if (texts.empty()) structure = key;
    one_structure = one_structure && key == structure;
    texts.push_back(std::move(text));
  }
  std::vector<std::string_view> views() const { return {texts.begin(), texts.end()}; }
};

bool is_varying(const ShapePosition& position) {
  return position.size() > 1;
}

std::string outline_of(const Positions& positions) {
  std::string key;
  for (const ShapePosition& position : positions)
    key += is_open(position.characters().front()) ? 'a' : position.characters().front();
  return key;
}

// One more character in the last open run of digits, or of others where no digits are open, or a digit at the
// end.
void lengthen(Positions& positions) {
  const auto behind_last = [&positions](const auto& wanted) {
    auto place = positions.end();
    while (place != positions.begin() && !wanted(place[-1])) --place;
    return place;
  };
  auto place =
      behind_last([](const ShapePosition& at) { return is_varying(at) && all_digits(at.characters()); });
  if (place == positions.begin()) place = behind_last(is_varying);
  const bool digits = place == positions.begin() || all_digits(place[-1].characters());
  const ShapePosition more = digits ? ShapePosition(std::string(k_digits)) : place[-1];
  positions.insert(place == positions.begin() ? positions.end() : place, more);
}

// No zero in front, and nothing above 2^63.
void stay_whole_number(Positions& positions) {
  constexpr std::size_t k_most_digits = 19;
  const std::size_t lead = positions.front().characters() == "-" ? 1 : 0;
  const std::string leading = positions[lead].characters();
  const bool longest = positions.size() - lead == k_most_digits;
  if (leading.size() > 1 || (longest && leading == "9"))
    positions[lead] = ShapePosition(longest ? "12345678" : "123456789");
}

// Makes the shapes of one column.
class Finder {
 public:
  Finder(std::span<const std::string_view> texts, const ShapeWish& wish)
      : whole_numbers_(wish.whole_numbers),
        rows_to_share_(wish.rows_to_share),
        seed_(wish.seed),
        rows_(texts.size()) {
    for (const std::string_view text : texts) {
      std::string flat = plain(text);
      const Structure structure(flat);
      shared_[structure.key].add(structure);
      auto& group = by_outline_[outline(flat)];
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
    if (rows < rows_to_share_) return false;
    if (rows == rows_) return rows >= k_rows_of_column;
    return rows >= k_rows_of_group && rows >= rows_ / k_part_of_column;
  }
  std::uint64_t ten_times() const { return ShapeWish::ten_times(rows_); }
  std::uint64_t goal() const { return ShapeWish::room(rows_); }

  bool whole_numbers_;
  std::uint64_t rows_to_share_;
  std::uint64_t seed_;
  std::uint64_t rows_;
  std::map<std::string, Group> by_outline_;
  std::map<std::string, SharedWords> shared_;
  std::vector<IdentifierShape> found_;
};

// What each position of a group's texts holds.
struct Finder::Look {
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

Finder::Look Finder::look_at(const Group& group) const {
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
void Finder::fix(Look& look, const Group& group) const {
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
IdentifierShape Finder::of_same_length(const Group& group, std::uint64_t wanted) const {
  const Look look = look_at(group);
  const std::optional<Kinds> hex = look.hex();
  const std::string& first = group.texts.front();
  Positions positions;
  const auto open_characters = [&](std::size_t i) {
    return ShapePosition((hex ? *hex : look.kinds[i]).characters(hex.has_value()));
  };
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool open = look.kinds[i].seen != 0 && !look.fixed[i];
    positions.push_back(open ? open_characters(i) : ShapePosition(std::string(1, first[i])));
  }
  for (const std::size_t i : look.digits_to_open()) {
    if (IdentifierShape(positions, 0).size() / k_told_share >= wanted) break;
    positions[i] = open_characters(i);
  }
  if (whole_numbers_) stay_whole_number(positions);
  return {std::move(positions), group.texts.size()};
}

// No text of another shape may come out of a shape that was made longer.
bool Finder::has_room(IdentifierShape& shape) const {
  const std::string key = outline_of(shape.positions());
  for (const IdentifierShape& other : found_)
    if (outline_of(other.positions()) == key && other.positions() != shape.positions()) return false;
  const auto group = by_outline_.find(key);
  const auto texts = group == by_outline_.end() ? std::vector<std::string_view>() : group->second.views();
  return shape.avoid(texts, ten_times(), seed_) && shape.capacity() >= goal();
}

void Finder::add_longer(IdentifierShape shape) {
  constexpr int k_most = 24;
  for (int more = 0; more < k_most && (more == 0 || !has_room(shape)); ++more) {
    Positions positions = shape.positions();
    lengthen(positions);
    if (whole_numbers_) stay_whole_number(positions);
    shape = IdentifierShape(std::move(positions), shape.rows());
  }
  const auto alike = [&shape](const IdentifierShape& other) {
    return other.positions() == shape.positions();
  };
  for (const IdentifierShape& other : found_)
    if (alike(other)) shape.set_rows(shape.rows() + other.rows());
  std::erase_if(found_, alike);
  found_.push_back(std::move(shape));
}

std::vector<const Group*> Finder::commonest() const {
  std::vector<const Group*> groups;
  for (const auto& [key, group] : by_outline_)
    if (group.texts.size() > 1) groups.push_back(&group);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group* a, const Group* b) { return a->texts.size() > b->texts.size(); });
  if (groups.size() > k_most_shapes) groups.resize(k_most_shapes);
  return groups;
}

// As many as in the middle of all lengths.
IdentifierShape Finder::of_small_letters() const {
  std::multiset<std::size_t> lengths;
  for (const auto& [key, group] : by_outline_) lengths.insert(key.size());
  const std::size_t middle = *std::next(lengths.begin(), static_cast<std::ptrdiff_t>(lengths.size() / 2));
  constexpr std::size_t k_longest_number = 18;
  const std::size_t length = std::max<std::size_t>(middle, 1);
  Positions positions(length, ShapePosition(std::string(k_lower)));
  if (whole_numbers_) {
    positions.assign(std::min(length, k_longest_number), ShapePosition(std::string(k_digits)));
    stay_whole_number(positions);
  }
  return {std::move(positions), rows_};
}

std::vector<IdentifierShape> Finder::find() {
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
        shape.avoid(group->views(), part_of(ten_times()), seed_) && shape.capacity() >= part_of(rows_);
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
    spare.set_rows(0);
    add_longer(std::move(spare));
  }
  std::stable_sort(found_.begin(), found_.end(),
                   [](const IdentifierShape& a, const IdentifierShape& b) { return a.rows() > b.rows(); });
  return std::move(found_);
}

}  // namespace

std::vector<IdentifierShape> outline_shapes(std::span<const std::string_view> texts, const ShapeWish& wish) {
  return Finder(texts, wish).find();
}

}  // namespace ctgan::synth::codecs
