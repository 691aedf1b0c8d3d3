// The teachers of a PATE-GAN: classifiers that each know the rows of some units and nothing of the others'.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/marginal_methods/confidential_rows.h"
#include "server/synth/native_execution/sparse_batch.h"
#include "server/synth/private_gan/row_classifier.h"

namespace ctgan::synth::private_gan {

// Not safe to share between threads.
class Teachers {
 public:
  struct Options {
    std::uint32_t count = 1;
    std::vector<std::size_t> hidden;
    networks::OptimizerOptions optimizer;
    std::uint64_t seed = 0;  // of what needs no protection
  };
  // Each unit goes to one of them, drawn by `paid`, which outlives it as the pool does.
  Teachers(privacy::PaidVotes& paid, marginal_methods::ConfidentialCodes rows,
           const encoders::OutputLayout& layout, const Options& options, threads::ThreadPool& pool);

  // So many steps each, on its own rows beside generated ones.
  void train(const encoders::EncodedTable& generated, std::size_t steps);
  // For each row the share of teachers that find it real, with the noise that was paid for: perhaps below 0 or above 1.
  // A question each.
  std::vector<double> answers(const encoders::EncodedTable& rows);

 private:
  struct Teacher {
    Teacher(std::size_t inputs, const Options& options, std::uint32_t number);

    threads::ThreadPool alone{1};
    random::Stream random;
    RowClassifier classifier;
    std::vector<std::uint32_t> rows;  // that it knows
  };

  void train_one(Teacher& teacher, const encoders::EncodedTable& generated, std::size_t steps);

  privacy::PaidVotes& paid_;
  threads::ThreadPool& pool_;
  encoders::EncodedTable table_;
  std::vector<std::unique_ptr<Teacher>> teachers_;
};

}  // namespace ctgan::synth::private_gan
