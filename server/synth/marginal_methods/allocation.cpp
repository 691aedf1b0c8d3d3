#include "server/synth/marginal_methods/allocation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace ctgan::synth::marginal_methods {
namespace {

double cost_of(const Measurable& one) {
  return std::cbrt(std::pow(one.weight * one.cells, 2));
}

double gain_of(double reward, double cost, double rho) {
  return reward - std::pow(cost, 1.5) / std::sqrt(std::numbers::pi * rho);
}

}  // namespace

std::vector<double> allocate_to_all(std::span<const Measurable> chosen, double rho) {
  std::vector<double> shares;
  for (const Measurable& one : chosen) shares.push_back(cost_of(one));
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share *= rho / all;
  return shares;
}

Allocation allocate(std::span<const Measurable> candidates, double rho) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto reward = [&](std::size_t i) { return candidates[i].weight * candidates[i].error; };
  const auto efficiency = [&](std::size_t i) { return reward(i) / cost_of(candidates[i]); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return efficiency(a) > efficiency(b); });
  Allocation allocation;
  std::vector<Measurable> chosen;
  double rewards = 0, costs = 0;
  for (const std::size_t place : order) {
    const double cost = cost_of(candidates[place]);
    const double gain = gain_of(rewards + reward(place), costs + cost, rho);
    // Costs are convex: whatever comes later gains less still.
    if (!chosen.empty() && gain <= allocation.gain) break;
    rewards += reward(place);
    costs += cost;
    allocation.gain = gain;
    allocation.shares.push_back({place, 0});
    chosen.push_back(candidates[place]);
  }
  const std::vector<double> shares = allocate_to_all(chosen, rho);
  for (std::size_t i = 0; i < shares.size(); ++i) allocation.shares[i].rho = shares[i];
  return allocation;
}

}  // namespace ctgan::synth::marginal_methods
