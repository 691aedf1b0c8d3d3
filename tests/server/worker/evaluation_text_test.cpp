// What the terminal says of an evaluation.
#include "server/worker/evaluation_text.h"

#include "tests/catch.h"

namespace {

using namespace ctgan;
using Catch::Contains;
using synth::evaluate::Estimate;

// Three columns that others tell, of those that were tried.
synth::evaluate::Evaluation with_targets(std::size_t tried, std::size_t all) {
  synth::evaluate::Evaluation evaluation;
  synth::evaluate::GlobalUtility utility;
  utility.columns = tried;
  utility.all_columns = all;
  utility.synthetic = Estimate{0.9, 0.8, 1.0};
  for (const char* name : {"age", "income", "sex"})
    utility.targets.push_back({name, false, 0.8, 0.75, 0.8, 0.9});
  evaluation.global_utility = utility;
  return evaluation;
}

}  // namespace

TEST_CASE("the text says whether every column was a target or some were drawn, as of wide tables") {
  const std::string all = server::worker::text_of(with_targets(15, 15));
  CHECK_THAT(all,
             Contains("  every column as the target: of what original rows tell, synthetic rows tell 0.9"));
  CHECK_THAT(all, Contains("(median of 3 columns)"));
  const std::string wide = server::worker::text_of(with_targets(16, 1200));
  CHECK_THAT(wide, Contains("  16 drawn of 1200 columns as the target: of what original rows tell"));
  CHECK_THAT(wide, !Contains("every column as the target:"));
}
