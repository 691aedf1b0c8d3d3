#include "server/synth/private_gan/patectgan.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/synth/neural/layer_sizes.h"
#include "server/synth/private_gan/coded_table.h"
#include "server/synth/private_gan/teachers.h"

namespace ctgan::synth::private_gan {
namespace {

using encoders::EncodedTable;
using marginal_methods::ConfidentialRows;

// The likeliest code of each block.
EncodedTable hardened(const kernels::Panels<double>& rows, const encoders::OutputLayout& layout) {
  std::vector<codecs::Codes> columns;
  for (const encoders::Block& block : layout.blocks) {
    codecs::Codes codes = codecs::Codes::sized(block.width, rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      std::uint32_t best = 0;
      for (std::uint32_t code = 1; code < block.width; ++code)
        if (rows.at(row, block.offset + code) > rows.at(row, block.offset + best)) best = code;
      codes.set(row, best);
    }
    columns.push_back(std::move(codes));
  }
  return coded_table(std::move(columns), layout);
}

// Rows of `more` behind those of `table`.
void append(EncodedTable& table, const EncodedTable& more) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto& codes = std::get<codecs::Codes>(table.columns[i]);
    const auto& added = std::get<codecs::Codes>(more.columns[i]);
    codes.resize(table.rows + more.rows);
    for (std::size_t row = 0; row < more.rows; ++row) codes.set(table.rows + row, added.code(row));
  }
  table.rows += more.rows;
}

// The discriminator that the generator is trained against, and all that it was told.
class Student {
 public:
  Student(const TrainingStart& start, threads::ThreadPool& pool)
      : pool_(pool),
        random_(start.seed, random::StreamId::weights, 1),
        classifier_(start.shape.layout.width, neural::layer_sizes(start.options, "discriminator_dim"),
                    random_, discriminator_optimizer(start.options), pool),
        gradient_(classifier_.parameters()),
        told_(independent_rows(start.shares, 0, start.seed)) {}

  void tell(const EncodedTable& rows, const std::vector<double>& answers) {
    append(told_, rows);
    for (const double answer : answers) answers_.push_back(std::clamp(answer, 0.0, 1.0));
  }

  void train(std::size_t steps) {
    constexpr std::uint32_t k_told = 128;
    native_execution::SparseBatch<double> batch(told_);
    std::vector<std::uint32_t> rows(k_told);
    std::vector<double> targets(k_told);
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::uint32_t i = 0; i < k_told; ++i) {
        rows[i] = random_.next_below(static_cast<std::uint32_t>(told_.rows));
        targets[i] = answers_[rows[i]];
      }
      std::fill(gradient_.begin(), gradient_.end(), 0.0);
      classifier_.add_gradient_of(loaded_rows(batch, rows, pool_), targets, 1.0 / k_told, gradient_);
      classifier_.step(gradient_);
    }
  }

  RowClassifier& classifier() { return classifier_; }

 private:
  threads::ThreadPool& pool_;
  random::Stream random_;
  RowClassifier classifier_;
  std::vector<double> gradient_;
  EncodedTable told_;
  std::vector<double> answers_;
};

Teachers::Options teacher_options(const TrainingStart& start) {
  return {.count = static_cast<std::uint32_t>(start.options.integer("num_teachers")),
          .hidden = neural::layer_sizes(start.options, "teacher_dim"),
          .optimizer = discriminator_optimizer(start.options),
          .seed = start.seed};
}

}  // namespace

networks::ParameterArena train_patectgan(ConfidentialRows& rows, const TrainingStart& start) {
  const auto questions = static_cast<std::uint64_t>(start.options.integer("questions"));
  const auto rounds = static_cast<std::uint64_t>(start.options.integer("rounds"));
  const double sigma =
      marginal_methods::sigma_for(rows.accountant().remaining(), static_cast<std::size_t>(questions));
  ConfidentialRows::Taught taught = rows.teach("votes", questions, sigma);
  threads::ThreadPool& pool = start.context.pool;
  Teachers teachers(taught.paid, std::move(taught.rows), start.shape.layout, teacher_options(start), pool);
  Student student(start, pool);
  GeneratorTraining generator(start.shape, start.options, start.conditions, start.seed, pool);
  const auto batch = static_cast<std::size_t>(start.options.integer("generated_rows"));
  const std::uint64_t taken = std::min(rounds, start.context.most_steps);
  for (std::uint64_t round = 1; round <= taken; ++round) {
    start.context.monitor.check_stop();
    EncodedTable generated = hardened(generator.make(batch), start.shape.layout);
    append(generated, independent_rows(start.shares, batch, start.seed + 2 * round));
    teachers.train(generated, static_cast<std::size_t>(start.options.integer("teacher_iters")));
    const std::uint64_t asked = questions * round / rounds - questions * (round - 1) / rounds;
    EncodedTable doubtful = hardened(generator.make(std::max<std::size_t>(asked / 2, 2)), start.shape.layout);
    append(doubtful, independent_rows(start.shares, asked - std::min(asked, doubtful.rows),
                                      start.seed + 2 * round + 1));
    student.tell(doubtful, teachers.answers(doubtful));
    student.train(static_cast<std::size_t>(start.options.integer("student_iters")));
    double loss = 0;
    for (std::int64_t i = 0; i < start.options.integer("generator_iters"); ++i) {
      loss = student.classifier().judge(generator.make(batch));
      generator.train(student.classifier().input_gradient());
    }
    const model::Measure measure{"generator_loss", loss};
    start.context.monitor.report({"training", "round", round, rounds, std::span(&measure, 1)});
  }
  return generator.parameters();
}

}  // namespace ctgan::synth::private_gan
