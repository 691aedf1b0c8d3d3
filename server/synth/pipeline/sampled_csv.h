// A sample as its user reads it: CSV.
#pragma once

#include <cstdint>
#include <memory>

#include "common/files/byte_source.h"
#include "common/threads/thread_pool.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::pipeline {

// In memory. Throws as FittedModel::sample.
std::unique_ptr<files::ByteSource> sampled_csv(const model::FittedModel& model, std::uint64_t rows,
                                               std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::pipeline
