#include "server/synth/pipeline/paid_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "common/table_formats/csv_reader.h"
#include "server/synth/marginal_methods/private_archive.h"
#include "server/synth/marginals/counting.h"
#include "server/synth/pipeline/release.h"
#include "server/synth/pipeline/sampled_csv.h"

namespace ctgan::synth::pipeline {
namespace {

using evaluate::PaidComparison;
using marginal_methods::PaidMarginals;
using marginals::Factor;

double sum_of(const std::vector<double>& cells) {
  return std::accumulate(cells.begin(), cells.end(), 0.0);
}

// Each column says how many rows there are; all together with less noise.
double rows_in(const PaidMarginals& measured) {
  double sum = 0, tables = 0;
  for (const Factor& one : measured.counts) {
    if (one.attributes.size() != 1) continue;
    sum += sum_of(one.cells);
    ++tables;
  }
  return std::max(1.0, sum / tables);
}

class Comparison {
 public:
  Comparison(const domains::TableDomain& domain, const PaidMarginals& measured, double rows,
             double drawn_rows)
      : domain_(domain) {
    result_.rows = rows;
    result_.drawn_rows = drawn_rows;
    result_.noise = measured.noise;
  }

  void add(const Factor& measured, const marginals::Counts& drawn) {
    evaluate::PaidDistance distance;
    for (const marginals::Attribute a : measured.attributes)
      distance.columns.push_back(column_of(a).metadata().name);
    distance.parts = drawn.size();
    for (std::size_t cell = 0; cell < drawn.size(); ++cell)
      distance.distance += std::abs(share(measured.cells[cell]) - share_of_drawn(drawn[cell])) / 2;
    distance.of_noise = static_cast<double>(drawn.size()) * share(result_.noise) / 2;
    result_.distances.push_back(std::move(distance));
    if (measured.attributes.size() == 1) add_column(measured, drawn);
  }

  PaidComparison take() { return std::move(result_); }

 private:
  const domains::DomainColumn& column_of(marginals::Attribute attribute) const {
    return domain_.columns()[domain_.attributes()[attribute]];
  }
  double share(double rows) const { return rows / result_.rows; }
  double share_of_drawn(std::uint64_t rows) const { return static_cast<double>(rows) / result_.drawn_rows; }

  void add_column(const Factor& measured, const marginals::Counts& drawn) {
    const domains::DomainColumn& column = column_of(measured.attributes[0]);
    evaluate::PaidColumn found{column.metadata().name, {}};
    for (std::uint32_t code = 0; code < drawn.size(); ++code)
      found.shares.push_back(
          {column.text_of(code), share(measured.cells[code]), share_of_drawn(drawn[code])});
    result_.columns.push_back(std::move(found));
  }

  const domains::TableDomain& domain_;
  PaidComparison result_;
};

}  // namespace

std::optional<PaidComparison> compare_paid(const model::FittedModel& model, const archive::Archive& archive,
                                           std::uint64_t seed, threads::ThreadPool& pool) {
  constexpr double k_most_drawn = 100'000;
  const marginal_methods::PrivateParts parts = marginal_methods::read_private(archive);
  const PaidMarginals& measured = parts.report;
  if (measured.counts.empty()) return std::nullopt;
  const double rows = rows_in(measured);
  const auto drawn = static_cast<std::uint64_t>(std::min(std::max(rows, 1000.0), k_most_drawn));
  const auto csv = sampled_csv(model, drawn, seed, pool);
  const auto encoded =
      parts.domain.encode(table_formats::read_texts(*csv, "the sample", {}).table, pool).attributes;
  const std::vector<std::uint32_t> sizes = parts.domain.sizes();
  const marginals::Domain codes({sizes.begin(), sizes.end()});
  std::vector<marginals::AttributeSet> sets;
  for (const Factor& one : measured.counts) sets.push_back(one.attributes);
  const std::vector<marginals::Counts> counts = marginals::count_marginals(codes, encoded, sets, pool);
  Comparison comparison(parts.domain, measured, rows, static_cast<double>(drawn));
  for (std::size_t i = 0; i < sets.size(); ++i) comparison.add(measured.counts[i], counts[i]);
  PaidComparison found = comparison.take();
  found.budget_share = parts.options.real("report_share");
  const Release release = release_of(archive);
  found.release = {release.may_go ? evaluate::Verdict::good : evaluate::Verdict::bad, release.sentence};
  return found;
}

}  // namespace ctgan::synth::pipeline
