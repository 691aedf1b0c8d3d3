#include <fmt/format.h>

#include <array>
#include <cmath>

#include "common/errors/error.h"
#include "common/options/guarantee.h"
#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 15> k_dpctgan = {{
    k_epsilon_option,
    k_delta_option,
    {.name = "steps",
     .type = Type::integer,
     .default_text = "1000",
     .low = 1,
     .high = 1e6,
     .help = "noisy steps of the discriminator: more of them have more noise each"},
    {.name = "batch_size",
     .type = Type::integer,
     .default_text = "1000",
     .low = 2,
     .high = 1'000'000,
     .help = "rows of a step, on average"},
    {.name = "discriminator_steps",
     .type = Type::integer,
     .default_text = "5",
     .low = 1,
     .high = 1000,
     .help = "discriminator updates for each generator update"},
    k_generated_rows_option,
    k_embedding_dim_option,
    k_generator_dim_option,
    k_private_discriminator_dim_option,
    k_private_generator_lr_option,
    k_generator_decay_option,
    k_private_discriminator_lr_option,
    k_discriminator_decay_option,
    k_report_share_option,
    k_really_option,
}};

// Divergences are kept up to orders of about 900 (server/synth/privacy/renyi.h), of which even one of 0 is an epsilon of
// ln(1 / (900 delta)) / 900: nearer than half as much again no noise comes.
void check_dpctgan(const Values& values) {
  check_guarantee(values);
  constexpr double k_order = 900, k_margin = 1.5;
  const Guarantee asked = guarantee_of(values);
  const double least = k_margin * std::log(1 / (k_order * asked.delta)) / k_order;
  if (asked.epsilon >= least) return;
  throw errors::Error(
      errors::Kind::usage,
      fmt::format("dpctgan cannot count an epsilon of {:g} with a delta of {:g}", asked.epsilon, asked.delta),
      fmt::format("take an epsilon of at least {:.2g}, or another method", least));
}

}  // namespace

const Method& dpctgan() {
  static const Method k_method{
      .name = "dpctgan",
      .help =
          "differentially private: a GAN whose discriminator is trained by noisy sums "
          "of clipped gradients",
      .options = k_dpctgan,
      .conditions = Conditions::one,
      .is_private = true,
      .counts_by_renyi = true,
      .check = check_dpctgan};
  return k_method;
}

}  // namespace ctgan::options
