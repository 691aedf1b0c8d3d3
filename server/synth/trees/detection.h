// How well drawn rows can be told from others, by their states: for trials, which need it in milliseconds and beside one
// another, not as the report does.
#pragma once

#include <utility>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/trees/variables.h"

namespace ctgan::synth::trees {

// The area under the receiver operating curve of scores of rows of two kinds: how often one of the second kind, marked
// true, has a higher score than one of the first, ties counted half.
double area_under_curve(std::vector<std::pair<double, bool>> scored);

// The area under the curve with which boosted trees tell drawn rows from unseen ones, each half of the rows judged by
// the trees of the other half: 0.5 where they cannot. Both by variable; the same for any number of threads.
double detection_area(const Variables& variables, const std::vector<std::vector<State>>& unseen,
                      const std::vector<std::vector<State>>& drawn, threads::ThreadPool& pool);

}  // namespace ctgan::synth::trees
