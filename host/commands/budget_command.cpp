#include "host/commands/budget_command.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "common/command_line/real_number.h"
#include "common/console/console.h"
#include "common/errors/error.h"

namespace ctgan::host::commands {
namespace {

using protocol::optional_text;
using session::Json;
using Row = std::vector<std::string>;

std::string text_in(const Json& item, const char* key) {
  return errors::visible(optional_text(item, key).value_or(""));
}

std::string number_in(const Json& item, const char* key) {
  const auto found = item.find(key);
  return found != item.end() && found->is_number() ? fmt::format("{}", found->get<double>()) : "";
}

// "3, 1e-06"; empty where the server says none.
std::string pair_in(const Json& item, const char* key) {
  const auto found = item.find(key);
  if (found == item.end() || !found->is_object()) return {};
  return fmt::format("{}, {}", number_in(*found, "epsilon"), number_in(*found, "delta"));
}

// Servers that name none add up basically.
std::string accounting_of(const Json& item) {
  const std::string named = text_in(item, "accounting");
  return named.empty() ? "basic" : named;
}

// "; concentrated: rho 0.015 of 0.0406 spent, ..."; empty where only epsilons and deltas count.
std::string concentrated_text(const Json& item) {
  const auto rho = item.find("rho"), delta = item.find("rho_delta");
  if (rho == item.end() || delta == item.end() || !rho->is_object() || !delta->is_object()) return {};
  return fmt::format("; {}: rho {:.6g} of {:.6g} spent, delta beside {:.6g} of {:.6g}", accounting_of(item),
                     rho->value("spent", 0.0), rho->value("budget", 0.0), delta->value("spent", 0.0),
                     delta->value("budget", 0.0));
}

std::string or_none(const std::string& text) {
  return text.empty() ? "none" : text;
}

void list_budgets(Connection& connection, CommandContext& context) {
  const std::vector<Json> items = connection.session().list("budget.list");
  std::vector<Row> rows;
  rows.reserve(items.size());
  for (const Json& item : items) {
    rows.push_back({text_in(item, "dataset"), text_in(item, "owner"), or_none(pair_in(item, "budget")),
                    accounting_of(item), pair_in(item, "spent"), pair_in(item, "left"),
                    number_in(item, "fits"), text_in(item, "last")});
  }
  context.progress().answer({{"items", items}}, rows.empty()
                                                    ? "no dataset has a budget"
                                                    : console::text_table({{"dataset"},
                                                                           {"owner"},
                                                                           {"budget (epsilon, delta)"},
                                                                           {"accounting"},
                                                                           {"spent"},
                                                                           {"left"},
                                                                           {"fits", console::Align::right},
                                                                           {"last (UTC)"}},
                                                                          rows));
}

// What a fit cost by that count, and of a budget how it counts.
std::string rho_of(const Json& entry) {
  const auto rho = entry.find("rho");
  return rho != entry.end() && rho->is_number() ? fmt::format("{:.6g}", rho->get<double>())
                                                : text_in(entry, "accounting");
}

std::string entries_text(const Json& entries) {
  std::vector<Row> rows;
  for (const Json& entry : entries) {
    rows.push_back({text_in(entry, "time"), text_in(entry, "user"), text_in(entry, "kind"),
                    number_in(entry, "epsilon"), number_in(entry, "delta"), rho_of(entry),
                    text_in(entry, "method"), text_in(entry, "job"), text_in(entry, "note")});
  }
  return console::text_table(
      {{"time (UTC)"}, {"user"}, {"kind"}, {"epsilon"}, {"delta"}, {"rho"}, {"method"}, {"job"}, {"note"}},
      rows);
}

std::string budget_text(const Json& item) {
  return fmt::format("{} of {}: budget {}, spent {}, left {} (epsilon, delta){}", text_in(item, "dataset"),
                     text_in(item, "owner"), or_none(pair_in(item, "budget")),
                     or_none(pair_in(item, "spent")), or_none(pair_in(item, "left")),
                     concentrated_text(item));
}

Json bare(Json answer) {
  for (const char* key : {"type", "id", "warnings", "next"}) answer.erase(key);
  return answer;
}

void show_budget(Connection& connection, CommandContext& context, const BudgetFlags& flags) {
  Json fields{{"dataset", flags.dataset}};
  const Json answer = connection.session().request("budget.show", fields);
  Json entries = answer.value("items", Json::array());
  for (Json page = answer; page.contains("next") && !page.value("items", Json::array()).empty();) {
    fields["before"] = page["next"];
    page = connection.session().request("budget.show", fields);
    for (const Json& entry : page.value("items", Json::array())) entries.push_back(entry);
  }
  Json shown = bare(answer);
  shown["items"] = entries;
  context.progress().answer(shown, budget_text(answer) + "\n\n" + entries_text(entries));
}

void set_budget(Connection& connection, CommandContext& context, const BudgetFlags& flags) {
  Json fields{{"dataset", flags.dataset},
              {"epsilon", command_line::real_number(flags.epsilon, "--epsilon")},
              {"delta", command_line::real_number(flags.delta, "--delta")}};
  if (flags.really) fields["really"] = true;
  if (!flags.accounting.empty()) {
    connection.require_feature(protocol::k_accounting_feature, "adds up epsilons and deltas only",
                               "--accounting");
    fields["accounting"] = flags.accounting;
  }
  const Json answer = bare(connection.session().request("budget.set", fields));
  context.progress().result(answer, budget_text(answer));
}

}  // namespace

void declare_budget(CLI::App& app, BudgetFlags& flags) {
  CLI::App* group = app.add_subcommand("budget", "what private fits may tell of each dataset, and have told")
                        ->fallthrough();
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "show all datasets with what is left")->fallthrough();
  list->callback([&flags] { flags.chosen = list_budgets; });
  CLI::App* show =
      group->add_subcommand("show", "one dataset with everything that was set and spent")->fallthrough();
  show->callback([&flags] {
    flags.chosen = [&flags](auto& connection, auto& context) { show_budget(connection, context, flags); };
  });
  CLI::App* set = group
                      ->add_subcommand(
                          "set", "say what may be spent of a dataset in all; its owner and administrators do")
                      ->fallthrough();
  set->callback([&flags] {
    flags.chosen = [&flags](auto& connection, auto& context) { set_budget(connection, context, flags); };
  });
  for (CLI::App* one : {show, set})
    one->add_option("NAME", flags.dataset,
                    "the dataset: --dataset of a fit, else its file's name without .csv")
        ->required();
  set->add_option("--epsilon", flags.epsilon, "above 0: the sum over all fits of anybody")
      ->type_name("EPSILON")
      ->required();
  set->add_option("--delta", flags.delta,
                  "from 0 to below 1: the same; well below one over the number of rows")
      ->type_name("DELTA")
      ->required();
  set->add_option("--accounting", flags.accounting,
                  "how fits add up, fixed before the first one: 'basic', sums of epsilons and deltas, or "
                  "'concentrated', sums of rho, by which many fits cost less [basic]")
      ->type_name("basic|concentrated");
  set->add_flag("--really", flags.really, "also an epsilon above 20, which protects hardly anything");
}

}  // namespace ctgan::host::commands
