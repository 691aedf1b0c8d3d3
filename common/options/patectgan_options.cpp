#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 20> k_patectgan = {{
    k_epsilon_option,
    k_delta_option,
    k_rho_option,
    {.name = "num_teachers",
     .type = Type::integer,
     .default_text = "200",
     .low = 2,
     .high = 10'000,
     .help = "classifiers that each know the rows of some persons: more of them outvote more noise"},
    {.name = "questions",
     .type = Type::integer,
     .default_text = "1000",
     .low = 2,
     .high = 1e6,
     .help = "rows about which the teachers are asked: more of them have more noise each"},
    {.name = "rounds",
     .type = Type::integer,
     .default_text = "20",
     .low = 1,
     .high = 10'000,
     .help = "how often they are asked, with other rows each time"},
    {.name = "teacher_iters",
     .type = Type::integer,
     .default_text = "50",
     .low = 1,
     .high = 10'000,
     .help = "steps of each teacher in a round"},
    {.name = "student_iters",
     .type = Type::integer,
     .default_text = "200",
     .low = 1,
     .high = 100'000,
     .help = "steps of the student in a round, on all that was answered so far"},
    {.name = "generator_iters",
     .type = Type::integer,
     .default_text = "5",
     .low = 1,
     .high = 100'000,
     .help = "steps of the generator in a round"},
    {.name = "teacher_dim",
     .type = Type::integer_list,
     .default_text = "32",
     .low = 1,
     .high = k_widest,
     .help = "width of each layer of a teacher"},
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

}  // namespace

const Method& patectgan() {
  static const Method k_method{
      .name = "patectgan",
      .help =
          "differentially private: a GAN whose discriminator learns from noisy votes "
          "of teachers",
      .options = k_patectgan,
      .conditions = Conditions::one,
      .is_private = true,
      .check = check_guarantee};
  return k_method;
}

}  // namespace ctgan::options
