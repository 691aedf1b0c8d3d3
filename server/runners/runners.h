// The runners by name.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/process/child_process.h"
#include "server/jobs/job_runner.h"
#include "server/settings/settings.h"

namespace ctgan::server::runners {

// The one that settings.runner names. `program` is what workers run, at the same place wherever they do. Throws
// Error(configuration) with the known names, and for a runner whose own settings lack what it needs.
std::unique_ptr<jobs::JobRunner> make_runner(
    const settings::Settings& settings, const store::Layout& layout,
    const std::filesystem::path& program = process::own_executable());

}  // namespace ctgan::server::runners
