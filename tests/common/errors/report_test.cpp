#include "common/errors/report.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "common/errors/closest.h"
#include "common/errors/withheld.h"
#include "tests/catch.h"

namespace ctgan::errors {
namespace {

std::string reported(const Error& error, ReportStyle style) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  report(file, "fit", error, style);
  std::rewind(file);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

}  // namespace

TEST_CASE("an error without a hint has no line for one") {
  CHECK(reported(Error(Kind::io, "the disk is full"), ReportStyle::text) == "fit: the disk is full\n");
  CHECK_FALSE(nlohmann::json::parse(reported(Error(Kind::io, "x"), ReportStyle::json)).contains("hint"));
}

TEST_CASE("JSON is one line, whatever the words hold") {
  const std::string line =
      reported(Error(Kind::bad_data, "two\nlines, \xff and \"quotes\"", "a\tb"), ReportStyle::json_aside);
  CHECK(line.find('\n') == line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  CHECK_THAT(json["sentence"].get<std::string>(), Catch::StartsWith("two\nlines, "));
  CHECK(json["exit_code"] == 65);
}

TEST_CASE("the help on exit codes has a line for success and for each kind, in their order") {
  std::istringstream lines(exit_code_help());
  std::string line;
  std::getline(lines, line);
  CHECK(line == "exit codes:");
  std::getline(lines, line);
  CHECK(line == "  0    success");
  for (const KindRow& row : kind_table()) {
    REQUIRE(std::getline(lines, line));
    CHECK_THAT(line,
               Catch::Contains(std::to_string(row.exit_code)) && Catch::Contains(std::string(row.meaning)));
  }
  CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE(
    "how an error is reported is asked when there is one, and a reader that left is no error to report") {
  int asked = 0;
  const auto style = [&asked] {
    ++asked;
    return ReportStyle::text;
  };
  CHECK(run_and_report(
            "fit", [] { return 0; }, style) == 0);
  CHECK(run_and_report(
            "fit", []() -> int { throw Error(Kind::output_closed, "x"); }, style) == 141);
  CHECK(asked == 0);
  CHECK(run_and_report(
            "fit", []() -> int { throw std::runtime_error("boom"); }, style) == 70);
  CHECK(asked == 1);
}

TEST_CASE("what the system refuses for now can be tried again, what it refuses for good cannot") {
  for (const int number : {EAGAIN, EBUSY, ETXTBSY, ETIMEDOUT, ECONNRESET})
    CHECK(from_errno(number, "open", "x").kind() == Kind::try_again);
  for (const int number : {EIO, EROFS, EMFILE, ENFILE, EDQUOT})
    CHECK(from_errno(number, "open", "x").kind() == Kind::io);
  CHECK(from_errno(EEXIST, "create", "x").kind() == Kind::cannot_create);
  CHECK(from_errno(EPERM, "open", "x").kind() == Kind::permission);
  for (const int number : {EMFILE, EACCES, EROFS, EAGAIN})
    CHECK_FALSE(from_errno(number, "open", "x").hint().empty());
  // As people write: the C library begins with a capital letter.
  CHECK(from_errno(EIO, "read", "x").sentence() == "cannot read 'x': input/output error");
}

TEST_CASE("control characters of both sets are shown, letters of any language stay", "[fault:39]") {
  CHECK(visible("\xc3\xa4\xe6\x97\xa5 ok") == "\xc3\xa4\xe6\x97\xa5 ok");
  // U+009B begins a command of a terminal, as ESC [ does.
  CHECK(visible("a\xc2\x9b"
                "31m") == "a\\x9b31m");
  CHECK(visible(std::string_view("\0\r", 2)) == "\\x00\\x0d");
  CHECK(visible("\xc2") == "\xc2");
}

TEST_CASE("a long name is cut, and it is said that it was") {
  CHECK(errors::quoted(std::string(120, 'a')) == "'" + std::string(120, 'a') + "'");
  CHECK(errors::quoted(std::string(121, 'a')) == "'" + std::string(120, 'a') + "...'");
  CHECK(quoted("") == "''");
}

TEST_CASE("at most twelve known names are listed, and that there are more") {
  std::vector<std::string> names;
  for (int i = 0; i < 13; ++i) names.push_back("name" + std::string(1, static_cast<char>('a' + i)) + "name");
  const std::string all = suggestion("zzzzzzzzzzzzzzzzz", std::span(names).first(12));
  CHECK_THAT(all, Catch::Contains("namelname") && !Catch::Contains("..."));
  const std::string cut = suggestion("zzzzzzzzzzzzzzzzz", names);
  CHECK_THAT(cut, Catch::EndsWith("namelname, ..."));
}

TEST_CASE("of several near names the nearest is meant, of equally near ones the first") {
  const std::vector<std::string> names{"income", "incomes", "outcome"};
  CHECK(closest("incomess", names) == "incomes");
  CHECK(closest("incom", names) == "income");
  const std::vector<std::string> twins{"cat", "car"};
  CHECK(closest("cas", twins) == "cat");
  CHECK(closest("", twins).empty());
}

TEST_CASE("a long name of any language is cut between its characters, so that it stays text", "[fault:39]") {
  // 119 bytes, then characters of two, three and four.
  for (const std::string& letter :
       {std::string("\xc3\xa4"), std::string("\xe6\x97\xa5"), std::string("\xf0\x9f\x98\x80")}) {
    std::string name(119, 'a');
    for (int i = 0; i < 10; ++i) name += letter;
    CHECK(errors::quoted(name) == "'" + std::string(119, 'a') + "...'");
    CHECK(errors::quoted(std::string(120 - letter.size(), 'a') + letter + letter) ==
          "'" + std::string(120 - letter.size(), 'a') + letter + "...'");
    // Strict JSON, as archives hold it, takes no broken text.
    CHECK_NOTHROW(nlohmann::json(errors::quoted(name)).dump());
  }
  // What is no text is cut where it is too long, and never lost.
  CHECK(errors::quoted(std::string(200, '\x80')) == "'" + std::string(120, '\x80') + "...'");
}

TEST_CASE("no control character of a name reaches a terminal, neither by the sentence nor by the hint",
          "[fault:39]") {
  const std::vector<std::string> names{"\x1b[2Jage",
                                       "b\xc2\x9b"
                                       "31m"};
  CHECK(suggestion("zzzzzzzzzzzz", names) == "known are: \\x1b[2Jage, b\\x9b31m");
  const Error error(Kind::bad_data, "no column \x1b[2J", "leave it out with '--drop \x1b]0;x\x07'");
  CHECK(reported(error, ReportStyle::text) ==
        "fit: no column \\x1b[2J\n  hint: leave it out with '--drop \\x1b]0;x\\x07'\n");
  // Scripts get what there is.
  CHECK(nlohmann::json::parse(reported(error, ReportStyle::json))["sentence"] == "no column \x1b[2J");
}

TEST_CASE("a sentence of several lines stays several lines") {
  CHECK(reported(Error(Kind::job_failed, "first\nsecond\n", "a\n\nb"), ReportStyle::text) ==
        "fit: first\nsecond\n\n  hint: a\n\nb\n");
}

TEST_CASE("JSON says the same beside rows and alone: kind, code, sentence and hint") {
  const Error error(Kind::no_input, "there is no model 'x'", "ask 'manage --list'");
  for (const ReportStyle style : {ReportStyle::json, ReportStyle::json_aside}) {
    const auto json = nlohmann::json::parse(reported(error, style));
    CHECK(json.at("message_type") == "error");
    CHECK(json.at("kind") == "no_input");
    CHECK(json.at("exit_code") == exit_code(Kind::no_input));
    CHECK(json.at("hint") == error.hint());
  }
}

TEST_CASE(
    "a letter too many, too few, wrong, or of the other case is a near name; a third of them wrong is the "
    "end") {
  const std::vector<std::string> names{"education"};
  for (const char* near : {"educations", "eduction", "educatiom", "EDUCATION", "educatixxx", "xxxcation"})
    CHECK(closest(near, names) == "education");
  for (const char* far : {"xxxxation", "edu", "education-number"}) CHECK(closest(far, names).empty());
  // One edit is always near.
  CHECK(closest("a", std::vector<std::string>{"b"}) == "b");
  CHECK(closest("x", {}).empty());
}

TEST_CASE("the withheld rows have a kind of their own, with a code that scripts know") {
  CHECK(exit_code(k_withheld) == 83);
  CHECK(kind_from_name("withheld") == k_withheld);
  CHECK(kind_from_name("Withheld") == std::nullopt);
}

}  // namespace ctgan::errors
