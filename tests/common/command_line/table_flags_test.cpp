#include "common/command_line/table_flags.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using command_line::add_table_flags;
using command_line::table_request;
using command_line::TableFlags;

namespace {

TableFlags parsed(const std::string& line) {
  CLI::App app;
  TableFlags flags;
  std::string file;
  app.add_option("FILE", file);
  add_table_flags(app, flags);
  app.parse(line, false);
  return flags;
}

}  // namespace

TEST_CASE("lists of columns are split at commas, may be repeated, and leave the argument behind them alone") {
  const TableFlags flags = parsed("--discrete a,b --discrete c people.csv --drop 'a b'");
  CHECK(flags.discrete == std::vector<std::string>{"a", "b", "c"});
  CHECK(flags.drop == std::vector<std::string>{"a b"});
}

TEST_CASE("flags override the metadata file") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "m.json") << R"({"columns":{"a":{"sdtype":"id"},"b":{"sdtype":"categorical"}}})";
  TableFlags flags = parsed("--continuous a --identifier c --missing NA,?");
  flags.metadata = (folder / "m.json").string();
  const table_formats::FileRequest request = table_request(flags, "t.csv");
  CHECK(request.columns.at("a").kind == table::ColumnKind::numerical);
  CHECK(request.columns.at("b").kind == table::ColumnKind::categorical);
  CHECK(request.columns.at("c").kind == table::ColumnKind::id);
  CHECK(request.missing.contains("?"));
}

TEST_CASE("the file's name says how it is written where no flag does") {
  CHECK(table_request({}, "people.tsv").dialect.delimiter == '\t');
  CHECK(table_request(parsed("--delimiter ;"), "people.tsv").dialect.delimiter == ';');
  CHECK(table_request(parsed("--decimal ,"), "people.csv").dialect.decimal_comma);
}

TEST_CASE("contradictions and bad metadata files are refused") {
  const tests::TemporaryFolder folder;
  const auto refused = [](const TableFlags& flags) {
    return tests::raised([&] { table_request(flags, ""); });
  };
  CHECK(refused(parsed("--discrete c --identifier c")).sentence() ==
        "column 'c' is named by both '--discrete' and '--identifier'");
  TableFlags file;
  file.metadata = (folder / "none.json").string();
  CHECK(refused(file).kind() == errors::Kind::no_input);
  std::ofstream(folder / "broken.json") << "{";
  file.metadata = (folder / "broken.json").string();
  CHECK(refused(file).kind() == errors::Kind::bad_data);
}

TEST_CASE("what a metadata file does not hold can be typed again") {
  CHECK(command_line::beside_metadata({}).empty());
  CHECK(command_line::beside_metadata(parsed("--drop 'last name' --drop id --decimal , --discrete zip")) ==
        " --drop 'last name' --drop id --decimal ,");
  CHECK(command_line::beside_metadata(parsed("--missing \"it's\" --delimiter ;")) ==
        " --missing 'it'\\''s' --delimiter ';'");
}
