// By what a precision is chosen: the products that are timed are those of a step, and the slower table comes out
// slower.
#include "server/synth/native_execution/products_of_step.h"

#include <map>
#include <tuple>

#include "server/synth/native_execution/ctgan_step.h"
#include "server/synth/native_execution/optimizer.h"
#include "tests/catch.h"
#include "tests/server/synth/networks/small_step.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using native_execution::Product;
using Calls = std::map<std::tuple<std::size_t, std::size_t, std::size_t, bool>, std::size_t>;
using Table = kernels::Kernels<float>;

const Table& plain() {
  return kernels::kernels<float>(kernels::chosen_instructions());
}

Calls& seen() {
  static Calls calls;
  return calls;
}

void note(const kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth) {
  const bool turned = left.depth_stride != 1;
  const std::size_t stride = turned ? left.depth_stride : left.row_stride;
  ++seen()[{m, depth, stride / kernels::k_panel_columns, turned}];
}

void note_and_multiply(const kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth,
                       const float* right, float* out, bool add) {
  note(left, m, depth);
  plain().multiply(left, m, depth, right, out, add);
}

void note_and_multiply_from(const kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth,
                            const float* right, const float* row, float* out) {
  note(left, m, depth);
  plain().multiply_from(left, m, depth, right, row, out);
}

void multiply_thrice(const kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth,
                     const float* right, float* out, bool add) {
  for (int i = 0; i < 3; ++i) plain().multiply(left, m, depth, right, out, add);
}

Table with(decltype(Table::multiply) multiply) {
  Table table = plain();
  table.multiply = multiply;
  return table;
}

// What one update of each network calls.
Calls calls_of(const networks::SmallStep& step) {
  Table table = with(note_and_multiply);
  table.multiply_from = note_and_multiply_from;
  threads::ThreadPool pool(1);
  native_execution::CtganStep<float> native(step.shape, step.training, step.table, step.generator(),
                                            step.discriminator(), table, pool);
  native.start();
  native_execution::Adam<float> adam(step.training.generator, table);
  adam.begin_step();
  seen().clear();
  native.train_discriminator(step.discriminator_batch(1), adam);
  native.train_generator(step.generator_batch(2), adam);
  return seen();
}

Calls planned(const networks::CtganShape& shape, std::size_t rows) {
  Calls calls;
  for (const Product& product : native_execution::products_of_step(shape, rows))
    calls[{product.m, product.depth, product.step, product.turned}] += product.times;
  return calls;
}

}  // namespace

TEST_CASE("the products that are timed are those of a step, each as often") {
  const networks::SmallStep narrow({{3, 1}, {4, 2}}, 2, 6);
  CHECK(planned(narrow.shape, 12) == calls_of(narrow));
  const networks::SmallStep wide({{9, 10}, {40, 2, 150}}, 3, 70, {70, 33, 64}, {65, 40});
  CHECK(planned(wide.shape, 210) == calls_of(wide));
  const networks::SmallStep flat({{3, 1}, {}}, 1, 20, {32}, {32});
  CHECK(planned(flat.shape, 20) == calls_of(flat));
}

TEST_CASE("a table that multiplies three times takes longer, whichever comes first") {
  const networks::SmallStep step({{9, 10}, {40, 2}}, 10, 50, {128, 128}, {128, 128});
  const std::vector<Product> products = native_execution::products_of_step(step.shape, 500);
  const Table thrice = with(multiply_thrice);
  const std::vector<double> times = native_execution::time_products(products, {&plain(), &thrice, &plain()});
  REQUIRE(times.size() == 3);
  CHECK(times[0] > 0);
  CHECK(times[1] > 2 * times[0]);
  CHECK(times[1] > 2 * times[2]);
}
