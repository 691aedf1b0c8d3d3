#include "host/commands/fit_command.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/secrets/secret.h"
#include "common/table/combination_lists.h"
#include "common/table/metadata_json.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
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

struct FitFlags {
  SharedFlags shared;
  std::string source;
  std::map<std::string, std::string> options;
  std::vector<std::string> keep_combinations;
  TableFlags table;
  std::string name;
  bool detach = false;
  std::string attach;
};

void add_option_flags(CLI::App& app, std::map<std::string, std::string>& given) {
  for (const options::OptionSpec& spec : options::ctgan_options()) {
    const std::string name(spec.name);
    std::string help(spec.help);
    if (!spec.choices.empty()) help += fmt::format(" ({})", spec.choices);
    if (!spec.standard.empty()) help += fmt::format(" [{}]", spec.standard);
    app.add_option_function<std::string>(
           options::flag_name(spec.name), [&given, name](const std::string& text) { given[name] = text; },
           help)
        ->group("Model");
  }
}

// One value a flag, so that a list never swallows the FILE behind it.
void add_list(CLI::App& app, const std::string& flag, std::vector<std::string>& names,
              const std::string& help) {
  app.add_option(flag, names, help)->delimiter(',')->allow_extra_args(false)->group("Table");
}

void declare_table(CLI::App& app, TableFlags& flags) {
  add_list(app, "--discrete", flags.discrete, "columns to treat as categories: a,b; may be repeated");
  add_list(app, "--continuous", flags.continuous, "columns to treat as numbers: a,b; may be repeated");
  add_list(app, "--identifier", flags.identifier,
           "columns to make anew in the same shape: a,b; may be repeated");
  add_list(app, "--drop", flags.drop, "columns to leave out: a,b; may be repeated");
  add_list(
      app, "--missing", flags.missing,
      "texts that stand for missing values, besides the empty cell: a,b; may be repeated [those of pandas]");
  app.add_option("--metadata", flags.metadata, "JSON file that says what the columns are, as SDV writes it")
      ->group("Table");
  app.add_option("--max-categories", flags.max_categories,
                 "of one column; the rarest of more are learnt as one [5000]")
      ->group("Table");
  app.add_option("--min-category-count", flags.min_category_count,
                 "categories of fewer rows never come out [1]")
      ->group("Table");
  app.add_flag("--free-range", flags.free_range, "let numbers and dates leave the range that was seen")
      ->group("Table");
}

void declare(CLI::App& app, FitFlags& flags) {
  app.add_option("FILE", flags.source,
                 "CSV file, plain or gzip; 'inbox:NAME' for one that was sent with 'scp -O'");
  app.add_option("--name", flags.name, "what the model is called [the file's name]")->group("Table");
  declare_table(app, flags.table);
  app.add_option(
         "--keep-combinations", flags.keep_combinations,
         "discrete columns whose combinations the model keeps, as they are, for 'sample --constraint': "
         "city,country; may be repeated")
      ->allow_extra_args(false)
      ->group("Table");
  add_option_flags(app, flags.options);
  app.add_flag("--detach", flags.detach, "return once the job is submitted; prints the job")->group("Job");
  app.add_option("--attach", flags.attach, "follow a job that was submitted before")->group("Job");
  add_shared_flags(app, flags.shared);
}

// One fit, step by step.
class Fit {
 public:
  explicit Fit(FitFlags& flags)
      : flags_(flags),
        means_(flags.shared),
        given_(parse_options(flags.options)),
        table_(table_request(flags.table)) {}

  void run() {
    if (!flags_.attach.empty()) return attach();
    guided_ = flags_.source.empty();
    if (guided_) flags_.source = ask_source();
    check_options();
    source_ = parse_source(flags_.source);
    settings::HostSettings settings = settings::load_settings(settings_flags(flags_.shared));
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
    const options::OptionSpec& spec = options::ctgan_options().front();
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
    options_.emplace(options::check(options::ctgan_options(), given_));
  }

  void check_table() {
    const TableFacts facts =
        read_facts(source_.file, table_, static_cast<std::size_t>(options_->integer("pac")));
    table::combination_columns(flags_.keep_combinations, facts.metadata);
    tell_table(means_.progress(), facts.rows, table::kinds_json(facts.metadata));
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

  Json request(Connection& connection) {
    Json fields{{"request_id", secrets::random_hex(16)},
                {"options", options_->to_json()},
                {"table", table::to_json(table_)}};
    if (!flags_.keep_combinations.empty()) fields["keep_combinations"] = flags_.keep_combinations;
    const std::string file = source_.inbox.empty() ? source_.file.filename().string() : source_.inbox;
    fields["name"] = model_stem(file);
    if (source_.inbox.empty()) {
      fields["upload"] = session::upload(connection.session(), source_.file, file, means_.progress());
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

  void follow(Connection& connection, const std::string& job) {
    const bool table_shown = flags_.attach.empty() && source_.inbox.empty();
    const Json result =
        follow_job(connection, means_.progress(), job,
                   fmt::format("'fit --attach {}' follows it again", errors::visible(job)), table_shown);
    Json fields{
        {"job", job}, {"model", text_field(result, "model")}, {"sidecar", text_field(result, "sidecar")}};
    if (options_) fields["seed"] = options_->integer("seed");
    means_.progress().result(fields, errors::visible(text_field(result, "model")));
  }

  FitFlags& flags_;
  Means means_;
  Json given_;
  table::TableRequest table_;
  std::optional<options::Values> options_;
  FitSource source_;
  bool guided_ = false;
};

}  // namespace

int fit(int argc, const char* const* argv) {
  FitFlags flags;
  const CommandLine line{
      "fit", "Trains a generative model of a CSV table on the server.",
      "  fit people.csv --epochs 300\n"
      "  fit people.csv --discrete zip --drop id,phone --seed 7\n"
      "  fit people.csv --server me@big.example.org --batch --json   # from cron\n"
      "  fit people.csv --detach && fit --attach JOB\n"
      "  fit inbox:people.csv                                        # after scp -O people.csv HOST:\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare(app, flags); }, [&] { Fit(flags).run(); });
}

}  // namespace ctgan::host::commands
