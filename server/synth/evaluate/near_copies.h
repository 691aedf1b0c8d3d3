// A few training rows that were repeated, among many synthetic rows that were not: means over all rows say nothing of
// one in a hundred, so what is looked at are the rows that one synthetic row agrees with most surprisingly.
//
//   surprise   of a synthetic row and a tested one, the sum over the columns of -ln(share of the synthetic rows that
//              are as near to the tested one in that column): to have a rare value in common says much, to have a
//              frequent one in common nothing, and a number that was moved a little little less
//   score      of a tested row, the surprise of the synthetic row that it has most in common with, less the mean of
//              that of the k_usual_place-th such and of the other tested row that it has most in common with. Of what
//              is usual where the row lies nothing is left, also where a training row was repeated a few times
//
// The closest k_nearest rows (membership.h) by the distance of neighbours.h are candidates, of wide tables fewer.
// Training and held-out rows are scored alike, by synthetic rows and by each other, so without memorization the order
// of their scores says nothing of which are which: of the k highest as many are held out as of any k rows. That is
// tested at k_tails values of k, each twice the one before, which depend on the numbers of rows alone: from as many as
// must all be training rows to be certain. The number of training rows among them is binomial with the odds of theirs
// to the others'; by Clopper's and Pearson's lower bound each k says how many of them are more than chance, and the
// bounds hold together (Bonferroni; that rows are drawn without replacement makes them a little wider than they need
// be).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/neighbours.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_usual_place = 5;
inline constexpr std::size_t k_most_compared_cells = 500;  // of a row's candidates
inline constexpr std::size_t k_tails = 4;

// Rows of the three tables, and those of `synthetic` that are closest to each tested one, k_nearest of each where there
// are so many.
struct TestedRows {
  std::span<const std::uint32_t> members;  // of the original
  std::span<const std::uint32_t> others;   // of the held-out table
  std::span<const std::uint32_t> synthetic;
  const Neighbours& closest_to_members;
  const Neighbours& closest_to_others;
};

// std::nullopt where so few rows are tested, or so many are alike, that nothing could be certain. The result does not
// depend on the number of threads. REQUIRES: members, others and synthetic rows.
std::optional<NearCopies> measure_near_copies(const ComparedTables& tables, const TestedRows& rows,
                                              threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
