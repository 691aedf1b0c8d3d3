#include "host/commands/fit_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "host/commands/keep_last.h"
#include "host/commands/output_place.h"

namespace ctgan::host::commands {
namespace {

std::string method_help() {
  std::string help = "how to learn the table";
  const char* separator = ": ";
  for (const options::Method& method : options::methods()) {
    help += fmt::format("{}{}, a {}", separator, method.name, method.help);
    separator = "; ";
  }
  return fmt::format("{} [{}]", help, options::k_default_method);
}

// "256,256; dpctgan, patectgan: 64,64": that of the first method, and those of others where they differ.
std::string defaults_of(const options::OptionSpec& spec) {
  std::vector<std::pair<std::string_view, std::string>> others;
  for (const options::Method& method : options::methods()) {
    const options::OptionSpec* own = method.find(spec.name);
    if (own == nullptr || own->default_text == spec.default_text) continue;
    const auto known = std::find_if(others.begin(), others.end(),
                                    [&](const auto& other) { return other.first == own->default_text; });
    if (known == others.end())
      others.emplace_back(own->default_text, method.name);
    else
      known->second += fmt::format(", {}", method.name);
  }
  std::string defaults(spec.default_text);
  for (const auto& [text, methods] : others) defaults += fmt::format("; {}: {}", methods, text);
  return defaults;
}

// What stands behind an option's flag.
std::string type_words(const options::OptionSpec& spec) {
  switch (spec.type) {
    case options::Type::integer:
      return "N";
    case options::Type::real:
      return "X";
    case options::Type::boolean:
      return "true|false";
    case options::Type::integer_list:
      return "N,N,...";
    case options::Type::text:
      break;
  }
  return spec.choices.empty() ? "TEXT" : std::string(spec.choices);
}

void add_option_flags(CLI::App& app, std::map<std::string, std::string>& given) {
  for (const OptionFlag& flag : option_flags()) {
    const options::OptionSpec& spec = *flag.spec;
    const std::string name(spec.name);
    std::string help(spec.help);
    if (!spec.default_text.empty()) help += fmt::format(" [{}]", defaults_of(spec));
    app.add_option_function<std::string>(
           options::flag_name(spec.name), [&given, name](const std::string& text) { given[name] = text; },
           help)
        ->type_name(type_words(spec))
        ->group(flag.method.empty() ? "Model" : fmt::format("Model, with --method {}", flag.method));
  }
}

void declare_table(CLI::App& app, FitFlags& flags) {
  command_line::add_table_flags(app, flags.table);
  app.add_option("--max-categories", flags.rules.max_categories,
                 "of one column; the rarest of more are learnt as one [5000]")
      ->type_name("N")
      ->group("Table");
  app.add_option("--min-category-count", flags.rules.min_category_count,
                 "categories of fewer rows, or people where an identifier comes again, never come out; 1 "
                 "lets all [5; 3 or 4 in tables of fewer than 100 rows]")
      ->type_name("ROWS")
      ->group("Table");
  app.add_flag("--free-range", flags.rules.free_range, "let numbers and dates leave the range that was seen")
      ->group("Table");
  app.add_option("--rule", flags.rules.row_rules,
                 "what holds in every row, and then in every drawn one: 'total = price * quantity', "
                 "'start <= end', 'country, city'; may be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false)
      ->group("Table");
  app.add_option("--keep-combinations", flags.keep_combinations,
                 "discrete columns of which only combinations of the table come out, as by '--rule': "
                 "city,country; may be repeated")
      ->type_name("COLUMN,COLUMN")
      ->allow_extra_args(false)
      ->group("Table");
}

void declare_privacy(CLI::App& app, FitFlags& flags) {
  app.add_option(
         "--dataset", flags.dataset,
         "with a private method, whose budget it spends, across users and tables that are the same people "
         "[the file's name]")
      ->type_name("NAME")
      ->group("Private methods");
  app.add_option("--privacy-unit", flags.privacy_unit,
                 "with a private method, protect all rows of one value of this column together, an "
                 "identifier of persons for example [each row by itself]")
      ->type_name("COLUMN")
      ->group("Private methods");
  app.add_option("--rows-per-unit", flags.rows_per_unit,
                 "with '--privacy-unit', at most so many rows of each unit are used, drawn at random; noise "
                 "grows with it [1]")
      ->type_name("K")
      ->group("Private methods");
  app.add_option("--allow-domain-leak", flags.domain_leaks,
                 "with a private method, take what a draft of the metadata read from the rows, without "
                 "protection: a column, 'COLUMN.FIELD', or 'all'; the model says so")
      ->allow_extra_args(false)
      ->type_name("FIELD")
      ->group("Private methods");
}

void declare_parties(CLI::App& app, FitFlags& flags) {
  constexpr const char* k_parties = "Several parties";
  app.add_option(
         "--party", flags.parties,
         "whose table is joined with others' for a private fit, by a column of ids: NAME, a user of the "
         "server, and which file of its inbox is meant; NAME@USER where they differ; may be repeated. The "
         "fit waits until each has confirmed ('manage party')")
      ->allow_extra_args(false)
      ->type_name("NAME[=inbox:FILE]")
      ->group(k_parties);
  app.add_option("--join", flags.join, "the column of ids that all of their tables have [id]")
      ->type_name("COLUMN")
      ->group(k_parties);
}

void declare_report(CLI::App& app, FitFlags& flags) {
  app.add_option(
         "--held-out", flags.held_out,
         "share of the rows that is not trained on but judges the result, at most 10,000 of them [0.1]")
      ->type_name("SHARE")
      ->group("Report");
  app.add_flag("--no-report", flags.no_report, "train on all rows, and judge nothing")->group("Report");
  app.add_option(
         "--report", flags.report,
         "with a private method, which makes none by itself: 'owner' compares with the table's rows, is not "
         "protected and so for you only, not for release; 'public=FILE' compares with the rows of FILE, "
         "which "
         "you declare public")
      ->type_name("owner|public=FILE")
      ->group("Report");
  command_line::add_judge_flags(app, flags.judge, "Report");
}

void declare_repetition(CLI::App& app, FitFlags& flags) {
  constexpr const char* k_repetition = "Again and again";
  app.add_flag(
         "--if-changed", flags.if_changed,
         "train nothing if the newest model of that name was made from the same bytes with the same options")
      ->group(k_repetition);
  app.add_option("--like", flags.like,
                 "refuse a table whose columns are not those of that model, before it is sent; 'latest:NAME' "
                 "for the newest of a table")
      ->type_name("MODEL")
      ->group(k_repetition);
  add_keep_last_flag(app, flags.keep_last, "models", k_repetition);
}

}  // namespace

void declare_fit(CLI::App& app, FitFlags& flags) {
  app.add_option("FILE", flags.source,
                 "CSV or TSV file, plain or gzip; Parquet; WORKBOOK.xlsx:SHEET; DATABASE:TABLE for one of "
                 "SQLite's; '-' for "
                 "standard input; "
                 "'inbox:NAME' for one that was sent with 'scp -O'");
  app.add_option("--name", flags.name, "what the model is called [the file's name]")
      ->type_name("NAME")
      ->group("Table");
  declare_table(app, flags);
  declare_privacy(app, flags);
  declare_parties(app, flags);
  declare_report(app, flags);
  app.add_option("-m,--method", flags.method, method_help())->type_name("METHOD")->group("Model");
  add_option_flags(app, flags.options);
  app.add_flag("--plan", flags.plan,
               "train nothing: say what the columns are and what it would cost, and write NAME_metadata.json")
      ->group("Table");
  add_force_flag(app, flags.force, "Table");
  app.add_option(
         "--job", flags.job_file,
         "YAML file with method, epsilon, delta, rho, params, domain, run, party_names, join, dataset and "
         "name; flags come before what it says")
      ->type_name("FILE")
      ->group("Job");
  app.add_option(
         "--checkpoint", flags.checkpoint,
         "let the fit go on if its worker is lost: the table stays on the server until the fit has ended, "
         "and "
         "what was learnt is kept every MINUTES, up to 1440 [0: the table is deleted once it is in memory]")
      ->type_name("MINUTES")
      ->group("Job");
  app.add_option("--threads", flags.threads,
                 "threads of the server that the fit may use [as many as you may]")
      ->type_name("N")
      ->group("Job");
  app.add_option("--minutes", flags.minutes,
                 "end the fit without a model after so many minutes [as many as you may]")
      ->type_name("N")
      ->group("Job");
  app.add_flag("--detach", flags.detach, "return once the job is submitted; prints the job")->group("Job");
  app.add_option("--attach", flags.attach,
                 "follow a fit that was submitted before: its id, the beginning of it, or 'latest'")
      ->type_name("JOB")
      ->group("Job");
  declare_repetition(app, flags);
  add_shared_flags(app, flags.shared);
}

}  // namespace ctgan::host::commands
