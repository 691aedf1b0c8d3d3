#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 8> k_swift = {{
    k_epsilon_option,
    k_delta_option,
    k_rho_option,
    k_degree_option,
    k_max_cells_option,
    k_max_model_size_option,
    k_report_share_option,
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
