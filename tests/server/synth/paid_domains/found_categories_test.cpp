#include "server/synth/paid_domains/found_categories.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/server/synth/paid_domains/paid_rows.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using Texts = std::vector<std::string>;

namespace {

// So many rows of each text.
table::Categories cells_of(const std::vector<std::pair<std::string, int>>& texts) {
  table::Categories cells;
  for (const auto& [text, rows] : texts) {
    cells.codes.insert(cells.codes.end(), static_cast<std::size_t>(rows),
                       static_cast<std::uint32_t>(cells.dictionary.size()));
    cells.dictionary.push_back(text);
  }
  return cells;
}

Texts found(const table::Categories& cells, const CategorySearch& search,
            const std::vector<std::uint32_t>& units = {}) {
  tests::PaidSearch paid(1, 0.25);
  Texts texts = find_categories(paid.mechanisms, "categories of 'c'", cells, units, search);
  CHECK(paid.accountant.spent() <= search.rho * (1 + 1e-9));
  CHECK(paid.accountant.spendings().at(0).delta == search.delta);
  return texts;
}

}  // namespace

TEST_CASE("frequent texts are found, in alphabetic order; rare, missing and other ones are not") {
  const auto cells =
      cells_of({{"Rome", 900}, {"Oslo", 700}, {"?", 5000}, {"other", 800}, {"Xanadu", 3}, {"", 600}});
  const CategorySearch search{.known = {"?", "other"}, .rho = 0.005, .delta = 1e-9};
  CHECK(found(cells, search) == Texts{"", "Oslo", "Rome"});
  CHECK(found(cells_of({}), search).empty());
  CHECK(found(cells_of({{"a", 30}, {"b", 30}}), search).empty());
}

TEST_CASE("no more than the most frequent ones are kept, however large the budget") {
  std::vector<std::pair<std::string, int>> texts;
  for (int i = 0; i < 200; ++i) texts.emplace_back(fmt::format("t{:03}", i), 1000 - 4 * i);
  for (const double rho : {0.5, 50.0}) {
    const Texts kept = found(cells_of(texts), {.most = 20, .rho = rho, .delta = 1e-9});
    REQUIRE(kept.size() == 20);
    CHECK(kept.back() < "t030");
  }
}

// False alarms: one in a million runs.
TEST_CASE("texts of one unit alone are found with probability delta at most, all of them together") {
  constexpr int k_searches = 20'000;
  constexpr double k_delta = 0.02;
  for (const int texts : {1, 4}) {
    std::vector<std::pair<std::string, int>> own;
    for (int i = 0; i < texts; ++i) own.emplace_back(fmt::format("own {}", i), 1);
    const auto cells = cells_of(own);
    const std::vector<std::uint32_t> units(cells.codes.size(), 7);
    const auto times = tests::frequencies<bool>(k_searches, 3, [&](auto& mechanisms) {
      return !find_categories(mechanisms, "categories", cells, units,
                              {.rows_per_unit = 4, .rho = 0.05, .delta = k_delta})
                  .empty();
    });
    const auto passed = times.find(true);
    const double share = passed == times.end() ? 0 : passed->second / k_searches;
    CHECK(share < k_delta + 4.9 * std::sqrt(k_delta / k_searches));
    // The threshold is not far above what it must be.
    if (texts == 4) CHECK(share > k_delta / 10);
  }
}

TEST_CASE("neighbours have the same categories, but with probability delta") {
  const auto of = [](int rows, std::uint64_t seed) {
    const auto cells = cells_of({{"a", rows}, {"b", 12}});
    return tests::frequencies<Texts>(40'000, seed, [&](auto& mechanisms) {
      return find_categories(mechanisms, "categories", cells, {}, {.rho = 0.02, .delta = 0.05});
    });
  };
  // Gaussian noise of rho 0.02 has a delta below 1e-7 at epsilon 1.1.
  const auto before = of(9, 1);
  CHECK(before.size() == 4);
  tests::check_alike(before, of(10, 2), 1.1);
}

TEST_CASE("a unit counts once for each text, and texts of rows that are left out do not count") {
  table::Categories cells{{0, 0, 1, 0, 1, 1}, {"a", "b", "gone"}};
  CHECK(units_with(cells, {}) == std::vector<std::uint64_t>{3, 3, 0});
  const std::vector<std::uint32_t> units{5, 5, 5, 6, 6, 6};
  CHECK(units_with(cells, units) == std::vector<std::uint64_t>{2, 2, 0});
  const auto many = cells_of({{"kept", 5000}});
  // All rows of one unit are one.
  CHECK(found(many, {.rows_per_unit = 1000, .rho = 1, .delta = 1e-9}, std::vector<std::uint32_t>(5000, 1))
            .empty());
}
