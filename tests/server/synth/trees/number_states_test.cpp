#include "server/synth/trees/number_states.h"

#include <algorithm>
#include <map>
#include <set>

#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using trees::NumberStates;
using trees::State;

std::vector<double> repeated(std::initializer_list<std::pair<double, int>> values) {
  std::vector<double> numbers;
  for (const auto& [value, rows] : values)
    numbers.insert(numbers.end(), static_cast<std::size_t>(rows), value);
  return numbers;
}

std::vector<double> spread(std::size_t rows) {
  random::Stream random(1, random::StreamId::rows);
  std::vector<double> numbers(rows);
  for (double& number : numbers) number = 1000 * random.next_double();
  return numbers;
}

NumberStates loaded_again(const NumberStates& states) {
  codecs::ColumnRecord record;
  states.add_to(record);
  return NumberStates::take("x", record);
}

}  // namespace

TEST_CASE("a value that enough rows share comes back as it is, wherever in its state it is drawn") {
  const NumberStates states = NumberStates::fit(repeated({{0, 50}, {7.25, 5}, {99, 20}}), {.least_rows = 5});
  CHECK(states.size() == 3);
  for (const double value : {0.0, 7.25, 99.0})
    for (const double uniform : {0.0, 0.5, 0.999})
      CHECK(states.number(states.state(value), uniform) == value);
}

TEST_CASE("no value of fewer rows comes back, and nothing beyond the k-th smallest and k-th greatest") {
  std::vector<double> numbers = spread(1000);
  const NumberStates states = NumberStates::fit(numbers, {.least_rows = 5});
  std::sort(numbers.begin(), numbers.end());
  const std::set<double> known(numbers.begin(), numbers.end());
  for (std::size_t state = 0; state < states.size(); ++state)
    for (int i = 0; i < 50; ++i) {
      const double drawn = states.number(static_cast<State>(state), i / 50.0 + 0.003);
      CHECK_FALSE(known.contains(drawn));
      CHECK(drawn >= numbers[4]);
      CHECK(drawn <= numbers[numbers.size() - 5]);
    }
}

TEST_CASE(
    "every group has as many rows as a value must be shared by, and numbers come back near where they were") {
  const std::vector<double> numbers = spread(1003);
  const NumberStates states = NumberStates::fit(numbers, {.least_rows = 7});
  std::map<State, int> rows;
  double farthest = 0;
  for (const double number : numbers) {
    ++rows[states.state(number)];
    farthest = std::max(farthest, std::abs(states.number(states.state(number), 0.5) - number));
  }
  CHECK(rows.size() == states.size());
  CHECK(rows.size() > 100);
  for (const auto& [state, count] : rows) CHECK(count >= 7);
  CHECK(farthest < 30);  // 1,003 rows over 1,000: seven are about 7 wide
}

TEST_CASE("of a column with fewer rows than must share a value, one number of all of them comes out") {
  const NumberStates states = NumberStates::fit(repeated({{1, 1}, {2, 1}, {6, 1}}), {.least_rows = 3});
  CHECK(states.size() == 1);
  CHECK(states.number(0, 0.7) <= 6);
  CHECK(states.number(0, 0.7) >= 1);
  const NumberStates nine = NumberStates::fit(spread(9), {.least_rows = 5});
  // The fifth smallest is the fifth greatest: somebody's.
  const std::vector<double> numbers = spread(9);
  CHECK(std::find(numbers.begin(), numbers.end(), nine.number(0, 0.5)) == numbers.end());
}

TEST_CASE("a column that is a list gives values of the list only") {
  std::vector<double> numbers;
  for (int i = 0; i < 4000; ++i) numbers.push_back(std::vector<double>{0.99, 1.49, 4.99, 19.95}[i % 4]);
  numbers.push_back(2.22);
  const NumberStates states = NumberStates::fit(numbers, {.least_rows = 5, .step = 0.01});
  CHECK(states.size() == 4);
  CHECK(states.number(states.state(2.22), 0.5) == 1.49);
}

TEST_CASE("numbers of a grid come back on it") {
  std::vector<double> numbers;
  for (int i = 0; i < 500; ++i) numbers.push_back(250.0 * (i * 7919 % 3000) + 100);
  const NumberStates states = NumberStates::fit(numbers, {.least_rows = 5, .step = 1});
  for (std::size_t state = 0; state < states.size(); ++state) {
    const double drawn = states.number(static_cast<State>(state), 0.37);
    CHECK(std::fmod(drawn - 100, 250) == 0);
  }
}

TEST_CASE("states come back from their record as they went in") {
  const NumberStates states = NumberStates::fit(spread(500), {.least_rows = 5, .step = 0});
  const NumberStates again = loaded_again(states);
  REQUIRE(again.size() == states.size());
  for (std::size_t state = 0; state < states.size(); ++state)
    CHECK(again.number(static_cast<State>(state), 0.25) == states.number(static_cast<State>(state), 0.25));
  for (const double number : spread(500)) CHECK(again.state(number) == states.state(number));
}

TEST_CASE("a record of states that no fit makes is refused by the column") {
  const auto refused = [](std::vector<double> states, std::vector<double> grid) {
    codecs::ColumnRecord record;
    record.numbers["states"] = std::move(states);
    record.numbers["state_grid"] = std::move(grid);
    return tests::raised([&] { NumberStates::take("x", record); }).sentence();
  };
  CHECK(refused({}, {0, 0}) == "column 'x' has 'states' of another shape");
  CHECK(refused({1, 2, 3}, {0, 0}) == "column 'x' has 'states' of another shape");
  CHECK(refused({2, 1}, {0, 0}) == "column 'x' has 'states' that do not ascend");
  CHECK(refused({5, 6, 1, 2}, {0, 0}) == "column 'x' has 'states' that do not ascend");
  CHECK(refused({1, 2}, {0}) == "column 'x' has a 'state_grid' that numbers do not lie on");
  CHECK(refused({1, 2}, {0, -1}) == "column 'x' has a 'state_grid' that numbers do not lie on");
}
