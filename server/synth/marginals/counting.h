// Exact marginals of rows of codes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/codecs/codes.h"
#include "server/synth/marginals/attribute_set.h"
#include "server/synth/marginals/domain.h"

namespace ctgan::synth::marginals {

// Rows of each cell, in row-major order.
using Counts = std::vector<std::uint64_t>;

// The marginals of `sets`, in their order, counted on all threads of the pool. Throws Error(bad_data) for a set of
// more cells than an array may have. REQUIRES: columns[a] has a code below domain.size(a) in every row, and as
// many rows as the others.
std::vector<Counts> count_marginals(const Domain& domain, std::span<const codecs::Codes> columns,
                                    std::span<const AttributeSet> sets, threads::ThreadPool& pool);

// The same of one set.
Counts count_marginal(const Domain& domain, std::span<const codecs::Codes> columns,
                      const AttributeSet& attributes, threads::ThreadPool& pool);

// As numbers that measurements and factors can have.
std::vector<double> as_doubles(const Counts& counts);

}  // namespace ctgan::synth::marginals
