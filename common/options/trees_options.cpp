#include <array>

#include "common/options/method_list.h"

namespace ctgan::options {
namespace {

constexpr std::array<OptionSpec, 4> k_trees = {{
    {.name = "min_leaf",
     .type = Type::integer,
     .default_text = "",
     .low = 1,
     .high = 1'000'000,
     .help = "rows that a leaf has at least: fewer follow the table more closely, and betray more of its "
             "rows [50; 10 or 20 where a trial finds that detail counts]",
     .presence = Presence::optional},
    {"trees", Type::integer, "1", 1, 100,
     "trees of a column, each of a part of the rows and drawing in turn: more are slower and betray less"},
    {"visit", Type::text, "auto", 0, 0,
     "the order in which columns are drawn: 'data' (as in the table), 'association' (the strongest first), "
     "'reversed', 'auto' (what a trial finds best), or columns a,b,c that come first"},
    k_seed_option,
}};

}  // namespace

const Method& trees() {
  static const Method k_method{
      .name = "trees",
      .help = "sequence of trees, a column given those before it: fast, for any table",
      .options = k_trees,
      .conditions = Conditions::any,
      .milder = "larger leaves ('--min-leaf')"};
  return k_method;
}

}  // namespace ctgan::options
