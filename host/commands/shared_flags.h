// What every host command understands, and what it becomes: settings, conversation, questions.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <optional>
#include <string>

#include "common/console/console.h"
#include "common/progress/progress.h"
#include "host/commands/interrupts.h"
#include "host/settings/host_settings.h"

namespace ctgan::host::commands {

struct SharedFlags {
  std::string server, user, config, credentials;
  std::string lock;
  bool batch = false;
  bool json = false;
  bool quiet = false;
  // Not a flag: standard output belongs to rows, so that everything else is said on standard error.
  bool rows_on_stdout = false;
};

// The groups "Server" and "Conversation" of a command's options.
void add_shared_flags(CLI::App& app, SharedFlags& flags);

settings::Flags settings_flags(const SharedFlags& flags);

// What one command works with, made once from its flags.
class CommandContext {
 public:
  explicit CommandContext(const SharedFlags& flags);

  progress::Progress& progress() { return *progress_; }
  const console::Console& console() const { return console_; }
  // From here on Ctrl-C is an Error(interrupted) that tick() throws. To be called before anything that must
  // be put in order.
  void guard() {
    if (!interrupts_) interrupts_.emplace();
  }
  void tick() const {
    progress_->alive();
    if (interrupts_) interrupts_->check();
  }

 private:
  std::optional<Interrupts> interrupts_;
  std::unique_ptr<progress::Progress> progress_;
  console::Console console_;
};

}  // namespace ctgan::host::commands
