#include "server/synth/codecs/identifier_shape.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/synth/codecs/outline_shapes.h"
#include "server/synth/codecs/word_shapes.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

constexpr std::uint64_t k_largest_size = std::uint64_t{1} << 62U;
constexpr std::uint64_t k_most_rows = std::uint64_t{1} << 40U;

// The number that the positions from `first` on spell, whatever stands before them; nothing unless the whole
// text is one of the shape.
std::optional<std::uint64_t> number_of(std::string_view text, std::span<const ShapePosition> positions,
                                       std::size_t first, std::uint64_t number) {
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto choices = positions[i].beginnings(text);
    const auto with = [&](const ShapePosition::Beginning& choice) {
      return i < first ? number : number * positions[i].size() + choice.choice;
    };
    if (choices.size() > 1) {
      for (const auto& choice : choices) {
        const auto found = number_of(text.substr(choice.length), positions.subspan(i + 1),
                                     first > i + 1 ? first - i - 1 : 0, with(choice));
        if (found) return found;
      }
      return std::nullopt;
    }
    if (choices.empty()) return std::nullopt;
    number = with(choices.front());
    text.remove_prefix(choices.front().length);
  }
  return text.empty() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::vector<IdentifierShape> IdentifierShape::find(std::span<const std::string_view> texts,
                                                   const ShapeWish& wish) {
  std::vector<IdentifierShape> shapes = word_shapes(texts, wish);
  return shapes.empty() ? outline_shapes(texts, wish) : shapes;
}

IdentifierShape::IdentifierShape(std::vector<ShapePosition> positions, std::uint64_t rows)
    : positions_(std::move(positions)), rows_(rows) {
  count_positions();
}

IdentifierShape::IdentifierShape(const std::string& pattern, const std::vector<std::int64_t>& facts)
    : IdentifierShape(positions_from(pattern), 0) {
  constexpr std::size_t k_fixed_facts = 4;
  const bool negative = std::any_of(facts.begin(), facts.end(), [](std::int64_t fact) { return fact < 0; });
  if (facts.size() <= k_fixed_facts || negative || positions_.empty()) refuse_shape(pattern);
  rows_ = static_cast<std::uint64_t>(facts[0]);
  free_ = FreeRemainders(static_cast<std::uint64_t>(facts[1]), static_cast<std::uint64_t>(facts[2]),
                         static_cast<std::uint64_t>(facts[3]), {facts.begin() + k_fixed_facts, facts.end()});
  if (rows_ > k_most_rows || !free_.suits(size_)) refuse_shape(pattern);
}

// As many positions from the end as 62 bits hold; the others are drawn freely.
void IdentifierShape::count_positions() {
  size_ = 1;
  first_counted_ = positions_.size();
  while (first_counted_ > 0 && size_ <= k_largest_size / positions_[first_counted_ - 1].size())
    size_ *= positions_[--first_counted_].size();
}

bool IdentifierShape::avoid(std::span<const std::string_view> texts, std::uint64_t tight,
                            std::uint64_t seed) {
  std::vector<std::uint64_t> taken;
  for (const std::string_view text : texts)
    if (const auto number = number_of(text, positions_, first_counted_, 0)) taken.push_back(*number);
  return free_.keep(size_, texts.size(), taken, tight, seed);
}

bool IdentifierShape::has_ranges() const {
  return std::any_of(positions_.begin(), positions_.end(),
                     [](const ShapePosition& position) { return position.greatest() > 0; });
}

std::uint64_t IdentifierShape::capacity() const {
  return free_.capacity(size_);
}

std::string IdentifierShape::make(std::uint64_t index, std::uint64_t series) const {
  const std::uint64_t place =
      shuffled(index, capacity(), random::Stream(series, random::StreamId::decode, ~std::uint64_t{0}));
  std::uint64_t number = free_.number(place, size_);
  std::vector<std::uint64_t> choices(positions_.size());
  for (std::size_t i = positions_.size(); i > first_counted_; --i) {
    choices[i - 1] = number % positions_[i - 1].size();
    number /= positions_[i - 1].size();
  }
  random::Stream free(series, random::StreamId::decode, ~index);
  for (std::size_t i = 0; i < first_counted_; ++i)
    choices[i] = free.next_below(static_cast<std::uint32_t>(positions_[i].size()));
  std::string text;
  for (std::size_t i = 0; i < positions_.size(); ++i) positions_[i].append(choices[i], text);
  return text;
}

std::vector<std::int64_t> IdentifierShape::facts() const {
  std::vector<std::int64_t> facts{static_cast<std::int64_t>(rows_)};
  for (const std::uint64_t fact : free_.facts()) facts.push_back(static_cast<std::int64_t>(fact));
  return facts;
}

}  // namespace ctgan::synth::codecs
