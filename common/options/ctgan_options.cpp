#include <fmt/format.h>

#include <array>
#include <numeric>
#include <string>

#include "common/errors/error.h"
#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::array<OptionSpec, 17> k_ctgan = {{
    {"epochs", Type::integer, "300", 1, 1'000'000, "passes over the training rows"},
    {"batch_size", Type::integer, "500", 2, 1'000'000,
     "rows in one step; for ctgan even and a multiple of pac"},
    k_embedding_dim_option,
    k_generator_dim_option,
    k_discriminator_dim_option,
    k_generator_lr_option,
    k_generator_decay_option,
    k_discriminator_lr_option,
    k_discriminator_decay_option,
    {"discriminator_steps", Type::integer, "1", 1, 1000, "discriminator updates for each generator update"},
    {"log_frequency", Type::boolean, "true", 0, 0, "draw conditions by the logarithm of their frequency"},
    {"sample_frequency", Type::text, "original", 0, 0,
     "how conditions are drawn in sampling: by their frequency, by its logarithm as published, or as in "
     "training",
     "original|log|training"},
    {"pac", Type::integer, "10", 1, 1000, "rows that the discriminator judges together"},
    k_seed_option,
    k_device_option,
    k_execution_option,
    {"precision", Type::text, "float32", 0, 0,
     "of products in training; bf16 is faster on some processors: auto measures, and what it takes may "
     "differ between machines",
     "float32|bf16|auto"},
}};

void check_batch(const Values& values) {
  const std::int64_t batch = values.integer("batch_size");
  const std::int64_t pac = values.integer("pac");
  const std::int64_t unit = std::lcm(std::int64_t{2}, pac);
  const std::string hint = fmt::format("try '--batch-size {}'", (batch + unit - 1) / unit * unit);
  if (batch % 2 != 0)
    throw Error(Kind::usage, fmt::format("batch_size must be even, but is '{}'", batch), hint);
  if (batch % pac != 0)
    throw Error(Kind::usage,
                fmt::format("batch_size must be a multiple of pac, but '{}' is none of '{}'", batch, pac),
                hint);
}

// The discriminator judges so many rows together.
std::size_t pac_of(const Values& values) {
  return static_cast<std::size_t>(values.integer("pac"));
}

}  // namespace

const Method& ctgan() {
  static const Method k_method{.name = "ctgan",
                               .help = "conditional tabular GAN (Xu et al. 2019)",
                               .options = k_ctgan,
                               .conditions = Conditions::one,
                               .milder = "fewer epochs ('--epochs')",
                               .checkpoints = true,
                               .asks = "epochs",
                               .check = check_batch,
                               .least_rows = pac_of};
  return k_method;
}

}  // namespace ctgan::options
