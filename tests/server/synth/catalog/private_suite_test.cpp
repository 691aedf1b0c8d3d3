#include "tests/server/synth/model/trainer_suite.h"

// With an epsilon at which there is no noise to speak of.
TEST_CASE("mst is a synthesizer") {
  ctgan::tests::trainer_suite("mst", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("aim is a synthesizer") {
  ctgan::tests::trainer_suite("aim", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("mwem is a synthesizer") {
  ctgan::tests::trainer_suite("mwem", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("privsyn is a synthesizer") {
  ctgan::tests::trainer_suite("privsyn", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("swift is a synthesizer") {
  ctgan::tests::trainer_suite("swift", {{"epsilon", 1e4}, {"really", true}}, 2);
}
