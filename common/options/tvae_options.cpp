#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 11> k_tvae = {{
    {"epochs", Type::integer, "300", 1, 1'000'000, "passes over the training rows"},
    {"batch_size", Type::integer, "500", 1, 1'000'000, "rows in one step"},
    k_embedding_dim_option,
    {"compress_dims", Type::integer_list, "128,128", 1, k_widest,
     "width of each hidden layer of the encoder"},
    {"decompress_dims", Type::integer_list, "128,128", 1, k_widest,
     "width of each hidden layer of the decoder"},
    {"l2scale", Type::real, "0.00001", 0, 1, "weight decay of both networks"},
    {"loss_factor", Type::real, "2", 0, 1'000'000, "weight of the reconstruction in the loss"},
    {"sample_choice", Type::text, "drawn", 0, 0,
     "how modes and categories are chosen in sampling: by their probability, or the likeliest always",
     "drawn|likeliest"},
    k_seed_option,
    k_device_option,
    k_execution_option,
}};

}  // namespace

const Method& tvae() {
  static const Method k_method{.name = "tvae",
                               .help = "variational autoencoder for tables (Xu et al. 2019)",
                               .options = k_tvae,
                               .milder = "fewer epochs ('--epochs')",
                               .checkpoints = true,
                               .asks = "epochs"};
  return k_method;
}

}  // namespace ctgan::options
