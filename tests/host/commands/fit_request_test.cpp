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
  CHECK(parse_source("-").standard_input());
  CHECK_FALSE(parse_source("./-").standard_input());
  CHECK(tests::raised([] { parse_source("inbox:"); }).kind() == errors::Kind::usage);
}

TEST_CASE("flags become typed values, only those that were given, and a wrong one names its flag") {
  const options::Method& ctgan = options::find_method("ctgan");
  const auto values =
      parse_options(ctgan, {{"epochs", "5"}, {"generator_dim", "16,8"}, {"log_frequency", "false"}});
  CHECK(values == nlohmann::json({{"epochs", 5}, {"generator_dim", {16, 8}}, {"log_frequency", false}}));
  const auto error = tests::raised([&] { parse_options(ctgan, {{"batch_size", "many"}}); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK_THAT(error.hint(), Catch::Contains("--batch-size"));
}

TEST_CASE("a flag that belongs to another method is refused with both names") {
  const options::Method& tvae = options::find_method("tvae");
  CHECK(parse_options(tvae, {{"l2scale", "0.5"}, {"epochs", "3"}}) ==
        nlohmann::json({{"l2scale", 0.5}, {"epochs", 3}}));
  const auto error = tests::raised([&] { parse_options(tvae, {{"pac", "10"}}); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == "the method 'tvae' has no option 'pac'");
  CHECK(error.hint() == "--pac belongs to '--method ctgan'");
}

TEST_CASE("there is one flag for each option of any method, and it says whose it is") {
  std::map<std::string, std::string> whose;
  for (const OptionFlag& flag : option_flags()) CHECK(whose.emplace(flag.spec->name, flag.method).second);
  CHECK(whose.at("epochs").empty());
  CHECK(whose.at("pac") == "ctgan");
  CHECK(whose.at("compress_dims") == "tvae");
  for (const options::Method& method : options::methods())
    for (const options::OptionSpec& spec : method.options) CHECK(whose.contains(std::string(spec.name)));
}

TEST_CASE("the facts of a table are those of the columns that stay") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "t.csv") << "id,age,zip,sex\na,1,5,m\nb,2,5,f\nc,3,6,m\nd,?,6,m\n";
  table_formats::FileRequest request;
  request.columns["zip"].kind = table::ColumnKind::categorical;
  request.drop = {"id"};
  request.missing = table::MissingTexts({"?"});
  const TableFacts facts = read_facts(folder / "t.csv", "t.csv", request, 1);
  CHECK(facts.rows == 4);
  CHECK(facts.metadata.names(table::ColumnKind::numerical) == std::vector<std::string>{"age"});
  CHECK(facts.metadata.names(table::ColumnKind::categorical) == std::vector<std::string>{"zip", "sex"});
}

TEST_CASE("the rules of a table and the held-out share have their limits") {
  RuleFlags flags;
  flags.min_category_count = "5";
  flags.free_range = true;
  const table::TableRules rules = table_rules(flags);
  CHECK(rules.min_category_count == 5);
  CHECK_FALSE(rules.relaxed_if_small);
  CHECK_FALSE(rules.keep_range);
  CHECK(table_rules({}).min_category_count == 5);
  CHECK(table_rules({}).relaxed_if_small);
  RuleFlags number;
  number.max_categories = "many";
  CHECK_THAT(tests::raised([&] { table_rules(number); }).sentence(),
             Catch::Contains("'--max-categories' takes a whole number"));
  number.max_categories = "1";
  CHECK(tests::raised([&] { table_rules(number); }).kind() == errors::Kind::usage);
  CHECK(held_out_share("") == 0.1);
  CHECK(held_out_share("0.25") == 0.25);
  for (const char* share : {"0.6", "-0.1", "some", "0.1x"})
    CHECK(tests::raised([&] { held_out_share(share); }).kind() == errors::Kind::usage);
  CHECK(checkpoint_minutes("") == 0);
  CHECK(checkpoint_minutes("0.5") == 0.5);
  CHECK(checkpoint_minutes("1440") == 1440);
  for (const char* minutes : {"1441", "-1", "often", "10m", "nan"})
    CHECK(tests::raised([&] { checkpoint_minutes(minutes); }).kind() == errors::Kind::usage);
}

TEST_CASE("the facts say what separated the cells; decimal commas that nobody announced are refused") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "t.csv") << "age;sex\n1;m\n7;f\n3;m\n";
  const TableFacts facts = read_facts(folder / "t.csv", "t.csv", {}, 1);
  CHECK(facts.delimiter == ';');
  CHECK(facts.metadata.names(table::ColumnKind::numerical) == std::vector<std::string>{"age"});
  std::ofstream(folder / "d.csv") << "x;y\n1,5;m\n2,5;f\n3,5;m\n";
  const auto facts_of = [&](const table_formats::DialectWords& words, const std::vector<std::string>& drop) {
    table_formats::FileRequest request;
    request.dialect = table_formats::parse_dialect(words, "");
    request.drop = drop;
    return read_facts(folder / "d.csv", "d.csv", request, 1);
  };
  CHECK_THAT(tests::raised([&] { facts_of({";", "", ""}, {}); }).hint(), Catch::Contains("--decimal ,"));
  CHECK(facts_of({";", "", ""}, {"x"}).metadata.columns.size() == 1);
  CHECK(facts_of({"", "", ","}, {}).metadata.columns[0].dtype == table::Dtype::float64);
}

TEST_CASE("a drawn seed is a new one each time, and one that the options take") {
  const auto one = draw_seed();
  CHECK(one != draw_seed());
  CHECK(one < (1ULL << 31U));
  CHECK_NOTHROW(options::check(options::find_method("ctgan"), {{"seed", one}}));
}
