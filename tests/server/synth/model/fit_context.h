// What tests give a fit whose progress is no matter.
#pragma once

#include <functional>

#include "common/errors/error.h"
#include "server/synth/model/monitor.h"

namespace ctgan::tests {

// Hands each report on; a fit is to end once it was answered with false.
class Listener final : public synth::model::Monitor {
 public:
  using Heard = std::function<bool(const synth::model::Progress&)>;
  explicit Listener(Heard heard = [](const auto&) { return true; }) : heard_(std::move(heard)) {}

  void report(const synth::model::Progress& progress) override { go_on_ = heard_(progress) && go_on_; }
  void check_stop() override {
    if (!go_on_) throw errors::Error(errors::Kind::job_cancelled, "the fit was stopped");
  }

 private:
  Heard heard_;
  bool go_on_ = true;
};

// A pool and a monitor for as long as the fit.
struct QuietFit {
  explicit QuietFit(int threads = 0) : pool(threads) {}

  threads::ThreadPool pool;
  Listener monitor;
  synth::model::FitContext context{pool, monitor};
};

}  // namespace ctgan::tests
