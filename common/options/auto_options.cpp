#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 1> k_auto = {{k_seed_option}};

}  // namespace

const Method& automatic() {
  static const Method k_method{
      .name = "auto",
      .help = "trial of the others on rows that were set aside, whose best is fitted",
      .options = k_auto,
      .conditions = Conditions::one,
      .checkpoints = true};
  return k_method;
}

}  // namespace ctgan::options
