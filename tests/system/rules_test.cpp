// fit --rule, from the command line to the drawn rows.
#include <fmt/format.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

// total = price * quantity, start <= end, and a city has its country.
std::string orders() {
  std::string csv = "price,quantity,total,start,end,city,country\n";
  for (int row = 0; row < 400; ++row) {
    const int price = 3 + row * 7 % 41;
    const int quantity = 1 + row * 5 % 9;
    const int start = 10 + row * 3 % 11;
    const char* const places[] = {"Rome,Italy", "Milan,Italy", "Lima,Peru", "Oslo,Norway"};
    csv += fmt::format("{},{},{},2024-05-{},2024-05-{},{}\n", price, quantity, price * quantity, start,
                       start + row * 2 % 7, places[row * 11 % 13 % 4]);
  }
  return csv;
}

Outcome fitted(const Laptop& laptop, const std::vector<std::string>& more) {
  std::vector<std::string> argv = quick_fit(laptop.write_table("orders.csv", orders()));
  argv.insert(argv.end(), more.begin(), more.end());
  return laptop.run(argv);
}

}  // namespace

TEST_CASE("rules hold in every drawn row, with conditions and without") {
  const Laptop laptop;
  const Outcome fit = fitted(
      laptop, {"--rule", "total = price * quantity", "--rule", "start <= end", "--rule", "city, country"});
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK_THAT(fit.err + fit.out, Catch::Contains("'total = price * quantity' holds in all 400 rows"));
  for (const std::vector<std::string>& terms : {std::vector<std::string>{}, {"--where", "country=Italy"}}) {
    std::vector<std::string> argv{"sample", "latest", "-n", "300", "--seed", "3", "--batch"};
    argv.insert(argv.end(), terms.begin(), terms.end());
    const Outcome drawn = laptop.run(argv);
    INFO(drawn);
    REQUIRE(drawn.code == 0);
    const CsvRows rows = csv_rows(laptop.work() / last_line(drawn.out));
    CHECK(rows.size() == 1 + 300);
    for (std::size_t row = 1; row < rows.size(); ++row) {
      const std::vector<std::string>& cells = rows[row];
      REQUIRE(cells.size() == 7);
      CHECK(std::stoi(cells[2]) == std::stoi(cells[0]) * std::stoi(cells[1]));
      CHECK(cells[3] <= cells[4]);
      CHECK(orders().find(cells[5] + "," + cells[6]) != std::string::npos);
      if (!terms.empty()) CHECK(cells[6] == "Italy");
    }
    std::filesystem::remove(laptop.work() / last_line(drawn.out));
  }
}

TEST_CASE("a rule that the table does not keep, or that cannot be read, is refused before anything is sent") {
  const Laptop laptop;
  const Outcome broken = fitted(laptop, {"--rule", "total = price + quantity"});
  INFO(broken);
  CHECK(broken.code == 65);
  CHECK_THAT(broken.err, Catch::Contains("of the 400 rows that have its values break it"));
  const Outcome misspelt = fitted(laptop, {"--rule", "totl = price * quantity"});
  CHECK(misspelt.code == 64);
  CHECK_THAT(misspelt.err, Catch::Contains("did you mean 'total'?"));
}

TEST_CASE("a plan offers the rules that every row keeps, ready to be given") {
  const Laptop laptop;
  const Outcome plan = fitted(laptop, {"--plan"});
  INFO(plan);
  CHECK(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("--rule 'total = price * quantity'") &&
                           Catch::Contains("--rule 'start <= end'") &&
                           Catch::Contains("--rule 'city, country'"));
}

}  // namespace ctgan::tests
