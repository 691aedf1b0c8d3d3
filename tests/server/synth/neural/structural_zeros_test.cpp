// Values that the training table never has together are not drawn together, and nothing else changes.
#include "server/synth/neural/structural_zeros.h"

#include <cmath>
#include <set>

#include "common/conditions/joined_cells.h"
#include "common/options/methods.h"
#include "server/synth/ctgan/ctgan_trainer.h"
#include "server/synth/native_execution/row_generator.h"
#include "server/synth/tvae/tvae_trainer.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using neural::StructuralZeros;
using tests::raised;
using Pairs = std::vector<StructuralZeros::Pair>;

// Discrete columns as a, b, c, ..., each cell a digit: its code.
encoders::EncodedTable encoded(const std::vector<std::string>& columns, std::size_t categories) {
  encoders::EncodedTable table;
  table.rows = columns.front().size();
  for (const std::string& cells : columns) {
    table.layout.add_discrete(categories);
    auto column = codecs::Codes::sized(categories, table.rows);
    for (std::size_t row = 0; row < table.rows; ++row)
      column.set(row, static_cast<std::uint32_t>(cells[row] - '0'));
    table.columns.emplace_back(std::move(column));
  }
  return table;
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

Pairs found(const encoders::EncodedTable& table, std::uint64_t least_rows = 1, int threads = 2) {
  threads::ThreadPool pool(threads);
  return StructuralZeros::find(table, least_rows, pool).pairs();
}

// Each booking is a withdrawal or a deposit; a case has an end, or it is open.
std::string exclusive_csv() {
  std::string csv = "withdrawal,deposit,status,end\n";
  for (int row = 0; row < 2000; ++row) {
    const int amount = 100 + row * 617 % 900;
    csv += (row % 2 == 0 ? std::to_string(amount) + ".5,0" : "0," + std::to_string(amount) + ".25") +
           (row % 3 == 0 ? ",open,\n" : ",closed," + std::to_string(2000 + row * 7 % 24) + "-05-01\n");
  }
  return csv;
}

template <typename Trainer>
void check_that_nothing_excluded_comes_out(const options::Values& options) {
  table::Table table = tests::table_from(exclusive_csv());
  const table::Metadata metadata = table::infer_metadata(table, {});
  const auto model = Trainer(options).fit(std::move(table), metadata, tests::QuietFit().context);
  const table::Table rows = tests::table_from(tests::sample(*model, 5000).csv);
  double withdrawals = 0, open = 0;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const bool withdrawal = rows.find("withdrawal")->number(row) > 0;
    const bool is_open = conditions::cell_text(*rows.find("status"), row) == "open";
    CHECK(withdrawal != (rows.find("deposit")->number(row) > 0));
    CHECK(is_open == conditions::cell_text(*rows.find("end"), row).empty());
    withdrawals += withdrawal ? 1 : 0;
    open += is_open ? 1 : 0;
  }
  CHECK(withdrawals / 5000 == Approx(0.5).margin(0.04));
  CHECK(open / 5000 == Approx(1.0 / 3).margin(0.04));
}

// Two blocks of three categories in one strip of rows with the same logits; what is drawn stands in `drawn`.
struct Strip {
  static constexpr std::size_t k_rows = native_execution::RowGenerator::k_strip;

  Strip() : logits(k_rows, 6), uniform(2 * k_rows), drawn(2 * k_rows) {
    layout.add_discrete(3);
    layout.add_discrete(3);
    for (std::size_t row = 0; row < k_rows; ++row)
      for (std::size_t i = 0; i < 6; ++i) logits.at(row, i) = std::log(probability[i]);
  }
  // Row `row`: `first` in the first block; in the second what its probabilities make of `number`.
  void set(std::size_t row, int first, float number) {
    drawn[row] = static_cast<float>(first);
    uniform[k_rows + row] = number;
    drawn[k_rows + row] =
        number < probability[3] ? 0.0F : (number < probability[3] + probability[4] ? 1.0F : 2.0F);
  }
  void settle(const Pairs& pairs, const std::vector<std::uint32_t>& condition = {}) {
    StructuralZeros(pairs, layout).settle({k_rows, condition, &logits, uniform}, drawn);
  }
  int second(std::size_t row) const { return static_cast<int>(drawn[k_rows + row]); }

  const std::vector<float> probability = {0.2F, 0.3F, 0.5F, 0.6F, 0.3F, 0.1F};
  encoders::OutputLayout layout;
  kernels::Panels<float> logits;
  std::vector<float> uniform, drawn;
};

archive::Archive archive_of(std::vector<std::size_t> shape, const std::vector<std::int64_t>& values) {
  archive::Archive archive;
  archive.tensors.push_back(
      archive::tensor_from_integers("structural_zeros", std::move(shape), values.data()));
  return archive;
}

}  // namespace

TEST_CASE("values that are frequent and never come together are found, whatever else the table has") {
  // Who has 1 in a has 0 in b. How few rows with 2 have what says nothing.
  CHECK(found(encoded({times(100, "0101") + "2", times(100, "0010") + "1"}, 3)) == Pairs{{1, 4}, {1, 5}});
  CHECK(found(encoded({times(100, "0101"), times(100, "0011")}, 3)).empty());
  CHECK(found(encoded({times(10, "0101"), times(10, "0010")}, 3)).empty());
}

TEST_CASE("pairs of fewer rows than may come out are zeros as well") {
  const encoders::EncodedTable table = encoded({times(100, "0101") + "1111", times(100, "0010") + "1111"}, 2);
  CHECK(found(table, 1).empty());
  CHECK(found(table, 4).empty());
  CHECK(found(table, 5) == Pairs{{1, 3}});
}

TEST_CASE("any other than a frequent value is a value too, so that rare ones are excluded with the rest") {
  // a is 0 or one of 1 to 9, each rare; where it is not 0, b is.
  std::string a, b;
  for (int row = 0; row < 300; ++row) {
    a += row % 2 == 0 ? '0' : static_cast<char>('1' + row / 2 % 9);
    b += row % 2 == 1 ? '0' : static_cast<char>('1' + row / 2 % 9);
  }
  const Pairs pairs = found(encoded({a, b}, 10));
  CHECK(pairs.size() == 82);
  CHECK(pairs.front() == StructuralZeros::Pair{0, 10});
  CHECK(pairs[1] == StructuralZeros::Pair{1, 11});
}

TEST_CASE("what comes together only in later rows is no zero, for any number of threads") {
  const std::string a = times(3000, "01"), b = times(3000, "10");
  CHECK(found(encoded({a, b}, 2)) == Pairs{{0, 2}, {1, 3}});
  CHECK(found(encoded({a + "1", b + "1"}, 2)) == Pairs{{0, 2}});
  CHECK(found(encoded({a + "1", b + "1"}, 2), 1, 1) == found(encoded({a + "1", b + "1"}, 2), 1, 3));
}

TEST_CASE("a code that is excluded is drawn again among the others, with their probabilities") {
  Strip strip;
  // The second block's code 0 is barred by the first's 0: 1 and 2 are left, three to one.
  for (std::size_t row = 0; row < Strip::k_rows; ++row)
    strip.set(row, 0, 0.6F * (static_cast<float>(row) + 0.5F) / Strip::k_rows);
  strip.settle({{0, 3}});
  int ones = 0;
  for (std::size_t row = 0; row < Strip::k_rows; ++row) {
    CHECK(strip.drawn[row] == 0);
    CHECK(strip.second(row) > 0);
    ones += strip.second(row) == 1 ? 1 : 0;
  }
  CHECK(ones == 24);
}

TEST_CASE("rows without an excluded pair stay as they were drawn") {
  Strip strip;
  for (std::size_t row = 0; row < Strip::k_rows; ++row)
    strip.set(row, row % 2 == 0 ? 1 : 0, row % 2 == 0 ? 0.1F : 0.7F);
  const std::vector<float> before = strip.drawn;
  strip.settle({{0, 3}});
  CHECK(strip.drawn == before);
}

TEST_CASE("what a row was given stays, and the other block gives way") {
  Strip strip;
  for (std::size_t row = 0; row < Strip::k_rows; ++row) strip.set(row, 0, 0.1F);
  strip.settle({{0, 3}}, std::vector<std::uint32_t>(Strip::k_rows, 3));
  for (std::size_t row = 0; row < Strip::k_rows; ++row) {
    CHECK(strip.drawn[row] > 0);
    CHECK(strip.second(row) == 0);
  }
}

TEST_CASE("where every code is excluded a row stays as it was drawn") {
  Strip strip;
  for (std::size_t row = 0; row < Strip::k_rows; ++row) strip.set(row, 0, 0.95F);
  strip.settle({{0, 3}, {0, 4}, {0, 5}});
  for (std::size_t row = 0; row < Strip::k_rows; ++row) CHECK(strip.second(row) == 2);
}

TEST_CASE("a trained generator draws no excluded pair, and keeps the shares") {
  check_that_nothing_excluded_comes_out<synth::ctgan::CtganTrainer>(
      options::check(options::find_method("ctgan"),
                     {{"seed", 1}, {"epochs", 20}, {"generator_dim", {32}}, {"discriminator_dim", {32}}}));
}

TEST_CASE("a trained decoder draws no excluded pair, and keeps the shares") {
  check_that_nothing_excluded_comes_out<tvae::TvaeTrainer>(
      options::check(options::find_method("tvae"),
                     {{"seed", 1}, {"epochs", 20}, {"compress_dims", {32}}, {"decompress_dims", {32}}}));
}

TEST_CASE("zeros come back from an archive, and a model without any has no entry") {
  const encoders::OutputLayout layout = Strip().layout;
  archive::Archive archive;
  StructuralZeros().add_to(archive);
  CHECK(archive.tensors.empty());
  CHECK(StructuralZeros::load(archive, layout).empty());
  const Pairs pairs = {{0, 3}, {0, 5}, {2, 4}};
  StructuralZeros(pairs, layout).add_to(archive);
  CHECK(StructuralZeros::load(archive, layout).pairs() == pairs);
}

TEST_CASE("pairs that no fit writes are refused") {
  encoders::OutputLayout layout = Strip().layout;
  layout.add_continuous(2);
  const auto refused = [&](std::vector<std::size_t> shape, const std::vector<std::int64_t>& values) {
    return raised([&] { StructuralZeros::load(archive_of(std::move(shape), values), layout); }).kind() ==
           errors::Kind::bad_data;
  };
  CHECK(StructuralZeros::load(archive_of({1, 2}, {0, 7}), layout).pairs() == Pairs{{0, 7}});
  CHECK(refused({2}, {0, 3}));           // not pairs
  CHECK(refused({0, 2}, {}));            // none
  CHECK(refused({1, 2}, {3, 0}));        // the greater first
  CHECK(refused({1, 2}, {0, 1}));        // of one block
  CHECK(refused({1, 2}, {0, 6}));        // a scalar
  CHECK(refused({1, 2}, {0, 9}));        // outside
  CHECK(refused({1, 2}, {-1, 3}));       // before it
  CHECK(refused({2, 2}, {0, 3, 0, 3}));  // twice
  CHECK(refused({2, 2}, {1, 3, 0, 3}));  // out of order
  archive::Archive floats;
  const std::vector<double> values = {0, 3};
  floats.tensors.push_back(archive::tensor_from_doubles("structural_zeros", {1, 2}, values.data()));
  CHECK(raised([&] { StructuralZeros::load(floats, layout); }).kind() == errors::Kind::bad_data);
}
