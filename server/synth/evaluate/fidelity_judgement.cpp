#include "server/synth/evaluate/fidelity_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "common/errors/error.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/judgement.h"

namespace ctgan::synth::evaluate {
namespace {

struct Words {
  const char* id;
  const char* section;
  const char* measure;  // "of what columns tell of each other"
};

// How far a score of which 1 is best falls short of what is attainable.
void append_shortfall(const Measured& measured, const Words& words, const Limits& limits,
                      std::vector<Finding>& findings) {
  if (!measured.attainable) return;
  const Estimate shortfall = difference(*measured.attainable, measured.synthetic);
  Finding found{.id = words.id, .section = words.section};
  found.value = shortfall;
  found.limits = limits;
  found.verdict = from_above(std::max(0.0, shortfall.low), limits);
  found.brief = fmt::format("{} {:.3f} of attainable {:.3f}", words.measure, measured.synthetic.value,
                            measured.attainable->value);
  found.sentence = fmt::format(
      "{} {:.3f}, and {:.3f} is attainable: certain to be lost is {:.3f}; up to {:.2f} is good, above {:.2f} "
      "bad",
      words.measure, measured.synthetic.value, measured.attainable->value, std::max(0.0, shortfall.low),
      limits.good, limits.bad);
  findings.push_back(std::move(found));
}

}  // namespace

void append_fidelity(const Evaluation& evaluation, std::vector<Finding>& findings) {
  if (!evaluation.fidelity) return;
  const Fidelity& fidelity = *evaluation.fidelity;
  if (fidelity.mutual_information)
    append_shortfall(*fidelity.mutual_information,
                     {"information", "quality", "information kept between columns"},
                     k_limits.information_loss, findings);
  if (fidelity.coverage)
    append_shortfall(*fidelity.coverage, {"coverage", "quality", "coverage of the original's rows"},
                     k_limits.coverage_loss, findings);
}

void append_global_utility(const Evaluation& evaluation, std::vector<Finding>& findings) {
  if (!evaluation.global_utility) return;
  append_shortfall(*evaluation.global_utility,
                   {"global_utility", "utility", "every column as the target: kept"},
                   k_limits.global_utility_loss, findings);
}

}  // namespace ctgan::synth::evaluate
