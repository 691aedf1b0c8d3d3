#include "host/commands/fit_command.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "common/command_line/table_flags.h"
#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/secrets/secret.h"
#include "common/table/combination_lists.h"
#include "common/table/metadata_json.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
#include "host/commands/fit_flags.h"
#include "host/commands/fit_plan.h"
#include "host/commands/fit_request.h"
#include "host/commands/follow_job.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

constexpr const char* k_data_folder = "original_data";
constexpr const char* k_banner =
    "ctgan-server: a synthetic table from yours. The table goes to the server, is deleted there once it is "
    "in memory, and a "
    "model stays.";

// One fit, step by step.
class Fit {
 public:
  explicit Fit(FitFlags& flags)
      : flags_(flags),
        means_(flags.shared),
        method_(options::find_method(flags.method)),
        given_(parse_options(method_, flags.options)),
        table_(command_line::table_request(flags.table, "")),
        held_out_(held_out_share(flags.held_out)) {
    table_.rules = table_rules(flags.rules);
  }

  void run() {
    if (!flags_.attach.empty()) return attach();
    guided_ = flags_.source.empty();
    if (guided_) flags_.source = ask_source();
    check_options();
    source_ = parse_source(flags_.source);
    table_.dialect = table::parse_dialect(flags_.table.dialect,
                                          source_.inbox.empty() ? source_.file.string() : source_.inbox);
    settings::HostSettings settings = settings::load_settings(settings_flags(flags_.shared));
    if (source_.standard_input()) take_standard_input();
    if (flags_.plan) return plan();
    if (source_.inbox.empty()) check_table();
    Connection connection(std::move(settings), means_);
    guided_ ? connection.log_in_asking() : connection.log_in();
    if (guided_) ask_epochs();
    submit_and_follow(connection);
  }

 private:
  void attach() {
    if (!flags_.source.empty()) throw Error(Kind::usage, "'--attach' follows a job and takes no FILE");
    Connection connection(flags_.shared, means_);
    connection.log_in();
    follow(connection, flags_.attach);
  }

  void plan() {
    if (!source_.inbox.empty()) throw Error(Kind::usage, "'--plan' reads a FILE of this machine");
    const TableFacts facts = settled_facts();
    const std::string draft = model_stem(file_name()) + "_metadata.json";
    Connection connection(flags_.shared, means_);
    connection.log_in();
    const Json cost = ask_cost(connection, facts, std::string(method_.name), options_->to_json());
    for (const std::string& sentence : facts.odd_cells) tell_odd_cells(means_.progress(), sentence);
    const bool kept = std::filesystem::exists(draft);
    if (!kept) write_draft(draft, facts);
    const std::string text = fmt::format(
        "{}\n\n{} rows, {}\n{} {}: edit it, then 'fit {} --metadata {}{}'", plan_text(facts), facts.rows,
        cost_text(cost, options_->integer("epochs")), draft,
        kept ? "was there already and was left as it is ('--name' makes another)"
             : "says what the columns are",
        errors::visible(flags_.source), draft, errors::visible(command_line::beside_metadata(flags_.table)));
    means_.progress().result({{"rows", facts.rows},
                              {"columns", table::kinds_json(facts.metadata)},
                              {"odd_cells", facts.odd_cells},
                              {"cost", cost},
                              {"metadata", draft}},
                             text);
  }

  std::string ask_source() {
    const console::Question question{
        .prompt = "File", .what = "FILE", .remedy = "name the CSV file: 'fit FILE'", .standard = {}};
    const std::vector<std::filesystem::path> files = csv_files(k_data_folder);
    if (means_.console().interactive()) {
      means_.console().say(k_banner);
      means_.console().say(fmt::format("CSV files in {}/:", k_data_folder));
      for (std::size_t i = 0; i < files.size(); ++i) {
        means_.console().say(fmt::format("{:4}  {}", i + 1, files[i].filename().string()));
      }
      if (files.empty()) means_.console().say("   none; type the path of one");
    }
    std::string answer = means_.console().ask(question);
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (answer == std::to_string(i + 1) || answer == files[i].filename()) return files[i].string();
    }
    return answer;
  }

  void ask_epochs() {
    if (given_.contains("epochs")) return;
    const options::OptionSpec& spec = *method_.find("epochs");
    const console::Question question{.prompt = "Epochs",
                                     .what = "number of epochs",
                                     .remedy = "give it with '--epochs'",
                                     .standard = std::string(spec.standard)};
    const std::string answer = means_.console().ask_checked(
        question, [&](const std::string& text) { options::parse_text(spec, text); });
    given_["epochs"] = std::get<std::int64_t>(options::parse_text(spec, answer));
    check_options();
  }

  void check_options() {
    if (!given_.contains("seed")) given_["seed"] = draw_seed();
    options_.emplace(options::check(method_, given_));
  }

  void take_standard_input() {
    if (flags_.name.empty()) {
      throw Error(Kind::usage, "a table from standard input has no name",
                  "give the model's name with '--name'");
    }
    spool_ = spool_standard_input();
  }

  // Where the table lies; what it is called is another matter.
  std::filesystem::path table_path() const { return spool_ ? spool_->path() : source_.file; }

  // Settles the delimiter on the way.
  TableFacts settled_facts() {
    const std::string shown = spool_ ? "standard input" : source_.file.string();
    TableFacts facts = read_facts(table_path(), shown, table_, options::batch_unit(*options_));
    if (table_.dialect.delimiter.value_or(',') != facts.delimiter)
      tell_delimiter(means_.progress(), std::string(1, facts.delimiter));
    table_.dialect.delimiter = facts.delimiter;
    return facts;
  }

  void check_table() {
    const TableFacts facts = settled_facts();
    table::combination_columns(flags_.keep_combinations, facts.metadata);
    tell_table(means_.progress(), facts.rows, table::kinds_json(facts.metadata));
    for (const std::string& sentence : facts.odd_cells) tell_odd_cells(means_.progress(), sentence);
  }

  std::string model_stem(const std::string& file) {
    if (flags_.name.empty()) return files::safe_stem(file);
    std::string stem = files::safe_stem(flags_.name);
    if (stem != flags_.name) {
      means_.progress().note("name", {{"name", stem}},
                             fmt::format("The model is called {}, since {} is no plain file name",
                                         errors::quoted(stem), errors::quoted(flags_.name)));
    }
    return stem;
  }

  std::string file_name() const {
    if (spool_) return files::safe_stem(flags_.name) + ".csv";
    return source_.inbox.empty() ? source_.file.filename().string() : source_.inbox;
  }

  Json request(Connection& connection) {
    Json fields{
        {"request_id", secrets::random_hex(16)}, {"method", method_.name}, {"options", options_->to_json()},
        {"table", table::to_json(table_)},       {"held_out", held_out_},  {"report", !flags_.no_report}};
    if (!flags_.keep_combinations.empty()) fields["keep_combinations"] = flags_.keep_combinations;
    const std::string file = file_name();
    fields["name"] = model_stem(file);
    if (source_.inbox.empty()) {
      fields["upload"] = session::upload(connection.session(), table_path(), file, means_.progress());
    } else {
      fields["inbox"] = source_.inbox;
    }
    return fields;
  }

  void submit_and_follow(Connection& connection) {
    const std::int64_t seed = options_->integer("seed");
    means_.progress().note("seed", {{"seed", seed}}, fmt::format("Seed {}", seed));
    const std::string job =
        text_field(connection.session().request("fit.submit", request(connection)), "job");
    if (flags_.detach) {
      means_.progress().note("job", {{"job", job}},
                             fmt::format("Submitted; 'fit --attach {}' follows the job", job));
      return means_.progress().result({{"job", job}, {"seed", seed}}, errors::visible(job));
    }
    means_.progress().note("job", {{"job", job}}, fmt::format("Job {}", job));
    follow(connection, job);
  }

  // What the report says in one sentence, and how to see the rest.
  void tell_report(const Json& result, Json& fields) {
    const auto verdict = result.find("verdict");
    if (verdict == result.end() || !verdict->is_object() || !result.contains("report")) return;
    fields["report"] = result["report"];
    fields["verdict"] = *verdict;
    means_.progress().note("report", {{"report", result["report"]}, {"verdict", *verdict}},
                           fmt::format("Report, {}: {} ('download --report {}' brings it)",
                                       errors::visible(text_field(*verdict, "summary")),
                                       errors::visible(text_field(*verdict, "sentence")),
                                       errors::visible(text_field(result, "model"))));
  }

  void follow(Connection& connection, const std::string& job) {
    const bool table_shown = flags_.attach.empty() && source_.inbox.empty();
    const Json result =
        follow_job(connection, means_.progress(), job,
                   fmt::format("'fit --attach {}' follows it again", errors::visible(job)), table_shown);
    Json fields{
        {"job", job}, {"model", text_field(result, "model")}, {"sidecar", text_field(result, "sidecar")}};
    if (options_) fields["seed"] = options_->integer("seed");
    tell_report(result, fields);
    means_.progress().result(fields, errors::visible(text_field(result, "model")));
  }

  FitFlags& flags_;
  Means means_;
  const options::Method& method_;
  Json given_;
  table::TableRequest table_;
  double held_out_;
  std::optional<options::Values> options_;
  FitSource source_;
  std::unique_ptr<files::Spool> spool_;
  bool guided_ = false;
};

}  // namespace

int fit(int argc, const char* const* argv) {
  FitFlags flags;
  const CommandLine line{
      "fit", "Trains a generative model of a CSV table on the server.",
      "  fit people.csv --epochs 300\n"
      "  fit people.csv --plan                                       # what the columns are, and the cost\n"
      "  fit people.csv --discrete zip --drop id,phone --seed 7\n"
      "  fit people.csv --method tvae --epochs 300\n"
      "  fit people.csv --server me@big.example.org --batch --json   # from cron\n"
      "  fit people.csv --detach && fit --attach JOB\n"
      "  fit personen.csv --delimiter ';' --decimal , --encoding windows-1252\n"
      "  zcat people.csv.gz | fit - --name people\n"
      "  fit inbox:people.csv                                        # after scp -O people.csv HOST:\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare_fit(app, flags); },
      [&] {
        // What comes over standard input are no answers.
        flags.shared.batch = flags.shared.batch || flags.source == "-";
        Fit(flags).run();
      });
}

}  // namespace ctgan::host::commands
