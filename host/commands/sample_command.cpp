#include "host/commands/sample_command.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "common/command_line/table_flags.h"
#include "common/conditions/row_quota.h"
#include "common/conditions/sample_terms.h"
#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/names.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
#include "host/commands/fit_request.h"
#include "host/commands/follow_job.h"
#include "host/commands/keep_last.h"
#include "host/commands/local_table.h"
#include "host/commands/output_place.h"
#include "host/commands/pending_submission.h"
#include "host/commands/rows_at_home.h"
#include "host/commands/stored_files.h"
#include "host/session/download.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

constexpr std::uint64_t k_most_rows = 1'000'000'000;
constexpr std::uint64_t k_largest_seed = 9'223'372'036'854'775'807;

struct SampleFlags {
  SharedFlags shared;
  std::string model, output, format;
  std::optional<std::string> rows, seed;
  conditions::SampleTerms terms;
  std::string impute, seed_rows;
  command_line::TableFlags table;
  bool detach = false, no_download = false, keep_gz = false, gate = false, force = false;
  std::string keep_last;
  int shards = 1;
};

// One text a flag: conditions and column lists hold commas.
void add_terms(CLI::App& app, conditions::SampleTerms& terms) {
  const auto add = [&](const char* flag, const char* what, std::vector<std::string>& texts,
                       const char* help) {
    app.add_option(flag, texts, help)->allow_extra_args(false)->type_name(what)->group("Terms");
  };
  add("--where", "CONDITION", terms.where,
      "only rows for which COLUMN OP VALUE holds, OP one of = != < <= > >=: 'age>=65'; 'COLUMN=' asks for "
      "empty cells; may be repeated");
  add("--constraint", "RULE", terms.constraints,
      "keep 'START<=END' between two columns (any OP), or only combinations 'CITY,COUNTRY' of the original, "
      "if "
      "the fit kept them; may be repeated");
  add("--unique", "COLUMN", terms.unique, "a column in which no value comes twice; may be repeated");
  auto* balance =
      app.add_option("--balance", terms.balance, "a column whose categories get equal shares of the rows")
          ->type_name("COLUMN");
  balance->group("Terms");
  app.add_option(
         "--quota", terms.quota,
         "rows of each category, COLUMN=CATEGORY:ROWS,CATEGORY:ROWS: 'sex=Female:500,Male:500'; gives "
         "the number of rows")
      ->type_name("COLUMN=CATEGORY:ROWS")
      ->group("Terms")
      ->excludes(balance);
}

void add_completion(CLI::App& app, SampleFlags& flags) {
  constexpr const char* k_group = "Completion";
  auto* impute = app.add_option("--impute", flags.impute,
                                "a table with gaps: brings its rows home with every empty cell drawn "
                                "given the others, which stay as they are (models of trees and of private "
                                "methods but patectgan)")
                     ->type_name("FILE");
  impute->group(k_group);
  app.add_option("--seed-rows", flags.seed_rows,
                 "a table with some of the columns: brings its rows home with the other columns drawn")
      ->type_name("FILE")
      ->group(k_group)
      ->excludes(impute);
  command_line::add_file_flags(app, flags.table);
}

void declare(CLI::App& app, SampleFlags& flags) {
  app.add_option("MODEL", flags.model,
                 "a model's name; 'latest', or 'latest:NAME' for the newest one of that table");
  app.add_option("-n,--rows", flags.rows, "how many rows")->type_name("N")->group("Rows");
  app.add_option("--seed", flags.seed, "same model, same seed: same rows [drawn]")
      ->type_name("N")
      ->group("Rows");
  app.add_option(
         "-o,--output", flags.output,
         fmt::format(
             "file to write, .csv, .tsv, .jsonl or .json, packed when .gz follows, or .parquet; '-' for "
             "standard output, DATABASE:TABLE for one of SQLite's [{}/NAME]",
             k_output_folder))
      ->type_name("FILE")
      ->group("Rows");
  add_force_flag(app, flags.force, "Rows");
  add_format_flag(app, flags.format, "Rows");
  app.add_flag("--keep-gz", flags.keep_gz,
               "leave the rows packed: NAME.csv.gz, byte for byte what the server holds")
      ->group("Rows");
  app.add_flag("--gate", flags.gate, "draw nothing if the model's report speaks against handing rows out")
      ->group("Rows");
  app.add_flag("--no-download", flags.no_download, "leave the rows on the server; prints their name")
      ->group("Rows");
  app.add_option("--shards", flags.shards,
                 "workers of the server's that draw them together, at most 256; the same rows [1]")
      ->type_name("N")
      ->check(CLI::Range(1, 256).description(""))
      ->group("Rows");
  app.add_flag("--detach", flags.detach,
               "return once the job is submitted; prints the job, which 'manage jobs follow' follows")
      ->group("Rows");
  add_keep_last_flag(app, flags.keep_last, "synthetic tables", "Rows");
  add_terms(app, flags.terms);
  add_completion(app, flags);
  add_shared_flags(app, flags.shared);
}

std::uint64_t parse_count(const std::string& text, std::string_view what, std::uint64_t low,
                          std::uint64_t high, std::string_view flag) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc{} && end == text.data() + text.size() && value >= low && value <= high)
    return value;
  throw Error(Kind::usage,
              fmt::format("{} must be a whole number from {} to {}, but is {}", what, low, high,
                          errors::quoted(text)),
              fmt::format("give it with '{}'", flag));
}

// "10,000" and "10_000" as people write them.
std::string without_groups(const std::string& text) {
  const std::size_t first = text.find_first_of(",_");
  if (first == std::string::npos || first == 0 || first > 3) return text;
  std::string digits = text.substr(0, first);
  for (std::size_t at = first; at < text.size(); at += 4) {
    const std::string group = text.substr(at + 1, 3);
    if (text[at] != text[first] || group.size() != 3 ||
        group.find_first_not_of("0123456789") != std::string::npos)
      return text;
    digits += group;
  }
  return digits;
}

std::uint64_t parse_rows(const std::string& text) {
  return parse_count(without_groups(text), "the number of rows", 1, k_most_rows, "-n");
}

// One sample, step by step.
class Sample {
 public:
  explicit Sample(SampleFlags& flags) : flags_(flags), context_(flags.shared) {}

  void run() {
    check_flags();
    Connection connection(flags_.shared, context_);
    connection.log_in();
    const std::string model = choose_model(connection);
    if (rows_ == 0 && !completes()) ask_rows();
    const std::string job = submit(connection, model);
    if (flags_.detach) return context_.progress().answer({{"job", job}, {"seed", seed_}}, job);
    const Json result = follow(connection, job);
    rows_ = protocol::count_field(result, "rows");
    const std::string data = text_field(result, "data");
    if (!files::is_safe_name(data)) {
      throw Error(Kind::protocol,
                  fmt::format("the server names a file {}, which is no safe name", errors::quoted(data)));
    }
    Json fields{{"model", model}, {"data", data}, {"rows", rows_}, {"seed", seed_}};
    std::string text = errors::visible(data);
    if (!flags_.no_download) {
      const std::filesystem::path target = bring_home(connection, data);
      fields["file"] = target.string();
      text = target == k_standard_output ? "" : target.string();
    }
    if (completes()) forget_on_server(connection, data, fields);
    if (keep_last_ > 0)
      fields["deleted"] = delete_older(connection, Store::data, data, keep_last_, context_.progress());
    context_.progress().result(fields, text);
  }

 private:
  void check_flags() {
    if (flags_.rows) rows_ = parse_rows(*flags_.rows);
    check_terms();
    check_completion();
    seed_ = flags_.seed ? parse_count(*flags_.seed, "the seed", 0, k_largest_seed, "--seed") : draw_seed();
    keep_last_ = keep_last(flags_.keep_last);
    database_ = database_output(flags_.output, flags_.format, flags_.keep_gz, flags_.force);
    if (!database_) shape_ = row_shape(flags_.format, flags_.output, flags_.keep_gz);
    check_staying();
    const bool person = context_.console().interactive();
    if (!person && flags_.model.empty()) {
      throw Error(Kind::usage, "no MODEL was given",
                  "'sample latest' takes the newest, 'manage models list' shows all");
    }
    if (!person && rows_ == 0 && !completes())
      throw Error(Kind::usage, "no number of rows was given", "give it with '-n'");
    if (stays() || database_ || flags_.output == k_standard_output) return;
    flags_.output.empty() ? check_folder(k_output_folder)
                          : session::check_target({flags_.output, if_exists(flags_.force)});
  }

  // Whether the rows are not brought home by this command.
  bool stays() const { return flags_.no_download || flags_.detach; }

  void check_staying() const {
    const char* flag = flags_.detach ? "--detach" : "--no-download";
    const char* other = flags_.keep_gz                    ? "--keep-gz"
                        : !flags_.output.empty()          ? "--output"
                        : !flags_.format.empty()          ? "--format"
                        : flags_.detach && keep_last_ > 0 ? "--keep-last"
                                                          : nullptr;
    if (!stays() || other == nullptr) return;
    throw Error(Kind::usage, fmt::format("'{}' and '{}' exclude each other", flag, other),
                "'download' fetches the rows later, in any format");
  }

  bool completes() const { return !flags_.impute.empty() || !flags_.seed_rows.empty(); }
  std::filesystem::path file_to_complete() const {
    return flags_.impute.empty() ? flags_.seed_rows : flags_.impute;
  }

  void check_completion() {
    if (!completes()) return;
    const char* flag = flags_.impute.empty() ? "--seed-rows" : "--impute";
    if (flags_.rows)
      throw Error(Kind::usage, fmt::format("'{}' and '-n' exclude each other", flag),
                  "the file says how many rows there are");
    if (!flags_.terms.empty())
      throw Error(Kind::usage, fmt::format("'{}' takes no terms", flag), "choose among the rows afterwards");
    const std::string file = file_to_complete().string();
    completed_request_ = command_line::table_request(flags_.table, file);
    completed_.emplace(file, completed_request_);
    completed_->add_to(completed_request_, !flags_.table.missing.empty());
  }

  void check_terms() {
    conditions::check_terms(flags_.terms);
    if (flags_.terms.quota.empty()) return;
    const std::uint64_t sum = conditions::quota_rows(flags_.terms.quota);
    if (flags_.rows && sum != rows_) {
      throw Error(Kind::usage, fmt::format("the quota has {} rows, but '-n {}' was given", sum, rows_),
                  "leave out '-n', or make the two agree");
    }
    rows_ = parse_rows(std::to_string(sum));
  }

  std::string choose_model(Connection& connection) {
    const bool plain_name = flags_.model.ends_with(files::k_model_suffix);
    if (plain_name) return flags_.model;
    const std::vector<StoredItem> items = list_items(connection.session(), Store::models);
    if (!flags_.model.empty()) return find_item(items, flags_.model, Store::models).name;
    if (items.empty()) throw Error(Kind::no_input, "you have no model yet", "'fit FILE' makes one");
    const console::Choices choices = show_choices(context_.console(), items, Store::models);
    return items[context_.console().choose(
                     {.prompt = "Model", .what = "MODEL", .remedy = "name it: 'sample MODEL'"}, choices)]
        .name;
  }

  void ask_rows() {
    const console::Question question{
        .prompt = "Rows", .what = "number of rows", .remedy = "give it with '-n'"};
    rows_ = parse_rows(
        context_.console().ask_checked(question, [](const std::string& text) { parse_rows(text); }));
  }

  // The same command has the same id until its answer has come.
  PendingSubmission pending(Connection& connection, const Json& request) const {
    Json what{{"server", connection.transport().place()},
              {"user", connection.session().greeting().user.value_or("")},
              {"sample", request}};
    if (completes()) what["table"] = files::sha256_of_file(completed_->path());
    if (flags_.seed) what["seed"] = seed_;
    return {submissions_folder(), what, seed_};
  }

  std::string submit(Connection& connection, const std::string& model) {
    Json request{{"model", model}, {"gate", flags_.gate}};
    if (completes())
      add_completion(request);
    else
      request["rows"] = rows_;
    conditions::add_to_json(flags_.terms, request);
    if (flags_.shards > 1) request["shards"] = flags_.shards;
    PendingSubmission waiting = pending(connection, request);
    seed_ = waiting.seed();
    request.update({{"request_id", waiting.request_id()}, {"seed", seed_}});
    if (completes())
      request["upload"] = session::upload(connection.session(), completed_->path(), completed_->file_name(),
                                          context_.progress(), session::UploadUse::sample);
    const Json submitted = connection.session().request("sample.submit", request);
    const std::string job = errors::visible(text_field(submitted, "job"));
    tell_understood(submitted);
    context_.progress().note("job", {{"job", job}, {"seed", seed_}},
                             flags_.detach
                                 ? fmt::format("Submitted; 'manage jobs follow {}' follows the job", job)
                                 : fmt::format("Job {}, seed {}", job, seed_));
    // Only whoever was told of the job asks for another one by the same command.
    waiting.answered();
    return job;
  }

  // Servers of before say nothing of it.
  void tell_understood(const Json& submitted) {
    const std::vector<std::string> conditions = protocol::optional_texts(submitted, "understood");
    if (conditions.empty()) return;
    std::string text;
    for (const std::string& condition : conditions)
      text += (text.empty() ? "Rows where " : ", and ") + errors::visible(condition);
    context_.progress().note("understood", {{"conditions", conditions}}, text);
  }

  Json follow(Connection& connection, const std::string& job) {
    Json result = follow_job(connection, context_.progress(), job,
                             "'download latest' fetches the rows when it is done", true);
    require_terms(result);
    return result;
  }

  // Completed rows hold what the file held: once at home they do not stay on the server.
  void forget_on_server(Connection& connection, const std::string& data, Json& fields) {
    if (flags_.no_download) {
      context_.progress().note(
          "kept", {{"data", data}},
          "The rows stay on the server, with all that the file held: 'manage data delete' "
          "removes them");
      return;
    }
    connection.session().request("data.delete", {{"name", data}});
    fields.erase("data");
    context_.progress().note("deleted", {{"names", {data}}}, "Deleted the rows on the server");
  }

  // What the server gets to know of the file: not where it lies.
  void add_completion(Json& request) const {
    request["complete"] = flags_.impute.empty() ? "columns" : "gaps";
    request["name"] = completed_->file_name();
    request["table"] = table_formats::to_json(completed_request_);
  }

  // A server that does not know the terms ignores them, as it does any unknown field.
  void require_terms(const Json& result) const {
    if (flags_.terms.empty() || result.contains("terms")) return;
    throw Error(Kind::protocol, "the server drew rows without looking at the terms: it is too old for them",
                "bring the server up to date; the rows that it drew are not what was asked for");
  }

  std::filesystem::path bring_home(Connection& connection, const std::string& data) {
    std::filesystem::path target = flags_.output;
    if (target.empty()) {
      make_folder(k_output_folder);
      target = std::filesystem::path(k_output_folder) / home_name(data, shape_);
    }
    try {
      if (database_)
        bring_rows(connection, data, *database_, flags_.force, context_.progress());
      else
        bring_rows(connection, data, {target, if_exists(flags_.force)}, shape_, context_.progress());
    } catch (const Error& error) {
      throw Error(error.kind(), error.sentence(),
                  fmt::format("{}the rows are kept on the server: 'download {}' fetches them",
                              error.hint().empty() ? "" : error.hint() + "; ", data));
    }
    return target;
  }

  SampleFlags& flags_;
  CommandContext context_;
  RowShape shape_;
  std::optional<table_files::TablePlace> database_;
  std::optional<LocalTable> completed_;  // by '--impute' or '--seed-rows'
  table_formats::FileRequest completed_request_;
  std::uint64_t rows_ = 0;
  std::uint64_t seed_ = 0;
  std::uint64_t keep_last_ = 0;
};

}  // namespace

int sample(int argc, const char* const* argv) {
  SampleFlags flags;
  const CommandLine line{
      "sample", "Draws rows from a model on the server and brings them home.",
      "  sample latest -n 100000\n"
      "  sample latest:people -n 1000 --output people.csv --force --batch --quiet   # from cron\n"
      "  sample latest -n 10000000 --output people.csv.gz\n"
      "  sample latest -n 1000 --format jsonl --output - | head\n"
      "  sample latest -n 1000 --output shop.db:orders_synthetic\n"
      "  sample latest -n 1000 --where 'sex=Female' --where 'age>=65'\n"
      "  sample latest --quota 'sex=Female:500,Male:500'\n"
      "  sample people_20261121t074500_model.gz -n 1000 --no-download\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare(app, flags); },
      [&] {
        flags.shared.rows_on_stdout = flags.output == k_standard_output;
        Sample(flags).run();
      });
}

}  // namespace ctgan::host::commands
