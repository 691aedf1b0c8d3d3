// GUM, the gradually updating method: rows that begin with independent attributes and are changed, marginal by marginal,
// until they have all marginals (Zhang et al. 2021, "PrivSyn", section 5.2 and 5.3; update rule S5, rates U4). No model of
// how marginals hang together is needed, and so no junction tree: any number of them may overlap.
#pragma once

#include <cstddef>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/marginals/domain.h"
#include "server/synth/marginals/factor.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::privsyn {

// Immutable; safe to share between threads.
class GradualUpdate {
 public:
  // REQUIRES: every attribute is in a marginal; marginals have cells of at least 0, of which some are not.
  GradualUpdate(marginals::Domain domain, std::vector<marginals::Factor> marginals, std::size_t iterations);

  // A column an attribute. A function of the number of rows and the random numbers alone. REQUIRES: 0 < rows < 2^32.
  std::vector<codecs::Codes> rows(std::size_t rows, random::Stream random) const;

  const marginals::Domain& domain() const { return domain_; }
  const std::vector<marginals::Factor>& marginals() const { return marginals_; }

 private:
  marginals::Domain domain_;
  std::vector<marginals::Factor> marginals_;
  std::vector<marginals::Factor> one_way_;  // of each attribute
  std::size_t iterations_;
};

}  // namespace ctgan::synth::privsyn
