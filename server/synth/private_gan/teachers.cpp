#include "server/synth/private_gan/teachers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "server/synth/private_gan/coded_table.h"

namespace ctgan::synth::private_gan {
namespace {

using encoders::EncodedTable;
using native_execution::SparseBatch;

// Of its own rows and of generated ones.
constexpr std::uint32_t k_batch = 64;

}  // namespace

Teachers::Teacher::Teacher(std::size_t inputs, const Options& options, std::uint32_t number)
    : random(options.seed, random::StreamId::weights, std::uint64_t{number} + 2),
      classifier(inputs, options.hidden, random, options.optimizer, alone) {}

Teachers::Teachers(privacy::PaidVotes& paid, marginal_methods::ConfidentialCodes rows,
                   const encoders::OutputLayout& layout, const Options& options, threads::ThreadPool& pool)
    : paid_(paid), pool_(pool) {
  for (std::uint32_t i = 0; i < options.count; ++i)
    teachers_.push_back(std::make_unique<Teacher>(layout.width, options, i));
  const UnitIndex units(rows.units, rows.columns.front().rows());
  for (std::uint32_t unit = 0; unit < units.size(); ++unit) {
    std::vector<std::uint32_t>& known = teachers_[paid_.draw_teacher(options.count)]->rows;
    const std::vector<std::uint32_t> own = units.rows_of(std::span(&unit, 1));
    known.insert(known.end(), own.begin(), own.end());
  }
  table_ = coded_table(std::move(rows.columns), layout);
}

void Teachers::train_one(Teacher& teacher, const EncodedTable& generated, std::size_t steps) {
  if (teacher.rows.empty()) return;
  SparseBatch<double> own(table_), others(generated);
  std::vector<double> gradient(teacher.classifier.parameters());
  std::vector<std::uint32_t> known(k_batch), made(k_batch);
  const auto rows = static_cast<std::uint32_t>(teacher.rows.size());
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::uint32_t& row : known) row = teacher.rows[teacher.random.next_below(rows)];
    for (std::uint32_t& row : made)
      row = teacher.random.next_below(static_cast<std::uint32_t>(generated.rows));
    std::fill(gradient.begin(), gradient.end(), 0.0);
    teacher.classifier.add_gradient(loaded_rows(own, known, teacher.alone), true, 1.0 / k_batch, gradient);
    teacher.classifier.add_gradient(loaded_rows(others, made, teacher.alone), false, 1.0 / k_batch, gradient);
    teacher.classifier.step(gradient);
  }
}

void Teachers::train(const EncodedTable& generated, std::size_t steps) {
  pool_.run(teachers_.size(), [&](std::size_t i) { train_one(*teachers_[i], generated, steps); });
}

std::vector<double> Teachers::answers(const EncodedTable& rows) {
  std::vector<std::uint32_t> all(rows.rows);
  std::iota(all.begin(), all.end(), 0U);
  std::vector<std::vector<bool>> votes(teachers_.size());
  pool_.run(teachers_.size(), [&](std::size_t i) {
    SparseBatch<double> batch(rows);
    for (const double score : teachers_[i]->classifier.scores(loaded_rows(batch, all, teachers_[i]->alone)))
      votes[i].push_back(score > 0);
  });
  std::vector<double> shares;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::uint64_t yes = 0;
    for (const std::vector<bool>& one : votes) yes += one[row] ? 1 : 0;
    shares.push_back(static_cast<double>(paid_.noisy(yes)) / static_cast<double>(teachers_.size()));
  }
  return shares;
}

}  // namespace ctgan::synth::private_gan
