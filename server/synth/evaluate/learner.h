// The judge: gradient-boosted trees by XGBoost (Chen and Guestrin 2016), through its C API. The library is
// opened when it is first needed, so that programs that evaluate nothing neither load nor need it.
//
//     std::vector<double> scores = train_and_predict({.task = Task::binary}, train, labels, test);
//
// Each call is one thread's work and gives the same bits every time; callers run several at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/features.h"

namespace ctgan::synth::evaluate {

// How much a learner learns. A round grows one tree, of several classes one a class, in so much fewer rounds.
struct LearnerSize {
  std::size_t trees = 100;
  std::size_t depth = 6;
  const char* rate = "0.1";
  std::size_t bins = 256;  // of a number
};

// What a tree costs grows with columns and bins. Of more columns each tree is grown on so many, drawn anew for each,
// and numbers have as many bins fewer, but k_least_bins.
inline constexpr std::size_t k_most_tree_columns = 64;
inline constexpr std::size_t k_least_bins = 16;

struct LearnerTask {
  Task task = Task::binary;
  std::size_t classes = 2;  // multiclass
  LearnerSize size = {};
};

// "XGBoost 1.7.4, 100 trees of depth 6". Throws Error(unavailable) when the library is not installed.
std::string learner_name(const LearnerTask& task);

// Labels are 0 or 1, class numbers or any numbers, by task. One number a test row: the probability of 1
// (binary) or the value (regression); multiclass: `classes` probabilities a row. Throws Error(unavailable) as
// above, Error(internal) with XGBoost's sentence when it refuses. REQUIRES: at least one training and one
// test row, equal widths.
std::vector<double> train_and_predict(const LearnerTask& task, const Features& train,
                                      std::span<const float> labels, const Features& test);

}  // namespace ctgan::synth::evaluate
