#include "common/command_line/man_page.h"

#include "tests/catch.h"

using namespace ctgan;
using command_line::man_page;

namespace {

// A program with everything that a page has to show.
struct Program {
  Program() : app("Trains a model.", "fit") {
    app.add_option("FILE", file, ".csv or 'inbox:NAME'");
    app.add_option("--epochs,-e", number, "passes over the table")->group("Model");
    app.add_option("--secret", file, "not for people")->group("");
    app.add_flag("--batch", flag, "never ask: C:\\path-like text");
    CLI::App* list = app.add_subcommand("list", "show them");
    list->add_option("NAME", file, "which")->required();
    app.add_subcommand("hidden", "for the build")->group("");
    app.footer("examples:\n  fit people.csv\n  fit list\nnotes:\n  .hidden\nexit codes:\n  0  success\n");
  }
  CLI::App app;
  std::string file;
  int number = 0;
  bool flag = false;
};

}  // namespace

TEST_CASE("a page names the program, its options by group, its commands, and the footer's parts") {
  const Program program;
  const std::string page = man_page(program.app, "1.2.3");
  CHECK_THAT(page, Catch::StartsWith(".TH FIT 1 \"\" \"ctgan\\-server 1.2.3\""));
  for (const char* part :
       {".SH NAME\nfit \\- trains a model\n",
        ".SH SYNOPSIS\n\\fBfit\\fR [\\fIoptions\\fR] \\fIcommand\\fR [\\fIFILE\\fR]\n",
        ".SS Model\n.TP\n\\fB\\-e\\fR, \\fB\\-\\-epochs\\fR \\fIINT\\fR\npasses over the table\n",
        ".TP\n\\fB\\-\\-batch\\fR\nnever ask: C:\\epath\\-like text\n",
        ".TP\n\\fIFILE\\fR\n\\&.csv or 'inbox:NAME'\n",
        ".SS fit list\n\\fBfit list\\fR [\\fIoptions\\fR] \\fINAME\\fR\n",
        "which (required)\n.PP\n.nf\n  fit list\n.fi\n",
        ".SH EXAMPLES\n.nf\n  fit people.csv\n.fi\n.SH NOTES\n.nf\n  .hidden\n.fi\n.SH EXIT CODES\n.nf\n  0  "
        "success\n.fi\n"}) {
    CHECK_THAT(page, Catch::Contains(part));
  }
  CHECK_THAT(page, !Catch::Contains("secret") && !Catch::Contains(".SS fit hidden"));
}
