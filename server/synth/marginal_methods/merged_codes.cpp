#include "server/synth/marginal_methods/merged_codes.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::marginal_methods {

MergedCodes::MergedCodes(std::span<const double> noisy_counts, double least) {
  const auto is_kept = [&](double count) { return count >= least; };
  const auto kept =
      static_cast<std::uint32_t>(std::count_if(noisy_counts.begin(), noisy_counts.end(), is_kept));
  const bool one_is_rare = noisy_counts.size() - kept == 1;
  std::uint32_t next = 0;
  for (const double count : noisy_counts) merged_.push_back(is_kept(count) || one_is_rare ? next++ : kept);
  gather();
}

MergedCodes::MergedCodes(std::vector<std::uint32_t> merged) : merged_(std::move(merged)) {
  gather();
  if (std::any_of(codes_of_.begin(), codes_of_.end(), [](const auto& codes) { return codes.empty(); }))
    throw errors::Error(errors::Kind::bad_data, "merged codes leave one out");
}

void MergedCodes::gather() {
  for (std::uint32_t code = 0; code < merged_.size(); ++code) {
    if (merged_[code] >= merged_.size()) throw errors::Error(errors::Kind::bad_data, "a merged code is none");
    if (merged_[code] >= codes_of_.size()) codes_of_.resize(merged_[code] + 1);
    codes_of_[merged_[code]].push_back(code);
  }
}

codecs::Codes MergedCodes::merge(const codecs::Codes& codes) const {
  codecs::Codes out = codecs::Codes::sized(size(), codes.rows());
  for (std::size_t row = 0; row < codes.rows(); ++row) out.set(row, merged_[codes.code(row)]);
  return out;
}

codecs::Codes MergedCodes::split(const codecs::Codes& merged, random::Stream random) const {
  codecs::Codes out = codecs::Codes::sized(merged_.size(), merged.rows());
  for (std::size_t row = 0; row < merged.rows(); ++row) {
    const std::vector<std::uint32_t>& codes = codes_of_[merged.code(row)];
    out.set(row, codes.size() == 1 ? codes.front()
                                   : codes[random.next_below(static_cast<std::uint32_t>(codes.size()))]);
  }
  return out;
}

}  // namespace ctgan::synth::marginal_methods
