// MWEM: a histogram of all cells, to which marginals are fitted one after the other, each time the one that it gets most
// wrong (Hardt, Ligett and McSherry 2012, "A simple and practical algorithm for differentially private data release",
// figure 1, with whole marginals as queries and all measurements replayed, section 4.1; the last histogram counts, not the
// mean of all). Pure epsilon: Laplace noise and the exponential mechanism, no delta.
//
// A histogram of all columns fits into no memory: columns are split into groups, each with a histogram of its own, as if
// they were independent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/options/option_spec.h"
#include "server/synth/domains/table_domain.h"
#include "server/synth/marginal_methods/measured_model.h"

namespace ctgan::synth::marginal_methods {

struct MwemOptions {
  std::size_t iterations = 10;    // of each group at most: there are no more than it has marginals
  std::size_t width = 2;          // attributes of a marginal at most
  std::size_t candidates = 1000;  // of each group at most, those of fewer attributes first
  std::size_t passes = 100;       // over all measurements, after each
};

// Attributes in `columns`' order as groups of at most `most_attributes`, with a histogram of at most `most_cells` cells; one
// alone may have more.
std::vector<marginals::AttributeSet> split_groups(const marginals::Domain& domain,
                                                  const std::vector<marginals::Attribute>& attributes,
                                                  std::size_t most_attributes, std::uint64_t most_cells);

// The groups that options ask for, as far as a histogram may have their cells, and each other attribute alone; where
// nothing is asked for all attributes in their order.
std::vector<marginals::AttributeSet> groups_of(const options::Values& options,
                                               const domains::TableDomain& domain);

// Spends all that the accountant of the rows has, of which a twentieth counts the rows. REQUIRES: groups have each
// attribute once; at least one; the accountant's composition is pure.
MeasuredModel fit_mwem(ConfidentialRows& rows, const std::vector<marginals::AttributeSet>& groups,
                       const MwemOptions& options, const model::FitContext& context);

}  // namespace ctgan::synth::marginal_methods
