#include "common/command_line/completion.h"

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::command_line {
namespace {

using Words = std::vector<std::string>;

struct Program {
  Program() : app("Works.", "work") {
    app.add_option("FILE", text, "a table");
    app.add_option("-m,--method", text, "how")->type_name("METHOD");
    app.add_option("--format", text, "how")->type_name("csv|tsv");
    app.add_option("--drop", names, "columns")->type_name("COLUMN,...");
    app.add_option("--folder", text, "where")->type_name("FOLDER");
    app.add_flag("--force", flag, "replace");
    app.add_option("--hidden", text, "no")->group("");
    CLI::App* jobs = app.add_subcommand("jobs", "what runs");
    jobs->add_subcommand("show", "one")->add_option("JOB", text, "which");
    jobs->add_subcommand("list", "all")->add_flag("--all-users", flag, "everybody's");
  }
  Words at(const Words& words) const {
    return candidates(app, words, [](std::string_view type, const Words& /*words*/) -> Words {
      if (type == "METHOD") return {"ctgan", "trees"};
      if (type == "COLUMN,...") return {"age", "sex"};
      return type == "JOB" ? Words{"latest"} : Words{};
    });
  }
  CLI::App app;
  std::string text;
  Words names;
  bool flag = false;
};

}  // namespace

TEST_CASE("commands stand where one may, and arguments as the shell has them") {
  const Program program;
  CHECK(program.at({""}) == Words{"jobs", ":files"});
  CHECK(program.at({"jobs", ""}) == Words{"show", "list"});
  CHECK(program.at({"jobs", "s"}) == Words{"show"});
  CHECK(program.at({"jobs", "show", ""}) == Words{"latest"});
  CHECK(program.at({"a.csv", ""}) == Words{"jobs"});
}

TEST_CASE("a dash asks for options, those of the commands before included, hidden ones not") {
  const Program program;
  CHECK(program.at({"--f"}) == Words{"--format", "--folder", "--force"});
  CHECK(program.at({"--hid"}).empty());
  CHECK(program.at({"jobs", "list", "--a"}) == Words{"--all-users"});
  CHECK(program.at({"jobs", "list", "--meth"}) == Words{"--method"});
  CHECK(program.at({"--", "--f"}) == Words{":files"});
}

TEST_CASE("an option's value is of its type, behind a blank or an equals sign, also the last of a list") {
  const Program program;
  CHECK(program.at({"--method", "t"}) == Words{"trees"});
  CHECK(program.at({"-m", ""}) == Words{"ctgan", "trees"});
  CHECK(program.at({"--format", ""}) == Words{"csv", "tsv"});
  CHECK(program.at({"--format=t"}) == Words{"--format=tsv"});
  CHECK(program.at({"--drop", "age,s"}) == Words{"age,sex"});
  CHECK(program.at({"--folder", ""}) == Words{":folders"});
  CHECK(program.at({"--force", "j"}) == Words{"jobs", ":files"});
}

TEST_CASE("there is a script for each shell, and another one is refused") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell, {"fit", "sample"});
    CHECK_THAT(script, Catch::Contains("--complete-words") && Catch::Contains("fit sample"));
  }
  CHECK(tests::raised([] { completion_script("csh", {}); }).kind() == errors::Kind::usage);
}

}  // namespace ctgan::command_line
