// The two singling-out attacks of attacks.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// `columns` is 1 or more. std::nullopt when no query singles out a synthetic row.
// REQUIRES: held-out rows, at least `columns` columns.
std::optional<Attack> singling_out(const ComparedTables& tables, std::size_t columns, std::uint64_t seed,
                                   threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
