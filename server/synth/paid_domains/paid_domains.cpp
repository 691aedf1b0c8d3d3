#include "server/synth/paid_domains/paid_domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string_view>
#include <utility>

#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"
#include "common/table/declared_metadata.h"
#include "common/table/kind_traits.h"
#include "server/synth/domains/value_steps.h"
#include "server/synth/paid_domains/bucket_partition.h"
#include "server/synth/paid_domains/found_bounds.h"
#include "server/synth/paid_domains/found_categories.h"
#include "server/synth/paid_domains/private_tree.h"
#include "server/synth/paid_domains/quantile_cuts.h"

namespace ctgan::synth::paid_domains {
namespace {

using domains::ValueSteps;
using table::Binning;
using table::ColumnMetadata;
using table::Metadata;

constexpr double k_share = 0.1;  // of rho and of delta

bool is_paid(const ColumnMetadata& column, std::string_view field) {
  const std::vector<std::string>& paid = column.domain->paid;
  return std::find(paid.begin(), paid.end(), field) != paid.end();
}

bool has_bounds_to_find(const ColumnMetadata& column) {
  return is_paid(column, "min") || is_paid(column, "max");
}

bool needs_delta(const ColumnMetadata& column) {
  return is_paid(column, "categories") || is_paid(column, "edges");
}

template <typename Condition>
std::size_t count_columns(const Metadata& metadata, const Condition& condition) {
  return static_cast<std::size_t>(std::count_if(metadata.columns.begin(), metadata.columns.end(), condition));
}

std::string stage_of(const char* what, const ColumnMetadata& column) {
  return fmt::format("{} of {}", what, errors::quoted(column.name));
}

// What one column's search may cost, and what it is for.
struct Search {
  privacy::Mechanisms& mechanisms;
  const UnitRows& rows;
  double rho = 0, delta = 0;
  double part_noise = 0;  // the mean of the absolute noise that a count of a part will have
};

// Cells that can be read, ascending: missing values and others are in no range.
std::vector<std::int64_t> sorted_steps(const ColumnMetadata& column, const ValueSteps& steps,
                                       const table::Categories& cells) {
  const std::vector<std::string>& missing = column.domain->missing;
  std::vector<std::optional<std::int64_t>> of_text;
  for (const std::string& text : cells.dictionary) {
    const bool is_missing = std::find(missing.begin(), missing.end(), text) != missing.end();
    of_text.push_back(is_missing ? std::nullopt : steps.read(text));
  }
  std::vector<std::int64_t> sorted;
  for (const std::uint32_t code : cells.codes)
    if (of_text[code]) sorted.push_back(*of_text[code]);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

class NumberSearch {
 public:
  NumberSearch(ColumnMetadata& column, const table::Categories& cells, const Search& search)
      : column_(column),
        cells_(cells),
        search_(search),
        steps_(column),
        sorted_(sorted_steps(column, steps_, cells)) {}

  void run() {
    const bool bounds = has_bounds_to_find(column_), edges = is_paid(column_, "edges");
    const double rho = bounds && edges ? search_.rho / 2 : search_.rho;
    if (bounds) find_range(rho);
    if (edges) find_edges(rho);
  }

 private:
  StepRange declared(std::int64_t least, std::int64_t most) const {
    const table::ColumnDomain& domain = *column_.domain;
    return {domain.least.empty() ? least : *steps_.read(domain.least),
            domain.most.empty() ? most : *steps_.read(domain.most)};
  }

  void find_range(double rho) {
    StepRange limits = declared(steps_.least(), steps_.most());
    // A bound that was declared at the end of all numbers leaves no room.
    if (limits.least >= limits.most) limits = {limits.most - 1, limits.most};
    StepRange range = find_bounds(search_.mechanisms, stage_of("bounds", column_), sorted_, limits,
                                  search_.rows.rows_per_unit, rho);
    if (is_paid(column_, "min")) column_.domain->least = steps_.text(range.least);
    if (is_paid(column_, "max")) column_.domain->most = steps_.text(range.most);
  }

  void find_edges(double rho) {
    const StepRange range = declared(0, 1);
    std::size_t parts = static_cast<std::size_t>(column_.domain->bins);
    if (range.steps() <= parts) return;
    const std::vector<std::int64_t> common = common_values(range, parts / k_parts_a_value, k_common * rho);
    parts -= 2 * common.size();
    std::erase_if(sorted_,
                  [&](std::int64_t step) { return std::binary_search(common.begin(), common.end(), step); });
    std::vector<std::int64_t> starts = cuts(range, parts, (1 - k_common) * rho);
    for (const std::int64_t value : common) starts.insert(starts.end(), {value, value + 1});
    std::erase_if(starts, [&](std::int64_t start) { return start <= range.least || start > range.most; });
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    std::vector<std::string>& edges = column_.domain->edges;
    edges.push_back(steps_.text(range.least));
    for (const std::int64_t start : starts) edges.push_back(steps_.text(start));
    edges.push_back(steps_.text(range.most));
  }

  // Ascending. A value in several spellings may be found by one of them.
  std::vector<std::int64_t> common_values(const StepRange& range, std::size_t most, double rho) {
    if (most == 0) return {};
    const std::vector<std::string> texts =
        find_categories(search_.mechanisms, stage_of("common values", column_), cells_, search_.rows.units,
                        {.known = column_.domain->missing,
                         .most = most,
                         .rows_per_unit = search_.rows.rows_per_unit,
                         .rho = rho,
                         .delta = search_.delta});
    std::vector<std::int64_t> values;
    for (const std::string& text : texts)
      if (const auto step = steps_.read(text); step && *step >= range.least && *step <= range.most)
        values.push_back(*step);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
  }

  std::vector<std::int64_t> cuts(const StepRange& range, std::size_t parts, double rho) {
    const std::string stage = stage_of("edges", column_);
    const std::uint64_t rows = search_.rows.rows_per_unit;
    switch (column_.domain->binning) {
      case Binning::privtree:
        return private_tree_cuts(search_.mechanisms, stage, sorted_, range, parts, rows, rho);
      case Binning::dawa:
        return bucket_cuts(search_.mechanisms, stage, sorted_, range, parts, search_.part_noise, rows, rho);
      case Binning::quantiles:
        break;
    }
    return quantile_cuts(search_.mechanisms, stage, sorted_, range, parts, rows, rho);
  }

  static constexpr double k_common = 0.25;           // of what edges may cost
  static constexpr std::size_t k_parts_a_value = 4;  // of the parts no more than half are for common values

  ColumnMetadata& column_;
  const table::Categories& cells_;
  const Search& search_;
  ValueSteps steps_;
  std::vector<std::int64_t> sorted_;
};

void search_categories(ColumnMetadata& column, const table::Categories& cells, const Search& search) {
  CategorySearch wanted{.known = column.domain->missing,
                        .most = column.domain->most_categories,
                        .rows_per_unit = search.rows.rows_per_unit,
                        .rho = search.rho,
                        .delta = search.delta};
  wanted.known.push_back(column.domain->others);
  column.domain->categories =
      find_categories(search.mechanisms, stage_of("categories", column), cells, search.rows.units, wanted);
}

// As if the rest were spent on counts of all columns by MST, a third of it on those of each.
double noise_of_parts(const Metadata& metadata, const UnitRows& rows, double total) {
  const std::size_t columns = count_columns(
      metadata, [](const ColumnMetadata& column) { return table::traits_of(column.kind).keeps_values(); });
  const double rho = (1 - k_share) * total / 3 / static_cast<double>(std::max<std::size_t>(columns, 1));
  const double sigma = static_cast<double>(rows.rows_per_unit) / std::sqrt(2 * rho);
  return std::sqrt(2 / std::numbers::pi) * sigma;
}

}  // namespace

double delta_of_searches(const Metadata& metadata, double delta) {
  return count_columns(metadata, needs_delta) > 0 ? k_share * delta : 0;
}

ConcentratedCost concentrated_cost(const Metadata& metadata, double epsilon, double delta) {
  if (delta == 0)
    return {std::nextafter(guarantees::pure_rho(epsilon), std::numeric_limits<double>::infinity()), 0};
  return {guarantees::zcdp_rho(epsilon, delta), delta_of_searches(metadata, delta)};
}

Metadata find_domains(Metadata metadata, const UnitRows& rows, privacy::Mechanisms& mechanisms) {
  const std::size_t searches =
      count_columns(metadata, [](const ColumnMetadata& column) { return !column.domain->paid.empty(); });
  if (searches == 0) return metadata;
  const std::size_t thresholds = count_columns(metadata, needs_delta);
  const privacy::Accountant& accountant = mechanisms.accountant();
  // Rounding is not to make them dearer.
  constexpr double k_but_rounding = 1 - 1e-9;
  const Search search{.mechanisms = mechanisms,
                      .rows = rows,
                      .rho = k_but_rounding * k_share * accountant.total() / static_cast<double>(searches),
                      .delta = k_but_rounding * delta_of_searches(metadata, accountant.guarantee().delta) /
                               static_cast<double>(std::max<std::size_t>(thresholds, 1)),
                      .part_noise = noise_of_parts(metadata, rows, accountant.total())};
  for (ColumnMetadata& column : metadata.columns) {
    if (column.domain->paid.empty()) continue;
    const table::Categories& cells = rows.texts.find(column.name)->categories();
    if (is_paid(column, "categories"))
      search_categories(column, cells, search);
    else
      NumberSearch(column, cells, search).run();
    column.domain->found = std::exchange(column.domain->paid, {});
    table::settle_domain(column);
  }
  return metadata;
}

}  // namespace ctgan::synth::paid_domains
