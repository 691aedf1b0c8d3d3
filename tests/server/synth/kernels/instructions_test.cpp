#include "server/synth/kernels/instructions.h"

#include <cstdlib>

#include "common/errors/error.h"
#include "tests/catch.h"

using namespace ctgan;
using namespace ctgan::synth::kernels;

TEST_CASE("the best instructions are chosen, or those that CTGAN_INSTRUCTIONS names") {
  unsetenv("CTGAN_INSTRUCTIONS");
  CHECK(available_instructions().front() == Instructions::baseline);
  CHECK(chosen_instructions() == available_instructions().back());
  setenv("CTGAN_INSTRUCTIONS", "baseline", 1);
  CHECK(chosen_instructions() == Instructions::baseline);
  setenv("CTGAN_INSTRUCTIONS", "mmx", 1);
  try {
    chosen_instructions();
    FAIL("it chose");
  } catch (const errors::Error& error) {
    CHECK(error.kind() == errors::Kind::usage);
    CHECK(error.sentence() == "CTGAN_INSTRUCTIONS names unknown instructions 'mmx'");
    CHECK(error.hint() == "use baseline, avx2 or avx512, or leave it out");
  }
  unsetenv("CTGAN_INSTRUCTIONS");
}
