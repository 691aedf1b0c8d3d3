#include "server/synth/ctgan/ctgan_precision.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace ctgan::synth::ctgan {
namespace {

using networks::Precision;
using networks::PrecisionTime;

// Of float32's time. Products are two thirds of a step: less would hardly be seen, and bf16 costs precision.
constexpr double k_clearly_faster = 0.9;

double time_of(const std::vector<PrecisionTime>& times, Precision precision) {
  for (const PrecisionTime& time : times)
    if (time.precision == precision) return time.milliseconds;
  return 0;
}

Precision faster(const std::vector<PrecisionTime>& times) {
  const double single = time_of(times, Precision::float32), half = time_of(times, Precision::bf16);
  return half > 0 && half < k_clearly_faster * single ? Precision::bf16 : Precision::float32;
}

void report(Precision chosen, const std::vector<PrecisionTime>& times, model::Monitor& monitor) {
  std::vector<model::Trial> trials;
  for (const PrecisionTime& time : times)
    trials.push_back({std::string(name_of(time.precision)), {{"products_ms", time.milliseconds}}});
  if (trials.empty()) trials.push_back({"bf16", {}, "needs AVX-512 BF16 and the native execution"});
  monitor.report_choice("precision", name_of(chosen), trials);
}

void warn_of_slower(const std::vector<PrecisionTime>& times, model::Monitor& monitor) {
  const double single = time_of(times, Precision::float32), half = time_of(times, Precision::bf16);
  if (half <= single) return;
  monitor.warn(fmt::format(
      "bf16 is slower than float32 on this machine: the products of a training step take {:.3f} ms "
      "by bf16 and {:.3f} ms by float32; '--precision auto' takes the faster one",
      half, single));
}

}  // namespace

Precision chosen_precision(const options::Values& options, const networks::CtganShape& shape,
                           std::size_t rows, const networks::CtganExecution& execution,
                           model::Monitor& monitor) {
  const std::string& asked = options.text("precision");
  if (asked == "float32") return Precision::float32;
  const std::vector<PrecisionTime> times = execution.time_precisions(shape, rows);
  if (asked == "bf16") {
    warn_of_slower(times, monitor);
    return Precision::bf16;
  }
  const Precision chosen = faster(times);
  report(chosen, times, monitor);
  return chosen;
}

}  // namespace ctgan::synth::ctgan
