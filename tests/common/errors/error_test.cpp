#include "common/errors/error.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "common/errors/closest.h"
#include "common/errors/report.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/small_disk.h"
#include "tests/temporary_folder.h"

namespace ctgan::errors {

TEST_CASE("every kind has its own exit code and name, and the table is ascending") {
  std::set<int> codes;
  std::set<std::string_view> names;
  int last = 0;
  for (const KindRow& row : kind_table()) {
    CHECK(row.exit_code > last);
    last = row.exit_code;
    codes.insert(row.exit_code);
    names.insert(row.name);
    CHECK(exit_code(row.kind) == row.exit_code);
    CHECK(kind_from_name(row.name) == row.kind);
  }
  CHECK(codes.size() == kind_table().size());
  CHECK(names.size() == kind_table().size());
}

TEST_CASE("a file system without room for one more file is told from one without room for bytes") {
  const tests::TemporaryFolder folder;
  const tests::SmallDisk disk(folder / "disk", "nr_inodes=1");
  if (!disk) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  const Error full = from_errno(ENOSPC, "create", (folder / "disk/not/there").string());
  CHECK(full.kind() == Kind::io);
  CHECK_THAT(full.sentence(),
             Catch::Contains("no space left on device") && Catch::Contains("no inodes left"));
  CHECK_THAT(full.hint(), Catch::Contains("delete some files"));
  CHECK(from_errno(ENOSPC, "write", "the upload").sentence() ==
        "cannot write 'the upload': no space left on device");
  CHECK(from_errno(EACCES, "create", (folder / "disk/x").string()).kind() == Kind::permission);
}

TEST_CASE("exit codes are those of the manual") {
  CHECK(exit_code(Kind::usage) == 64);
  CHECK(exit_code(Kind::bad_data) == 65);
  CHECK(exit_code(Kind::no_input) == 66);
  CHECK(exit_code(Kind::unavailable) == 69);
  CHECK(exit_code(Kind::internal) == 70);
  CHECK(exit_code(Kind::cannot_create) == 73);
  CHECK(exit_code(Kind::io) == 74);
  CHECK(exit_code(Kind::try_again) == 75);
  CHECK(exit_code(Kind::protocol) == 76);
  CHECK(exit_code(Kind::permission) == 77);
  CHECK(exit_code(Kind::configuration) == 78);
  CHECK(exit_code(Kind::job_failed) == 80);
  CHECK(exit_code(Kind::job_cancelled) == 81);
  CHECK(exit_code(Kind::job_lost) == 82);
  CHECK(exit_code(Kind::interrupted) == 130);
  CHECK(exit_code(Kind::output_closed) == 141);
}

TEST_CASE("an error survives the trip through JSON, but for the one that is reported without a word") {
  for (const KindRow& row : kind_table()) {
    const Error back = from_json(to_json(Error(row.kind, "the sentence", "the hint")));
    CHECK(back.kind() == (row.kind == Kind::output_closed ? Kind::internal : row.kind));
    CHECK(back.sentence() == "the sentence");
    CHECK(back.hint() == "the hint");
  }
  CHECK_FALSE(to_json(Error(Kind::io, "x")).contains("hint"));
}

TEST_CASE("anything may stand where an error's JSON is expected") {
  for (const char* text :
       {"null", "[]", "7", "{}", R"({"kind":7,"sentence":[],"hint":{}})", R"({"kind":"new"})"}) {
    const Error error = from_json(nlohmann::json::parse(text));
    CHECK(error.kind() == Kind::internal);
    CHECK_FALSE(error.sentence().empty());
  }
}

TEST_CASE("errno becomes a kind, a sentence that names the path, and a next step") {
  const Error full = from_errno(ENOSPC, "write", "/data/a.csv");
  CHECK(full.kind() == Kind::io);
  CHECK(full.sentence() == "cannot write '/data/a.csv': no space left on device");
  CHECK_FALSE(full.hint().empty());
  CHECK(from_errno(ENOENT, "open", "x").kind() == Kind::no_input);
  CHECK(from_errno(EACCES, "open", "x").kind() == Kind::permission);
}

TEST_CASE("quoted text cannot move the cursor or flood the screen", "[fault:39]") {
  CHECK(quoted("plain") == "'plain'");
  CHECK(quoted("a\x1b[31m\n\t\x7f") == R"('a\x1b[31m\n\t\x7f')");
  CHECK(errors::quoted(std::string(500, 'a')).size() < 130);
}

TEST_CASE("a foreign exception is described as our bug, lack of memory is not") {
  const auto of = [](auto exception) { return describe(std::make_exception_ptr(exception)); };
  CHECK(of(std::runtime_error("boom")).kind() == Kind::internal);
  CHECK_THAT(of(std::runtime_error("boom")).sentence(), Catch::Contains("boom"));
  CHECK(of(std::bad_alloc()).kind() == Kind::io);
  CHECK(of(7).kind() == Kind::internal);
  CHECK(of(Error(Kind::usage, "x")).kind() == Kind::usage);
}

TEST_CASE("run_and_report returns the command's own code, or the exit code of what it raised") {
  const auto style = [] { return ReportStyle::text; };
  CHECK(run_and_report(
            "fit", [] { return 3; }, style) == 3);
  CHECK(run_and_report(
            "fit", []() -> int { throw Error(Kind::job_lost, "gone", "again"); }, style) == 82);
}

TEST_CASE("a report is a sentence and a hint, or one JSON object") {
  const auto reported = [](ReportStyle style) {
    std::FILE* file = std::tmpfile();
    report(file, "fit", Error(Kind::bad_data, "line 3 has 2 cells", "correct it"), style);
    std::rewind(file);
    std::string text(1000, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
  };
  CHECK(reported(ReportStyle::text) == "fit: line 3 has 2 cells\n  hint: correct it\n");
  const auto json = nlohmann::json::parse(reported(ReportStyle::json));
  CHECK(json == nlohmann::json{{"message_type", "error"},
                               {"exit_code", 65},
                               {"kind", "bad_data"},
                               {"sentence", "line 3 has 2 cells"},
                               {"hint", "correct it"}});
}

TEST_CASE("the closest name is suggested only when it is near") {
  const std::vector<std::string> names{"age", "workclass", "education", "education-num"};
  CHECK(closest("workclas", names) == "workclass");
  CHECK(closest("Education", names) == "education");
  CHECK(closest("ega", names).empty());
  CHECK(closest("zzzzzz", names).empty());
  CHECK(suggestion("workclas", names) == "did you mean 'workclass'?");
  CHECK(suggestion("zzzzzz", names) == "known are: age, workclass, education, education-num");
  CHECK(suggestion("x", {}) == "there are none");
}

}  // namespace ctgan::errors

TEST_CASE("a failure of the system keeps its kind; a reader that left is no failure to report") {
  const auto described = [](int number) {
    return ctgan::errors::describe(
        std::make_exception_ptr(std::system_error(number, std::generic_category(), "standard output")));
  };
  CHECK(described(EPIPE).kind() == ctgan::errors::Kind::output_closed);
  CHECK(described(ENOSPC).kind() == ctgan::errors::Kind::io);
}
