// Exactly the rows that a plan asks for, by rejection: candidates are drawn from the model, under the share's
// condition where the model takes conditions, and those that pass the share's filter are kept. Every row is
// checked, whatever condition it was drawn under.
//
//     ConditionalRows source(model, plan, seed, pool, observer);
//     while (const auto window = source.next()) write(*window);     // blocks, made in any order
//
// Same model, plan and seed: same rows, for any number of threads. Rows of several shares come in a random
// order, each order equally likely.
//
// What a model makes by a row's number, such as identifiers, is made for the rows that come, not for the
// candidates.
//
// Memory does not grow with the rows, but for `unique` (about 50 bytes a row and column). Work is bounded: a
// share gives up when it has drawn two million candidates, or a thousand for each row that it is to have if
// that is more; and at two million already when the rate so far would not do within that bound.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/model/trainer.h"
#include "server/synth/sampling/sample_plan.h"

namespace ctgan::synth::sampling {

// How far it is: rows that were found, and candidates that were drawn for them. Called by one thread at a
// time, from within next().
using DrawnObserver = std::function<void(std::uint64_t found, std::uint64_t drawn)>;

class ConditionalRows {
 public:
  // All but `plan` outlive it.
  ConditionalRows(const model::FittedModel& model, SamplePlan plan, std::uint64_t seed,
                  threads::ThreadPool& pool, DrawnObserver observer);
  ~ConditionalRows();

  // The next stretch of rows, which may outlive this, not the model; null when all have come. Throws Error(bad_data) when
  // the share gives up, with the rate that was seen, or when a filter meets a cell that it cannot compare.
  std::unique_ptr<model::SampledBlocks> next();

 private:
  struct Share;
  struct Candidates;
  class Order;

  void fetch();
  Candidates draw(std::size_t number, std::uint64_t block) const;
  void take(Candidates candidates);
  // The rows of `found` that hold no value of a unique column that came before.
  table::Table fresh_rows(table::Table found);
  std::uint64_t blocks_wanted(const Share& share) const;
  void check_bounds(const Share& share) const;
  [[noreturn]] void give_up(const Share& share) const;
  std::string estimate(const Share& share) const;

  SamplePlan plan_;
  threads::ThreadPool& pool_;
  DrawnObserver observer_;
  const model::FittedModel& model_;
  std::uint64_t seed_;
  std::unique_ptr<const model::CandidateBlocks> candidates_;
  std::vector<Share> shares_;  // as in plan_
  std::unique_ptr<Order> order_;
  std::vector<std::unordered_set<std::uint64_t>> seen_;  // hashes of the values, for each unique column
  std::vector<std::vector<std::string>> missing_texts_;  // of the model's columns
  std::vector<std::string> names_;                       // of the model's columns
  std::size_t piece_rows_;
  std::uint64_t total_ = 0;
  std::uint64_t emitted_ = 0;
  std::uint64_t drawn_ = 0;
};

}  // namespace ctgan::synth::sampling
