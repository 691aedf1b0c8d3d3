// Scores of predictions against what was true.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ctgan::synth::evaluate {

// Area under the receiver operating characteristic: the probability that a true one scores higher than a
// false one, ties half. std::nullopt without any of either.
std::optional<double> area_under_curve(std::span<const double> scores, std::span<const std::size_t> classes,
                                       std::size_t positive);

// Adds to each row what it has to do with the area's error, times `weight`: the sum of their squares is the
// variance of the area, and of a difference of areas of the same rows that of its parts' difference (DeLong,
// DeLong, Clarke-Pearson 1988). Nothing without any of either.
void add_influences(std::span<const double> scores, std::span<const std::size_t> classes,
                    std::size_t positive, double weight, std::span<double> influences);

// The mean over the classes that occur, in truth or prediction, of 2 tp / (2 tp + fp + fn).
double macro_f1(std::span<const std::size_t> predicted, std::span<const std::size_t> truth,
                std::size_t classes);

// 1 - the sum of squared errors by that of the mean's; std::nullopt when the truth is constant.
std::optional<double> r_squared(std::span<const double> predicted, std::span<const double> truth);

}  // namespace ctgan::synth::evaluate
