// What a job file says beside what was typed.
#include "host/commands/job_file_flags.h"

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::commands {
namespace {

using Options = std::map<std::string, std::string>;

class WrittenJob {
 public:
  explicit WrittenJob(const std::string& text) {
    const auto file = folder_.path() / "runtime.yaml";
    files::write_file(file, text, files::AtomicFile::IfExists::replace);
    flags.job_file = file.string();
    flags.shared.quiet = true;
  }
  const FitFlags& taken() {
    take_job_file(flags);
    return flags;
  }
  FitFlags flags;

 private:
  tests::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a private method for which nothing says what is spent gets an epsilon of 1, others none") {
  CHECK(WrittenJob("method: MTS\n").taken().options == Options{{"epsilon", "1"}});
  CHECK(WrittenJob("method: swift\nepsilon: 3\n").taken().options == Options{{"epsilon", "3"}});
  CHECK(WrittenJob("method: swift\nrho: 0.1\n").taken().options == Options{{"rho", "0.1"}});
  CHECK(WrittenJob("method: ctgan\n").taken().options.empty());
}

TEST_CASE("what is typed as spent takes the place of what the file says, whichever of the two words it is") {
  WrittenJob by_rho("method: swift\nepsilon: 3\ndelta: 1e-6\n");
  by_rho.flags.options = {{"rho", "0.1"}};
  CHECK(by_rho.taken().options == Options{{"rho", "0.1"}, {"delta", "1e-6"}});
  WrittenJob by_epsilon("method: swift\nrho: 0.1\n");
  by_epsilon.flags.options = {{"epsilon", "2"}};
  CHECK(by_epsilon.taken().options == Options{{"epsilon", "2"}});
  WrittenJob without("method: swift\n");
  without.flags.options = {{"rho", "0.1"}};
  CHECK(without.taken().options == Options{{"rho", "0.1"}});
}

TEST_CASE(
    "a typed metadata file stands for all that a job file says of columns, and typed limits for its own") {
  const std::string text =
      "method: swift\ndomain: {age: {sdtype: numerical, min: 0, max: 9}}\nrun: {threads: 2, minutes: 5}\n";
  WrittenJob silent(text);
  CHECK(silent.taken().table.columns.size() == 1);
  CHECK(silent.flags.threads == "2");
  CHECK(silent.flags.minutes == "5");
  WrittenJob typed(text);
  typed.flags.table.metadata = "mine.json";
  typed.flags.threads = "1";
  CHECK(typed.taken().table.columns.empty());
  CHECK(typed.flags.table.metadata == "mine.json");
  CHECK(typed.flags.threads == "1");
  CHECK(WrittenJob("domain: theirs.json\n").taken().table.metadata == "theirs.json");
}

TEST_CASE("two methods are refused") {
  WrittenJob job("method: swift\n");
  job.flags.method = "mst";
  CHECK_THAT(tests::raised([&] { job.taken(); }).sentence(),
             Catch::Contains("'swift'") && Catch::Contains("'mst'"));
}

}  // namespace ctgan::host::commands
