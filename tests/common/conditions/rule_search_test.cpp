#include "common/conditions/rule_search.h"

#include <fmt/format.h>

#include <random>

#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"

namespace ctgan::conditions {

using namespace table;
using namespace table_formats;
namespace {

std::vector<std::string> found_in(const std::string& csv) {
  tests::MemorySource source(csv, 1 << 16);
  const Table table = read_csv(source, "t.csv");
  std::vector<std::string> texts;
  for (const FoundRule& found : find_rules(table, infer_metadata(table, {})))
    texts.push_back(found.rule.text);
  return texts;
}

class Dice {
 public:
  int roll(int least, int greatest) {
    return least + static_cast<int>(engine_() % static_cast<unsigned>(greatest - least + 1));
  }

 private:
  std::mt19937 engine_{5};
};

}  // namespace

TEST_CASE("equations are found that hold in every row, the computed column last in the table") {
  Dice dice;
  std::string csv = "price,quantity,shipping,total,net,tax,gross,start,end,nights,double,due\n";
  for (int row = 0; row < 300; ++row) {
    const int cents = dice.roll(100, 9999);
    const int quantity = dice.roll(1, 9);
    const int shipping = 500 * dice.roll(0, 3);
    const int net = dice.roll(1000, 99999);
    const int tax = dice.roll(1, 900);
    const int start = dice.roll(1, 15);
    const int nights = dice.roll(0, 6);
    csv +=
        fmt::format("{:.2f},{},{:.2f},{:.2f},{},{},{},2024-05-{:02},2024-05-{:02},{},{:.2f},2024-06-{:02}\n",
                    cents / 100.0, quantity, shipping / 100.0, (cents * quantity + shipping) / 100.0, net,
                    tax, net + tax, start, start + nights, nights, cents * 2 / 100.0, start - 1 + 1);
  }
  CHECK(found_in(csv) == std::vector<std::string>{"due = start + 31", "double = price * 2",
                                                  "gross = net + tax", "nights = end - start",
                                                  "total = price * quantity + shipping", "start <= end"});
}

TEST_CASE("an order is offered where rows put together at random would break it") {
  Dice dice;
  std::string csv = "age,salary,low,middle,high\n";
  for (int row = 0; row < 300; ++row) {
    const int low = dice.roll(0, 100);
    const int middle = low + dice.roll(0, 30);
    csv += fmt::format("{},{},{},{},{}\n", dice.roll(18, 70), dice.roll(1000, 9000), low, middle,
                       middle + dice.roll(1, 30));
  }
  CHECK(found_in(csv) == std::vector<std::string>{"low <= middle", "middle < high"});
}

TEST_CASE("columns that decide each other, or avoid each other, are offered together") {
  Dice dice;
  std::string csv = "country,city,code,smoker,drink,x\n";
  const std::vector<std::string> places{"Italy,Rome,39", "Italy,Milan,39", "Peru,Lima,51", "Peru,Cusco,51",
                                        "Norway,Oslo,47"};
  for (int row = 0; row < 400; ++row) {
    const bool smoker = dice.roll(0, 2) == 0;
    csv += fmt::format("{},{},{},x{}\n", places[static_cast<std::size_t>(dice.roll(0, 4))],
                       smoker ? "yes" : "no", smoker ? "tea" : fmt::format("drink {}", dice.roll(0, 3)),
                       dice.roll(0, 3));
  }
  CHECK(found_in(csv) == std::vector<std::string>{"country, city, code", "smoker, drink"});
}

TEST_CASE("a category that goes with one number only is offered with it") {
  Dice dice;
  std::string csv = "smoker,depression,x\n";
  for (int row = 0; row < 400; ++row) {
    const bool smoker = dice.roll(0, 2) == 0;
    csv += fmt::format("{},{},x{}\n", smoker ? "YES" : "NO", smoker ? 0 : dice.roll(0, 4), dice.roll(0, 3));
  }
  CHECK(found_in(csv) == std::vector<std::string>{"smoker, depression"});
}

TEST_CASE("nothing is offered of columns that are mostly zero, as if a division by zero said something") {
  Dice dice;
  std::string csv = "age,gain,loss\n";
  for (int row = 0; row < 400; ++row)
    csv += fmt::format("{},{},{}\n", dice.roll(18, 70), dice.roll(0, 19) == 0 ? dice.roll(1000, 9000) : 0,
                       dice.roll(0, 9) == 0 ? dice.roll(1500, 2500) : 0);
  CHECK(found_in(csv).empty());
}

TEST_CASE("nothing is offered of columns that have nothing to do with each other") {
  Dice dice;
  std::string csv = "a,b,c,d,e,f,g\n";
  for (int row = 0; row < 300; ++row)
    csv += fmt::format("{},{},{},{:.1f},x{},y{},z{}\n", dice.roll(0, 1), dice.roll(0, 9), dice.roll(0, 99),
                       dice.roll(0, 999) / 10.0, dice.roll(0, 2), dice.roll(0, 5), dice.roll(0, 40));
  CHECK(found_in(csv).empty());
}

TEST_CASE("numbers in print and dates in digits are left out of the search, and of rules") {
  Dice dice;
  std::string csv = "price,twice,day,sent\n";
  for (int row = 0; row < 300; ++row) {
    const int price = dice.roll(1000, 9999);
    const int day = dice.roll(10, 28);
    csv += fmt::format("\"${},{:03}.50\",\"${},{:03}.00\",202405{},202406{}\n", price / 1000, price % 1000,
                       (2 * price + 1) / 1000, (2 * price + 1) % 1000, day, day);
  }
  CHECK(found_in(csv).empty());
}

}  // namespace ctgan::conditions
