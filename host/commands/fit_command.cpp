#include "host/commands/fit_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/command_line/table_flags.h"
#include "common/command_line/whole_number.h"
#include "common/conditions/combination_lists.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/names.h"
#include "common/options/guarantee.h"
#include "common/secrets/secret.h"
#include "common/table/declared_metadata.h"
#include "common/table/metadata_json.h"
#include "common/table_formats/file_request.h"
#include "host/commands/asked_limits.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
#include "host/commands/earlier_fits.h"
#include "host/commands/fit_flags.h"
#include "host/commands/fit_outcome.h"
#include "host/commands/fit_plan.h"
#include "host/commands/fit_request.h"
#include "host/commands/follow_job.h"
#include "host/commands/job_file_flags.h"
#include "host/commands/jobs_command.h"
#include "host/commands/keep_last.h"
#include "host/commands/local_table.h"
#include "host/commands/output_place.h"
#include "host/commands/party_fit.h"
#include "host/commands/pending_submission.h"
#include "host/commands/private_report.h"
#include "host/commands/retry_job.h"
#include "host/commands/seen_names.h"
#include "host/commands/sent_tables.h"
#include "host/commands/table_prompt.h"
#include "host/session/download.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

constexpr const char* k_data_folder = "original_data";
std::string banner(bool table_stays) {
  return fmt::format(
      "ctgan-server: a synthetic table from yours. The table goes to the server, is deleted there once {}, "
      "and a "
      "model stays.",
      table_stays ? "the fit has ended" : "it is in memory");
}

// The flag's, or that of the host's settings; nothing where neither says one.
const options::Method* named_method(const FitFlags& flags) {
  if (!flags.method.empty()) return &options::find_method(flags.method);
  const auto configured = settings::configured_method(settings_flags(flags.shared));
  return configured ? &options::find_method(*configured) : nullptr;
}

// What a private fit protects. A column that names units is an identifier, where the metadata do not say otherwise.
void set_unit(const FitFlags& flags, table::TableRequest& table) {
  table::TableRules& rules = table.rules;
  rules.privacy_unit = flags.privacy_unit;
  if (!flags.privacy_unit.empty() && !table.columns[flags.privacy_unit].kind)
    table.columns[flags.privacy_unit].kind = table::ColumnKind::id;
  if (flags.rows_per_unit.empty()) return;
  if (flags.privacy_unit.empty())
    throw Error(Kind::usage, "'--rows-per-unit' says how many rows of a unit are used, and no unit is named",
                "add '--privacy-unit COLUMN'");
  rules.rows_per_unit = command_line::whole_number(flags.rows_per_unit, "--rows-per-unit");
  if (rules.rows_per_unit < 1 || rules.rows_per_unit > table::k_most_rows_per_unit)
    throw Error(Kind::usage,
                fmt::format("'--rows-per-unit' takes 1 to {} rows", table::k_most_rows_per_unit));
}

// One fit, step by step.
class Fit {
 public:
  explicit Fit(FitFlags& flags)
      : flags_(flags),
        context_(flags.shared),
        named_(named_method(flags)),
        method_(named_ != nullptr ? named_ : &options::find_method(options::k_default_method)),
        given_(parse_options(*method_, flags.options)),
        table_(command_line::table_request(flags.table, "")),
        held_out_(held_out_share(flags.held_out)),
        report_(flags.report),
        checkpoint_(checkpoint_minutes(flags.checkpoint)),
        limits_(flags.threads, flags.minutes) {
    // Those of the metadata file first.
    flags.rules.row_rules.insert(flags.rules.row_rules.begin(), table_.rules.row_rules.begin(),
                                 table_.rules.row_rules.end());
    table_.rules = table_rules(flags.rules);
    table_.domain_leaks = flags.domain_leaks;
    set_unit(flags, table_);
    keep_last_ = keep_last(flags.keep_last);
  }

  void run() {
    check_combinations();
    if (!flags_.attach.empty()) return attach();
    guided_ = flags_.source.empty();
    if (guided_) flags_.source = ask_source();
    check_options();
    refuse_what_reads();
    source_ = parse_source(flags_.source);
    typed_ = source_.inbox.empty() ? table_files::typed_source(flags_.source) : nullptr;
    if (!source_.inbox.empty()) {
      refuse_inbox();
      report_.check_rows(table_, flags_.table.dialect, {});
    }
    table_.dialect = table_formats::parse_dialect(
        flags_.table.dialect, source_.inbox.empty() ? source_.file.string() : source_.inbox);
    settings::HostSettings settings = settings::load_settings(settings_flags(flags_.shared));
    if (source_.standard_input()) take_standard_input();
    if (typed_) take_typed_table();
    stem_ = model_stem(file_name());
    if (flags_.plan) return plan();
    asked_table_ = table_formats::to_json(table_);
    // A table that need not be read is not: then the server is asked first.
    if (!flags_.if_changed && source_.inbox.empty()) check_table();
    const std::string known = flags_.if_changed ? basis() : std::string();
    Connection connection(std::move(settings), context_);
    connection.log_in();
    require_checkpoints(connection);
    limits_.require_known(connection);
    report_.require_known(connection);
    const bool adopted = adopt_method(connection);
    if (flags_.if_changed && tell_unchanged(connection, adopted ? basis() : known)) return;
    if (flags_.if_changed) check_table();
    if (!flags_.like.empty()) require_like(connection, flags_.like, stem_, *metadata_, context_.progress());
    if (guided_) ask_option();
    submit_and_follow(connection);
  }

 private:
  void check_combinations() const {
    if (!flags_.keep_last.empty() && flags_.detach)
      throw Error(Kind::usage, "'--keep-last' and '--detach' exclude each other",
                  "give '--keep-last' to the 'fit --attach' that waits for the model");
    if (!flags_.attach.empty() && (flags_.if_changed || !flags_.like.empty()))
      throw Error(Kind::usage, "'--attach' follows a job, and reads no table that could be compared");
  }

  // What a private method would have to read the rows for, beside what it pays for.
  void refuse_what_reads() const {
    if (!method_->is_private) {
      if (!flags_.dataset.empty() || !flags_.domain_leaks.empty() || !flags_.privacy_unit.empty())
        throw Error(
            Kind::usage,
            fmt::format("the method {} is not private, and spends no budget", errors::quoted(method_->name)),
            "'--dataset', '--privacy-unit' and '--allow-domain-leak' belong to private methods: '--method "
            "swift'");
      if (report_.is_asked())
        throw Error(Kind::usage,
                    fmt::format("the method {} makes its report by itself", errors::quoted(method_->name)),
                    "'--report' belongs to private methods: '--method swift'");
      return;
    }
    options::refuse_what_reads({.rules = !table_.rules.row_rules.empty(),
                                .combinations = !flags_.keep_combinations.empty(),
                                .checkpoints = checkpoint_ > 0,
                                .report = report_.is_asked()},
                               *options_);
    if (report_.is_asked() && flags_.no_report)
      throw Error(Kind::usage, "'--report' and '--no-report' exclude each other");
    if (report_.is_public() && !flags_.held_out.empty())
      throw Error(Kind::usage, "'--held-out' sets rows of the table aside, and the report is of others",
                  "leave it out, or ask for '--report owner'");
  }

  void refuse_inbox() const {
    for (const auto& [given, flag] :
         {std::pair{flags_.if_changed, "--if-changed"}, std::pair{!flags_.like.empty(), "--like"},
          std::pair{flags_.plan, "--plan"}}) {
      if (given) throw Error(Kind::usage, fmt::format("'{}' reads a FILE of this machine", flag));
    }
  }

  // A server of before would take the fit and keep nothing.
  void require_checkpoints(const Connection& connection) const {
    if (checkpoint_ > 0)
      connection.require_feature(protocol::k_checkpoint_feature, "keeps no checkpoints", "--checkpoint");
  }

  bool tell_unchanged(Connection& connection, const std::string& known) {
    const auto model = same_model(connection, stem_, known);
    if (!model) return false;
    context_.progress().note(
        "unchanged", {{"model", *model}},
        fmt::format("Nothing has changed since {} was made: nothing is trained", *model));
    context_.progress().result({{"model", *model}, {"unchanged", true}}, errors::visible(*model));
    return true;
  }

  // What the server's administrator has fits use, where nobody here names a method. An option that it has not means
  // the usual one. Returns whether it is another one.
  bool adopt_method(Connection& connection) {
    const auto& wanted = connection.session().greeting().method;
    if (named_ != nullptr || !wanted || *wanted == method_->name) return false;
    const options::Method* found = options::known_method(*wanted);
    const bool suits = found != nullptr &&
                       std::all_of(flags_.options.begin(), flags_.options.end(),
                                   [&](const auto& option) { return found->find(option.first) != nullptr; });
    if (!suits) return false;
    method_ = found;
    const Json seed = given_.value("seed", Json());
    given_ = parse_options(*method_, flags_.options);
    if (is_seeded() && !seed.is_null()) given_["seed"] = seed;
    check_options();
    context_.progress().note("method", {{"method", *wanted}},
                             fmt::format("The method is {}, as the server's settings say", *wanted));
    return true;
  }

  void attach() {
    if (!flags_.source.empty()) throw Error(Kind::usage, "'--attach' follows a job and takes no FILE");
    Connection connection(flags_.shared, context_);
    connection.log_in();
    const std::string job = job_by_word(connection.session(), flags_.attach, {.kind = "fit"});
    try {
      return follow(connection, job);
    } catch (const Error& error) {
      // Its table is known here, or the loss is all there is to say.
      if (error.kind() != Kind::job_lost || !remembered_table(job)) throw;
      context_.progress().note("lost", {{"job", job}}, "Warning: " + error.sentence());
    }
    follow(connection, retry_job(connection, context_.progress(), job));
  }

  void plan() {
    const TableFacts facts = settled_facts(method_->is_private ? Purpose::private_plan : Purpose::plan);
    const PlannedMetadata metadata = planned_metadata(flags_, *method_, table_, facts, stem_);
    const std::string& draft = metadata.file;
    if (metadata.is_written) session::check_target({draft, if_exists(flags_.force)});
    Connection connection(flags_.shared, context_);
    connection.log_in();
    adopt_method(connection);
    const std::string method(method_->name);
    const Json cost =
        method_->is_private
            ? ask_private_cost(connection, facts, table_, method, options_->to_json())
            : ask_cost(connection, facts, method, options_->to_json(), flags_.no_report ? 0.0 : held_out_);
    for (const std::string& sentence : facts.odd_cells) tell_odd_cells(context_.progress(), sentence);
    tell_unit(facts);
    if (metadata.is_written) write_draft(draft, facts, if_exists(flags_.force));
    std::string hidden;
    for (const std::string& line : table::protection_lines(facts.hidden)) hidden += line + "\n";
    const std::string text = fmt::format(
        "{}\n{}{}\n{}{} rows, {}\n{}, then 'fit {}{}{}{}'", plan_text(facts), offered_rules(facts),
        accounting_text(cost), hidden, facts.rows, cost_text(cost, *options_), metadata.sentence,
        errors::visible(flags_.source), method_words(flags_, *method_), errors::visible(metadata.words),
        errors::visible(command_line::beside_metadata(flags_.table)));
    context_.progress().answer({{"rows", facts.rows},
                                {"columns", table::kinds_json(facts.metadata)},
                                {"protected", table::to_json(facts.hidden)},
                                {"odd_cells", facts.odd_cells},
                                {"cost", cost},
                                {"rules", offered_json(facts)},
                                {"metadata", draft}},
                               text);
  }

  std::string ask_source() {
    context_.guard();
    context_.console().say(banner(checkpoint_ > 0));
    return ask_table(context_.console(), k_data_folder);
  }

  void ask_option() {
    const std::string name(method_->asks);
    if (name.empty() || given_.contains(name)) return;
    const options::OptionSpec& spec = *method_->find(name);
    std::string prompt = name;
    prompt.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(prompt.front())));
    const console::Question question{.prompt = prompt,
                                     .what = "number of " + name,
                                     .remedy = fmt::format("give it with '{}'", options::flag_name(name)),
                                     .default_answer = std::string(spec.default_text)};
    const std::string answer = context_.console().ask_checked(
        question, [&](const std::string& text) { options::parse_text(spec, text); });
    given_[name] = std::get<std::int64_t>(options::parse_text(spec, answer));
    check_options();
  }

  // A private fit is not: its noise is nobody's to repeat.
  bool is_seeded() const { return method_->find("seed") != nullptr; }

  void check_options() {
    seed_drawn_ = seed_drawn_ || !given_.contains("seed");
    if (is_seeded() && !given_.contains("seed")) given_["seed"] = draw_seed();
    options_.emplace(options::check(*method_, given_));
  }

  void take_standard_input() {
    if (flags_.name.empty()) {
      throw Error(Kind::usage, "a table from standard input has no name",
                  "give the model's name with '--name'");
    }
    spool_ = spool_standard_input();
  }

  void take_typed_table() {
    table_files::TypedTable read = typed_->read(table_.drop);
    add_typed(read, !flags_.table.missing.empty(), table_);
    if (flags_.name.empty()) flags_.name = typed_->name();
    spool_ = std::move(read.csv);
  }

  // The table as messages call it.
  std::string shown_source() const {
    return spool_ && !typed_ ? std::string("standard input") : source_.file.string();
  }

  // Where the table lies; what it is called is another matter.
  std::filesystem::path table_path() const { return spool_ ? spool_->path() : source_.file; }

  // Settles the delimiter on the way.
  TableFacts settled_facts(Purpose purpose = Purpose::fit) {
    TableFacts facts =
        read_facts(table_path(), shown_source(), table_, options::least_rows(*method_, *options_), purpose);
    if (table_.dialect.delimiter.value_or(',') != facts.delimiter)
      tell_delimiter(context_.progress(), std::string(1, facts.delimiter));
    table_.dialect.delimiter = facts.delimiter;
    for (const std::string& remark : facts.remarks) tell_remark(context_.progress(), remark);
    return facts;
  }

  // What the columns are was declared; all that is looked for in the table are their names.
  void check_declared_table() {
    const TableFacts facts = read_declared(table_path(), shown_source(), table_);
    table::require_several_values(facts.metadata);
    command_line::check_judge_flags(flags_.judge, facts.metadata.names());
    options::check_columns(*method_, *options_, facts.metadata.names(),
                           table::has_paid_domains(facts.metadata));
    table_.dialect.delimiter = facts.delimiter;
    tell_table(context_.progress(), facts.rows, table::kinds_json(facts.metadata));
    tell_unit(facts);
    metadata_ = facts.metadata;
    report_.check_rows(table_, flags_.table.dialect, metadata_->names());
  }

  // Epsilon of rows says little of people who have many.
  void tell_unit(const TableFacts& facts) {
    if (facts.unit.empty() || !table_.rules.privacy_unit.empty()) return;
    context_.progress().note(
        "privacy_unit", {{"column", facts.unit}},
        fmt::format("Warning: several rows share a value of {0}, and epsilon protects each row by itself; "
                    "'--privacy-unit {1}' protects all rows of one together",
                    errors::quoted(facts.unit), command_line::shell_word(facts.unit)));
  }

  void check_table() {
    if (method_->is_private) return check_declared_table();
    TableFacts facts = settled_facts();
    conditions::combination_columns(flags_.keep_combinations, facts.metadata);
    command_line::check_judge_flags(flags_.judge, facts.metadata.names());
    for (const conditions::RuleCheck& check : facts.rules) tell_rule(context_.progress(), check.sentence());
    tell_table(context_.progress(), facts.rows, table::kinds_json(facts.metadata));
    metadata_ = std::move(facts.metadata);
    tell_protected(context_.progress(), facts.hidden);
    for (const std::string& sentence : facts.odd_cells) tell_odd_cells(context_.progress(), sentence);
  }

  std::string model_stem(const std::string& file) {
    if (flags_.name.empty()) return files::safe_stem(file);
    std::string stem = files::safe_stem(flags_.name);
    if (stem != flags_.name) {
      context_.progress().note("name", {{"name", stem}},
                               fmt::format("The model is called {}, since {} is no plain file name",
                                           errors::quoted(stem), errors::quoted(flags_.name)));
    }
    return stem;
  }

  std::string file_name() const {
    if (spool_) return files::safe_stem(flags_.name) + ".csv";
    return source_.inbox.empty() ? source_.file.filename().string() : source_.inbox;
  }

  // What makes the model what it is, but for the table's bytes.
  Json asked() const {
    Json fields{{"method", method_->name},
                {"options", options_->to_json()},
                {"table", table_formats::to_json(table_)},
                {"held_out", held_out_},
                {"report", !flags_.no_report && !method_->is_private}};
    if (report_.is_asked()) fields["private_report"] = report_.to_json();
    if (!flags_.keep_combinations.empty()) fields["keep_combinations"] = flags_.keep_combinations;
    return fields;
  }

  // Of the words that were given: what was drawn or was read off the table is no other wish.
  std::string basis() const {
    Json fields = asked();
    fields["table"] = asked_table_;
    if (seed_drawn_) fields["options"].erase("seed");
    return basis_of(table_path(), std::move(fields));
  }

  // All but the table and the id.
  Json request() const {
    Json fields = asked();
    fields["name"] = stem_;
    // Of the report, not of the model: '--if-changed' does not train for another purpose.
    if (!flags_.judge.keys.empty()) fields["keys"] = flags_.judge.keys;
    if (method_->is_private)
      fields["dataset"] = flags_.dataset.empty() ? files::safe_stem(file_name()) : flags_.dataset;
    if (!flags_.judge.target.empty()) fields["target"] = flags_.judge.target;
    if (!flags_.judge.purpose.empty()) fields["purpose"] = flags_.judge.purpose;
    if (!source_.inbox.empty())
      fields["inbox"] = source_.inbox;
    else  // Before the table is sent: if it changes meanwhile, the next '--if-changed' trains once more.
      fields["basis"] = basis();
    return fields;
  }

  // The same command has the same id until its answer has come.
  PendingSubmission pending(Connection& connection, const Json& fields) {
    Json what{{"server", connection.transport().place()},
              {"user", connection.session().greeting().user.value_or("")},
              {"fit", fields}};
    if (!flags_.options.contains("seed")) what["fit"]["options"].erase("seed");
    if (source_.inbox.empty()) what["sha256"] = files::sha256_of_file(table_path());
    return {submissions_folder(), what,
            is_seeded() ? static_cast<std::uint64_t>(options_->integer("seed")) : 0};
  }

  // The job that an earlier command submitted without hearing of it; empty when there is none.
  static std::string find_job(Connection& connection, const PendingSubmission& pending) {
    const auto& known = connection.session().greeting().commands;
    if (!pending.repeated() || std::find(known.begin(), known.end(), "job.find") == known.end()) return {};
    const Json found = connection.session().request("job.find", {{"request_id", pending.request_id()}});
    return protocol::optional_text(found, "job").value_or("");
  }

  // What a private fit spends and of which budget; null of others.
  Json privacy_of(const Json& fields) const {
    if (!method_->is_private) return nullptr;
    const options::Guarantee spent = options::guarantee_of(*options_);
    Json privacy{{"dataset", fields.at("dataset")}, {"epsilon", spent.epsilon}, {"delta", spent.delta}};
    if (!table_.rules.privacy_unit.empty()) privacy["unit"] = table_.rules.privacy_unit;
    return privacy;
  }

  std::string submit(Connection& connection, Json fields, const PendingSubmission& pending) {
    fields["request_id"] = pending.request_id();
    if (source_.inbox.empty())
      fields["upload"] = session::upload(connection.session(), table_path(), file_name(), context_.progress(),
                                         session::UploadUse::fit, privacy_of(fields));
    report_.send(connection, context_.progress(), fields);
    return text_field(connection.session().request("fit.submit", fields), "job");
  }

  void submit_and_follow(Connection& connection) {
    Json fields = request();
    PendingSubmission waiting = pending(connection, fields);
    const Json seed = is_seeded() ? Json(waiting.seed()) : Json();
    if (is_seeded()) given_["seed"] = seed;
    check_options();
    fields["options"] = options_->to_json();
    // How it is made, and no other model.
    if (checkpoint_ > 0) fields["checkpoint"] = checkpoint_;
    limits_.add_to(fields);
    if (is_seeded())
      context_.progress().note("seed", {{"seed", seed}}, fmt::format("Seed {}", waiting.seed()));
    std::string job = find_job(connection, waiting);
    if (!job.empty())
      context_.progress().note("found", {{"job", job}},
                               "This command has been submitted before, and its answer was lost");
    else
      job = submit(connection, std::move(fields), waiting);
    if (source_.inbox.empty() && !spool_) remember_table(job, table_path());
    context_.progress().note("job", {{"job", job}},
                             flags_.detach ? fmt::format("Submitted; 'fit --attach {}' follows the job", job)
                                           : fmt::format("Job {}", job));
    // Only whoever was told of the job asks for another one by the same command.
    waiting.answered();
    if (flags_.detach)
      return context_.progress().answer({{"job", job}, {"seed", seed}}, errors::visible(job));
    follow(connection, job);
  }

  void follow(Connection& connection, const std::string& job) {
    const bool table_shown = flags_.attach.empty() && source_.inbox.empty();
    const Json result =
        follow_job(connection, context_.progress(), job,
                   fmt::format("'fit --attach {}' follows it again", errors::visible(job)), table_shown);
    Json fields{
        {"job", job}, {"model", text_field(result, "model")}, {"sidecar", text_field(result, "sidecar")}};
    if (options_ && is_seeded()) fields["seed"] = options_->integer("seed");
    tell_outcome(context_.progress(), result, fields);
    if (metadata_) remember_columns(text_field(result, "model"), metadata_->names());
    if (keep_last_ > 0) {
      fields["deleted"] = delete_older(connection, Store::models, text_field(result, "model"), keep_last_,
                                       context_.progress());
    }
    context_.progress().result(fields, errors::visible(text_field(result, "model")));
  }

  FitFlags& flags_;
  CommandContext context_;
  const options::Method* named_;  // null: nobody did
  const options::Method* method_;
  Json given_;
  table_formats::FileRequest table_;
  double held_out_;
  PrivateReport report_;
  double checkpoint_;  // minutes; 0: none are kept
  AskedLimits limits_;
  std::optional<options::Values> options_;
  FitSource source_;
  std::unique_ptr<table_files::TypedSource> typed_;  // null: the source is a text
  std::unique_ptr<files::Spool> spool_;
  std::string stem_;
  Json asked_table_;                         // before the table itself has settled what nobody said
  std::optional<table::Metadata> metadata_;  // of a table of this machine, once it was read
  std::uint64_t keep_last_ = 0;
  bool guided_ = false;
  bool seed_drawn_ = false;
};

}  // namespace

int fit(int argc, const char* const* argv) {
  FitFlags flags;
  const CommandLine line{
      "fit", "Trains a generative model of a table on the server.",
      "  fit people.csv --epochs 300\n"
      "  fit people.csv --plan                                       # what the columns are, and the cost\n"
      "  fit people.csv --discrete zip --drop id,phone --seed 7\n"
      "  fit people.csv --method tvae --epochs 300\n"
      "  fit people.csv --server me@big.example.org --batch --json\n"
      "  fit people.csv --if-changed --like latest:people --keep-last 7 --lock people --batch --quiet  # "
      "cron\n"
      "  fit people.csv --detach && fit --attach JOB\n"
      "  fit personen.csv --delimiter ';' --decimal , --encoding windows-1252\n"
      "  zcat people.csv.gz | fit - --name people\n"
      "  fit shop.db:orders                                          # a table of an SQLite database\n"
      "  fit people.parquet\n"
      "  fit sales.xlsx:May                                          # a sheet of an Excel workbook\n"
      "  fit inbox:people.csv                                        # after scp -O people.csv HOST:\n"
      "  fit people.csv --method swift --epsilon 1 --metadata people_metadata.json\n"
      "  fit --party alice=a.csv --party bob=inbox:b.csv --join id --method swift --epsilon 1 --metadata "
      "m.json\n"
      "  fit --job runtime.yaml\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare_fit(app, flags); },
      [&] {
        // What comes over standard input are no answers.
        flags.shared.batch = flags.shared.batch || flags.source == "-";
        if (!flags.job_file.empty()) take_job_file(flags);
        if (!flags.parties.empty() || !flags.job_file_parties.empty()) return fit_of_parties(flags);
        if (!flags.join.empty())
          throw Error(Kind::usage, "'--join' joins tables of several parties, and none is named",
                      "name them by '--party'");
        Fit(flags).run();
      });
}

}  // namespace ctgan::host::commands
