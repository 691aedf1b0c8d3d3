// The two singling-out attacks of attacks.h.
#pragma once

#include <cstdint>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/indexed_rows.h"

namespace ctgan::synth::evaluate {

// What both look at: the synthetic rows, and those that may be singled out.
class SinglingOut {
 public:
  // `tables` and `pool` must outlive it. REQUIRES: held-out rows.
  SinglingOut(const ComparedTables& tables, std::uint64_t seed, threads::ThreadPool& pool);

  // By queries of so many columns. std::nullopt when none singles out a synthetic row.
  // REQUIRES: at least one column and at most those that are used.
  std::optional<Attack> attack(std::size_t columns) const;

 private:
  IndexedRows synthetic_;
  IndexedRows training_;
  IndexedRows held_out_;
  std::uint64_t seed_;
  threads::ThreadPool& pool_;
};

}  // namespace ctgan::synth::evaluate
