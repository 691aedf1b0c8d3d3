// Small tables for tests of methods of marginals, and a fit of them with noise that can be repeated.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "server/synth/marginal_methods/confidential_rows.h"
#include "server/synth/marginal_methods/mst.h"
#include "server/synth/random/random.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/privacy/counted_bits.h"

namespace ctgan::tests {

namespace codecs = synth::codecs;
namespace marginals = synth::marginals;
namespace privacy = synth::privacy;
namespace random = synth::random;

// Columns in pairs: each second one has, nine times of ten, the code of the one before.
struct PairedRows {
  explicit PairedRows(std::size_t attributes, std::size_t size = 4, std::size_t rows = 3000)
      : domain(std::vector<std::size_t>(attributes, size)) {
    random::Stream random(7, random::StreamId::rows);
    for (std::size_t a = 0; a < attributes; ++a) columns.push_back(codecs::Codes::sized(size, rows));
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t a = 0; a < attributes; ++a) {
        const bool copies = a % 2 == 1 && random.next_below(10) > 0;
        columns[a].set(
            row, copies ? columns[a - 1].code(row) : random.next_below(static_cast<std::uint32_t>(size)));
      }
  }

  marginals::Domain domain;
  std::vector<codecs::Codes> columns;
};

struct PrivateFit {
  synth::marginal_methods::MeasuredModel measured;
  std::vector<privacy::Spending> spendings;
  double spent, total;

  std::size_t spendings_of(const std::string& stage) const {
    return static_cast<std::size_t>(std::count_if(spendings.begin(), spendings.end(),
                                                  [&](const auto& one) { return one.stage == stage; }));
  }
  // Rows of the table that the model's marginal has elsewhere, twice.
  double distance(const PairedRows& table, const marginals::AttributeSet& set) const {
    std::vector<double> exact(static_cast<std::size_t>(table.domain.cells(set)));
    for (std::size_t row = 0; row < table.columns[0].rows(); ++row) {
      std::size_t cell = 0;
      for (const marginals::Attribute a : set)
        cell = cell * table.domain.size(a) + table.columns[a].code(row);
      exact[cell] += 1;
    }
    return marginals::l1_distance(measured.model.marginal(set).cells, exact);
  }
};

// `method` is called with the rows and the context of a fit.
template <typename Method>
PrivateFit fit_privately(const PairedRows& table, const privacy::Guarantee& guarantee,
                         privacy::Composition composition, const Method& method,
                         std::uint64_t rows_per_unit = 1) {
  QuietFit quiet(2);
  privacy::Accountant accountant(guarantee, composition);
  CountedBits bits(11);
  privacy::Mechanisms mechanisms(accountant, bits);
  synth::marginal_methods::ConfidentialRows rows(table.domain, table.columns, mechanisms, quiet.pool,
                                                 rows_per_unit);
  auto measured = method(rows, quiet.context);
  return {std::move(measured), accountant.spendings(), accountant.spent(), accountant.total()};
}

template <typename Method>
PrivateFit fit_privately(const PairedRows& table, double epsilon, const Method& method) {
  return fit_privately(table, {.epsilon = epsilon, .delta = 1e-9}, privacy::Composition::concentrated,
                       method);
}

}  // namespace ctgan::tests
