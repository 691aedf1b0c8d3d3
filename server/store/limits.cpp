#include "server/store/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::server::store {
namespace {

constexpr std::array<LimitRow, 7> k_table{{
    {Limit::bytes, "bytes", "limits.stored_bytes_of_user", "bytes of models, tables, reports and uploads", 0},
    {Limit::models, "models", "limits.models_of_user", "models", 0},
    {Limit::running, "running", "limits.running_jobs_of_user", "jobs that run at the same time", 1},
    {Limit::queued, "queued", "limits.queued_jobs_of_user", "jobs that wait", 0},
    {Limit::rows, "rows", "limits.sample_rows", "rows of one sample", 1},
    {Limit::minutes, "minutes", "limits.job_minutes", "minutes of one job", 1},
    {Limit::threads, "threads", "limits.job_threads", "threads of one job", 1},
}};

}  // namespace

std::span<const LimitRow> limit_table() {
  return k_table;
}

const LimitRow& row_of(Limit limit) {
  return k_table[static_cast<std::size_t>(limit)];
}

const LimitRow& limit_from_name(std::string_view name) {
  const auto found =
      std::find_if(k_table.begin(), k_table.end(), [&](const LimitRow& row) { return row.name == name; });
  if (found != k_table.end()) return *found;
  std::vector<std::string> names;
  for (const LimitRow& row : k_table) names.emplace_back(row.name);
  throw errors::Error(errors::Kind::usage, fmt::format("there is no limit {}", errors::quoted(name)),
                      errors::suggestion(std::string(name), names));
}

}  // namespace ctgan::server::store
