#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 5> k_mst = {{
    k_epsilon_option,
    k_delta_option,
    k_rho_option,
    k_report_share_option,
    k_really_option,
}};

}  // namespace

const Method& mst() {
  static const Method k_method{.name = "mst",
                               .help = "differentially private: a tree of two-way marginals, in seconds",
                               .options = k_mst,
                               .conditions = Conditions::any,
                               .is_private = true,
                               .check = check_guarantee};
  return k_method;
}

}  // namespace ctgan::options
