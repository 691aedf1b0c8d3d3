#include "host/commands/fit_request.h"

#include <fstream>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using namespace ctgan;
using namespace ctgan::host::commands;

TEST_CASE("a source is a file of this machine, or a name in the inbox") {
  CHECK(parse_source("a.csv").file == "a.csv");
  CHECK(parse_source("a.csv").inbox.empty());
  CHECK(parse_source("inbox:a b.csv").inbox == "a b.csv");
  CHECK(parse_source("./inbox:a.csv").file == "./inbox:a.csv");
  CHECK(tests::raised([] { parse_source("inbox:"); }).kind() == errors::Kind::usage);
}

TEST_CASE("flags become typed values, only those that were given, and a wrong one names its flag") {
  const auto values = parse_options({{"epochs", "5"}, {"generator_dim", "16,8"}, {"log_frequency", "false"}});
  CHECK(values == nlohmann::json({{"epochs", 5}, {"generator_dim", {16, 8}}, {"log_frequency", false}}));
  const auto error = tests::raised([] { parse_options({{"batch_size", "many"}}); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK_THAT(error.hint(), Catch::Contains("--batch-size"));
}

TEST_CASE("the facts of a table are those of the columns that stay") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "t.csv") << "id,age,zip,sex\na,1,5,m\nb,2,5,f\nc,3,6,m\nd,?,6,m\n";
  TableFlags flags;
  flags.discrete = {"zip"};
  flags.drop = {"id"};
  flags.missing = {"?"};
  const TableFacts facts = read_facts(folder / "t.csv", table_request(flags), 1);
  CHECK(facts.rows == 4);
  CHECK(facts.metadata.names(table::ColumnKind::numerical) == std::vector<std::string>{"age"});
  CHECK(facts.metadata.names(table::ColumnKind::categorical) == std::vector<std::string>{"zip", "sex"});
}

TEST_CASE("flags override the metadata file, and the rules have their limits") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "m.json") << R"({"columns":{"a":{"sdtype":"id"},"b":{"sdtype":"categorical"}}})";
  TableFlags flags;
  flags.metadata = (folder / "m.json").string();
  flags.continuous = {"a"};
  flags.identifier = {"c"};
  flags.min_category_count = "5";
  flags.free_range = true;
  const table::TableRequest request = table_request(flags);
  CHECK(request.columns.at("a").kind == table::ColumnKind::numerical);
  CHECK(request.columns.at("b").kind == table::ColumnKind::categorical);
  CHECK(request.columns.at("c").kind == table::ColumnKind::id);
  CHECK(request.rules.min_category_count == 5);
  CHECK_FALSE(request.rules.keep_range);

  const auto refused = [](const TableFlags& bad) { return tests::raised([&] { table_request(bad); }); };
  flags.discrete = {"c"};
  CHECK(refused(flags).sentence() == "column 'c' is named by both '--discrete' and '--identifier'");
  TableFlags number;
  number.max_categories = "many";
  CHECK_THAT(refused(number).sentence(), Catch::Contains("'--max-categories' takes a whole number"));
  number.max_categories = "1";
  CHECK(refused(number).kind() == errors::Kind::usage);
  TableFlags file;
  file.metadata = (folder / "none.json").string();
  CHECK(refused(file).kind() == errors::Kind::no_input);
  std::ofstream(folder / "broken.json") << "{";
  file.metadata = (folder / "broken.json").string();
  CHECK(refused(file).kind() == errors::Kind::bad_data);
}

TEST_CASE("the CSV files of a folder are listed by name, plain or packed, without hidden files and folders") {
  const tests::TemporaryFolder folder;
  for (const char* name : {"b.csv", "a.csv.gz", ".c.csv", "d.txt"}) std::ofstream(folder / name);
  std::filesystem::create_directory(folder / "e.csv");
  const auto found = csv_files(folder.path());
  CHECK(found == std::vector<std::filesystem::path>{folder / "a.csv.gz", folder / "b.csv"});
  CHECK(csv_files(folder / "none").empty());
}

TEST_CASE("a drawn seed is a new one each time, and one that the options take") {
  const auto one = draw_seed();
  CHECK(one != draw_seed());
  CHECK(one < (1ULL << 31U));
  CHECK_NOTHROW(options::check(options::ctgan_options(), {{"seed", one}}));
}
