#include "server/synth/kernels/instructions.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

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

TEST_CASE("instructions have names in their order, and who has one has those before it") {
  CHECK(name_of(Instructions::baseline) == "baseline");
  CHECK(name_of(Instructions::avx2) == "avx2");
  CHECK(name_of(Instructions::avx512) == "avx512");
  const auto available = available_instructions();
  for (std::size_t i = 0; i < available.size(); ++i) CHECK(available[i] == static_cast<Instructions>(i));
  if (bf16_available()) CHECK(available.back() == Instructions::avx512);
}

TEST_CASE("every set is chosen by its name where the processor has it, else refused; an empty name is none") {
  const auto available = available_instructions();
  for (const Instructions one : {Instructions::baseline, Instructions::avx2, Instructions::avx512}) {
    const std::string name(name_of(one));
    setenv("CTGAN_INSTRUCTIONS", name.c_str(), 1);
    if (std::find(available.begin(), available.end(), one) != available.end()) {
      CHECK(chosen_instructions() == one);
      continue;
    }
    const auto error = tests::raised([] { chosen_instructions(); });
    CHECK(error.kind() == errors::Kind::unavailable);
    CHECK(error.sentence() == "this processor has no " + name + " instructions");
  }
  setenv("CTGAN_INSTRUCTIONS", "", 1);
  CHECK(chosen_instructions() == available.back());
  unsetenv("CTGAN_INSTRUCTIONS");
}
