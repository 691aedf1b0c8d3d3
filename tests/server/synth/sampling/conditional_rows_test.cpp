#include "server/synth/sampling/conditional_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "common/table_formats/csv_writer.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/synth/sampling/dice_model.h"

namespace ctgan::synth::sampling {

using conditions::SampleTerms;
using errors::Kind;
using table::Table;
using tests::DiceModel;
using tests::raised;

namespace {

// Which rows a table of these rows in these columns has kept.
KeptCombinations kept_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<table::Column> columns(2);
  columns[0].name = "city";
  columns[1].name = "country";
  table::Categories first, second;
  for (const auto& [city, country] : pairs) {
    first.codes.push_back(static_cast<std::uint32_t>(first.codes.size()));
    second.codes.push_back(static_cast<std::uint32_t>(second.codes.size()));
    first.dictionary.push_back(city);
    second.dictionary.push_back(country);
  }
  columns[0].cells = first;
  columns[1].cells = second;
  return KeptCombinations(Table(std::move(columns)), {{0, 1}});
}

struct Drawn {
  std::vector<Table> blocks;
  std::uint64_t rows = 0;
  std::uint64_t found = 0;  // as the observer heard at the end
  std::uint64_t drawn = 0;
  std::string csv;
};

Drawn draw(const SampleTerms& terms, std::uint64_t rows, std::uint64_t seed = 1, int threads = 2,
           const KeptCombinations& kept = {}) {
  const DiceModel model;
  threads::ThreadPool pool(threads);
  Drawn drawn;
  ConditionalRows source(model, plan_sample(terms, rows, model, kept), seed, pool,
                         [&](std::uint64_t found, std::uint64_t all) {
                           CHECK(found >= drawn.found);
                           drawn.found = found;
                           drawn.drawn = all;
                         });
  tests::MemorySink sink;
  table_formats::CsvWriter writer(sink);
  while (const auto window = source.next())
    for (std::size_t i = 0; i < window->count(); ++i) {
      drawn.blocks.push_back(window->make(i));
      drawn.rows += drawn.blocks.back().rows();
      writer.write_rows(drawn.blocks.back());
    }
  drawn.csv = sink.content;
  CHECK(drawn.found == rows);
  return drawn;
}

// Calls visit(age, start, end, city, country, id) for each row.
template <typename Visit>
void each_row(const Drawn& drawn, const Visit& visit) {
  for (const Table& block : drawn.blocks)
    for (std::size_t row = 0; row < block.rows(); ++row) {
      const auto& columns = block.columns();
      const auto text = [&](std::size_t i) {
        const auto& cells = columns[i].categories();
        return cells.dictionary[cells.codes[row]];
      };
      visit(columns[DiceModel::age].integers()[row], columns[DiceModel::start].integers()[row],
            columns[DiceModel::end].integers()[row], text(DiceModel::city), text(DiceModel::country),
            columns[DiceModel::id].integers()[row]);
    }
}

std::map<std::string, std::uint64_t> cities(const Drawn& drawn) {
  std::map<std::string, std::uint64_t> counts;
  each_row(drawn, [&](auto, auto, auto, const std::string& city, auto&&, auto) { ++counts[city]; });
  return counts;
}

}  // namespace

TEST_CASE("exactly the rows asked for come, and all satisfy every condition") {
  for (const std::uint64_t rows : {1, 7, 1000, 70'000}) {
    const Drawn drawn = draw({{"age>=65", "city!=Rome"}, {"start<=end"}, {}, "", ""}, rows);
    CHECK(drawn.rows == rows);
    std::uint64_t wrong = 0;
    each_row(drawn, [&](auto age, auto start, auto end, const std::string& city, auto&&, auto) {
      wrong += age >= 65 && city != "Rome" && start <= end ? 0 : 1;
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("a condition on a rare category is drawn by the model's own condition, and checked") {
  const Drawn given = draw({{"city=Oslo"}, {}, {}, "", ""}, 5000);
  CHECK(cities(given) == std::map<std::string, std::uint64_t>{{"Oslo", 5000}});
  CHECK(given.drawn < 10'000);  // 0.5 % without
  const Drawn both = draw({{"country=Italy", "city=Oslo"}, {}, {}, "", ""}, 100);
  CHECK(both.drawn < 4000);  // the rarer of the two was given: 8 % of its rows are in Italy
  CHECK(cities(both) == std::map<std::string, std::uint64_t>{{"Oslo", 100}});
}

TEST_CASE("the rows have the distribution of a plain sample from which the others were taken away") {
  const std::uint64_t rows = 40'000;
  const Drawn conditional = draw({{"age>=90", "city=Lima"}, {}, {}, "", ""}, rows, 3);
  std::vector<double> ages(10), starts(10);
  std::map<std::string, double> countries;
  each_row(conditional, [&](auto age, auto start, auto, auto&&, const std::string& country, auto) {
    ages[static_cast<std::size_t>(age - 90)] += 1;
    starts[static_cast<std::size_t>(start)] += 1;
    countries[country] += 1;
  });
  const double sigma = std::sqrt(rows * 0.1 * 0.9);
  for (const auto& counts : {ages, starts})
    for (const double count : counts) CHECK(std::abs(count - rows / 10.0) < 5 * sigma);
  CHECK(std::abs(countries["Peru"] - 0.9 * rows) < 5 * sigma);
  CHECK(std::abs(countries["Norway"] - 0.1 * rows) < 5 * sigma);
}

TEST_CASE("the same seed gives the same rows for any number of threads, another seed others") {
  for (const SampleTerms& terms :
       {SampleTerms{{"age<3"}, {}, {}, "", ""}, SampleTerms{{"age<50"}, {}, {"id"}, "city", ""},
        SampleTerms{{"city=Oslo", "age=7"}, {"start<end"}, {}, "", ""}}) {
    const std::string alone = draw(terms, 2000, 5, 1).csv;
    CHECK((draw(terms, 2000, 5, 2).csv == alone));
    CHECK((draw(terms, 2000, 5, 7).csv == alone));
    CHECK((draw(terms, 2000, 6, 2).csv != alone));
  }
}

TEST_CASE("without shares a smaller sample is the beginning of a larger one") {
  const SampleTerms terms{{"age>=65"}, {}, {}, "", ""};
  const std::string larger = draw(terms, 50'000).csv;
  for (const std::uint64_t rows : {1, 499, 3000, 33'000}) CHECK((larger.starts_with(draw(terms, rows).csv)));
}

TEST_CASE("terms that every row satisfies leave the plain sample as it is") {
  const DiceModel model;
  const Drawn drawn = draw({{"age>=0"}, {}, {}, "", ""}, 1700, 9);
  tests::MemorySink plain;
  const auto blocks = model.sample(1700, 9);
  for (std::size_t i = 0; i < blocks->count(); ++i)
    table_formats::CsvWriter(plain).write_rows(blocks->make(i));
  CHECK((drawn.csv == plain.content));
}

TEST_CASE("a balance gives equal shares, the first categories one more, in mixed order") {
  const Drawn drawn = draw({{}, {}, {}, "city", ""}, 10'000);
  CHECK(cities(drawn) ==
        std::map<std::string, std::uint64_t>{{"Rome", 3334}, {" Lima", 3333}, {"Oslo", 3333}});
  std::map<std::string, int> early;
  int seen = 0;
  each_row(drawn, [&](auto, auto, auto, const std::string& city, auto&&, auto) {
    if (seen++ < 900) ++early[city];
  });
  for (const auto& [city, count] : early) {
    INFO(city);
    CHECK((count > 230 && count < 370));
  }
}

TEST_CASE("a balance is over the categories that the conditions leave") {
  CHECK(cities(draw({{"city!=Rome", "age>50"}, {}, {}, "city", ""}, 100)) ==
        std::map<std::string, std::uint64_t>{{" Lima", 50}, {"Oslo", 50}});
}

TEST_CASE("a quota gives exactly the rows that it names, also over many windows") {
  const Drawn drawn = draw({{}, {}, {}, "", "city=Oslo:40000,Rome:30001,Lima:7"}, 70'008);
  CHECK(cities(drawn) ==
        std::map<std::string, std::uint64_t>{{"Rome", 30'001}, {" Lima", 7}, {"Oslo", 40'000}});
}

TEST_CASE("no value of a unique column comes twice, over shares too") {
  std::set<std::int64_t> ids;
  each_row(draw({{}, {}, {"id"}, "city", ""}, 9000),
           [&](auto, auto, auto, auto&&, auto&&, auto id) { CHECK(ids.insert(id).second); });
  CHECK(ids.size() == 9000);
  std::set<std::int64_t> ages;
  each_row(draw({{}, {}, {"age"}, "", ""}, 100),
           [&](auto age, auto, auto, auto&&, auto&&, auto) { ages.insert(age); });
  CHECK(ages.size() == 100);
}

TEST_CASE("only combinations that were kept come out") {
  const KeptCombinations kept = kept_of({{"Rome", "Italy"}, {" Lima", "Peru"}, {" Lima", "Norway"}});
  std::set<std::string> pairs;
  each_row(draw({{}, {"country,city"}, {}, "", ""}, 3000, 1, 2, kept),
           [&](auto, auto, auto, const std::string& city, const std::string& country, auto) {
             pairs.insert(city + "/" + country);
           });
  CHECK(pairs == std::set<std::string>{"Rome/Italy", " Lima/Peru", " Lima/Norway"});
}

TEST_CASE("a condition that no row satisfies ends with how rare it is, within the bound") {
  const errors::Error error = raised([] { draw({{"age>=200", "start=3"}, {}, {}, "", ""}, 10); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(),
             Catch::StartsWith("0 of 20") && Catch::Contains("satisfy 'age>=200' and 'start=3'") &&
                 Catch::Contains("10 are asked for: under this model it is rarer than 1 row in 6"));
  CHECK(error.hint() == "loosen the conditions, or ask for fewer rows");
}

TEST_CASE("a condition too rare for the rows asked for ends early, with its probability") {
  // 1 row in 10,000: of a million rows that are 1,000 times as many candidates as are drawn at most.
  const errors::Error error = raised([] {
    draw({{"age=5", "start=3", "end=3"}, {}, {}, "", ""}, 1'000'000);
  });
  const std::string sentence = error.sentence();
  const auto drawn = std::stoull(sentence.substr(sentence.find("of ") + 3));
  CHECK(drawn < 2'100'000);
  const double one_in = std::stod(sentence.substr(sentence.find("row in ") + 7));
  CHECK(std::abs(one_in - 10'000) < 4 * 10'000 / std::sqrt(200.0));
}

TEST_CASE("the probability is that under the model, not under the condition that it was given") {
  const errors::Error error = raised([] {
    draw({{"city=Oslo", "start=3", "end=3", "age=5"}, {"end<start"}, {}, "", ""}, 10);
  });
  CHECK_THAT(error.sentence(), Catch::Contains("of 64000 rows drawn without a condition 0 do") &&
                                   Catch::Contains("rarer than 1 row in 21333"));
}

TEST_CASE("values that run out are named") {
  const errors::Error error = raised([] { draw({{}, {}, {"age"}, "", ""}, 101); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::StartsWith("only 100 of 20") &&
                                   Catch::Contains("bring a value of 'age' that had not come before"));
}

TEST_CASE("terms that do not fit the model are refused before a row is drawn") {
  const DiceModel model;
  const auto refusal = [&](const SampleTerms& terms, std::uint64_t rows = 10) {
    const errors::Error error = raised([&] { plan_sample(terms, rows, model, {}); });
    CHECK(error.kind() == Kind::usage);
    return error.sentence() + "; " + error.hint();
  };
  CHECK_THAT(refusal({{"agee>5"}, {}, {}, "", ""}), Catch::Contains("did you mean 'age'?"));
  CHECK_THAT(refusal({{"city=Roma"}, {}, {}, "", ""}),
             Catch::Contains("no category 'Roma'") && Catch::Contains("did you mean 'Rome'?"));
  CHECK_THAT(refusal({{}, {}, {"idd"}, "", ""}), Catch::Contains("no column 'idd'"));
  CHECK_THAT(refusal({{}, {}, {}, "age", ""}), Catch::Contains("column 'age' has no categories"));
  CHECK_THAT(refusal({{}, {}, {}, "citi", ""}), Catch::Contains("did you mean 'city'?"));
  CHECK_THAT(refusal({{}, {}, {}, "city", ""}, 2), Catch::Contains("2 rows cannot be balanced over the 3"));
  CHECK_THAT(refusal({{}, {}, {}, "", "city=Rome:5"}), Catch::Contains("has 5 rows, but 10 are asked for"));
  CHECK_THAT(refusal({{}, {}, {}, "", "city=Rome:5, Rome:5"}), Catch::Contains("twice"));
  CHECK_THAT(refusal({{"city!=Rome"}, {}, {}, "", "city=Rome:10"}), Catch::Contains("excludes"));
  CHECK_THAT(refusal({{"city!=Rome", "city!=Lima", "city!=Oslo"}, {}, {}, "city", ""}),
             Catch::Contains("leave no category"));
  CHECK_THAT(refusal({{}, {"city,country"}, {}, "", ""}),
             Catch::Contains("does not hold the combinations of 'city,country'") &&
                 Catch::Contains("fit FILE --keep-combinations city,country"));
}

}  // namespace ctgan::synth::sampling
