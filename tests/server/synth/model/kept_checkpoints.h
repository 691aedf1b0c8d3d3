// Checkpoints in memory, as many as there are steps.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "server/synth/model/checkpoints.h"

namespace ctgan::tests {

class KeptCheckpoints final : public synth::model::Checkpoints {
 public:
  std::optional<synth::archive::Archive> latest() override {
    ++asked;
    return kept.empty() ? std::nullopt : std::optional(kept.back());
  }
  void resumed(const synth::model::Progress& after) override { resumed_after.push_back(after.done); }
  bool due() override { return is_due; }
  void keep(synth::archive::Archive checkpoint) override {
    kept.push_back(std::move(checkpoint));
    if (on_keep) on_keep();
  }

  int asked = 0;  // for the latest
  bool is_due = true;
  std::function<void()> on_keep;
  std::vector<synth::archive::Archive> kept;  // the last is the latest
  std::vector<std::uint64_t> resumed_after;
};

// A monitor that only takes warnings, and ends the fit when it has been asked so often.
class Warned final : public synth::model::Monitor {
 public:
  explicit Warned(int most_checks = std::numeric_limits<int>::max()) : left_(most_checks) {}

  void report(const synth::model::Progress& /*progress*/) override {}
  void check_stop() override {
    if (left_-- == 0) throw errors::Error(errors::Kind::job_cancelled, "the fit was stopped");
  }
  void warn(std::string_view sentence) override { warnings.emplace_back(sentence); }

  std::vector<std::string> warnings;

 private:
  int left_;
};

}  // namespace ctgan::tests
