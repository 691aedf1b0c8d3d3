#include "common/command_line/help_page.h"

#include <sstream>

#include "common/command_line/footer.h"
#include "common/terminal/terminal.h"
#include "tests/catch.h"

namespace ctgan::command_line {
namespace {

struct Program {
  explicit Program(const std::string& name = "manage")
      : app("Looks after what you have on the server.", name) {
    app.add_option("NAME", text, "which one")->required();
    app.add_option("-o,--output", text,
                   "file to write, .csv or .json, packed when .gz follows; '-' for standard output")
        ->type_name("FILE")
        ->group("Rows");
    app.add_option("--secret", text, "not for people")->group("");
    CLI::App* jobs = app.add_subcommand("jobs", "what runs");
    jobs->add_subcommand("list", "show them");
    for (const char* other : {"whoami", "models", "data", "users"})
      app.add_subcommand(other, "something else");
    std::string many;
    for (int i = 0; i < 8; ++i) many += "  manage users " + std::to_string(i) + "\n";
    app.footer("examples:\n  manage jobs list\n  manage whoami\n" + many +
               "files:\n  ~/x  y\nexit codes:\n  0  success\n");
  }
  CLI::App app;
  std::string text;
};

std::size_t widest(const std::string& page) {
  std::size_t cells = 0;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) cells = std::max(cells, terminal::cells_of(line));
  return cells;
}

}  // namespace

TEST_CASE("help has the usage, arguments, commands and options, each with what it means") {
  const Program program;
  const std::string page = help_page(program.app, 80);
  for (const char* part :
       {"Looks after what you have on the server.\n\nusage: manage [options] NAME COMMAND ...\n",
        "\n  NAME                      which one (required)\n",
        "\ncommands:\n  jobs                      what runs\n",
        "\nRows:\n  -o, --output FILE         file to write, .csv or .json, packed when .gz\n"
        "                            follows; '-' for standard output\n",
        "\nExit code 0 is success; 'man manage' has the others, and more.\n"})
    CHECK_THAT(page, Catch::Contains(part));
  CHECK_THAT(page, !Catch::Contains("secret") && !Catch::Contains("~/x"));
}

TEST_CASE(
    "help fits the terminal: what an option means stands below it in a narrow one, and lines stay short in a "
    "wide one") {
  const Program program;
  const std::string narrow = help_page(program.app, 40);
  CHECK(widest(narrow) <= 40);
  CHECK_THAT(narrow, Catch::Contains("\n  -o, --output FILE\n      file to write, .csv or .json,\n"));
  CHECK(widest(help_page(program.app, 200)) <= 110);
}

TEST_CASE("an example stands with the command that it is of, called as its reader calls it") {
  const Program program;
  const CLI::App* jobs = program.app.get_subcommand("jobs");
  CHECK_THAT(help_page(program.app, 80), !Catch::Contains("manage jobs list"));
  CHECK_THAT(help_page(*jobs, 80),
             Catch::Contains("examples:\n  manage jobs list\n") && !Catch::Contains("whoami"));
  CHECK(own_examples(*jobs).empty());
  CHECK(own_examples(*jobs->get_subcommand("list")) == std::vector<std::string>{"  manage jobs list"});
  const Program part("ctgan manage");
  CHECK_THAT(help_page(*part.app.get_subcommand("jobs"), 80), Catch::Contains("  ctgan manage jobs list\n"));
  CHECK_THAT(help_page(*part.app.get_subcommand("jobs"), 80),
             Catch::Contains("usage: ctgan manage jobs [options]"));
}

}  // namespace ctgan::command_line
