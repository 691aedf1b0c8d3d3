// Tables that cannot be used: refused on the laptop, before anything is sent or made.
#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

struct BadTable {
  const char* situation;
  std::string content;
  std::vector<std::string> more;      // arguments after the file
  std::vector<std::string> expected;  // parts of what is said
  int code = 65;
};

const std::string k_two_rows = "a,b\n1,x\n2,x\n";

std::string rows_of(const std::string& header, const std::string& row, int count) {
  std::string text = header;
  for (int i = 0; i < count; ++i) text += row;
  return text;
}

std::vector<BadTable> bad_tables() {
  return {
      {"empty file", "", {}, {"empty"}},
      {"header only", "a,b\n", {}, {"no rows"}},
      {"ragged rows", "a,b\n1,2\n1\n1,2\n1,2,3\n\"x\ny\",2\n1\n1\n1\n1\n1\n", {}, {"3", "5", "8", "9", "10"}},
      {"unterminated quote", "a,b\n1,2\n1,\"x\n1,2\n", {}, {"quote", "line 3"}},
      {"NUL byte", std::string("a,b\n1,\0\n", 8), {}, {"NUL", "2"}},
      {"invalid UTF-8", "a,b\n1,2\n1,\xff\xfe\n", {}, {"UTF-8", "line 3"}},
      {"UTF-16",
       std::string("\xff\xfe"
                   "a\0,\0b\0\n\0",
                   10),
       {},
       {"UTF-16", "--encoding utf-16"}},
      {"duplicate column names", "a,b,a\n1,2,3\n", {}, {"'a'"}},
      {"another delimiter, in doubt", "a;b\n1,5;2\n", {}, {"--delimiter ';' --decimal ,"}},
      {"decimal commas",
       rows_of("a;b\n", "1,5;x\n", 20),
       {"--delimiter", ";"},
       {"'a'", "'1,5'", "--decimal ,"}},
      {"another encoding", rows_of("a,b\n", "1,M\xfcller\n", 20), {}, {"line 2", "--encoding latin-1"}},
      {"the wrong encoding",
       rows_of("a,b\n", "1,M\xc3\xbcller\n", 20),
       {"--encoding", "latin-1"},
       {"UTF-8", "leave '--encoding' out"}},
      {"fewer rows than one pac", k_two_rows, {}, {"2 rows", "10"}},
      {"nothing to learn",
       [] {
         std::string text = "id,b\n";
         for (int i = 0; i < 20; ++i) text += "u" + std::to_string(i) + ",x\n";
         return text;
       }(),
       {},
       {"no column of the table has anything to learn", "--discrete"}},
      {"a text column that is to be numerical",
       rows_of("income,b\n", "1,x\n2,y\n", 20),
       {"--continuous", "b"},
       {"'b'", "holds the text 'x'", "--missing"}},
      {"an unknown discrete column",
       rows_of("income,b\n", "1,x\n", 20),
       {"--discrete", "incom"},
       {"'incom'", "'income'"},
       64},
      {"an unknown column to drop",
       rows_of("income,b\n", "1,x\n", 20),
       {"--drop", "incom"},
       {"'incom'", "'income'"},
       64},
      {"nothing left", rows_of("a\n", "1\n", 20), {"--drop", "a"}, {"no column"}},
  };
}

}  // namespace

TEST_CASE(
    "a table that cannot be used is refused on the laptop with exit 65, and nothing "
    "is left anywhere",
    "[fault:29]") {
  for (const BadTable& bad : bad_tables()) {
    const Laptop laptop;
    std::vector<std::string> command = quick_fit(laptop.write_table("bad.csv", bad.content));
    command.insert(command.end(), bad.more.begin(), bad.more.end());
    const Outcome outcome = laptop.run(command);
    INFO(bad.situation << ": " << outcome);
    CHECK(outcome.code == bad.code);
    for (const std::string& part : bad.expected) CHECK_THAT(outcome.err, Catch::Contains(part));
    CHECK(outcome.out.empty());
    CHECK(files_under(laptop.local_store()).empty());
    CHECK(files_under(laptop.work()) == std::vector<std::string>{"original_data/bad.csv"});
  }
}

TEST_CASE("a file that is not there is exit 66 and named; a folder is exit 65") {
  const Laptop laptop;
  const Outcome none = laptop.run(quick_fit("original_data/none.csv"));
  INFO(none);
  CHECK(none.code == 66);
  CHECK_THAT(none.err, Catch::Contains("'original_data/none.csv'"));
  CHECK(laptop.run(quick_fit("original_data")).code == 65);
}

TEST_CASE("options out of range are exit 64, named with their rule, before any work", "[fault:40]") {
  const Laptop laptop;
  const std::string file = laptop.write_table("good.csv", small_table(200));
  const std::vector<std::pair<std::string, std::string>> bad{
      {"--epochs", "0"},          {"--epochs", "-1"},  {"--epochs", "abc"},
      {"--epochs", "1e18"},       {"--pac", "0"},      {"--batch-size", "501"},
      {"--generator-lr", "fast"}, {"--device", "tpu"}, {"--seed", "-3"},
      {"--generator-dim", ""},    {"--epochs", ""}};
  for (const auto& [flag, value] : bad) {
    const Outcome outcome = laptop.run({"fit", file, flag, value, "--batch"});
    INFO(flag << " " << value << ": " << outcome);
    CHECK(outcome.code == 64);
    CHECK_THAT(outcome.err, Catch::Contains(flag.substr(2)) || Catch::Contains("batch_size") ||
                                Catch::Contains("generator_"));
  }
  const Outcome typo = laptop.run({"fit", file, "--epoch", "3"});
  INFO(typo);
  CHECK(typo.code == 64);
  CHECK(files_under(laptop.local_store()).empty());
}

TEST_CASE("rows out of range are exit 64; an unknown model is exit 66", "[fault:40]") {
  const Laptop laptop;
  for (const char* rows : {"0", "-1", "1e18", "abc", "", "1.5"}) {
    const Outcome outcome = laptop.run({"sample", "latest", "-n", rows, "--batch"});
    INFO(rows << ": " << outcome);
    CHECK(outcome.code == 64);
  }
  const Outcome unknown = laptop.run({"sample", "none_20260101t000000_model.gz", "-n", "5", "--batch"});
  INFO(unknown);
  CHECK(unknown.code == 66);
  CHECK_THAT(unknown.err, Catch::Contains("'none_20260101t000000_model.gz'"));
  CHECK(laptop.outputs().empty());
}

TEST_CASE("without a terminal a missing answer is an error that names the flag or argument") {
  const Laptop laptop;
  laptop.write_table("good.csv", small_table(200));
  const Outcome fit = laptop.run({"fit"});
  INFO(fit);
  CHECK(fit.code == 64);
  CHECK_THAT(fit.err, Catch::Contains("FILE"));
  const Outcome sample = laptop.run({"sample", "latest"});
  INFO(sample);
  CHECK(sample.code == 64);
  CHECK_THAT(sample.err, Catch::Contains("-n"));
}

TEST_CASE("errors are JSON with --json: one object, the last line, with the exit code in it") {
  const Laptop laptop;
  const Outcome outcome = laptop.run({"fit", "original_data/none.csv", "--json", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 66);
  const std::string line = last_line(outcome.out);
  CHECK_THAT(line, Catch::Contains(R"("message_type":"error")"));
  CHECK_THAT(line, Catch::Contains(R"("exit_code":66)"));
}

}  // namespace ctgan::tests
