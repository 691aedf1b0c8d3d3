#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 7> k_privsyn = {{
    k_epsilon_option,
    k_delta_option,
    k_rho_option,
    k_max_cells_option,
    {.name = "update_iterations",
     .type = Type::integer,
     .default_text = "50",
     .low = 1,
     .high = 1000,
     .help = "rounds in which drawn rows are brought nearer to the marginals"},
    k_report_share_option,
    k_really_option,
}};

}  // namespace

const Method& privsyn() {
  static const Method k_method{.name = "privsyn",
                               .help =
                                   "differentially private: many overlapping marginals, and rows that are "
                                   "changed until they have them",
                               .options = k_privsyn,
                               .is_private = true,
                               .check = check_guarantee};
  return k_method;
}

}  // namespace ctgan::options
