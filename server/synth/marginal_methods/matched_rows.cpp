#include "server/synth/marginal_methods/matched_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace ctgan::synth::marginal_methods {
namespace {

constexpr std::size_t k_strip = 1024;
constexpr std::uint16_t k_nobodys = std::numeric_limits<std::uint16_t>::max();

using Scores = std::array<std::int32_t, k_strip>;

void add_agreeing(const std::uint16_t* codes, std::uint16_t code, Scores& scores) {
  for (std::size_t i = 0; i < k_strip; ++i) scores[i] += codes[i] == code ? 1 : 0;
}

void subtract(const std::uint8_t* lacks, std::int32_t penalty, Scores& scores) {
  for (std::size_t i = 0; i < k_strip; ++i) scores[i] -= penalty * lacks[i];
}

std::vector<std::uint32_t> values_of(const std::vector<bool>& is_missing) {
  std::vector<std::uint32_t> values;
  for (std::uint32_t code = 0; code < is_missing.size(); ++code)
    if (!is_missing[code]) values.push_back(code);
  return values;
}

// Which of an attribute's codes stand for missing cells alone; nothing where gaps are not to be filled.
std::vector<std::vector<bool>> missing_codes(const PrivateParts& parts, bool fill) {
  std::vector<std::vector<bool>> missing;
  if (!fill) return missing;
  for (std::size_t a = 0; a < parts.merged.size(); ++a) {
    missing.emplace_back(parts.merged[a].size());
    for (std::uint32_t code = 0; code < missing[a].size(); ++code)
      missing[a][code] = is_missing(parts, a, code);
  }
  return missing;
}

Donors drawn_donors(const PrivateParts& parts, double total, std::uint64_t seed, bool fill,
                    const DrawCodes& draw) {
  const CodedRows rows(parts, total, model::k_most_rows, seed);
  // The first block's rows, then a purpose that decoding them would have.
  return {draw(k_plain, rows.block_rows(), rows.stream(0)), missing_codes(parts, fill), rows.stream(1)};
}

}  // namespace

Donors::Donors(const std::vector<codecs::Codes>& codes, const std::vector<std::vector<bool>>& is_missing,
               random::Stream random)
    : codes_(codes.size()), lacks_(codes.size()), rows_(codes.empty() ? 1 : codes[0].rows()) {
  const std::size_t padded = (rows_ + k_strip - 1) / k_strip * k_strip;
  for (std::size_t a = 0; a < codes.size(); ++a) {
    std::vector<std::uint16_t>& column = codes_[a];
    column.assign(padded, k_nobodys);
    std::vector<std::uint32_t> present;
    for (std::size_t row = 0; row < rows_; ++row) {
      column[row] = static_cast<std::uint16_t>(codes[a].code(row));
      if (is_missing.empty() || !is_missing[a][column[row]]) present.push_back(column[row]);
    }
    if (present.size() == rows_) continue;
    // No donor has a value: any may be one.
    if (present.empty()) present = values_of(is_missing[a]);
    if (present.empty()) continue;
    lacks_[a].assign(padded, 0);
    for (std::size_t row = 0; row < rows_; ++row) {
      if (!is_missing[a][column[row]]) continue;
      lacks_[a][row] = 1;
      column[row] =
          static_cast<std::uint16_t>(present[random.next_below(static_cast<std::uint32_t>(present.size()))]);
    }
  }
}

std::size_t Donors::find(const std::vector<std::uint32_t>& codes, const std::vector<bool>& known,
                         random::Stream& random) const {
  const auto penalty = static_cast<std::int32_t>(std::count(known.begin(), known.end(), true)) + 1;
  std::vector<std::size_t> nearest;
  std::int32_t best = std::numeric_limits<std::int32_t>::min();
  for (std::size_t first = 0; first < rows_; first += k_strip) {
    Scores scores{};
    for (std::size_t a = 0; a < codes_.size(); ++a) {
      if (known[a])
        add_agreeing(codes_[a].data() + first, static_cast<std::uint16_t>(codes[a]), scores);
      else if (!lacks_[a].empty())
        subtract(lacks_[a].data() + first, penalty, scores);
    }
    const std::size_t count = std::min(k_strip, rows_ - first);
    for (std::size_t i = 0; i < count; ++i) {
      if (scores[i] < best) continue;
      if (scores[i] > best) nearest.clear();
      best = scores[i];
      nearest.push_back(first + i);
    }
  }
  return nearest[random.next_below(static_cast<std::uint32_t>(nearest.size()))];
}

MatchedRows::MatchedRows(const PrivateParts& parts, double total, const model::KnownRows& known,
                         std::uint64_t seed, const DrawCodes& draw)
    : parts_(parts),
      known_(known_codes(parts, known)),
      donors_(drawn_donors(parts, total, seed, known.fill, draw)),
      cut_(known.rows, seed, sampling::SampleCut::k_most_rows),
      fill_(known.fill) {}

table::Table MatchedRows::make(std::size_t block) const {
  const std::size_t first = first_row(block), rows = cut_.rows_in(block), attributes = known_.codes.size();
  std::vector<codecs::Codes> merged;
  for (std::size_t a = 0; a < attributes; ++a)
    merged.push_back(codecs::Codes::sized(parts_.merged[a].size(), rows));
  // Purposes of a block's random numbers beside those of the donors: which code a merged one was, then the donors.
  const std::size_t purposes = 2 * attributes + 3;
  random::Stream random = cut_.stream(block, purposes - 1, purposes);
  std::vector<std::uint32_t> codes(attributes);
  std::vector<bool> known(attributes);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t a = 0; a < attributes; ++a) {
      codes[a] = known_.codes[a].code(first + row);
      known[a] = known_.known[a][first + row] != 0;
    }
    const bool is_whole = std::find(known.begin(), known.end(), false) == known.end();
    const std::size_t donor = is_whole ? 0 : donors_.find(codes, known, random);
    for (std::size_t a = 0; a < attributes; ++a)
      merged[a].set(row, known[a] ? codes[a] : donors_.code(a, donor));
  }
  return cells_of(
      parts_, std::move(merged),
      [&](std::size_t a) { return cut_.stream(block, attributes + 2 + a, purposes); },
      {.seed = cut_.seed(), .first = first, .count = rows}, fill_);
}

}  // namespace ctgan::synth::marginal_methods
