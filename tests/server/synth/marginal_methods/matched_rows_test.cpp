// Donors of rows against a plain search for them.
#include "server/synth/marginal_methods/matched_rows.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/catch.h"

namespace ctgan::synth::marginal_methods {
namespace {

random::Stream stream(std::uint64_t substream) {
  return {5, random::StreamId::sampling, substream};
}

// Columns of as many codes each, some of them rarer than others.
std::vector<codecs::Codes> drawn(std::size_t rows, const std::vector<std::uint32_t>& sizes) {
  std::vector<codecs::Codes> columns;
  random::Stream random = stream(1);
  for (const std::uint32_t size : sizes) {
    columns.push_back(codecs::Codes::sized(size, rows));
    for (std::size_t row = 0; row < rows; ++row)
      columns.back().set(row, std::min(random.next_below(size), random.next_below(size)));
  }
  return columns;
}

// Those that agree in most of the known cells.
std::set<std::size_t> nearest(const std::vector<codecs::Codes>& donors,
                              const std::vector<std::uint32_t>& codes, const std::vector<bool>& known) {
  std::map<int, std::set<std::size_t>> by_agreement;
  for (std::size_t row = 0; row < donors[0].rows(); ++row) {
    int agreeing = 0;
    for (std::size_t a = 0; a < codes.size(); ++a)
      agreeing += known[a] && donors[a].code(row) == codes[a] ? 1 : 0;
    by_agreement[agreeing].insert(row);
  }
  return by_agreement.rbegin()->second;
}

}  // namespace

TEST_CASE("a donor agrees in most of the known cells, and each of those that do comes as often") {
  // Neither whole strips nor narrow codes alone.
  const std::vector<std::uint32_t> sizes{3, 7, 400, 2};
  const std::vector<codecs::Codes> codes = drawn(2500, sizes);
  const Donors donors(codes, {}, stream(2));
  CHECK(donors.rows() == 2500);
  random::Stream random = stream(3);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<std::uint32_t> row;
    std::vector<bool> known;
    for (const std::uint32_t size : sizes) {
      row.push_back(random.next_below(size));
      known.push_back(random.next_below(2) == 0);
    }
    CHECK(nearest(codes, row, known).contains(donors.find(row, known, random)));
  }
  const std::vector<std::uint32_t> row{0, 0, 399, 0};
  const std::vector<bool> known{true, true, true, false};
  const std::set<std::size_t> expected = nearest(codes, row, known);
  REQUIRE(expected.size() > 20);
  constexpr int k_each = 400;
  std::map<std::size_t, int> found;
  for (std::size_t i = 0; i < k_each * expected.size(); ++i) ++found[donors.find(row, known, random)];
  CHECK(found.size() == expected.size());
  for (const auto& [donor, times] : found) {
    CHECK(expected.contains(donor));
    CHECK(times == Approx(k_each).margin(6 * 20));
  }
}

TEST_CASE("where nothing is known of a row, any donor is its donor") {
  const std::vector<codecs::Codes> codes = drawn(1500, {4, 4});
  const Donors donors(codes, {}, stream(2));
  random::Stream random = stream(3);
  std::set<std::size_t> found;
  for (int i = 0; i < 20'000; ++i) found.insert(donors.find({0, 0}, {false, false}, random));
  CHECK(found.size() > 1490);
}

TEST_CASE("a donor without the cell that is to be filled comes last, whatever else it agrees in") {
  // The first column decides; in the second, 1 is a missing cell.
  std::vector<codecs::Codes> codes{codecs::Codes::sized(3, 6), codecs::Codes::sized(2, 6),
                                   codecs::Codes::sized(2, 6)};
  const std::vector<std::uint32_t> first{0, 0, 1, 1, 2, 2}, second{1, 1, 0, 1, 0, 0};
  for (std::size_t row = 0; row < 6; ++row) {
    codes[0].set(row, first[row]);
    codes[1].set(row, second[row]);
  }
  const Donors donors(codes, {{false, false, false}, {false, true}, {false, false}}, stream(2));
  random::Stream random = stream(3);
  std::set<std::size_t> of_one, of_none;
  for (int i = 0; i < 500; ++i) {
    of_one.insert(donors.find({1, 0, 0}, {true, false, true}, random));
    // Every row that agrees lacks it: one of those that do not is taken, and none of them lacks it.
    of_none.insert(donors.find({0, 0, 0}, {true, false, true}, random));
  }
  CHECK(of_one == std::set<std::size_t>{2});
  CHECK(of_none == std::set<std::size_t>{2, 4, 5});
  // And what stands in the place of a missing cell is a value.
  for (std::size_t row = 0; row < 6; ++row) CHECK(donors.code(1, row) == 0);
  // A column without a single value gets any that there is.
  std::vector<codecs::Codes> empty{codecs::Codes::sized(3, 40)};
  for (std::size_t row = 0; row < 40; ++row) empty[0].set(row, 2);
  const Donors filled(empty, {{false, false, true}}, stream(2));
  std::set<std::uint32_t> values;
  for (std::size_t row = 0; row < 40; ++row) values.insert(filled.code(0, row));
  CHECK(values == std::set<std::uint32_t>{0, 1});
}

}  // namespace ctgan::synth::marginal_methods
