// What doctor looks at. A check never throws: what it finds, a failure included, is a finding.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "server/commands/open_store.h"

namespace ctgan::server::commands {

enum class Level { ok, warning, error };

struct Finding {
  Level level = Level::ok;
  std::string subject;  // "data root", "database", ...
  std::string text;
  std::string remedy;  // what to do; empty when all is well
};

using Findings = std::vector<Finding>;

// The data root, the settings, the database, the users.
Findings check_store(const std::filesystem::path& root);
// Removes what processes that died left in the store, and says so.
Findings check_leftovers(OpenStore& open);
// Whether a worker of the runner sees the store, and this machine its locks: a job of a second. Nothing is asked of the
// runner that works on this machine.
Findings check_runner(OpenStore& open);
// What is encrypted on the disk, and what is not.
Findings check_encryption(OpenStore& open);
// Whether the privacy ledger is as it was written, and whether its budgets can be spent.
Findings check_budgets(OpenStore& open);
// Whether the audit log can be written.
Findings check_audit(OpenStore& open);
// Who gets in by which key. `file` is the account's authorized_keys.
Findings check_keys(OpenStore& open, const std::filesystem::path& file);
// Where libtorch is installed: whether it can be loaded, and which BLAS it will use. `alternatives` is /etc/alternatives.
Findings check_torch(const std::filesystem::path& alternatives);
Finding check_blas(const std::filesystem::path& alternatives);
// Whether reports can judge by a learner.
Finding check_learner();
// Of a store whose keys are in that file: sshd and its settings, the login shell, the clock, room on the disk, and what
// kind of file system it is.
Findings check_machine(const std::filesystem::path& root, const std::filesystem::path& authorized_keys,
                       bool shared);

}  // namespace ctgan::server::commands
