// What the report of a private model says that was paid for.
#pragma once

#include <cstdint>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/archive/archive.h"
#include "server/synth/evaluate/paid_comparison.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::pipeline {

// Rows of the model, as many as its table is thought to have but 100,000 at most, against the noisy counts in its archive;
// none where nothing was measured for that. `archive` is the model's. Throws as FittedModel::sample, and Error(bad_data)
// for an archive of no private model.
std::optional<evaluate::PaidComparison> compare_paid(const model::FittedModel& model,
                                                     const archive::Archive& archive, std::uint64_t seed,
                                                     threads::ThreadPool& pool);

}  // namespace ctgan::synth::pipeline
