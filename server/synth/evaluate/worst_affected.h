// The people at most risk: rows that are far from all others, of which a mean over all rows says nothing
// (Meeus, Guepin, Cretu, de Montjoye: "Achilles' Heels", ESORICS 2023). How far off a row is, is its mean distance
// to the k_apart_neighbours closest other training rows under attack. Of the held-out rows the k_worst_share
// farthest are looked at, at least k_least_worst of them, and the training rows that are as far off. Membership by
// the attack "difference", and copies: rows that the synthetic table has in every column.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/membership_scores.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_apart_neighbours = 5;
inline constexpr double k_worst_share = 0.01;
inline constexpr std::size_t k_least_worst = 50;
// Of the held-out rows: whoever is among more is like many.
inline constexpr double k_most_worst_share = 0.25;

// Rows under attack, with a score for each.
struct ScoredRows {
  std::span<const std::uint32_t> members;  // of the original
  std::span<const std::uint32_t> others;   // of the held-out table
  const TestedScores& scores;
};

// std::nullopt where nobody is apart, or too few rows say who is: more than k_most_worst_share of the held-out rows
// are as far off, or no training row is. REQUIRES: others, two members.
std::optional<WorstAffected> measure_worst_affected(const ComparedTables& tables, const ScoredRows& rows,
                                                    std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
