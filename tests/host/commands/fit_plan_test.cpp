#include "host/commands/fit_plan.h"

#include "tests/catch.h"

using namespace ctgan::host::commands;
using nlohmann::json;

namespace {

json cost_of(const json& guarantee) {
  json cost{
      {"accounting",
       {{{"stage", "number of rows"},
         {"mechanism", "discrete Laplace"},
         {"times", 1},
         {"scale", 20.0},
         {"cost", 0.05}},
        {{"stage", "choices"}, {"mechanism", "exponential"}, {"times", 2}, {"scale", 0.2}, {"cost", 0.2}}}},
      {"unit", "one row"}};
  cost.update(guarantee);
  return cost;
}

}  // namespace

TEST_CASE("a plan says what each stage gets of rho, or of epsilon where there is no delta") {
  const std::string pure = accounting_text(cost_of({{"epsilon", 1.0}, {"delta", 0.0}}));
  CHECK_THAT(pure, Catch::Contains("epsilon 1 and delta 0, by one row, would be spent on:"));
  CHECK_THAT(pure, Catch::Contains("Laplace, 20.0 rows a count") && Catch::Contains("5.0 %"));
  CHECK_THAT(pure, Catch::Contains("epsilon 0.2") && Catch::Contains("40.0 %"));
  const std::string concentrated =
      accounting_text(cost_of({{"epsilon", 1.0}, {"delta", 1e-9}, {"rho", 0.5}}));
  CHECK_THAT(concentrated,
             Catch::Contains("epsilon 1 and delta 1e-09 (rho 0.500000)") && Catch::Contains("80.0 %"));
  CHECK(accounting_text(json::object()).empty());
}
