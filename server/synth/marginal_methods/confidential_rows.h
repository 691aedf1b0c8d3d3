// The rows of a confidential table as a method of marginals may see them: through mechanisms that pay, and in no other
// way.
//
//     ConfidentialRows rows(domain, std::move(codes), mechanisms, pool);
//     std::vector<Measurement> one_way = rows.measure("one-way marginals", sets, sigma);
//
// A unit of privacy has so many rows at most, one where nothing else is said: one unit more or less changes the cells of
// each marginal by as many. Whoever measures gives the noise that one row needs, and gets as many times as much for the
// same cost.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/codecs/codes.h"
#include "server/synth/marginal_methods/merged_codes.h"
#include "server/synth/marginals/counting.h"
#include "server/synth/marginals/domain.h"
#include "server/synth/marginals/factor.h"
#include "server/synth/marginals/measurement.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {

// How far marginals of the rows are from what a model expects, in rows (L1). Confidential: only choose() and
// noisy_distances() read it.
class Distances {
 private:
  friend class ConfidentialRows;
  std::vector<double> rows_;
};

// The rows themselves, for what has a proof of its own: only what a PaidTraining or PaidVotes makes of them may be known.
struct ConfidentialCodes {
  std::vector<codecs::Codes> columns;  // one an attribute
  std::vector<std::uint32_t> units;    // as ConfidentialRows takes them
};

class ConfidentialRows {
 public:
  // Mechanisms and pool outlive it. REQUIRES: a column an attribute, of codes in its range, all of the same length, with
  // at most so many rows of each unit.
  // `units`: a number for the unit of each row; empty where each row is one.
  ConfidentialRows(marginals::Domain domain, std::vector<codecs::Codes> columns,
                   privacy::Mechanisms& mechanisms, threads::ThreadPool& pool,
                   std::uint64_t rows_per_unit = 1, std::vector<std::uint32_t> units = {});

  const marginals::Domain& domain() const { return domain_; }
  const privacy::Accountant& accountant() const { return mechanisms_.accountant(); }

  // By how much more than one row a unit changes any count.
  double sensitivity() const { return sensitivity_; }

  // Each of the marginals with noise of the standard deviation `sigma` times sensitivity(), which costs
  // privacy::noise_cost(1, sigma) at most for each.
  std::vector<marginals::Measurement> measure(const std::string& stage,
                                              std::span<const marginals::AttributeSet> sets, double sigma);
  // One of the marginals with discrete Laplace noise of this scale times sensitivity(), which costs an epsilon of
  // 1 / scale. Of no attributes the number of rows.
  std::vector<double> measure_laplace(const std::string& stage, const marginals::AttributeSet& set,
                                      double scale);
  // `expected` gives the marginals of some of the sets as a model has them, in rows. Exact ones are kept for the next
  // time, as far as they fit into k_most_kept_cells.
  using Expected =
      std::function<std::vector<marginals::Factor>(std::span<const marginals::AttributeSet> some)>;
  Distances distances(std::span<const marginals::AttributeSet> sets, const Expected& expected);
  // One of the distances by its size: that at places[i] counts weights[i] times what it exceeds offsets[i] by. Costs
  // guarantees::exponential_rho(epsilon), or epsilon where that is what is counted. Its sensitivity is the greatest weight,
  // times sensitivity(). REQUIRES: a place; weights above 0.
  struct Candidates {
    std::vector<std::size_t> places;  // in the distances
    std::vector<double> weights, offsets;
  };
  std::size_t choose(const std::string& stage, const Distances& distances, const Candidates& candidates,
                     double epsilon);
  // All of the distances, each with noise of the standard deviation `sigma` times sensitivity(), which costs
  // privacy::noise_cost_of_numbers(distances, 1, sigma).
  std::vector<double> noisy_distances(const std::string& stage, const Distances& distances, double sigma);

  // Training pays at once, and sees the rows themselves. These are gone from here.
  struct Trained {
    privacy::PaidTraining paid;
    ConfidentialCodes rows;
  };
  Trained train(const std::string& stage, const privacy::SampledTraining& training);
  struct Taught {
    privacy::PaidVotes paid;
    ConfidentialCodes rows;
  };
  Taught teach(const std::string& stage, std::uint64_t questions, double sigma);

  // What was measured decides which codes become one: the rows have these from now on. One an attribute.
  void merge(const std::vector<MergedCodes>& merged);

 private:
  static constexpr std::uint64_t k_most_kept_cells = std::uint64_t{1} << 23U;

  ConfidentialCodes take_codes();
  void keep_counts(std::span<const marginals::AttributeSet> sets);
  double distance(const marginals::AttributeSet& set, const marginals::Factor& expected);

  marginals::Domain domain_;
  std::vector<codecs::Codes> columns_;
  std::vector<std::uint32_t> units_;
  std::map<marginals::AttributeSet, marginals::Counts> kept_;  // exact marginals
  std::uint64_t kept_cells_ = 0;
  privacy::Mechanisms& mechanisms_;
  threads::ThreadPool& pool_;
  double sensitivity_;
};

}  // namespace ctgan::synth::marginal_methods
