#include "tests/server/synth/model/trainer_suite.h"

TEST_CASE("trees are a synthesizer") {
  ctgan::tests::trainer_suite("trees", {{"min_leaf", 5}}, 2);
}

TEST_CASE("several trees a column are a synthesizer") {
  ctgan::tests::trainer_suite("trees", {{"min_leaf", 5}, {"trees", 3}, {"visit", "data"}}, 2);
}
