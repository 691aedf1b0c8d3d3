#include "server/synth/privsyn/privsyn_trainer.h"

#include <utility>

#include "server/synth/privsyn/fitted_privsyn.h"
#include "server/synth/privsyn/private_marginals.h"

namespace ctgan::synth::privsyn {

std::unique_ptr<model::FittedModel> PrivsynTrainer::fit_rows(marginal_methods::ConfidentialRows& rows,
                                                             domains::TableDomain domain,
                                                             const model::FitContext& context) const {
  PrivateMarginals measured =
      measure_marginals(rows, static_cast<std::uint64_t>(options_.integer("max_cells")), context);
  return std::make_unique<FittedPrivsyn>(
      PrivsynParts{parts(std::move(domain), std::move(measured.merged), rows.accountant()),
                   std::move(measured.marginals), measured.total});
}

}  // namespace ctgan::synth::privsyn
