// Methods that audits fit, and mechanisms that keep all that they draw, with the exact numbers that it was drawn from.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "server/synth/marginal_methods/aim.h"
#include "server/synth/marginal_methods/mst.h"
#include "server/synth/marginal_methods/mwem.h"
#include "server/synth/marginal_methods/swift.h"
#include "server/synth/privsyn/private_marginals.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/privacy/counted_bits.h"

namespace ctgan::tests {

using synth::marginal_methods::ConfidentialRows;

using AuditedFit = std::function<void(ConfidentialRows& rows, const synth::model::FitContext& context)>;

inline AuditedFit audited_fit(const std::string& method) {
  namespace methods = synth::marginal_methods;
  if (method == "mst") return [](auto& rows, const auto& context) { methods::fit_mst(rows, context); };
  if (method == "aim")
    return [](auto& rows, const auto& context) { methods::fit_aim(rows, {.rounds = 4}, context); };
  if (method == "swift")
    return [](auto& rows, const auto& context) { methods::fit_swift(rows, {}, context); };
  if (method == "privsyn")
    return [](auto& rows, const auto& context) { synth::privsyn::measure_marginals(rows, 5000, context); };
  return [](auto& rows, const auto& context) {
    methods::fit_mwem(rows, {rows.domain().all()}, {.iterations = 2, .passes = 20}, context);
  };
}

// Something that a method drew.
struct Drawn {
  enum class Kind { gaussian, laplace, choice };

  Kind kind;
  std::string stage;
  double sensitivity, scale;  // of a choice its epsilon
  std::vector<double> exact;  // counts, numbers or scores
  std::vector<double> shown;  // what everybody sees of them; of a choice its place

  bool is_asked_alike(const Drawn& other) const {
    return kind == other.kind && stage == other.stage && sensitivity == other.sensitivity &&
           scale == other.scale && exact.size() == other.exact.size();
  }
};

// What a method that is broken does; it pays for all of it.
struct Fault {
  double noise = 1;               // the part that it takes of the noise
  bool chooses_the_best = false;  // without noise
};

class KeptMechanisms : public synth::privacy::Mechanisms {
 public:
  KeptMechanisms(synth::privacy::Accountant& accountant, synth::privacy::NoiseBits& bits, Fault fault = {})
      : Mechanisms(accountant, bits), fault_(fault) {}

  const std::vector<Drawn>& drawn() const { return drawn_; }

  std::vector<std::int64_t> noisy_counts(const std::string& stage, std::span<const std::uint64_t> exact,
                                         double sensitivity, double sigma) override {
    return counts(Drawn::Kind::gaussian, Mechanisms::noisy_counts(stage, exact, sensitivity, sigma), stage,
                  exact, {sensitivity, sigma});
  }
  std::vector<std::int64_t> laplace_counts(const std::string& stage, std::span<const std::uint64_t> exact,
                                           double sensitivity, double scale) override {
    return counts(Drawn::Kind::laplace, Mechanisms::laplace_counts(stage, exact, sensitivity, scale), stage,
                  exact, {sensitivity, scale});
  }
  std::vector<double> noisy_numbers(const std::string& stage, std::span<const double> exact,
                                    double sensitivity, double sigma) override {
    std::vector<double> noisy = Mechanisms::noisy_numbers(stage, exact, sensitivity, sigma);
    for (std::size_t i = 0; i < noisy.size(); ++i) noisy[i] = exact[i] + fault_.noise * (noisy[i] - exact[i]);
    return show(
        {Drawn::Kind::gaussian, stage, sensitivity, sigma, {exact.begin(), exact.end()}, std::move(noisy)});
  }
  std::size_t choose(const std::string& stage, std::span<const double> scores, double sensitivity,
                     double epsilon) override {
    std::size_t chosen = Mechanisms::choose(stage, scores, sensitivity, epsilon);
    if (fault_.chooses_the_best)
      chosen = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    return static_cast<std::size_t>(show({Drawn::Kind::choice,
                                          stage,
                                          sensitivity,
                                          epsilon,
                                          {scores.begin(), scores.end()},
                                          {static_cast<double>(chosen)}})
                                        .front());
  }

 protected:
  // What the method gets to see of it.
  virtual std::vector<double> show(Drawn drawn) {
    drawn_.push_back(std::move(drawn));
    return drawn_.back().shown;
  }

 private:
  struct Noise {
    double sensitivity, scale;
  };

  std::vector<std::int64_t> counts(Drawn::Kind kind, std::vector<std::int64_t> noisy,
                                   const std::string& stage, std::span<const std::uint64_t> exact,
                                   Noise noise) {
    std::vector<double> shown;
    for (std::size_t i = 0; i < noisy.size(); ++i) {
      const auto count = static_cast<double>(exact[i]);
      shown.push_back(count + std::trunc(fault_.noise * (static_cast<double>(noisy[i]) - count)));
    }
    shown =
        show({kind, stage, noise.sensitivity, noise.scale, {exact.begin(), exact.end()}, std::move(shown)});
    std::transform(shown.begin(), shown.end(), noisy.begin(),
                   [](double count) { return static_cast<std::int64_t>(count); });
    return noisy;
  }

  Fault fault_;
  std::vector<Drawn> drawn_;
};

// Shows what was drawn in another fit, whatever the rows: what it keeps are the exact numbers that these rows have where
// everything that was seen is the same. A method that gets to know of the rows only what mechanisms show it cannot tell,
// and asks for the same all along.
class ReplayedMechanisms final : public KeptMechanisms {
 public:
  ReplayedMechanisms(synth::privacy::Accountant& accountant, synth::privacy::NoiseBits& bits,
                     const std::vector<Drawn>& before)
      : KeptMechanisms(accountant, bits), before_(before) {}

  bool was_asked_alike() const { return alike_ && drawn().size() == before_.size(); }

 private:
  std::vector<double> show(Drawn drawn) override {
    const std::size_t place = this->drawn().size();
    alike_ = alike_ && place < before_.size() && drawn.is_asked_alike(before_[place]);
    if (alike_) drawn.shown = before_[place].shown;
    return KeptMechanisms::show(std::move(drawn));
  }

  const std::vector<Drawn>& before_;
  bool alike_ = true;
};

}  // namespace ctgan::tests
