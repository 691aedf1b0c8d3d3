// The same files read by us and by Python: pandas' dtypes, and the cells of Python's csv module.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "common/files/file.h"
#include "common/table/metadata.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "tests/catch.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;
namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string demo_file() {
  return setting("CTGAN_SOURCE_DIR") + "/original_data/original_data_demo.csv";
}

// What `script` prints with `arguments` in sys.argv[1:], or nothing where there is no Python to ask.
std::string python(const std::string& script, const std::vector<std::string>& arguments) {
  const std::string interpreter = setting("CTGAN_PYTHON");
  if (interpreter.empty()) {
    WARN("skipped: CTGAN_PYTHON is not set");
    return {};
  }
  std::vector<std::string> argv{interpreter, "-c", script};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const tests::Outcome outcome = tests::run_program(argv);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return outcome.out;
}

constexpr const char* k_dtypes = R"(
import json, sys, pandas
print(json.dumps({name: str(dtype) for name, dtype in pandas.read_csv(sys.argv[1]).dtypes.items()}))
)";

constexpr const char* k_astype_changes_nothing = R"(
import json, sys, pandas
original = pandas.read_csv(sys.argv[1])
typed = original.astype(json.load(open(sys.argv[2])))
same = list(typed.columns) == list(original.columns) and (typed.dtypes == original.dtypes).all()
print('same' if same and typed.equals(original) else typed.dtypes.to_string())
)";

constexpr const char* k_cells = R"(
import csv, json, sys
print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))))
)";

// pandas knows text as object, and gives integers with holes as float64.
std::string pandas_name(const Column& column) {
  if (column.dtype == Dtype::text) return "object";
  if (column.dtype == Dtype::int64 && !column.missing.empty()) return "float64";
  return std::string(dtype_name(column.dtype));
}

nlohmann::json dtypes_of(const Table& table) {
  nlohmann::json dtypes = nlohmann::json::object();
  for (const Column& column : table.columns()) dtypes[column.name] = pandas_name(column);
  return dtypes;
}

}  // namespace

TEST_CASE("the demo file: its size, its dtypes and the leading spaces of its texts") {
  const Table table = read_csv(demo_file());
  CHECK(table.rows() == 32'561);
  REQUIRE(table.columns().size() == 15);
  CHECK(table.find("age")->dtype == Dtype::int64);
  CHECK(table.find("workclass")->categories().dictionary[0] == " State-gov");
  CHECK(table.find("income")->categories().dictionary == std::vector<std::string>{" <=50K", " >50K"});
  const std::string printed = python(k_dtypes, {demo_file()});
  if (!printed.empty()) CHECK(nlohmann::json::parse(printed) == dtypes_of(table));
}

TEST_CASE("the demo file is written back byte for byte") {
  const tests::TemporaryFolder folder;
  {
    files::AtomicFile file(folder / "copy.csv", files::AtomicFile::IfExists::refuse);
    const Table table = read_csv(demo_file());
    CsvWriter writer(file);
    writer.write_header(table.column_names());
    writer.write_rows(table);
    file.commit();
  }
  CHECK(files::read_file(folder / "copy.csv") == files::read_file(demo_file()));
}

TEST_CASE("the demo file's sidecar gives pandas' astype the dtypes that it has") {
  const tests::TemporaryFolder folder;
  const Metadata metadata = infer_metadata(read_csv(demo_file()), {}, 10);
  CHECK(metadata.names(ColumnKind::numerical).size() == 6);
  files::write_file(folder / "model.json", sidecar_json(metadata), files::AtomicFile::IfExists::refuse);
  const std::string printed =
      python(k_astype_changes_nothing, {demo_file(), (folder / "model.json").string()});
  if (!printed.empty()) CHECK(printed == "same\n");
}

TEST_CASE("pandas finds the dtypes that we find, in columns of every kind") {
  const tests::TemporaryFolder folder;
  const std::string csv =
      "int,spaced,real,exponent,hole,real hole,bool,bool hole,text,mixed,quoted,empty,big,named hole\n"
      "1, 1,1.5,1e3,1,1.5,True,True, a,1,\"1\",,9223372036854775807,NA\n"
      "-2,2 ,2,2,,,False,,b,x,\"2\",,-1,5\n"
      "3,3,.5,3,3,5.,TRUE,False,\"c,d\",2.5,\"3\",,0,null\n";
  files::write_file(folder / "kinds.csv", csv, files::AtomicFile::IfExists::refuse);
  const std::string printed = python(k_dtypes, {(folder / "kinds.csv").string()});
  if (!printed.empty()) CHECK(nlohmann::json::parse(printed) == dtypes_of(read_csv(folder / "kinds.csv")));
}

TEST_CASE("a sidecar with empty text cells is one that astype leaves the data alone with") {
  const tests::TemporaryFolder folder;
  files::write_file(folder / "a.csv", "t,b,n\nx,True,1\n,False,2\nx,True,3\n",
                    files::AtomicFile::IfExists::refuse);
  const Metadata metadata = infer_metadata(read_csv(folder / "a.csv"), {});
  files::write_file(folder / "a.json", sidecar_json(metadata), files::AtomicFile::IfExists::refuse);
  const std::string printed =
      python(k_astype_changes_nothing, {(folder / "a.csv").string(), (folder / "a.json").string()});
  if (!printed.empty()) CHECK(printed == "same\n");
}

TEST_CASE("Python's csv module reads the cells that were written") {
  const tests::TemporaryFolder folder;
  const std::vector<std::string> texts{"plain", " spaced ", "a,b", "say \"hi\"", "\"",   "\"\"", "two\nlines",
                                       "\r\n",  "tab\t",    "",    "Zürich",     "日本", "💖",    "a\rb"};
  Column column;
  column.name = "te,xt";
  Categories cells;
  for (const std::string& text : texts) {
    cells.codes.push_back(static_cast<std::uint32_t>(cells.dictionary.size()));
    cells.dictionary.push_back(text);
  }
  column.cells = cells;
  for (const bool alone : {true, false}) {
    std::vector<Column> columns(alone ? 1 : 2, column);
    if (!alone) columns[1].name = "copy";
    files::AtomicFile file(folder / "cells.csv", files::AtomicFile::IfExists::replace);
    CsvWriter writer(file);
    const Table table(std::move(columns));
    writer.write_header(table.column_names());
    writer.write_rows(table);
    file.commit();
    const std::string printed = python(k_cells, {(folder / "cells.csv").string()});
    if (printed.empty()) return;
    const auto rows = nlohmann::json::parse(printed);
    REQUIRE(rows.size() == texts.size() + 1);
    CHECK(rows[0][0] == "te,xt");
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CHECK(rows[i + 1].size() == table.columns().size());
      CHECK(rows[i + 1].back() == texts[i]);
    }
  }
}

}  // namespace ctgan::table_formats
