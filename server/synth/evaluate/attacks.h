// Attacks on training rows with nothing but the synthetic table, in the manner of Anonymeter (Giomi,
// Boenisch, Wehmeyer, Tasnadi: "A Unified Framework for Quantifying Privacy Risk in Synthetic Data", PETS
// 2023):
//
//   singling out   queries that one synthetic row matches (queries.h) succeed when exactly one row of
//                  training and held-out rows together matches: main when it is a training row, control when
//                  it is held out, scaled to the number of training rows. By one column and by three
//   linkability    the columns are split in two; an attack on a row succeeds when its halves have a common
//                  row among their k_link_neighbours closest synthetic rows
//   inference      one column is guessed from the closest synthetic row by all others: equal, or for numbers
//                  within 5 % of the guess. Every column is tried, the one at most risk is reported
//
// Each runs against training rows (main), held-out rows (control) and by chance (baseline); the risk is
// (main - control) / (1 - control).
//
// The intervals of singling out take the rows that are hit as units (Doubt::design_effect, of the training
// rows for main, of the held-out rows for control): many queries single out the same few rows, which are
// training rows or held out as wholes. Those of inference hold with 95 % for all m columns that were tried
// together, each with 1 - 0.05 / m, since the worst of them is what is judged.
//
// Differences: there, singling out counts in the two tables apart and corrects for their sizes by a fitted
// curve, which 26,000 training against 6,500 held-out rows bent by several percent; counting in both together
// needs no curve, since any row of the union is as likely to be a training row as any other when nothing
// leaked. For the same reason training and held-out rows that occur twice stay two, whom no query singles
// out; there, rows are taken once each. The intervals above are ours. The distance is that of neighbours.h,
// missing cells equal one another, rates are of the guesses that were made, and a guess of a negative number
// has the same 5 %.
#pragma once

#include <cstdint>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_link_neighbours = 10;
inline constexpr std::size_t k_query_columns = 3;
inline constexpr std::size_t k_most_queries = 2'000;
inline constexpr std::size_t k_most_guesses = 1'000;
inline constexpr std::size_t k_most_secrets = 20;         // columns that inference tries, drawn by seed
inline constexpr std::size_t k_most_candidates = 40'000;  // rows of a table that an attack looks at
inline constexpr std::size_t k_least_attacked_rows = 50;

// All attacks for which there are enough rows and columns; the others are named in `notes`.
// The result does not depend on the number of threads. REQUIRES: held-out rows.
std::vector<Attack> run_attacks(const ComparedTables& tables, std::uint64_t seed, threads::ThreadPool& pool,
                                std::vector<Note>& notes);

}  // namespace ctgan::synth::evaluate
