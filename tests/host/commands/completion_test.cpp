// A real shell that completes our commands.
#include <filesystem>

#include "host/commands/complete_value.h"
#include "host/commands/seen_names.h"
#include "tests/catch.h"
#include "tests/run_program.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

// What bash makes of a line, a candidate a line.
std::string completed(const Laptop& laptop, const std::string& line) {
  const std::string programs = std::filesystem::path(bin("ctgan")).parent_path().string();
  const std::string first = line.substr(0, line.find(' '));
  Surroundings surroundings = laptop.surroundings();
  const Outcome outcome =
      run_program({"/bin/bash", "-c",
                   "PATH=" + programs + ":$PATH\n" + "source <(ctgan completion bash)\n" + "COMP_LINE='" +
                       line + "' COMP_POINT=" + std::to_string(line.size()) + "\n_ctgan_complete " + first +
                       " 2>/dev/null\n" + "printf '%s\\n' \"${COMPREPLY[@]}\""},
                  surroundings);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return outcome.out;
}

}  // namespace

TEST_CASE("bash completes commands, options, methods, files, and the columns of the table that is named") {
  const Laptop laptop;
  laptop.write_table("people.csv", small_table(60));
  CHECK(completed(laptop, "ctgan sam") == "sample\n");
  CHECK(completed(laptop, "fit --detac") == "--detach\n");
  CHECK(completed(laptop, "ctgan fit --method tre") == "trees\n");
  CHECK(completed(laptop, "manage jobs ca") == "cancel\n");
  CHECK(completed(laptop, "fit original_data/peo") == "original_data/people.csv\n");
  CHECK(completed(laptop, "fit original_data/people.csv --drop age,ci") == "age,city\n");
  CHECK(completed(laptop, "download --format=js") == "jsonl\njson\n");
}

TEST_CASE("models that were seen are completed without asking the server, with their columns") {
  const Laptop laptop;
  laptop.write_table("people.csv", small_table(60));
  REQUIRE(
      laptop.run({"fit", "original_data/people.csv", "--method", "trees", "--no-report", "--batch"}).code ==
      0);
  const std::string models = completed(laptop, "sample ");
  CHECK_THAT(models, Catch::StartsWith("latest\n") && Catch::Contains("\npeople_"));
  CHECK(completed(laptop, "sample latest:") == "people\n");
  CHECK(completed(laptop, "sample latest --balance se") == "sex\n");
}

}  // namespace ctgan::tests
