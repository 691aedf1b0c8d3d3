#include "server/synth/domains/value_steps.h"

#include "tests/catch.h"

using namespace ctgan;
using synth::domains::ValueSteps;

namespace {

ValueSteps dates(const std::string& format) {
  return ValueSteps({.name = "c", .kind = table::ColumnKind::datetime, .datetime_format = format});
}

}  // namespace

TEST_CASE("bounds that are found can be written, and are read back as the same step") {
  for (const char* format :
       {"%H:%M", "%I:%M %p", "%Y", "%Y-%m", "%Y Q%q", "%G-W%V", "%G-%V-%u", "%Y-%m-%d", "%d %b %Y",
        "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%9f", "%d/%m/%Y|%Y-%m-%d"}) {
    INFO(format);
    const ValueSteps steps = dates(format);
    CHECK(steps.least() < steps.most());
    for (const std::int64_t step : {steps.least(), steps.least() + 1, steps.most() - 1, steps.most()})
      CHECK(steps.read(steps.text(step)) == step);
  }
  CHECK(dates("%Y").least() == 2);
  CHECK(dates("%H:%M").most() == 1439);
  CHECK(dates("%Y-%m-%d").text(0) == "1970-01-01");
  for (const int decimals : {0, 2, 9, 15}) {
    table::ColumnMetadata number{.name = "c", .kind = table::ColumnKind::numerical};
    number.domain.emplace().decimals = decimals;
    const ValueSteps steps(number);
    for (const std::int64_t step : {steps.least(), steps.least() + 1, std::int64_t{0}, std::int64_t{-1},
                                    std::int64_t{123'456'789}, steps.most() - 1, steps.most()})
      CHECK(steps.read(steps.text(step)) == step);
  }
}
