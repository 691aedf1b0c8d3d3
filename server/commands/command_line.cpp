#include "server/commands/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <filesystem>
#include <functional>

#include "common/command_line/completion.h"
#include "common/command_line/declarations.h"
#include "common/command_line/help_page.h"
#include "common/command_line/man_page.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/errors/report.h"
#include "server/commands/commands.h"
#include "server/commands/manual.h"
#include "server/store/limits.h"
#include "server/store/root.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_keys_file =
    "the file with the keys (default: 'authorized_keys' in settings.json, else ~/.ssh/authorized_keys)";

std::string footer(const std::string& examples) {
  return "examples:\n" + examples;
}

// One object for the whole command line: the parser binds to its members.
class CommandLine {
 public:
  CommandLine();
  Outcome run(int argc, const char* const* argv);
  bool wants_json() const { return json_; }

 private:
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help,
                    const std::string& examples, std::function<Outcome()> action);
  void add_store_commands();
  void add_encryption_commands();
  void add_connection_commands();
  void add_job_commands();
  void add_user_commands();
  void add_rights_commands(CLI::App& users);
  void add_key_commands(CLI::App& users);
  void add_session_commands(CLI::App& users);
  void add_leaving_commands(CLI::App& users);
  void add_budget_commands();
  void add_checks();
  void add_evaluation();
  std::filesystem::path root() const { return store::choose_root(root_); }

  CLI::App app_{"Trains models of tables and draws synthetic rows, for 'fit', 'sample' and 'download'",
                "ctgan-server"};
  std::function<Outcome()> chosen_;
  std::string root_;
  bool json_ = false;
  bool shared_ = false;
  ServeOptions serve_;
  WorkOptions work_;
  JobExportOptions export_;
  std::filesystem::path backup_;
  std::filesystem::path keys_file_;
  bool decrypt_ = false;
  std::uint64_t answer_bytes_ = 0;
  UserAddOptions add_;
  UserDeleteOptions delete_;
  UserRevokeOptions revoke_;
  UserPasswordOptions password_;
  UserAuthorizeOptions authorize_;
  UserLimitOptions limit_;
  UserKeysOptions keys_;
  UserSessionsOptions sessions_;
  bool everybody_ = false;
  AuditOptions audit_;
  BudgetSetOptions budget_;
  BudgetAcknowledgeOptions acknowledge_;
  std::string name_, role_;
  std::string file_;
  EvaluateOptions evaluate_;
};

CommandLine::CommandLine() {
  app_.set_help_flag("-h,--help", "this page");
  app_.set_version_flag("-V,--version", CTGAN_VERSION)->description("which version this is");
  app_.require_subcommand(1);
  app_.add_option("--root", root_,
                  "the data root (default: $CTGAN_SERVER_ROOT, else $XDG_DATA_HOME/ctgan-server, else "
                  "~/.local/share/ctgan-server)")
      ->type_name("DIR");
  app_.footer(footer("  ctgan-server init --shared\n"
                     "  ctgan-server user add alice\n"
                     "  ctgan-server user authorize alice --key alice.pub\n"
                     "  ctgan-server doctor\n") +
              manual_sections() + errors::exit_code_help());
  app_.formatter(command_line::make_help_formatter());
  add_store_commands();
  add_encryption_commands();
  add_connection_commands();
  add_job_commands();
  add_user_commands();
  add_budget_commands();
  add_checks();
  add_evaluation();
}

CLI::App* CommandLine::command(CLI::App& parent, const std::string& name, const std::string& help,
                               const std::string& examples, std::function<Outcome()> action) {
  CLI::App* sub = parent.add_subcommand(name, help);
  sub->fallthrough();
  sub->footer(footer(examples));
  sub->callback([this, action = std::move(action)] { chosen_ = action; });
  return sub;
}

void CommandLine::add_store_commands() {
  CLI::App* init_command =
      command(app_, "init", "make a store; harmless when it is there",
              "  ctgan-server init --shared\n  ctgan-server --root /srv/ctgan init --shared\n",
              [this] { return init(root(), shared_); });
  init_command->add_flag("--shared", shared_, "for several users, each known by a key or a password");
  CLI::App* backup_command = command(
      app_, "backup", "copy the store into a new folder, while it is in use; what comes of it is a store",
      "  ctgan-server backup /backup/ctgan-2026-11-30\n"
      "  ctgan-server --root /backup/ctgan-2026-11-30 doctor\n",
      [this] { return backup(root(), backup_); });
  backup_command->add_option("FOLDER", backup_, "that does not exist yet")->required();
}

void CommandLine::add_encryption_commands() {
  CLI::App* group = app_.add_subcommand("encryption", "results encrypted on the server's disk");
  group->fallthrough();
  group->require_subcommand(1);
  const std::string examples =
      "  ctgan-server encryption new-key /etc/ctgan/store.keys\n"
      "  ctgan-server encryption apply\n";
  group->footer(footer(examples));
  CLI::App* new_key =
      command(*group, "new-key", "put a new key into a file outside the store, made where it is not there",
              examples, [this] { return encryption_new_key(root(), keys_file_); });
  new_key->add_option("FILE", keys_file_, "that 'encryption_key_file' in settings.json names")->required();
  CLI::App* apply =
      command(*group, "apply", "encrypt with the newest key what is not, while the store is in use", examples,
              [this] { return encryption_apply(root(), decrypt_); });
  apply->add_flag("--decrypt", decrypt_, "decrypt everything instead");
  command(*group, "drop-old-keys",
          "take the older keys out of the file, once no file of the store needs them",
          "  ctgan-server encryption apply\n  ctgan-server encryption drop-old-keys\n",
          [this] { return encryption_drop_old_keys(root()); });
}

void CommandLine::add_connection_commands() {
  CLI::App* serve_command =
      command(app_, "serve", "answer one connection on standard input and output; sshd starts this",
              "  ctgan-server serve\n  ctgan-server --root /srv/ctgan serve --user alice\n"
              "  ctgan-server --root /srv/ctgan serve --login\n",
              [this] {
                serve_.root = root();
                return serve(serve_);
              });
  auto* user =
      serve_command->add_option("--user", serve_.user, "who the key belongs to; for a forced command")
          ->type_name("NAME");
  user->type_name("NAME");
  serve_command
      ->add_option("--fingerprint", serve_.fingerprint, "of the key, for the audit log; for a forced command")
      ->type_name("SHA256:...");
  serve_command->add_flag("--login", serve_.login, "a shared key: user and password come inside the channel")
      ->excludes(user);
  command(app_, "transfer", "send or take the file that a ticket was given for; sshd starts this",
          "  ctgan-server transfer\n", [this] { return transfer(root()); });
  CLI::App* work_command =
      command(app_, "work", "do one job; the server starts this",
              "  ctgan-server work 9f0c6ad1b0a54d3e8d2f4b1c7a6e5d40\n", [this] {
                if (!work_.bundle.empty()) return work_bundle(root(), work_);
                if (app_.get_subcommand("work")->count("JOB") > 0) return work(root(), work_);
                throw errors::Error(errors::Kind::usage, "JOB is required", "see 'ctgan-server work --help'");
              });
  CLI::Option* job = work_command->add_option("JOB", work_.job, "the job's id");
  CLI::Option* bundle =
      work_command->add_option("--bundle", work_.bundle, "do what a bundled job was asked for, as a new job")
          ->type_name("FILE")
          ->excludes(job);
  work_command->add_option("--table", work_.table, "the bundled job's table, unless the bundle has it")
      ->type_name("FILE")
      ->needs(bundle);
  work_command->add_option("--user", work_.user, "whose job it becomes [this account's]")
      ->type_name("NAME")
      ->needs(bundle);
  work_command->add_flag("--dispatch", work_.starts_next, "start what waits for its end afterwards");
  work_command->add_option("--threads", work_.threads, "threads to work with [as the settings say]")
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  CLI::Option* shard =
      work_command->add_option("--shard", work_.shard, "0 does the job, others help to draw its rows [0]")
          ->type_name("N")
          ->check(CLI::Range(0, 255).description(""));
  work_command->add_option("--shard-from", work_.shard_from, "the environment variable that holds the shard")
      ->type_name("VARIABLE")
      ->excludes(shard);
  command(app_, "dispatch", "start the jobs that may run; a job that ends starts this",
          "  ctgan-server dispatch\n", [this] { return dispatch(root()); });
  CLI::App* answer_command =
      command(app_, "answer", "work out what a client waits for; the server starts this",
              "  ctgan-server answer --bytes 8000000000\n", [this] { return answer(answer_bytes_); });
  answer_command->add_option("--bytes", answer_bytes_, "memory that it may use")
      ->type_name("BYTES")
      ->required();
}

void CommandLine::add_job_commands() {
  CLI::App* group = app_.add_subcommand("job", "the jobs of a store");
  group->fallthrough();
  group->require_subcommand(1);
  group->footer(
      footer("  ctgan-server job export 9f0c6ad1b0a54d3e8d2f4b1c7a6e5d40 --output people.bundle\n"));
  CLI::App* one =
      command(*group, "export", "a fit in one file, to be repeated elsewhere with 'work --bundle'",
              "  ctgan-server job export 9f0c6ad1b0a54d3e8d2f4b1c7a6e5d40 --output people.bundle\n"
              "  ctgan-server work --bundle people.bundle --table people.csv\n",
              [this] { return job_export(root(), export_); });
  one->add_option("JOB", export_.job, "the job's id")->required();
  one->add_option("--output", export_.output, "the file to write")->type_name("FILE")->required();
  one->add_option("--with-table", export_.table, "the table that the job was given, to go into the file")
      ->type_name("FILE");
}

void CommandLine::add_user_commands() {
  CLI::App* users = app_.add_subcommand("user", "the users of a store");
  users->fallthrough();
  users->require_subcommand(1);
  users->footer(footer("  ctgan-server user add alice\n  ctgan-server user list\n"));

  CLI::App* add = command(
      *users, "add", "add a user",
      "  ctgan-server user add alice\n  ctgan-server user add bob --password-stdin < secret\n", [this] {
        add_.root = root();
        return user_add(add_);
      });
  add->add_option("NAME", add_.name, "a small letter, then small letters, digits, '_', '-'")->required();
  auto* from_input =
      add->add_flag("--password-stdin", add_.password_stdin, "read the password from standard input");
  auto* key_only = add->add_flag("--key-only", add_.key_only, "no password: the user is known by a key")
                       ->excludes(from_input);
  add->add_flag("--generate-password", add_.generate_password, "make one up and show it this once")
      ->excludes(from_input)
      ->excludes(key_only);
  add->add_flag("--admin", add_.admin, "an administrator, who looks after users with 'manage users'");

  CLI::App* list = command(*users, "list", "list the users", "  ctgan-server user list --json\n",
                           [this] { return user_list(root(), json_); });
  list->add_flag("--json", json_, "one JSON object a line");
  add_rights_commands(*users);
  add_key_commands(*users);
  add_session_commands(*users);
  add_leaving_commands(*users);
}

void CommandLine::add_rights_commands(CLI::App& users) {
  CLI::App* limit = command(users, "limit", "what a user may use; without a limit: show it",
                            "  ctgan-server user limit alice --models 20 --bytes 10G\n"
                            "  ctgan-server user limit alice --models default\n",
                            [this] {
                              limit_.root = root();
                              return user_limit(limit_);
                            });
  limit->add_option("NAME", limit_.name, "the user")->required();
  for (const store::LimitRow& row : store::limit_table()) {
    const std::string name(row.name);
    limit
        ->add_option("--" + name, limit_.limits[name],
                     fmt::format("{}; 'default': as {} says", row.meaning, row.setting))
        ->type_name("N");
  }
  CLI::App* role =
      command(users, "role", "make somebody an administrator, or a normal user",
              "  ctgan-server user role alice admin\n", [this] { return user_role(root(), name_, role_); });
  role->add_option("NAME", name_, "the user")->required();
  role->add_option("ROLE", role_, "admin or normal")->required();
  CLI::App* lock =
      command(users, "lock", "keep somebody out; everything of his stays", "  ctgan-server user lock alice\n",
              [this] { return user_lock(root(), name_, true); });
  lock->add_option("NAME", name_, "the user")->required();
  CLI::App* unlock = command(users, "unlock", "let somebody in again", "  ctgan-server user unlock alice\n",
                             [this] { return user_lock(root(), name_, false); });
  unlock->add_option("NAME", name_, "the user")->required();
}

void CommandLine::add_session_commands(CLI::App& users) {
  CLI::App* list =
      command(users, "sessions", "who is connected just now, from where and since when",
              "  ctgan-server user sessions\n  ctgan-server user sessions alice --json\n", [this] {
                sessions_.root = root();
                sessions_.json = json_;
                return user_sessions(sessions_);
              });
  list->add_option("NAME", sessions_.name, "one user's only");
  list->add_flag("--json", json_, "one JSON object a line");
  CLI::App* end = command(users, "end-sessions", "end a user's connections; jobs go on without them",
                          "  ctgan-server user end-sessions alice\n"
                          "  ctgan-server user end-sessions alice --session 9f0c6ad1b0a5\n"
                          "  ctgan-server user end-sessions --all-users\n",
                          [this] {
                            if (sessions_.name.empty() != everybody_)
                              throw Error(Kind::usage, "give either a user or '--all-users'");
                            sessions_.root = root();
                            return user_end_sessions(sessions_);
                          });
  end->add_option("NAME", sessions_.name, "the user");
  end->add_option("--session", sessions_.session, "only the one whose id begins so")->type_name("ID");
  end->add_flag("--all-users", everybody_, "everybody's");
}

void CommandLine::add_leaving_commands(CLI::App& users) {
  CLI::App* remove =
      command(users, "delete", "delete a user: keys, jobs, uploads, models, reports and synthetic tables",
              "  ctgan-server user delete alice\n  ctgan-server user delete alice --yes\n", [this] {
                delete_.root = root();
                delete_.file = file_;
                return user_delete(delete_);
              });
  remove->add_option("NAME", delete_.name, "the user")->required();
  remove->add_flag("--yes", delete_.yes, "do not ask");
  CLI::App* revoke = command(users, "revoke", "take a key away: all of a user's, or the one of a fingerprint",
                             "  ctgan-server user revoke alice\n"
                             "  ctgan-server user revoke \"$(ssh-keygen -lf alice.pub | cut -d' ' -f2)\"\n",
                             [this] {
                               revoke_.root = root();
                               revoke_.file = file_;
                               return user_revoke(revoke_);
                             });
  revoke->add_option("NAME|FINGERPRINT", revoke_.whose, "the user, or SHA256:... as ssh-keygen -l shows it")
      ->required();
  CLI::App* keys = command(users, "keys", "which keys let whom in, until when, and when they did last",
                           "  ctgan-server user keys\n  ctgan-server user keys alice --json\n", [this] {
                             keys_.root = root();
                             keys_.file = file_;
                             keys_.json = json_;
                             return user_keys(keys_);
                           });
  keys->add_option("NAME", keys_.name, "one user's only");
  keys->add_flag("--json", json_, "one JSON object a line");
  for (CLI::App* sub : {remove, revoke, keys}) {
    sub->add_option("--file", file_, k_keys_file)->type_name("FILE");
  }
}

void CommandLine::add_key_commands(CLI::App& users) {
  CLI::App* change = command(users, "password", "set a user's password",
                             "  ctgan-server user password alice\n"
                             "  ctgan-server user password alice --password-stdin < secret\n",
                             [this] {
                               password_.root = root();
                               return user_password(password_);
                             });
  change->add_option("NAME", password_.name, "the user")->required();
  change->add_flag("--password-stdin", password_.password_stdin, "read the password from standard input");

  CLI::App* authorize =
      command(users, "authorize", "let a key in: it may run ctgan-server as that user, and nothing else",
              "  ctgan-server user authorize alice --key alice.pub\n"
              "  ctgan-server user authorize bob --key bob.pub --expires 2026-12-31\n"
              "  ctgan-server user authorize --login --key shared.pub\n"
              "  ctgan-server user authorize alice --key - --print < alice.pub\n",
              [this] {
                authorize_.root = root();
                return user_authorize(authorize_);
              });
  authorize->add_option("NAME", authorize_.name, "the user that the key belongs to");
  authorize->add_option("--key", authorize_.key, "the public key's file, or - for standard input")
      ->required()
      ->type_name("FILE");
  authorize->add_flag("--login", authorize_.login, "a key for several users, who log in with a password");
  auto* print = authorize->add_flag("--print", authorize_.print, "print the line and write nothing");
  authorize->add_option("--expires", authorize_.expires, "the last day on which it lets somebody in")
      ->type_name("2026-12-31");
  authorize->add_option("--file", authorize_.file, k_keys_file)->type_name("FILE")->excludes(print);
}

void CommandLine::add_budget_commands() {
  CLI::App* group =
      app_.add_subcommand("budget", "what private fits may tell of each dataset, and have told");
  group->fallthrough();
  group->require_subcommand(1);
  group->footer(footer("  ctgan-server budget list\n  ctgan-server budget verify\n"));
  CLI::App* list =
      command(*group, "list", "show all datasets with what is left", "  ctgan-server budget list --json\n",
              [this] { return budget_list(root(), json_); });
  CLI::App* show = command(*group, "show", "one dataset with everything that was set and spent",
                           "  ctgan-server budget show people\n  ctgan-server budget show people --json\n",
                           [this] { return budget_show(root(), name_, json_); });
  show->add_option("NAME", name_, "the dataset")->required();
  CLI::App* set = command(*group, "set", "say what may be spent of a dataset in all",
                          "  ctgan-server budget set people --epsilon 3 --delta 1e-6\n", [this] {
                            budget_.root = root();
                            budget_.json = json_;
                            return budget_set(budget_);
                          });
  set->add_option("NAME", budget_.dataset, "the dataset")->required();
  set->add_option("--epsilon", budget_.epsilon, "above 0: the sum over all fits of anybody")
      ->type_name("EPSILON")
      ->required();
  set->add_option("--delta", budget_.delta,
                  "from 0 to below 1: the same; well below one over the number of rows")
      ->type_name("DELTA")
      ->required();
  set->add_option("--accounting", budget_.accounting,
                  "how fits add up, fixed before the first one: 'basic', sums of epsilons and deltas, or "
                  "'concentrated', sums of rho, by which many fits cost less [basic]")
      ->type_name("basic|concentrated");
  set->add_flag("--really", budget_.really, "also an epsilon above 20, which protects hardly anything");
  CLI::App* verify =
      command(*group, "verify", "whether the ledger of what was spent is as it was written",
              "  ctgan-server budget verify\n", [this] { return budget_verify(root(), json_); });
  for (CLI::App* one : {list, show, set, verify}) one->add_flag("--json", json_, "one JSON object a line");
  CLI::App* acknowledge = command(
      *group, "acknowledge", "say what is to be believed, after a restore: nothing can be spent before",
      "  ctgan-server budget acknowledge --believe file          # an older database came back\n"
      "  ctgan-server budget acknowledge --believe /lost/privacy_ledger.jsonl\n"
      "  ctgan-server budget acknowledge --believe database --spend-rest   # nobody knows\n"
      "  ctgan-server budget acknowledge --believe database      # nothing was spent meanwhile\n",
      [this] {
        acknowledge_.root = root();
        return budget_acknowledge(acknowledge_);
      });
  acknowledge
      ->add_option(
          "--believe", acknowledge_.believe,
          "'file': privacy_ledger.jsonl in the data root; 'database'; or the path of such a file that "
          "survived elsewhere")
      ->required()
      ->type_name("database|file|PATH");
  acknowledge->add_flag(
      "--spend-rest", acknowledge_.spend_rest,
      "count what is left of every budget as spent; 'budget set' raises them again, one by one");
}

void CommandLine::add_checks() {
  CLI::App* look =
      command(app_, "inspect", "show what a model file holds, every value that came from the data included",
              "  ctgan-server inspect adult_20261121t074500_model.gz\n",
              [this] { return inspect(root(), file_, json_); });
  look->add_option("FILE", file_, "a file that ends in _model.gz")->required();
  look->add_flag("--json", json_, "as JSON");
  command(app_, "reap", "remove what jobs, uploads and copies that died left; every connection does so too",
          "  ctgan-server reap\n  ctgan-server --root /srv/ctgan reap\n", [this] { return reap(root()); });
  CLI::App* check = command(app_, "doctor", "check the server's set-up and say what to do",
                            "  ctgan-server doctor\n  ctgan-server --root /srv/ctgan doctor --json\n",
                            [this] { return doctor(root(), json_); });
  check->add_flag("--json", json_, "one JSON object a line");
  CLI::App* audit_command = command(app_, "audit", "who did what, from where and with what result",
                                    "  ctgan-server audit --user alice --since 2026-11-01\n"
                                    "  ctgan-server audit --json\n",
                                    [this] {
                                      audit_.root = root();
                                      audit_.json = json_;
                                      return audit(audit_);
                                    });
  audit_command->add_option("--user", audit_.user, "what this one did, and what was done to him")
      ->type_name("NAME");
  audit_command->add_option("--since", audit_.since, "from this day or time on (UTC)")
      ->type_name("2026-11-01");
  audit_command->add_option("--until", audit_.until, "up to this day or time, included")
      ->type_name("2026-11-30");
  audit_command->add_flag("--json", json_, "one JSON object a line, as in the file");
  command(app_, "probe-torch", "load the libtorch execution and end", "  ctgan-server probe-torch\n",
          probe_torch)
      ->group("");
}

void CommandLine::add_evaluation() {
  CLI::App* sub = command(
      app_, "evaluate", "compare a synthetic table with its original: quality, usefulness, privacy",
      "  ctgan-server evaluate --original train.csv --synthetic made.csv\n"
      "  ctgan-server evaluate --original train.csv --held-out test.csv --synthetic made.csv --target "
      "income --json\n",
      [this] {
        evaluate_.json = json_;
        return evaluate(evaluate_);
      });
  sub->add_option("--original", evaluate_.original, "the table that the model was trained on")
      ->required()
      ->type_name("FILE");
  sub->add_option("--synthetic", evaluate_.synthetic, "the table to judge")->required()->type_name("FILE");
  sub->add_option(
         "--held-out", evaluate_.held_out,
         "rows like the original's that the model never saw; without them utility and most of privacy "
         "are skipped")
      ->type_name("FILE");
  command_line::add_judge_flags(*sub, evaluate_.judge, "Options");
  command_line::add_table_flags(*sub, evaluate_.table);
  sub->add_option("--seed", evaluate_.seed, "of every draw (default: 1)")->type_name("N");
  sub->add_option("--output", evaluate_.output, "write the JSON there as well")->type_name("FILE");
  sub->add_option("--report", evaluate_.report,
                  "write a page for people there: one HTML file with every chart")
      ->type_name("FILE");
  sub->add_flag("--json", json_, "one JSON object instead of text");
}

// The innermost command that was recognised.
const CLI::App* innermost(const CLI::App& app) {
  const CLI::App* present = &app;
  while (!present->get_subcommands().empty()) present = present->get_subcommands().back();
  return present;
}

// A word where a command was expected.
Error unknown_command(const CLI::App& parent, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* sub :
       parent.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); })) {
    names.push_back(sub->get_name());
  }
  return {Kind::usage,
          fmt::format("there is no command {}",
                      errors::quoted(fmt::format("{} {}", command_line::full_name(parent), word))),
          errors::suggestion(word, names)};
}

// CLI11's sentence in our form: small at its beginning unless that is a NAME, one line, no full stop.
std::string sentence_of(const CLI::ParseError& error) {
  std::string sentence = error.what();
  sentence = sentence.substr(0, sentence.find_first_of(".\n"));
  const bool begins_with_name =
      sentence.size() > 1 && std::islower(static_cast<unsigned char>(sentence[1])) == 0 && sentence[1] != ' ';
  if (!sentence.empty() && !begins_with_name) {
    sentence[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(sentence[0])));
  }
  return sentence;
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = innermost(app);
  if (command->get_require_subcommand_min() > 0) {
    const std::vector<std::string> rest = app.remaining(true);
    const auto word =
        std::find_if(rest.begin(), rest.end(), [](const std::string& r) { return !r.starts_with('-'); });
    if (word != rest.end()) return unknown_command(*command, *word);
  }
  return {Kind::usage, sentence_of(error), fmt::format("see '{} --help'", command_line::full_name(*command))};
}

Outcome CommandLine::run(int argc, const char* const* argv) {
  if (argc == 2 && argv[1] == command_line::k_man_page_word) {
    return {command_line::man_page(app_, CTGAN_VERSION)};
  }
  if (argc >= 2 && argv[1] == command_line::k_complete_word) {
    std::string lines;
    for (const std::string& word : command_line::candidates(app_, {argv + 2, argv + argc}))
      lines += word + "\n";
    return {lines};
  }
  if (argc == 3 && argv[1] == command_line::k_man_page_of_example_word) return {settings_manual(argv[2])};
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {app_.help()};
  } catch (const CLI::CallForVersion&) {
    return {fmt::format("ctgan-server {}\n", CTGAN_VERSION)};
  } catch (const CLI::ParseError& error) {
    throw usage_error(app_, error);
  }
  return chosen_();
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  CommandLine line;
  return errors::run_and_report(
      "ctgan-server",
      [&] {
        const Outcome outcome = line.run(argc, argv);
        fmt::print("{}", outcome.out);
        if (std::fflush(stdout) != 0) {
          if (errno == EPIPE) throw Error(Kind::output_closed, "nobody reads standard output any more");
          throw errors::from_errno(errno, "write", "standard output");
        }
        return outcome.code;
      },
      [&] { return line.wants_json() ? errors::ReportStyle::json : errors::ReportStyle::text; });
}

}  // namespace ctgan::server::commands
