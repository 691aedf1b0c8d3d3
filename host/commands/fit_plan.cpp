#include "host/commands/fit_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/progress/progress.h"
#include "common/table/metadata_json.h"

namespace ctgan::host::commands {
namespace {

using session::Json;

std::string remark(const table::ColumnMetadata& column, std::size_t values, const table::TableRules& rules) {
  switch (column.kind) {
    case table::ColumnKind::datetime:
      return fmt::format("as {}", column.datetime_format);
    case table::ColumnKind::id:
      return "not learnt: made anew in the same shape";
    case table::ColumnKind::constant:
    case table::ColumnKind::all_missing:
      return "not learnt: the same in every row";
    case table::ColumnKind::numerical:
      if (column.dtype == table::Dtype::text) return fmt::format("as {}", column.number_format);
      return column.decimals > 0 ? fmt::format("{} decimals", column.decimals) : "";
    default:
      return values > rules.max_categories
                 ? fmt::format("the rarest {} are learnt as one", values - rules.max_categories + 1)
                 : "";
  }
}

std::string missing_text(const table::ColumnMetadata& column) {
  std::string text;
  for (const std::string& missing : column.missing_texts)
    text += (text.empty() ? "" : ", ") + (missing.empty() ? std::string("empty") : missing);
  return text;
}

}  // namespace

std::string plan_text(const TableFacts& facts) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < facts.metadata.columns.size(); ++i) {
    const table::ColumnMetadata& column = facts.metadata.columns[i];
    rows.push_back({column.name, std::string(table::kind_name(column.kind)),
                    std::string(table::dtype_name(column.dtype)),
                    facts.categories[i] > 0 ? std::to_string(facts.categories[i]) : "", missing_text(column),
                    remark(column, facts.categories[i], facts.metadata.rules)});
  }
  return console::text_table(
      {{"column"}, {"kind"}, {"type"}, {"values", console::Align::right}, {"missing"}, {""}}, rows);
}

void write_draft(const std::filesystem::path& file, const TableFacts& facts) {
  files::write_file(file, table::sdv_metadata(facts.metadata).dump(2) + "\n",
                    files::AtomicFile::IfExists::refuse);
}

Json ask_cost(Connection& connection, const TableFacts& facts, const std::string& method,
              const Json& options) {
  Json categories = Json::array();
  for (std::size_t i = 0; i < facts.metadata.columns.size(); ++i) {
    const table::ColumnMetadata& column = facts.metadata.columns[i];
    const bool number =
        column.kind == table::ColumnKind::numerical || column.kind == table::ColumnKind::datetime;
    const bool discrete =
        column.kind == table::ColumnKind::categorical || column.kind == table::ColumnKind::boolean;
    if (number) categories.push_back(0U);
    if (number && column.has_missing()) categories.push_back(1U + column.missing_texts.size());
    if (discrete)
      categories.push_back(
          std::clamp<std::uint64_t>(facts.categories[i], 2, facts.metadata.rules.max_categories));
  }
  return connection.session().request(
      "fit.plan",
      {{"method", method}, {"options", options}, {"rows", facts.rows}, {"categories", categories}});
}

std::string cost_text(const Json& cost, std::int64_t epochs) {
  return fmt::format("at most {} numbers wide, about {} for {} epochs ({:.2g} s each), {} MB of memory",
                     cost.at("width").get<std::uint64_t>(),
                     progress::duration_text(cost.at("seconds").get<double>()), epochs,
                     cost.at("seconds_an_epoch").get<double>(),
                     cost.at("memory_bytes").get<std::uint64_t>() / 1'000'000);
}

}  // namespace ctgan::host::commands
