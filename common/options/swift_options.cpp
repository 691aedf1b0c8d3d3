#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 6> k_swift = {{
    k_epsilon_option,
    k_delta_option,
    {.name = "degree",
     .type = Type::integer,
     .default_text = "2",
     .low = 1,
     .high = 4,
     .help = "columns of the marginals that are to be right: all pairs with 2, all triples with 3, which "
             "takes longer"},
    {.name = "max_cells",
     .type = Type::integer,
     .default_text = "250000",
     .low = 2,
     .high = 1e7,
     .help = "cells of a marginal that may be measured"},
    {.name = "max_model_size",
     .type = Type::real,
     .default_text = "10",
     .low = 0.01,
     .high = 4096,
     .help = "MiB that the model may take: more is nearer to the table and takes longer"},
    k_really_option,
}};

}  // namespace

const Method& swift() {
  static const Method k_method{
      .name = "swift",
      .help =
          "differentially private: many marginals measured at once, nearer to the table than mst and "
          "quicker than aim",
      .options = k_swift,
      .conditions = Conditions::any,
      .is_private = true,
      .check = check_guarantee};
  return k_method;
}

}  // namespace ctgan::options
