// What tests of paid searches share: an accountant with plenty and bits that can be repeated.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "server/synth/privacy/mechanisms.h"
#include "tests/catch.h"
#include "tests/server/synth/privacy/counted_bits.h"

namespace ctgan::tests {

struct PaidSearch {
  explicit PaidSearch(std::uint64_t seed = 1, double delta_of_thresholds = 0, double epsilon = 1e3)
      : accountant({.epsilon = epsilon, .delta = 0.5}, synth::privacy::Composition::concentrated,
                   delta_of_thresholds),
        bits(seed),
        mechanisms(accountant, bits) {}

  synth::privacy::Accountant accountant;
  CountedBits bits;
  synth::privacy::Mechanisms mechanisms;
};

// How often each result comes of so many searches.
template <typename Result, typename Search>
std::map<Result, double> frequencies(int searches, std::uint64_t seed, const Search& search) {
  std::map<Result, double> times;
  CountedBits bits(seed);
  const synth::privacy::Accountant full({.epsilon = 1e3, .delta = 0.5},
                                        synth::privacy::Composition::concentrated, 0.25);
  for (int i = 0; i < searches; ++i) {
    synth::privacy::Accountant accountant = full;
    synth::privacy::Mechanisms mechanisms(accountant, bits);
    ++times[search(mechanisms)];
  }
  return times;
}

// That no result is more than e^epsilon times as frequent with one of two neighbours as with the other. Each result that
// comes fails by chance one time in a million: 4.9 standard deviations.
template <typename Result>
void check_alike(const std::map<Result, double>& one, const std::map<Result, double>& other, double epsilon) {
  const auto times = [](const auto& all, const Result& result) {
    const auto found = all.find(result);
    return found == all.end() ? 0.0 : found->second;
  };
  for (const auto* all : {&one, &other})
    for (const auto& [result, count] : *all) {
      const double more = count, less = times(all == &one ? other : one, result), bound = std::exp(epsilon);
      CHECK(more - bound * less <= 4.9 * std::sqrt(more + bound * bound * std::max(less, 1.0)));
    }
}

}  // namespace ctgan::tests
