// Rare codes of an attribute as one, which a noisy count cannot tell from noise: McKenna, Miklau and Sheldon 2021
// ("Winning the NIST contest", section 4.2), where counts below three standard deviations are merged.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::marginal_methods {

class MergedCodes {
 public:
  // Keeps the codes with a count of at least `least`; all others become the last code. One alone is kept.
  MergedCodes(std::span<const double> noisy_counts, double least);
  // From merged() of each code. Throws Error(bad_data) for numbers that no merging gives.
  explicit MergedCodes(std::vector<std::uint32_t> merged);

  // Codes that are left: at least one.
  std::size_t size() const { return codes_of_.size(); }
  const std::vector<std::uint32_t>& merged() const { return merged_; }
  // The codes that became this one, ascending.
  std::span<const std::uint32_t> codes_of(std::uint32_t merged) const { return codes_of_[merged]; }

  codecs::Codes merge(const codecs::Codes& codes) const;
  // The inverse; which of several codes it was is drawn evenly.
  codecs::Codes split(const codecs::Codes& merged, random::Stream random) const;

 private:
  void gather();

  std::vector<std::uint32_t> merged_;  // of each code
  std::vector<std::vector<std::uint32_t>> codes_of_;
};

}  // namespace ctgan::synth::marginal_methods
