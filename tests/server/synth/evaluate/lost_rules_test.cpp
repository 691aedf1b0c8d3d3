#include "server/synth/evaluate/lost_rules.h"

#include <fmt/format.h>

#include <random>

#include "common/table_formats/csv_reader.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/rule_judgement.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

namespace ctgan::synth::evaluate {
namespace {

table::Table read(const std::string& csv) {
  tests::MemorySource source(csv, 1 << 16);
  return table_formats::read_csv(source, "t.csv");
}

std::vector<RuleResult> measured(const std::string& original, const std::string& synthetic,
                                 const std::vector<std::string>& asked = {}) {
  const table::Table before = read(original);
  const table::Table after = read(synthetic);
  table::Metadata metadata = table::infer_metadata(before, {});
  metadata.rules.row_rules = asked;
  return measure_rules(compare_tables(before, nullptr, after, metadata), before, metadata);
}

// Orders whose total, stay, place and weight are right in all rows but the first `lost` of them.
std::string orders(int lost, unsigned seed) {
  std::mt19937 engine(seed);
  const auto roll = [&engine](int least, int greatest) {
    return least + static_cast<int>(engine() % static_cast<unsigned>(greatest - least + 1));
  };
  const std::vector<std::string> cities{"Rome", "Milan", "Lima", "Oslo"};
  const std::vector<std::string> countries{"Italy", "Italy", "Peru", "Norway"};
  std::string csv = "price,quantity,total,start,end,city,country,grams,ounces\n";
  for (int row = 0; row < 400; ++row) {
    const int price = roll(1, 99);
    const int quantity = roll(2, 9);
    const int start = roll(10, 25);
    const int city = roll(0, 3);
    const int grams = roll(100, 4000);
    const bool wrong = row < lost;
    csv += fmt::format("{},{},{},2024-05-{},2024-05-{:02},{},{},{},{}\n", price, quantity,
                       wrong ? price + 500 : price * quantity, start, wrong ? start - 5 : start + roll(0, 5),
                       cities[static_cast<std::size_t>(city)],
                       countries[static_cast<std::size_t>(wrong ? (city + 2) % 4 : city)], grams,
                       wrong ? roll(4, 140) : grams * 10 / 283 + roll(0, 1));
  }
  return csv;
}

const RuleResult& named(const std::vector<RuleResult>& results, const std::string& rule) {
  for (const RuleResult& result : results)
    if (result.rule == rule) return result;
  FAIL("no rule " << rule);
  return results.front();
}

}  // namespace

TEST_CASE("what holds between the original's columns is counted in the synthetic table") {
  const std::vector<RuleResult> results = measured(orders(0, 1), orders(300, 2));
  for (const char* rule : {"total = price * quantity", "start <= end", "city, country"}) {
    const RuleResult& result = named(results, rule);
    CHECK(result.original == 1);
    CHECK(result.synthetic == Approx(0.25).margin(0.02));
    CHECK(judge(result) == Verdict::bad);
  }
  CHECK(named(results, "total = price * quantity").form == "equation");
  const RuleResult& linear = named(results, "ounces");
  CHECK(linear.form == "linear");
  CHECK(linear.original > 0.99);
  CHECK(linear.synthetic < 0.5);
  CHECK(sentence_of(named(results, "start <= end")) ==
        "'start <= end' holds in 100 % of the original rows, and in 25 % of the synthetic ones: fit with "
        "--rule 'start "
        "<= end' to keep it");
}

TEST_CASE("a table that keeps what held is good, and one that nearly does is doubtful") {
  for (const RuleResult& result : measured(orders(0, 1), orders(0, 2))) CHECK(judge(result) == Verdict::good);
  const auto results = measured(orders(0, 1), orders(40, 2), {"total = price * quantity"});
  CHECK(results.front().asked);
  CHECK(judge(results.front()) == Verdict::doubtful);
  CHECK_THAT(sentence_of(results.front()), !Catch::Contains("--rule"));
}

}  // namespace ctgan::synth::evaluate
