#include "server/synth/marginal_methods/marginal_blocks.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ctgan::synth::marginal_methods {
namespace {

using graphical::AllowedCodes;
using graphical::RowSampler;

table::Table block_of(const CodedRows& rows, const RowSampler& sampler, std::size_t block, bool numbered) {
  random::Stream seeds = rows.stream(block);
  const std::uint64_t seed = (std::uint64_t{seeds.next_u32()} << 32U) | seeds.next_u32();
  threads::ThreadPool alone(1);
  return rows.decode(block, sampler.rounded_table(rows.block_rows(), seed, alone), numbered);
}

// The codes of an attribute's column that given cells allow.
std::vector<bool> allowed_codes(const domains::DomainColumn& column, const model::GivenCells& given) {
  std::vector<bool> allowed(column.codes(), given.categories.empty());
  for (const std::size_t category : given.categories) allowed[category] = true;
  const domains::ValueGrid* grid = column.grid();
  if (grid == nullptr || !given.categories.empty()) return allowed;
  const auto least = given.least ? grid->read(*given.least) : std::nullopt;
  const auto most = given.most ? grid->read(*given.most) : std::nullopt;
  // A bin that is cut by the range may hold such a cell; a missing cell is in no range.
  for (std::size_t code = 0; code < allowed.size(); ++code)
    allowed[code] = code < grid->bins() && (!least || grid->last(code) >= *least) &&
                    (!most || grid->first(code) <= *most);
  return allowed;
}

std::vector<AllowedCodes> evidence_of(const MarginalParts& parts,
                                      const std::vector<model::GivenCells>& given) {
  std::vector<AllowedCodes> evidence;
  const std::vector<std::size_t>& attributes = parts.domain.attributes();
  for (const model::GivenCells& cells : given) {
    const auto at = std::find(attributes.begin(), attributes.end(), cells.column);
    if (at == attributes.end()) continue;
    const auto attribute = static_cast<std::size_t>(at - attributes.begin());
    const std::vector<bool> allowed = allowed_codes(parts.domain.columns()[cells.column], cells);
    std::set<std::uint32_t> merged;
    for (std::size_t code = 0; code < allowed.size(); ++code)
      if (allowed[code]) merged.insert(parts.merged[attribute].merged()[code]);
    if (merged.size() < parts.merged[attribute].size())
      evidence.push_back({static_cast<marginals::Attribute>(attribute), {merged.begin(), merged.end()}});
  }
  return evidence;
}

// Nothing where no row can have them: whoever looks at the rows finds none.
std::optional<RowSampler> sampler_given(const MarginalParts& parts,
                                        const std::vector<model::GivenCells>& given) {
  const std::vector<AllowedCodes> evidence = evidence_of(parts, given);
  const bool possible =
      std::all_of(evidence.begin(), evidence.end(), [](const auto& one) { return !one.codes.empty(); });
  if (evidence.empty() || !possible) return std::nullopt;
  threads::ThreadPool alone(1);
  return RowSampler(parts.model.given(evidence, alone));
}

// The model's codes that some cell that holds a value has; all of them where there is none.
std::vector<AllowedCodes> without_missing(const MarginalParts& parts) {
  std::vector<AllowedCodes> allowed;
  for (std::size_t a = 0; a < parts.merged.size(); ++a) {
    const domains::DomainColumn& column = parts.domain.columns()[parts.domain.attributes()[a]];
    std::set<std::uint32_t> present;
    for (std::uint32_t code = 0; code < column.present_codes(); ++code)
      present.insert(parts.merged[a].merged()[code]);
    if (!present.empty() && present.size() < parts.merged[a].size())
      allowed.push_back({static_cast<marginals::Attribute>(a), {present.begin(), present.end()}});
  }
  return allowed;
}

graphical::GraphicalModel completing_model(const MarginalParts& parts, bool fill) {
  threads::ThreadPool alone(1);
  const std::vector<AllowedCodes> allowed = fill ? without_missing(parts) : std::vector<AllowedCodes>();
  return allowed.empty() ? parts.model : parts.model.given(allowed, alone);
}

}  // namespace

MarginalBlocks::MarginalBlocks(const MarginalParts& parts, const RowSampler& sampler, std::uint64_t rows,
                               std::uint64_t seed)
    : sampler_(sampler), rows_(parts, parts.model.total(), rows, seed) {}

table::Table MarginalBlocks::make(std::size_t block) const {
  return block_of(rows_, sampler_, block, true);
}

MarginalCandidates::MarginalCandidates(const MarginalParts& parts, const RowSampler& sampler,
                                       const std::vector<std::vector<model::GivenCells>>& given,
                                       std::uint64_t seed)
    : sampler_(sampler), rows_(parts, parts.model.total(), model::k_most_rows, seed) {
  for (const std::vector<model::GivenCells>& cells : given) given_.push_back(sampler_given(parts, cells));
}

table::Table MarginalCandidates::make(std::size_t share, std::size_t block) const {
  return block_of(rows_, given_[share] ? *given_[share] : sampler_, block, false);
}

CompletedMarginalRows::CompletedMarginalRows(const MarginalParts& parts, const model::KnownRows& known,
                                             std::uint64_t seed)
    : parts_(parts),
      model_(completing_model(parts, known.fill)),
      known_(known_codes(parts, known)),
      cut_(known.rows, seed, sampling::SampleCut::k_most_rows),
      fill_(known.fill) {}

table::Table CompletedMarginalRows::make(std::size_t block) const {
  const std::size_t first = first_row(block), rows = cut_.rows_in(block), attributes = known_.codes.size();
  std::vector<codecs::Codes> codes;
  graphical::RowCompletion::KnownRows known;
  for (std::size_t a = 0; a < attributes; ++a) {
    codes.push_back(codecs::Codes::sized(parts_.merged[a].size(), rows));
    for (std::size_t row = 0; row < rows; ++row) codes[a].set(row, known_.codes[a].code(first + row));
    const auto begin = known_.known[a].begin() + static_cast<std::ptrdiff_t>(first);
    known.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(rows));
  }
  const auto stream = [&](marginals::Attribute a) { return cut_.stream(block, a, 2 * attributes); };
  graphical::RowCompletion(model_).draw(stream, known, 0, rows, codes);
  return cells_of(
      parts_, std::move(codes),
      [&](std::size_t a) { return cut_.stream(block, attributes + a, 2 * attributes); },
      {.seed = cut_.seed(), .first = first, .count = rows}, fill_);
}

}  // namespace ctgan::synth::marginal_methods
