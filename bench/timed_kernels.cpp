#include "bench/timed_kernels.h"

#include <atomic>
#include <chrono>

#include "server/synth/kernels/panels.h"

namespace ctgan::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Table = synth::kernels::Kernels<float>;

const Table* inner = nullptr;
std::array<std::atomic<std::int64_t>, k_phase_names.size()> nanoseconds;
std::atomic<std::int64_t> multiply_adds;

class Watch {
 public:
  explicit Watch(Phase phase) : phase_(phase) {}
  ~Watch() {
    const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_);
    nanoseconds[static_cast<std::size_t>(phase_)].fetch_add(spent.count(), std::memory_order_relaxed);
  }

 private:
  Phase phase_;
  Clock::time_point start_ = Clock::now();
};

template <auto k_member, Phase k_phase, typename Function>
struct Timed;

template <auto k_member, Phase k_phase, typename Result, typename... Arguments>
struct Timed<k_member, k_phase, Result (*)(Arguments...)> {
  static Result call(Arguments... arguments) {
    const Watch watch(k_phase);
    return (inner->*k_member)(arguments...);
  }
};

template <auto k_member, Phase k_phase, typename Function>
void wrap(Function Table::*, Table& table) {
  table.*k_member = &Timed<k_member, k_phase, Function>::call;
}

void multiply(const synth::kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth,
              const float* right, float* out, bool add) {
  const Watch watch(Phase::products);
  multiply_adds.fetch_add(static_cast<std::int64_t>(m * depth * synth::kernels::k_panel_columns),
                          std::memory_order_relaxed);
  inner->multiply(left, m, depth, right, out, add);
}

void multiply_from(const synth::kernels::LeftFactor<float>& left, std::size_t m, std::size_t depth,
                   const float* right, const float* row, float* out) {
  const Watch watch(Phase::products);
  multiply_adds.fetch_add(static_cast<std::int64_t>(m * depth * synth::kernels::k_panel_columns),
                          std::memory_order_relaxed);
  inner->multiply_from(left, m, depth, right, row, out);
}

}  // namespace

Table timed(const Table& kernels) {
  inner = &kernels;
  Table table = kernels;
  const auto each = [&]<Phase k_phase, auto... k_members>() {
    (wrap<k_members, k_phase>(k_members, table), ...);
  };
  table.multiply = multiply;
  table.multiply_from = multiply_from;
  each.template operator()<Phase::sparse_rows, &Table::add_rows, &Table::scatter_rows, &Table::add_sparse,
                           &Table::scatter_sparse>();
  each.template operator()<Phase::batch_norm, &Table::normalise, &Table::normalise_backward>();
  each.template operator()<Phase::output, &Table::activate, &Table::activate_backward, &Table::reconstruct>();
  each.template operator()<Phase::dropout, &Table::leaky_dropout>();
  each.template
  operator()<Phase::rows, &Table::transpose, &Table::fill_rows, &Table::mix_rows, &Table::scale_rows,
             &Table::multiply_elements, &Table::sum_rows, &Table::sum_squares, &Table::rectify,
             &Table::rectify_backward, &Table::draw_latent, &Table::latent_backward>();
  each.template operator()<Phase::adam, &Table::adam>();
  return table;
}

PhaseSums take_sums() {
  PhaseSums sums;
  for (std::size_t i = 0; i < nanoseconds.size(); ++i)
    sums.seconds[i] = static_cast<double>(nanoseconds[i].exchange(0)) * 1e-9;
  sums.flop = 2.0 * static_cast<double>(multiply_adds.exchange(0));
  return sums;
}

}  // namespace ctgan::bench
