// The only ways in which a method gets to know anything of confidential rows: each pays before it draws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/synth/privacy/accountant.h"
#include "server/synth/privacy/exact_noise.h"
#include "server/synth/privacy/noise_bits.h"
#include "server/synth/privacy/paid_training.h"
#include "server/synth/privacy/paid_votes.h"

namespace ctgan::synth::privacy {

// Noise that was paid for. The bits must outlive it.
class PaidLaplace {
 public:
  double scale() const { return noise_.scale(); }
  std::int64_t draw() { return noise_.draw(bits_); }

 private:
  friend class Mechanisms;
  PaidLaplace(DiscreteLaplace noise, NoiseBits& bits) : noise_(noise), bits_(bits) {}

  DiscreteLaplace noise_;
  NoiseBits& bits_;
};

// Both must outlive it. What is spent is rho, of an accountant of Composition::concentrated; or epsilon, of a pure one,
// which Gaussian noise has none of: whatever draws it throws Error(internal) there.
//
// What methods of marginals draw can be watched, by audits that compare what it hides with what was promised.
class Mechanisms {
 public:
  Mechanisms(Accountant& accountant, NoiseBits& bits) : accountant_(accountant), bits_(bits) {}

  virtual ~Mechanisms() = default;
  Mechanisms(const Mechanisms&) = delete;
  Mechanisms& operator=(const Mechanisms&) = delete;

  const Accountant& accountant() const { return accountant_; }

  // Counts of disjoint parts of the rows with discrete Gaussian noise. `sensitivity` is by how much one unit changes
  // them, as the length of that change (L2): 1 where a unit is a row. It costs noise_cost(sensitivity, sigma).
  virtual std::vector<std::int64_t> noisy_counts(const std::string& stage,
                                                 std::span<const std::uint64_t> exact, double sensitivity,
                                                 double sigma);
  // The same with discrete Laplace noise of this scale; `sensitivity` is by how much one unit changes all counts together
  // (L1). It costs an epsilon of sensitivity / drawn_laplace_scale(scale).
  virtual std::vector<std::int64_t> laplace_counts(const std::string& stage,
                                                   std::span<const std::uint64_t> exact, double sensitivity,
                                                   double scale);
  // Numbers of which one unit changes each by `sensitivity` at most, with noise of this standard deviation on a grid
  // of up to 1,024 steps to a sensitivity. It costs noise_cost_of_numbers(). REQUIRES: exact numbers are not negative and
  // below 2^40 sensitivities, and computed with an error of less than half a step.
  virtual std::vector<double> noisy_numbers(const std::string& stage, std::span<const double> exact,
                                            double sensitivity, double sigma);
  // A candidate by its score, which one unit moves by `sensitivity` at most (exponential_mechanism.h).
  virtual std::size_t choose(const std::string& stage, std::span<const double> scores, double sensitivity,
                             double epsilon);
  // One candidate in each of several parts of the rows, by scores that the rows of that part alone decide. They cost as
  // one choice: `sensitivity` bounds by how much one unit moves a score of each part, summed over the parts.
  std::vector<std::size_t> choose_in_parts(const std::string& stage,
                                           std::span<const std::vector<double>> scores, double sensitivity,
                                           double epsilon);
  // Noisy counts of values that nobody has declared; nothing for those whose noisy count is below a threshold, which
  // values of a single unit pass with probability `delta` at most, all together (Korolova et al., WWW 2009, with
  // discrete Gaussian noise). One unit changes `most_values` of the counts at most, each by 1.
  std::vector<std::optional<std::int64_t>> large_counts(const std::string& stage,
                                                        std::span<const std::uint64_t> exact,
                                                        std::uint64_t most_values, double sigma,
                                                        double delta);
  // For an algorithm that is `epsilon`-differentially private by a proof of its own if it has discrete Laplace noise of
  // this scale wherever it says so, which is `sensitivity` times more than a count of rows needs. `unit` is the number
  // on the noise's grid that stands for a row.
  struct LaplaceNeed {
    std::string algorithm;
    double sensitivity = 1;
    double scale = 0;  // in rows
    double epsilon = 0;
    double unit = 1;
  };
  PaidLaplace laplace(const std::string& stage, const LaplaceNeed& need);
  // All that is left, for a training (Accountant::spend_rest).
  PaidTraining train(const std::string& stage, const SampledTraining& training);
  // Votes on so many questions, with noise of this standard deviation. They cost noise_cost(1, sigma) each.
  PaidVotes votes(const std::string& stage, std::uint64_t questions, double sigma);

 private:
  double cost_of_pure(double epsilon, double rho) const;

  Accountant& accountant_;
  NoiseBits& bits_;
};

// The standard deviation that noisy_counts really takes for one that was asked for: no less, and a part in ten million
// more at most, but for less than 1/1024, which is 1/1024; and the rho that it costs.
double drawn_sigma(double sigma);
double noise_cost(double sensitivity, double sigma);
// The least noisy count that large_counts() gives.
std::int64_t least_large_count(std::uint64_t most_values, double sigma, double delta);

// The scale of laplace_counts() for one that was asked for: no less, and a part in ten million more at most.
double drawn_laplace_scale(double scale);

// The same of noisy_numbers: the rho of so many at once, and the sigma with which they cost no more than `rho`.
double noise_cost_of_numbers(std::size_t numbers, double sensitivity, double sigma);
double sigma_of_numbers(std::size_t numbers, double sensitivity, double rho);

}  // namespace ctgan::synth::privacy
