#include "host/commands/local_table.h"

#include <fstream>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::commands {

using errors::Kind;
using table::ColumnKind;

TEST_CASE("what a typed file says of its columns holds where nobody says another thing") {
  table_files::TypedTable typed{.csv = std::make_unique<files::Spool>(), .columns_left_out = true};
  for (const char* column : {"zip", "code"}) {
    typed.columns[column].kind = ColumnKind::categorical;
    typed.columns[column].storage_type = "u";
  }
  table_formats::FileRequest request;
  request.columns["code"].kind = ColumnKind::id;
  request.drop = {"list"};
  request.dialect.delimiter = ';';
  request.dialect.encoding = "UTF-16";
  request.dialect.skip_rows = 3;
  request.dialect.header = false;
  add_typed(typed, false, request);
  CHECK(request.columns["zip"].kind == ColumnKind::categorical);
  CHECK(request.columns["code"].kind == ColumnKind::id);
  CHECK(request.columns["code"].storage_type == "u");
  CHECK(request.drop.empty());
  CHECK(request.dialect.delimiter == ',');
  CHECK(request.dialect.encoding.empty());
  CHECK(request.dialect.skip_rows == 3);
  CHECK_FALSE(request.dialect.header);
  CHECK(request.missing.contains(""));
  CHECK_FALSE(request.missing.contains("NA"));
}

TEST_CASE(
    "columns that a typed file has not left out are dropped later, and missing texts that were said hold") {
  table_files::TypedTable typed{.csv = std::make_unique<files::Spool>()};
  table_formats::FileRequest request;
  request.drop = {"b"};
  request.missing = table::MissingTexts({"?"});
  add_typed(typed, true, request);
  CHECK(request.drop == std::vector<std::string>{"b"});
  CHECK(request.missing.contains("?"));
}

TEST_CASE("a text is sent as it is, under its own name") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "my table.tsv") << "a\tb\n1\t2\n";
  table_formats::FileRequest request;
  const LocalTable table((folder / "my table.tsv").string(), request);
  table.add_to(request, false);
  CHECK(table.path() == folder / "my table.tsv");
  CHECK(table.file_name() == "my table.tsv");
  CHECK(request.missing.contains("NA"));
  CHECK(tests::raised([&] { LocalTable((folder / "none.csv").string(), request); }).kind() == Kind::no_input);
}

TEST_CASE("without the library that opens Arrow a Parquet file is refused by name, with the way out") {
  const tests::TemporaryFolder folder;
  std::filesystem::copy_file(tests::bin("ctgan"), folder / "fit");
  std::ofstream(folder / "people.parquet") << "PAR1\x15\x04";
  tests::Surroundings around;
  around.folder = folder.path();
  around.environment = {"HOME=" + folder.path().string()};
  const tests::Outcome outcome = tests::run_program({folder / "fit", "people.parquet", "--batch"}, around);
  INFO(outcome);
  CHECK(outcome.code == 69);
  CHECK_THAT(outcome.err, Catch::Contains("'libctgan_parquet.so' is not installed"));
  CHECK_THAT(outcome.err, Catch::Contains("pandas.read_parquet(IN).to_csv(OUT, index=False)"));
}

}  // namespace ctgan::host::commands
