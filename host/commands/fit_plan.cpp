#include "host/commands/fit_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/command_line/table_flags.h"
#include "common/console/console.h"
#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/progress/progress.h"
#include "common/table/kind_traits.h"
#include "common/table/metadata_json.h"

namespace ctgan::host::commands {
namespace {

using session::Json;

// What is said of the column's rare values among `columns`; empty where nothing is.
std::string rare_remark(const std::vector<table::RareValues>& columns, const std::string& name,
                        std::string_view sentence, std::uint64_t rows_to_share) {
  for (const table::RareValues& found : columns)
    if (found.column == name && found.rows > 0)
      return fmt::format(fmt::runtime(sentence), fmt::arg("values", found.values),
                         fmt::arg("rows", found.rows), fmt::arg("present", found.present),
                         fmt::arg("share", rows_to_share));
  return {};
}

std::string remark(const table::ColumnMetadata& column, std::size_t values, const table::TableRules& rules,
                   const table::ProtectedColumns& hidden) {
  switch (column.kind) {
    case table::ColumnKind::datetime:
      return fmt::format("as {}", column.datetime_format);
    case table::ColumnKind::id:
      return "not learnt: made anew in the same shape" +
             rare_remark(hidden.made_anew, column.name,
                         "; {rows} of {present} rows hold a value that fewer than {share} share",
                         hidden.rows_to_share);
    case table::ColumnKind::constant:
    case table::ColumnKind::all_missing:
      return "not learnt: the same in every row";
    case table::ColumnKind::numerical:
      if (column.dtype == table::Dtype::text) return fmt::format("as {}", column.number_format);
      return column.decimals > 0 ? fmt::format("{} decimals", column.decimals) : "";
    default:
      if (values > rules.max_categories)
        return fmt::format("the rarest {} are learnt as one", values - rules.max_categories + 1);
      return rare_remark(hidden.left_out, column.name,
                         "{values} values that fewer than {share} rows share are left out",
                         hidden.rows_to_share);
  }
}

std::string missing_text(const table::ColumnMetadata& column) {
  std::string text;
  for (const std::string& missing : column.missing_texts)
    text += (text.empty() ? "" : ", ") + (missing.empty() ? std::string("empty") : missing);
  return text;
}

std::vector<const conditions::FoundRule*> news(const TableFacts& facts) {
  std::vector<const conditions::FoundRule*> found;
  for (const conditions::FoundRule& offered : facts.offered) {
    const bool given =
        std::any_of(facts.rules.begin(), facts.rules.end(),
                    [&](const conditions::RuleCheck& check) { return check.rule == offered.rule.text; });
    if (!given) found.push_back(&offered);
  }
  return found;
}

// The noise of a stage: of a choice its epsilon, of algorithms with Laplace noise its scale.
std::string noise_text(const std::string& mechanism, const Json& stage) {
  const auto scale = stage.at("scale").get<double>();
  if (mechanism == "exponential") return fmt::format("epsilon {:.3g}", scale);
  if (stage.contains("rate"))
    return fmt::format("{:.1f} rows' gradients, of {:.2g} % of the rows", scale,
                       100 * stage.at("rate").get<double>());
  if (mechanism.ends_with("votes")) return fmt::format("{:.1f} votes a question", scale);
  const bool is_normal = mechanism.find("Gaussian") != std::string::npos;
  return fmt::format("{}{:.1f} rows a count", is_normal ? "" : "Laplace, ", scale);
}

bool is_declared(const table_formats::FileRequest& table, const table::ColumnMetadata& column) {
  const auto found = table.columns.find(column.name);
  if (found == table.columns.end() || !found->second.kind) return false;
  return found->second.domain || found->second.kind == table::ColumnKind::id;
}

bool says_all(const FitFlags& flags, const options::Method& method, const table_formats::FileRequest& table,
              const TableFacts& facts) {
  if (flags.table.metadata.empty() && flags.table.columns.empty()) return false;
  const std::vector<table::ColumnMetadata>& columns = facts.metadata.columns;
  return !method.is_private || std::all_of(columns.begin(), columns.end(),
                                           [&](const auto& column) { return is_declared(table, column); });
}

PlannedMetadata given_metadata(const std::string& file) {
  if (file.empty()) return {"", false, "The job file says what the columns are: edit it", ""};
  return {file, false, fmt::format("{} says what the columns are: edit it", errors::visible(file)),
          fmt::format(" --metadata {}", command_line::shell_word(file))};
}

}  // namespace

PlannedMetadata planned_metadata(const FitFlags& flags, const options::Method& method,
                                 const table_formats::FileRequest& table, const TableFacts& facts,
                                 const std::string& stem) {
  if (says_all(flags, method, table, facts)) return given_metadata(flags.table.metadata);
  const std::string draft = stem + "_metadata.json";
  const bool kept = std::filesystem::exists(draft) && !flags.force;
  const char* says = "says what the columns are";
  if (method.is_private)
    says =
        "says what the columns are and may hold, as it was read from the rows and as confidential as they "
        "are";
  if (kept) says = "was there already and was left as it is ('--force' replaces it)";
  return {draft, !kept,
          fmt::format("{} {}: {}", draft, says, method.is_private ? "confirm what may be known" : "edit it"),
          fmt::format(" --metadata {}", draft)};
}

std::string method_words(const FitFlags& flags, const options::Method& method) {
  std::string words;
  if (!flags.job_file.empty())
    words = fmt::format(" --job {}", errors::visible(command_line::shell_word(flags.job_file)));
  if (flags.method.empty()) return words;
  words += fmt::format(" --method {}", method.name);
  for (const auto& [name, text] : flags.options)
    words += fmt::format(" {} {}", options::flag_name(name), errors::visible(text));
  for (const auto& [flag, text] :
       {std::pair{"--privacy-unit", &flags.privacy_unit}, std::pair{"--rows-per-unit", &flags.rows_per_unit}})
    if (!text->empty())
      words += fmt::format(" {} {}", flag, errors::visible(command_line::shell_word(*text)));
  return words;
}

std::string plan_text(const TableFacts& facts) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < facts.metadata.columns.size(); ++i) {
    const table::ColumnMetadata& column = facts.metadata.columns[i];
    rows.push_back({column.name, std::string(table::kind_name(column.kind)),
                    std::string(table::dtype_name(column.dtype)),
                    facts.categories[i] > 0 ? std::to_string(facts.categories[i]) : "", missing_text(column),
                    remark(column, facts.categories[i], facts.metadata.rules, facts.hidden)});
  }
  return console::text_table(
      {{"column"}, {"kind"}, {"type"}, {"values", console::Align::right}, {"missing"}, {""}}, rows);
}

std::string offered_rules(const TableFacts& facts) {
  std::string text;
  for (const conditions::FoundRule* found : news(facts))
    text += fmt::format("\n  --rule {}", command_line::shell_word(found->rule.text));
  return text.empty() ? text : "\nAll rows keep these; drawn rows will, too, with the flag:" + text + "\n";
}

Json offered_json(const TableFacts& facts) {
  Json offered = Json::array();
  for (const conditions::FoundRule* found : news(facts)) offered.push_back(found->rule.text);
  return offered;
}

void write_draft(const std::filesystem::path& file, const TableFacts& facts,
                 files::AtomicFile::IfExists if_exists) {
  files::write_file(file, table::sdv_metadata(facts.metadata).dump(2) + "\n", if_exists);
}

Json ask_cost(Connection& connection, const TableFacts& facts, const std::string& method, const Json& options,
              double held_out) {
  Json categories = Json::array();
  for (std::size_t i = 0; i < facts.metadata.columns.size(); ++i) {
    const table::ColumnMetadata& column = facts.metadata.columns[i];
    const table::KindTraits& kind = table::traits_of(column.kind);
    if (kind.is_number()) categories.push_back(0U);
    if (kind.is_number() && column.has_missing()) categories.push_back(1U + column.missing_texts.size());
    if (kind.is_discrete())
      categories.push_back(
          std::clamp<std::uint64_t>(facts.categories[i], 2, facts.metadata.rules.max_categories));
  }
  return connection.session().request("fit.plan", {{"method", method},
                                                   {"options", options},
                                                   {"rows", facts.rows},
                                                   {"held_out", held_out},
                                                   {"categories", categories}});
}

Json ask_private_cost(Connection& connection, const TableFacts& facts,
                      const table_formats::FileRequest& request, const std::string& method,
                      const Json& options) {
  table_formats::FileRequest declared = request;
  declared.columns.clear();
  for (const table::ColumnMetadata& column : facts.metadata.columns)
    declared.columns[column.name] = {column.kind, column.datetime_format, column.content, column.domain,
                                     column.storage_type};
  // Constants and empty columns are categorical for whoever declares them.
  for (auto& [name, column] : declared.columns)
    if (!table::traits_of(*column.kind).chosen) column.kind = table::ColumnKind::categorical;
  return connection.session().request("fit.plan", {{"method", method},
                                                   {"options", options},
                                                   {"rows", facts.rows},
                                                   {"table", table_formats::to_json(declared)}});
}

std::string accounting_text(const Json& cost) {
  if (!cost.contains("accounting")) return {};
  const double total = cost.value("rho", cost.value("epsilon", 1.0));
  std::vector<std::vector<std::string>> rows;
  for (const Json& stage : cost.at("accounting")) {
    const std::string mechanism = protocol::text_field(stage, "mechanism");
    const double share = stage.at("cost").get<double>() * stage.at("times").get<double>() / total;
    rows.push_back({errors::visible(protocol::text_field(stage, "stage")), errors::visible(mechanism),
                    std::to_string(stage.at("times").get<std::uint64_t>()), noise_text(mechanism, stage),
                    fmt::format("{:.1f} %", 100 * share)});
  }
  const std::string unit = cost.value("unit", "one row");
  const std::string rho = cost.contains("rho") ? fmt::format(" (rho {:.6f})", total) : "";
  return fmt::format("\nepsilon {:g} and delta {:g}{}, by {}, would be spent on:\n{}\n",
                     cost.value("epsilon", 0.0), cost.value("delta", 0.0), rho, errors::visible(unit),
                     console::text_table({{"stage"},
                                          {"mechanism"},
                                          {"times", console::Align::right},
                                          {"noise (standard deviation)"},
                                          {"of the budget", console::Align::right}},
                                         rows));
}

std::string cost_text(const Json& cost, const options::Values& options) {
  const std::string time = progress::duration_text(cost.at("seconds").get<double>());
  const std::uint64_t megabytes = cost.at("memory_bytes").get<std::uint64_t>() / 1'000'000;
  if (!cost.contains("seconds_an_epoch")) return fmt::format("about {}, {} MB of memory", time, megabytes);
  // Servers of before say nothing of steps.
  const auto steps = cost.value("steps_an_epoch", std::uint64_t{0});
  std::string text =
      fmt::format("at most {} numbers wide, about {} for {} epochs ({:.2g} s each{}), {} MB of memory",
                  cost.at("width").get<std::uint64_t>(), time, options.integer("epochs"),
                  cost.at("seconds_an_epoch").get<double>(),
                  steps == 0 ? "" : fmt::format(", {} step{}", steps, steps == 1 ? "" : "s"), megabytes);
  for (const Json& remedy : cost.value("remedies", Json::array()))
    text += "\nWarning: " + errors::visible(protocol::text_field(remedy, "sentence"));
  return text;
}

}  // namespace ctgan::host::commands
