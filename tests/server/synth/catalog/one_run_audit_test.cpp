// Audits by many rows at once: each of some canaries is in the table or not, by a coin of its own, and one fit's noisy
// counts tell of each whether it was. What so many right guesses prove of a single fit is a theorem (audit_bounds.h).
// No small faults are found like this: what (epsilon, delta) allows with a delta of 1e-9 is far more than a few dozen
// guesses can refute. But it needs no other fits, and whatever one fit gives away beside what it pays for counts.
#include <cstdlib>

#include "tests/catch.h"
#include "tests/server/synth/catalog/audit_bounds.h"
#include "tests/server/synth/catalog/audited_methods.h"

using namespace ctgan;
using namespace ctgan::synth;
using tests::Drawn;
using tests::Fault;
using tests::Guesses;

namespace {

constexpr std::size_t k_canaries = 32, k_columns = 3;
constexpr double k_fails = 0.05;
// Rows of each code that are there in any case: too many for the code to be merged with others.
constexpr std::size_t k_rows_a_code = 200;

struct Canaries {
  std::vector<bool> are_there;

  explicit Canaries(std::uint64_t seed) {
    tests::CountedBits coins(seed);
    for (std::size_t i = 0; i < k_canaries; ++i) are_there.push_back((coins.next() >> 63U) != 0);
  }

  // Canary i has code i in every column.
  std::vector<codecs::Codes> table() const {
    std::vector<std::uint32_t> codes;
    for (std::uint32_t i = 0; i < k_canaries; ++i)
      codes.insert(codes.end(), k_rows_a_code + (are_there[i] ? 1 : 0), i);
    std::vector<codecs::Codes> columns(k_columns, codecs::Codes::sized(k_canaries, codes.size()));
    for (codecs::Codes& column : columns)
      for (std::size_t row = 0; row < codes.size(); ++row) column.set(row, codes[row]);
    return columns;
  }
};

// How much likelier the counts of the canary's cells are if it is there.
double log_ratio_of(const Drawn& drawn, std::size_t canary) {
  std::size_t cells = k_canaries, between = 1;
  while (cells < drawn.exact.size()) {
    between += cells;
    cells *= k_canaries;
  }
  // The number of rows, a choice, or errors.
  if (drawn.exact.size() != cells || drawn.kind == Drawn::Kind::choice) return 0;
  const double beyond = drawn.shown[canary * between] - static_cast<double>(k_rows_a_code);
  if (drawn.kind == Drawn::Kind::laplace) return (std::abs(beyond) - std::abs(beyond - 1)) / drawn.scale;
  return (beyond - 0.5) / (drawn.scale * drawn.scale);
}

// A quarter of the canaries that are likeliest to be there are said to be there, a quarter of those that are not not.
Guesses guesses_of(const Canaries& canaries, const std::vector<Drawn>& drawn) {
  std::vector<std::pair<double, std::size_t>> ratios;
  for (std::size_t canary = 0; canary < k_canaries; ++canary) {
    ratios.emplace_back(0, canary);
    for (const Drawn& one : drawn) ratios.back().first += log_ratio_of(one, canary);
  }
  std::sort(ratios.begin(), ratios.end());
  Guesses guesses{.canaries = k_canaries, .made = k_canaries / 2};
  for (std::size_t i = 0; i < k_canaries / 4; ++i)
    guesses.right += (canaries.are_there[ratios[i].second] ? 0U : 1U) +
                     (canaries.are_there[ratios[k_canaries - 1 - i].second] ? 1U : 0U);
  return guesses;
}

Guesses guesses_of_fit(const std::string& method, const privacy::Guarantee& guarantee, const Fault& fault,
                       std::uint64_t seed) {
  const Canaries canaries(2 * seed);
  privacy::Accountant accountant(
      guarantee, guarantee.delta > 0 ? privacy::Composition::concentrated : privacy::Composition::pure);
  tests::CountedBits bits(2 * seed + 1);
  tests::KeptMechanisms mechanisms(accountant, bits, fault);
  tests::QuietFit quiet(1);
  marginal_methods::ConfidentialRows rows(marginals::Domain(std::vector<std::size_t>(k_columns, k_canaries)),
                                          canaries.table(), mechanisms, quiet.pool);
  tests::audited_fit(method)(rows, quiet.context);
  return guesses_of(canaries, mechanisms.drawn());
}

bool is_long() {
  return std::getenv("CTGAN_FULL") != nullptr;
}

// In how many of the fits more is proven than what is promised.
std::size_t refuted(const std::string& method, const Fault& fault, std::size_t fits, double* mean_right) {
  const privacy::Guarantee guarantee{.epsilon = 1, .delta = method == "mwem" ? 0 : 1e-9};
  std::size_t count = 0, right = 0;
  for (std::size_t i = 0; i < fits; ++i) {
    const Guesses guesses = guesses_of_fit(method, guarantee, fault, i);
    right += guesses.right;
    if (tests::one_run_epsilon(guesses, guarantee.delta, k_fails) > guarantee.epsilon) ++count;
  }
  *mean_right = static_cast<double>(right) / static_cast<double>(fits * (k_canaries / 2));
  return count;
}

const std::vector<std::string> k_methods = {"mst", "aim", "swift", "mwem", "privsyn"};

}  // namespace

// By hand, of two guesses with a chance of 3/4: both right 9/16; one of them or less 7/16, none 1/16.
TEST_CASE("what so many right guesses prove is what the theorem says") {
  const double epsilon = std::log(3.0);
  CHECK(tests::one_run_probability({10, 2, 2}, epsilon, 0) == Approx(9.0 / 16));
  CHECK(tests::one_run_probability({10, 2, 2}, epsilon, 0.01) == Approx(9.0 / 16 + 20 * 0.01 * 6.0 / 16));
  CHECK(tests::one_run_probability({10, 2, 1}, epsilon, 0.01) == Approx(15.0 / 16 + 20 * 0.01 * 1.0 / 16));
  CHECK(tests::one_run_probability({10, 2, 0}, epsilon, 0.01) == 1);
  // All of 16 right: (e^epsilon / (1 + e^epsilon))^16 is 0.05.
  const double chance = std::pow(0.05, 1.0 / 16);
  CHECK(tests::one_run_epsilon({32, 16, 16}, 0, 0.05) ==
        Approx(std::log(chance / (1 - chance))).epsilon(1e-6));
  CHECK(tests::one_run_epsilon({32, 16, 8}, 0, 0.05) == 0);
}

// Randomized responses, which tell as much of each canary as an epsilon allows, and with probability delta all.
TEST_CASE(
    "a one-run bound on epsilon is too high in a twentieth of all runs at most, and no less for nothing") {
  constexpr std::size_t k_runs = 4000, k_made = 200;
  for (const double delta : {0.0, 1e-4, 1e-3}) {
    random::Stream random(3, random::StreamId::rows);
    const double epsilon = 1.5, chance = 1 / (1 + std::exp(-epsilon));
    std::size_t too_high = 0;
    for (std::size_t run = 0; run < k_runs; ++run) {
      Guesses guesses{.canaries = k_made, .made = k_made};
      for (std::size_t i = 0; i < k_made; ++i)
        guesses.right += random.next_double() < delta + (1 - delta) * chance ? 1U : 0U;
      if (tests::one_run_probability(guesses, epsilon, delta) <= k_fails) ++too_high;
    }
    // Six standard deviations more.
    CHECK(static_cast<double>(too_high) < k_runs * k_fails + 6 * std::sqrt(k_runs * k_fails));
    if (delta == 0) CHECK(static_cast<double>(too_high) > k_runs * k_fails / 4);
  }
}

TEST_CASE("one fit's noisy counts of many canaries refute no method's epsilon") {
  const std::size_t fits = is_long() ? 1000 : 5;
  for (const std::string& method : k_methods) {
    double right = 0;
    const std::size_t count = refuted(method, {}, fits, &right);
    if (is_long())
      WARN(method << ": more than epsilon 1 is proven in " << count << " of " << fits
                  << " fits; right guesses: " << right);
    CHECK(static_cast<double>(count) <= static_cast<double>(fits) * k_fails);
  }
}

// A sixteenth of the noise, or of mwem's, of which each marginal has a part of epsilon 1, a hundredth.
TEST_CASE("one fit of a method that hardly takes the noise that it pays for is found out") {
  for (const std::string& method : k_methods) {
    double right = 0;
    const Fault fault{.noise = method == "mwem" ? 0.01 : 0.0625};
    const std::size_t fits = is_long() ? 50 : 3, count = refuted(method, fault, fits, &right);
    INFO(method << ": found in " << count << " of " << fits << ", right guesses: " << right);
    CHECK(2 * count > fits);
  }
}
