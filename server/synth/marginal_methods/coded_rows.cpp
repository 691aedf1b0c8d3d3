#include "server/synth/marginal_methods/coded_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ctgan::synth::marginal_methods {
namespace {

class DrawnBlocks final : public model::SampledBlocks {
 public:
  DrawnBlocks(CodedRows rows, DrawCodes draw) : rows_(std::move(rows)), draw_(std::move(draw)) {}

  std::size_t count() const override { return rows_.count(); }
  table::Table make(std::size_t block) const override {
    return rows_.decode(block, draw_(k_plain, rows_.block_rows(), rows_.stream(block)), true);
  }

 private:
  CodedRows rows_;
  DrawCodes draw_;
};

class DrawnCandidates final : public model::CandidateBlocks {
 public:
  DrawnCandidates(CodedRows rows, std::vector<bool> is_given, DrawCodes draw)
      : rows_(std::move(rows)), is_given_(std::move(is_given)), draw_(std::move(draw)) {}

  bool is_given(std::size_t share) const override { return is_given_[share]; }
  table::Table make(std::size_t share, std::size_t block) const override {
    return rows_.decode(block, draw_(share, rows_.block_rows(), rows_.stream(block)), false);
  }

 private:
  CodedRows rows_;
  std::vector<bool> is_given_;
  DrawCodes draw_;
};

}  // namespace

std::unique_ptr<model::SampledBlocks> drawn_blocks(const PrivateParts& parts, double total,
                                                   std::uint64_t rows, std::uint64_t seed, DrawCodes draw) {
  return std::make_unique<DrawnBlocks>(CodedRows(parts, total, rows, seed), std::move(draw));
}

std::unique_ptr<model::CandidateBlocks> drawn_candidates(const PrivateParts& parts, double total,
                                                         std::uint64_t seed, std::vector<bool> is_given,
                                                         DrawCodes draw) {
  return std::make_unique<DrawnCandidates>(CodedRows(parts, total, model::k_most_rows, seed),
                                           std::move(is_given), std::move(draw));
}

std::size_t rows_a_block(const PrivateParts& parts, double total) {
  constexpr std::size_t k_cells = std::size_t{1} << 20, k_least = 2048, k_most = 65'536;
  const std::size_t most =
      std::clamp(k_cells / std::max<std::size_t>(parts.domain.columns().size(), 1), k_least, k_most);
  const double blocks = std::ceil(total / static_cast<double>(most));
  return std::clamp(static_cast<std::size_t>(std::ceil(total / blocks)), k_least, most);
}

CodedRows::CodedRows(const PrivateParts& parts, double total, std::uint64_t rows, std::uint64_t seed)
    : parts_(parts), block_rows_(rows_a_block(parts, total)), cut_(rows, seed, block_rows_) {}

// Purposes of a block's random numbers: the rows, then which of its merged codes each attribute has.
random::Stream CodedRows::stream(std::size_t block) const {
  return cut_.stream(block, 0, parts_.merged.size() + 1);
}

table::Table CodedRows::decode(std::size_t block, std::vector<codecs::Codes> codes, bool numbered) const {
  const std::size_t rows = cut_.rows_in(block);
  for (std::size_t a = 0; a < codes.size(); ++a) {
    codes[a].resize(rows);
    codes[a] = parts_.merged[a].split(codes[a], cut_.stream(block, a + 1, parts_.merged.size() + 1));
  }
  return parts_.domain.decode(
      codes, {.seed = cut_.seed(), .first = cut_.first_row(block), .count = rows, .numbered = numbered});
}

std::vector<model::Category> categories_of(
    const PrivateParts& parts, double total, std::size_t column,
    const std::function<marginals::Factor(marginals::Attribute)>& marginal) {
  const std::vector<std::string> texts = parts.domain.columns()[column].texts();
  std::vector<model::Category> categories;
  const auto& attributes = parts.domain.attributes();
  const auto at = std::find(attributes.begin(), attributes.end(), column);
  if (at == attributes.end()) {
    for (const std::string& text : texts)
      categories.push_back({text, static_cast<std::uint64_t>(std::llround(total))});
    return categories;
  }
  const auto attribute = static_cast<marginals::Attribute>(at - attributes.begin());
  const MergedCodes& merged = parts.merged[attribute];
  const marginals::Factor expected = marginal(attribute);
  for (std::uint32_t code = 0; code < texts.size(); ++code) {
    const std::uint32_t shared = merged.merged()[code];
    const double rows = expected.cells[shared] / static_cast<double>(merged.codes_of(shared).size());
    categories.push_back({texts[code], static_cast<std::uint64_t>(std::llround(rows))});
  }
  return categories;
}

}  // namespace ctgan::synth::marginal_methods
