#include "server/synth/encoders/bayesian_mixture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "server/synth/encoders/exponential.h"
#include "server/synth/encoders/special_functions.h"
#include "server/synth/random/vector_clones.h"

namespace ctgan::synth::encoders {
namespace {

constexpr double k_ln2 = 0.69314718055994530942;
constexpr double k_log_two_pi = 1.83787706640934548356;

// The prior that the data itself gives: its mean and its variance (divided by n - 1).
struct Prior {
  double mean = 0;
  double variance = 0;
};

Prior prior_of(std::span<const double> values, std::span<const double> counts) {
  const double rows = std::accumulate(counts.begin(), counts.end(), 0.0);
  Prior prior;
  // The second round takes out what the first lost to rounding.
  for (int round = 0; round < 2; ++round) {
    double deviation = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      deviation += counts[i] * (values[i] - prior.mean);
    }
    prior.mean += deviation / rows;
  }
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += counts[i] * (values[i] - prior.mean) * (values[i] - prior.mean);
  }
  prior.variance = rows > 1 ? squares / (rows - 1) : 0.0;
  return prior;
}

// Weighted sums of one component, of r, r (x - shift) and r (x - shift)^2.
struct Moments {
  double shift = 0;
  double s0 = 0, s1 = 0, s2 = 0;
};

// One component's posterior (Bishop, 10.59 to 10.63): normal-gamma for mean and precision, beta for its
// stick.
struct Component {
  double stick_a = 0, stick_b = 0;
  double mean = 0;
  double precision_weight = 0;  // "mean precision"
  double freedom = 0;
  double variance = 0;
};

// What the E-step needs of a component: ln r = offset - half_precision (x - mean)^2, up to the norm.
struct Kernel {
  double mean = 0;
  double half_precision = 0;
  double offset = 0;
};

constexpr std::size_t k_block = 128;
using Lane = std::array<double, k_block>;
// Sums are taken in so many parts, whatever the width of the vectors.
constexpr std::size_t k_sums = 8;

CTGAN_VECTOR_CLONES void log_densities(const Kernel& kernel, const Lane& x, Lane& logs, Lane& largest) {
  for (std::size_t i = 0; i < k_block; ++i) {
    const double distance = x[i] - kernel.mean;
    const double log = kernel.offset - kernel.half_precision * distance * distance;
    logs[i] = log;
    largest[i] = largest[i] > log ? largest[i] : log;
  }
}

CTGAN_VECTOR_CLONES void exponentials(Lane& logs, const Lane& largest, Lane& norm, Lane& mean_log) {
  for (std::size_t i = 0; i < k_block; ++i) {
    const double below = logs[i] - largest[i];
    const double l = below > k_lowest_exponent ? below : k_lowest_exponent;
    const double e = exponential(l);
    norm[i] += e;
    mean_log[i] += e * l;
    logs[i] = e;
  }
}

// Turns the norms into the rows' scales; returns the entropy of their responsibilities.
CTGAN_VECTOR_CLONES double scale_rows(const Lane& rows, const Lane& norm, const Lane& mean_log, Lane& scale) {
  std::array<double, k_sums> entropy{};
  for (std::size_t i = 0; i < k_block; i += k_sums) {
    for (std::size_t j = 0; j < k_sums; ++j) {
      scale[i + j] = rows[i + j] / norm[i + j];
      entropy[j] += rows[i + j] * logarithm(norm[i + j]) - scale[i + j] * mean_log[i + j];
    }
  }
  return std::accumulate(entropy.begin(), entropy.end(), 0.0);
}

CTGAN_VECTOR_CLONES void add_moments(const Lane& x, const Lane& scale, const Lane& likelihood,
                                     Moments& moments) {
  std::array<double, k_sums> s0{};
  std::array<double, k_sums> s1{};
  std::array<double, k_sums> s2{};
  for (std::size_t i = 0; i < k_block; i += k_sums) {
    for (std::size_t j = 0; j < k_sums; ++j) {
      const double weight = scale[i + j] * likelihood[i + j];
      const double distance = x[i + j] - moments.shift;
      s0[j] += weight;
      s1[j] += weight * distance;
      s2[j] += weight * distance * distance;
    }
  }
  moments.s0 += std::accumulate(s0.begin(), s0.end(), 0.0);
  moments.s1 += std::accumulate(s1.begin(), s1.end(), 0.0);
  moments.s2 += std::accumulate(s2.begin(), s2.end(), 0.0);
}

class Fit {
 public:
  Fit(std::span<const double> values, std::span<const double> counts, const MixtureOptions& options)
      : values_(values), counts_(counts), options_(options), prior_(prior_of(values, counts)) {
    moments_.resize(options.components);
    components_.resize(options.components);
    kernels_.resize(options.components);
  }

  Mixture run(std::span<const double> responsibilities) {
    start(responsibilities);
    Mixture mixture;
    double bound = -std::numeric_limits<double>::infinity();
    while (mixture.iterations < options_.iterations && !mixture.converged) {
      const double entropy = expect();
      maximise();
      const double next = lower_bound(entropy);
      mixture.converged = std::abs(next - bound) < options_.tolerance;
      bound = next;
      ++mixture.iterations;
    }
    mixture.lower_bound = bound;
    describe(mixture);
    return mixture;
  }

 private:
  // Two passes: the second takes its squares about the means that the first found.
  void start(std::span<const double> responsibilities) {
    for (Moments& m : moments_) {
      m.shift = prior_.mean;
    }
    sum(responsibilities);
    for (Moments& m : moments_) {
      m.shift += m.s0 > 0 ? m.s1 / m.s0 : 0.0;
    }
    sum(responsibilities);
    maximise();
  }

  void sum(std::span<const double> responsibilities) {
    for (std::size_t k = 0; k < moments_.size(); ++k) {
      Moments m{.shift = moments_[k].shift};
      for (std::size_t i = 0; i < values_.size(); ++i) {
        const double weight = counts_[i] * responsibilities[i * moments_.size() + k];
        const double distance = values_[i] - m.shift;
        m.s0 += weight;
        m.s1 += weight * distance;
        m.s2 += weight * distance * distance;
      }
      moments_[k] = m;
    }
  }

  // E-step: moments under the new responsibilities, about the current means. Returns their entropy.
  double expect();
  double expect_block(std::size_t first, std::size_t count);
  void maximise();
  double lower_bound(double entropy) const;
  void describe(Mixture& mixture) const;

  std::span<const double> values_, counts_;
  MixtureOptions options_;
  Prior prior_;
  std::vector<Moments> moments_;
  std::vector<Component> components_;
  std::vector<Kernel> kernels_;
  std::vector<Lane> logs_ = std::vector<Lane>(options_.components);
};

double Fit::expect() {
  double stick_left = 0;  // E ln of what the earlier sticks left over
  for (std::size_t k = 0; k < components_.size(); ++k) {
    const Component& c = components_[k];
    const double both = digamma(c.stick_a + c.stick_b);
    const double log_weight = digamma(c.stick_a) - both + stick_left;
    stick_left += digamma(c.stick_b) - both;
    const double log_precision =
        k_ln2 + digamma(0.5 * c.freedom) - std::log(c.freedom) - std::log(c.variance);
    kernels_[k] = {.mean = c.mean,
                   .half_precision = 0.5 / c.variance,
                   .offset = log_weight + 0.5 * (log_precision - k_log_two_pi - 1 / c.precision_weight)};
    moments_[k] = {.shift = c.mean};
  }
  double entropy = 0;
  for (std::size_t first = 0; first < values_.size(); first += k_block) {
    entropy += expect_block(first, std::min(k_block, values_.size() - first));
  }
  return entropy;
}

// Loops of fixed length over padded lanes, sums in k_sums independent parts: what compilers turn into vectors
// without reordering anything.
double Fit::expect_block(std::size_t first, std::size_t count) {
  Lane x;
  Lane rows{};
  x.fill(values_[first]);
  std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(first), count, x.begin());
  std::copy_n(counts_.begin() + static_cast<std::ptrdiff_t>(first), count, rows.begin());

  Lane largest;
  largest.fill(-std::numeric_limits<double>::infinity());
  for (std::size_t k = 0; k < kernels_.size(); ++k) {
    log_densities(kernels_[k], x, logs_[k], largest);
  }
  // Entropy of r = e^l / z, with l = log - largest: ln z - sum r l.
  Lane norm{};
  Lane mean_log{};
  for (Lane& log : logs_) {
    exponentials(log, largest, norm, mean_log);
  }
  Lane scale;
  const double entropy = scale_rows(rows, norm, mean_log, scale);
  for (std::size_t k = 0; k < kernels_.size(); ++k) {
    add_moments(x, scale, logs_[k], moments_[k]);
  }
  return entropy;
}

void Fit::maximise() {
  double later = 0;  // rows of the components after this one
  for (std::size_t k = components_.size(); k-- > 0;) {
    const Moments& m = moments_[k];
    const double rows = m.s0 + 10 * std::numeric_limits<double>::epsilon();
    const double mean = (m.s1 + m.shift * m.s0) / rows;
    const double move = mean - m.shift;
    const double squares = std::max(0.0, m.s2 - 2 * move * m.s1 + move * move * m.s0);
    const double scatter = squares + rows * options_.covariance_floor;
    Component& c = components_[k];
    c.stick_a = 1 + rows;
    c.stick_b = options_.weight_concentration_prior + later;
    c.precision_weight = 1 + rows;
    c.mean = (prior_.mean + rows * mean) / c.precision_weight;
    c.freedom = 1 + rows;
    const double pull = rows / c.precision_weight * (mean - prior_.mean) * (mean - prior_.mean);
    c.variance = (prior_.variance + scatter + pull) / c.freedom;
    later += rows;
  }
}

double Fit::lower_bound(double entropy) const {
  double bound = entropy;
  for (const Component& c : components_) {
    const double log_root_precision = -0.5 * (std::log(c.variance) + std::log(c.freedom));
    bound += c.freedom * (log_root_precision + 0.5 * k_ln2) + log_gamma(0.5 * c.freedom);
    bound += log_beta(c.stick_a, c.stick_b);
    bound -= 0.5 * std::log(c.precision_weight);
  }
  return bound;
}

void Fit::describe(Mixture& mixture) const {
  double left = 1;
  double sum = 0;
  for (const Component& c : components_) {
    const double both = c.stick_a + c.stick_b;
    mixture.means.push_back(c.mean);
    mixture.variances.push_back(c.variance);
    mixture.weights.push_back(left * c.stick_a / both);
    left *= c.stick_b / both;
    sum += mixture.weights.back();
  }
  for (double& weight : mixture.weights) {
    weight /= sum;
  }
}

}  // namespace

Mixture fit_mixture(std::span<const double> values, std::span<const double> counts,
                    std::span<const double> responsibilities, const MixtureOptions& options) {
  return Fit(values, counts, options).run(responsibilities);
}

}  // namespace ctgan::synth::encoders
