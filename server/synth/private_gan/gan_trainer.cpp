#include "server/synth/private_gan/gan_trainer.h"

#include <utility>

#include "server/synth/neural/calibration.h"
#include "server/synth/private_gan/dpctgan.h"
#include "server/synth/private_gan/fitted_gan.h"
#include "server/synth/private_gan/patectgan.h"

namespace ctgan::synth::private_gan {
namespace {

// Of the budget. What the shares tell is free to use ever after, and every row that is drawn uses it.
constexpr double k_one_way = 0.1;
// Rows to calibrate by: shares to a part in a thousand.
constexpr std::size_t k_calibration_rows = 100'000;

std::uint64_t drawn_seed() {
  privacy::SystemBits bits;
  return bits.next() >> 1U;
}

}  // namespace

networks::OptimizerOptions discriminator_optimizer(const options::Values& options) {
  return {.learning_rate = options.real("discriminator_lr"),
          .weight_decay = options.real("discriminator_decay")};
}

std::unique_ptr<model::FittedModel> GanTrainer::fit_rows(marginal_methods::ConfidentialRows& rows,
                                                         domains::TableDomain domain,
                                                         const model::FitContext& context) const {
  const double rho = k_one_way * rows.accountant().remaining();
  auto [merged, measurements] =
      marginal_methods::measure_one_way(rows, marginal_methods::sigma_for(rho, rows.domain().attributes()));
  NoisyShares shares = noisy_shares(measurements);
  const networks::CtganShape shape = generator_shape(options_, shares.layout());
  const neural::ConditionSampler conditions(shares.category_rows(), neural::Frequency::original);
  const std::uint64_t seed = drawn_seed();
  networks::ParameterArena generator = train(rows, {options_, shape, shares, conditions, seed, context});
  context.monitor.check_stop();
  neural::calibrate(neural::row_network(generator, shape, conditions), {},
                    independent_rows(shares, k_calibration_rows, seed), seed, context.pool);
  return std::make_unique<FittedGan>(GanParts{parts(std::move(domain), std::move(merged), rows.accountant()),
                                              std::move(shares), std::move(generator)});
}

networks::ParameterArena DpctganTrainer::train(marginal_methods::ConfidentialRows& rows,
                                               const TrainingStart& start) const {
  return train_dpctgan(rows, start);
}

networks::ParameterArena PatectganTrainer::train(marginal_methods::ConfidentialRows& rows,
                                                 const TrainingStart& start) const {
  return train_patectgan(rows, start);
}

}  // namespace ctgan::synth::private_gan
