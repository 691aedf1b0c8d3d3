#include "server/synth/codecs/shape_position.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/codecs/text_structure.h"

namespace ctgan::synth::codecs {
namespace {

constexpr std::uint64_t k_numbers_end = 1'000'000'000;
constexpr std::size_t k_longest_number = 9;
constexpr std::size_t k_most_positions = 100'000;

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

// Reads a pattern from its beginning to its end.
class PatternReader {
 public:
  explicit PatternReader(const std::string& pattern) : pattern_(pattern) {}

  std::vector<ShapePosition> read() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_++];
      if (c == '\\')
        positions_.push_back(escaped());
      else if (c == '[')
        positions_.push_back(bracketed());
      else if (c == '{')
        repeat();
      else
        positions_.emplace_back(std::string(1, c));
    }
    return std::move(positions_);
  }

 private:
  [[noreturn]] void refuse() const { refuse_shape(pattern_); }

  ShapePosition escaped() {
    if (at_ == pattern_.size()) refuse();
    const char c = pattern_[at_++];
    if (c == '(') return words();
    if (c == '<') return numbers();
    return ShapePosition(std::string(1, c));
  }

  ShapePosition words() {
    std::vector<std::string> found(1);
    while (at_ + 1 < pattern_.size()) {
      const char c = pattern_[at_++];
      if (c != '\\') {
        found.back() += c;
        continue;
      }
      const char kind = pattern_[at_++];
      if (kind == ')') return checked_words(std::move(found));
      if (kind == '|')
        found.emplace_back();
      else
        found.back() += kind;
    }
    refuse();
  }

  ShapePosition checked_words(std::vector<std::string> found) const {
    std::vector<std::string> sorted = found;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.front().empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) refuse();
    return ShapePosition::of_words(std::move(found));
  }

  ShapePosition numbers() {
    const std::size_t end = pattern_.find("\\>", at_);
    if (end == std::string::npos) refuse();
    const std::string_view both = std::string_view(pattern_).substr(at_, end - at_);
    at_ = end + 2;
    const std::size_t hyphen = both.find('-');
    if (hyphen == std::string_view::npos) refuse();
    const std::string_view least = both.substr(0, hyphen);
    const std::string_view greatest = both.substr(hyphen + 1);
    const std::uint64_t low = number(least);
    const std::uint64_t high = number(greatest);
    if (low > high) refuse();
    return ShapePosition::of_numbers(low, high, least.size() == greatest.size() ? least.size() : 0);
  }

  std::uint64_t number(std::string_view digits) const {
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (digits.empty() || digits.size() > k_longest_number || read.ec != std::errc{} || read.ptr != end)
      refuse();
    return value;
  }

  ShapePosition bracketed() {
    const std::size_t end = pattern_.find(']', at_);
    if (end == std::string::npos) refuse();
    std::string characters = from_brackets(std::string_view(pattern_).substr(at_, end - at_));
    if (characters.empty()) refuse();
    at_ = end + 1;
    return ShapePosition(std::move(characters));
  }

  void repeat() {
    std::size_t times = 0;
    for (; at_ < pattern_.size() && is_digit(pattern_[at_]); ++at_)
      times = std::min(times * 10 + static_cast<std::size_t>(pattern_[at_] - '0'), k_most_positions + 1);
    if (at_ == pattern_.size() || pattern_[at_] != '}' || positions_.empty() || times == 0) refuse();
    if (positions_.size() + times > k_most_positions) refuse();
    ++at_;
    const ShapePosition last = positions_.back();
    positions_.insert(positions_.end(), times - 1, last);
  }

  const std::string& pattern_;
  std::size_t at_ = 0;
  std::vector<ShapePosition> positions_;
};

}  // namespace

ShapePosition ShapePosition::of_words(std::vector<std::string> words) {
  ShapePosition position;
  position.words_ = std::move(words);
  return position;
}

ShapePosition ShapePosition::of_numbers(std::uint64_t least, std::uint64_t greatest, std::size_t width) {
  ShapePosition position;
  position.least_ = least;
  position.greatest_ = std::min(greatest, k_numbers_end - 1);
  position.width_ = width;
  return position;
}

std::uint64_t ShapePosition::size() const {
  if (!characters_.empty()) return characters_.size();
  return words_.empty() ? greatest_ - least_ + 1 : words_.size();
}

std::string ShapePosition::number(std::uint64_t choice) const {
  std::string digits = std::to_string(least_ + choice);
  if (digits.size() < width_) digits.insert(0, width_ - digits.size(), '0');
  return digits;
}

void ShapePosition::append(std::uint64_t choice, std::string& text) const {
  if (!characters_.empty())
    text += characters_[choice];
  else
    text += words_.empty() ? number(choice) : words_[choice];
}

std::vector<ShapePosition::Beginning> ShapePosition::beginnings(std::string_view text) const {
  std::vector<Beginning> found;
  if (!characters_.empty()) {
    const std::size_t choice = text.empty() ? std::string::npos : characters_.find(text.front());
    if (choice != std::string::npos) found.push_back({choice, 1});
    return found;
  }
  for (std::size_t i = 0; i < words_.size(); ++i)
    if (text.starts_with(words_[i])) found.push_back({i, words_[i].size()});
  if (!words_.empty()) return found;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < text.size() && is_digit(text[i]) && value < k_numbers_end; ++i) {
    value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    const bool as_written = value >= least_ && value <= greatest_ && number(value - least_).size() == i + 1;
    if (as_written) found.push_back({value - least_, i + 1});
  }
  return found;
}

std::string ShapePosition::pattern() const {
  if (characters_.size() > 1) return in_brackets(characters_);
  if (!characters_.empty()) {
    const bool special = characters_.find_first_of("\\[]{}") != std::string::npos;
    return (special ? "\\" : "") + characters_;
  }
  std::string out = words_.empty() ? "\\<" + number(0) + "-" + number(greatest_ - least_) : "\\(";
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (i > 0) out += "\\|";
    for (const char c : words_[i]) out += c == '\\' ? std::string("\\\\") : std::string(1, c);
  }
  return out + (words_.empty() ? "\\>" : "\\)");
}

std::string pattern_of(const std::vector<ShapePosition>& positions) {
  std::string out;
  for (std::size_t i = 0; i < positions.size();) {
    std::size_t end = i + 1;
    while (end < positions.size() && positions[i].size() > 1 && positions[end] == positions[i]) ++end;
    out += positions[i].pattern();
    if (end - i > 1) out += "{" + std::to_string(end - i) + "}";
    i = end;
  }
  return out;
}

std::vector<ShapePosition> positions_from(const std::string& pattern) {
  return PatternReader(pattern).read();
}

void refuse_shape(const std::string& pattern) {
  throw errors::Error(errors::Kind::bad_data,
                      "the identifiers' shape " + errors::quoted(pattern) + " cannot be used");
}

}  // namespace ctgan::synth::codecs
