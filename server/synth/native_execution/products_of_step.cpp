#include "server/synth/native_execution/products_of_step.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/synth/native_execution/factors.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::Panels;
using kernels::panels_of;

constexpr std::size_t k_rounds = 9;
// Of the depth that is timed: many of the pieces that the kernels cut it into.
constexpr std::size_t k_depth = 4096;

// Collects calls, those of pieces with a remainder among them.
class Calls {
 public:
  // `times` calls whose left factor has `rows` rows, in pieces of `piece` rows.
  void add_rows(std::size_t times, std::size_t rows, std::size_t piece, std::size_t depth,
                std::size_t step = 1) {
    add({std::min(rows, piece), depth, step, false, times * (rows / std::min(rows, piece))});
    if (rows > piece) add({rows % piece, depth, step, false, times});
  }
  void add_rows(std::size_t times, std::size_t rows, std::size_t depth) {
    add_rows(times, rows, rows, depth);
  }
  // `times` calls for each panel of a matrix of `columns` columns, by its transpose.
  void add_panels(std::size_t times, std::size_t columns, std::size_t depth, std::size_t step = 1) {
    add({k_panel_columns, depth, step, true, times * (columns / k_panel_columns)});
    add({columns % k_panel_columns, depth, step, true, times});
  }

  std::vector<Product> take() { return std::move(found_); }

 private:
  void add(const Product& product) {
    if (product.m == 0 || product.depth == 0 || product.times == 0) return;
    const auto known = std::find_if(found_.begin(), found_.end(), [&](const Product& other) {
      return other.m == product.m && other.depth == product.depth && other.step == product.step &&
             other.turned == product.turned;
    });
    if (known == found_.end())
      found_.push_back(product);
    else
      known->times += product.times;
  }

  std::vector<Product> found_;
};

// Layer `layer` of the generator reads the layers before it, then the latent numbers; see generator.h.
void add_generator(const networks::CtganShape& shape, std::size_t rows, Calls& calls) {
  std::vector<std::size_t> widths = shape.generator_dim;
  const std::size_t blocks = widths.size();
  widths.push_back(shape.layout.width);
  for (std::size_t layer = 0; layer <= blocks; ++layer) {
    const std::size_t panels = panels_of(widths[layer]);
    const std::size_t piece = layer < blocks ? rows : k_output_rows_a_task;
    for (std::size_t part = 0; part <= layer; ++part) {
      const std::size_t inputs = part < layer ? widths[layer - 1 - part] : shape.embedding_dim;
      calls.add_rows(2 * panels, rows, piece, inputs);  // in each of the two updates
      calls.add_panels(panels, inputs, rows);
      if (part < layer) calls.add_rows(panels_of(inputs), rows, widths[layer]);
    }
  }
}

void add_first_layer(const networks::CtganShape& shape, std::size_t groups, Calls& calls) {
  const std::size_t width = shape.layout.width, row_inputs = shape.row_inputs(), pac = shape.pac;
  const std::size_t outputs = shape.discriminator_dim.front(), panels = panels_of(outputs);
  calls.add_rows(2 * panels * pac, groups, groups, width, pac);  // in each of the two updates
  calls.add_rows(panels_of(groups), pac * row_inputs, k_inputs_a_task, outputs);
  calls.add_rows(pac * panels_of(groups), width, k_inputs_a_task, outputs);
  calls.add_panels(panels, groups, pac * row_inputs);
  calls.add_panels(panels * pac, width, groups, pac);
  calls.add_rows(panels * pac, row_inputs, groups);
}

// Three kinds of groups pass the layers in the discriminator's update, one in the generator's.
void add_discriminator(const networks::CtganShape& shape, std::size_t groups, Calls& calls) {
  add_first_layer(shape, groups, calls);
  std::vector<std::size_t> widths = shape.discriminator_dim;
  widths.push_back(1);
  for (std::size_t layer = 1; layer < widths.size(); ++layer) {
    const std::size_t inputs = widths[layer - 1], outputs = widths[layer], panels = panels_of(outputs);
    const bool scores = layer + 1 == widths.size();
    for (const std::size_t passes : {3, 1}) {
      // Interpolated groups need no score.
      if (scores) calls.add_rows(panels, std::min<std::size_t>(passes, 2) * groups, k_panel_columns, inputs);
      if (!scores) calls.add_rows(panels, passes * groups, inputs);
      calls.add_rows(panels_of(inputs), passes * groups, outputs);
    }
    if (!scores) calls.add_rows(panels, groups, inputs);  // the penalty's tangent
    calls.add_panels(panels, inputs, 3 * groups);
  }
}

std::size_t timed_depth(const Product& product) {
  return std::min(product.depth, k_depth);
}

// Room for the factors of every product, and a clock.
class Timer {
 public:
  explicit Timer(const std::vector<Product>& products) : products_(products) {
    std::size_t rows = 0, turned_rows = 0, m = 0, depth = 0, plain_depth = 0;
    for (const Product& product : products) {
      const std::size_t part = timed_depth(product);
      (product.turned ? turned_rows : rows) =
          std::max(product.turned ? turned_rows : rows, product.step * (product.turned ? part : product.m));
      if (!product.turned) plain_depth = std::max(plain_depth, part);
      depth = std::max(depth, part);
      m = std::max(m, product.m);
    }
    plain_ = filled(rows, plain_depth);
    turned_ = filled(turned_rows, k_panel_columns);
    right_ = filled(depth, k_panel_columns);
    out_ = Panels<float>(m, k_panel_columns);
  }

  // Of one call of each product, by the part of its depth that is timed.
  std::vector<double> milliseconds(const kernels::Kernels<float>& table) {
    std::vector<double> all;
    for (const Product& product : products_) all.push_back(milliseconds(table, product));
    return all;
  }

 private:
  static Panels<float> filled(std::size_t rows, std::size_t columns) {
    Panels<float> numbers(rows, columns);
    for (std::size_t panel = 0; panel < numbers.panels(); ++panel)
      std::fill_n(numbers.panel(panel), numbers.panel_stride(), 0.5F);
    return numbers;
  }

  double milliseconds(const kernels::Kernels<float>& table, const Product& product) {
    using Clock = std::chrono::steady_clock;
    const std::size_t depth = timed_depth(product);
    const kernels::LeftFactor<float> left =
        product.turned ? columns_of(turned_, 0, 0, depth, product.step) : rows_of(plain_, 0, product.step);
    const auto start = Clock::now();
    table.multiply(left, product.m, depth, right_.panel(0), out_.panel(0), false);
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  const std::vector<Product>& products_;
  Panels<float> plain_, turned_, right_, out_;
};

double median_of(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

// The medians of the rounds, each as often as a step makes the call.
double step_of(const std::vector<Product>& products, const std::vector<std::vector<double>>& rounds) {
  double sum = 0;
  for (std::size_t i = 0; i < products.size(); ++i) {
    std::vector<double> times;
    for (const std::vector<double>& round : rounds) times.push_back(round[i]);
    sum += median_of(std::move(times)) * static_cast<double>(products[i].times) *
           static_cast<double>(products[i].depth) / static_cast<double>(timed_depth(products[i]));
  }
  return sum;
}

}  // namespace

std::vector<Product> products_of_step(const networks::CtganShape& shape, std::size_t rows) {
  Calls calls;
  add_generator(shape, rows, calls);
  add_discriminator(shape, rows / shape.pac, calls);
  return calls.take();
}

std::vector<double> time_products(const std::vector<Product>& products,
                                  const std::vector<const kernels::Kernels<float>*>& tables) {
  Timer timer(products);
  std::vector<std::vector<std::vector<double>>> rounds(tables.size());
  for (std::size_t round = 0; round <= k_rounds; ++round)
    for (std::size_t table = 0; table < tables.size(); ++table) {
      std::vector<double> milliseconds = timer.milliseconds(*tables[table]);
      if (round > 0) rounds[table].push_back(std::move(milliseconds));  // the first one warms the caches
    }
  std::vector<double> sums;
  for (const std::vector<std::vector<double>>& times : rounds) sums.push_back(step_of(products, times));
  return sums;
}

}  // namespace ctgan::synth::native_execution
