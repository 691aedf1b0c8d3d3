#include "host/commands/manage_command.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "common/errors/error.h"
#include "host/commands/budget_command.h"
#include "host/commands/command_line.h"
#include "host/commands/connection.h"
#include "host/commands/evaluate_command.h"
#include "host/commands/inbox_command.h"
#include "host/commands/jobs_command.h"
#include "host/commands/keep_last.h"
#include "host/commands/party_command.h"
#include "host/commands/server_command.h"
#include "host/commands/sessions_command.h"
#include "host/commands/stored_files.h"
#include "host/commands/users_command.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::text_field;
using session::Json;

struct ManageFlags {
  SharedFlags shared;
  ServerFlags server;
  std::vector<std::string> names;
  bool yes = false;
  // What was asked for.
  enum class Action {
    none,
    list,
    remove,
    prune,
    list_inbox,
    remove_inbox,
    list_jobs,
    show_job,
    cancel_jobs,
    follow_job,
    retry_job,
    evaluate
  } action = Action::none;
  Store store = Store::models;
  EvaluateFlags evaluate;
  JobScope jobs;
  RetryFlags retry;
  BudgetFlags budget;
  PartyFlags party;
  UsersFlags users;
  SessionsFlags sessions;
  PruneFlags prune;
};

using Action = ManageFlags::Action;

void declare_store(CLI::App& app, ManageFlags& flags, Store store, const std::string& what) {
  CLI::App* group = app.add_subcommand(store_name(store), what + " on the server")->fallthrough();
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "show them, newest first")->fallthrough();
  list->callback([&flags, store] {
    flags.action = Action::list;
    flags.store = store;
  });
  CLI::App* remove = group->add_subcommand("delete", "delete them for good")->fallthrough();
  remove->add_option("NAME", flags.names, "names; 'latest', or 'latest:NAME'")
      ->type_name(store == Store::models ? "MODEL" : "TABLE");
  remove->add_flag("--yes", flags.yes, "do not ask; --batch means the same");
  remove->callback([&flags, store] {
    flags.action = Action::remove;
    flags.store = store;
  });
  CLI::App* prune =
      group->add_subcommand("prune", "delete what is old, but for the newest of each table")->fallthrough();
  add_prune_flags(*prune, flags.prune);
  prune->add_flag("--yes", flags.yes, "do not ask; --batch means the same");
  prune->callback([&flags, store] {
    flags.action = Action::prune;
    flags.store = store;
  });
}

void declare_inbox(CLI::App& app, ManageFlags& flags) {
  CLI::App* group =
      app.add_subcommand("inbox",
                         "tables that wait on the server: sent with scp, or left by a fit that broke off")
          ->fallthrough();
  group->require_subcommand(1);
  group->add_subcommand("list", "show them, newest first")->fallthrough()->callback([&flags] {
    flags.action = Action::list_inbox;
  });
  CLI::App* remove = group->add_subcommand("delete", "delete them for good")->fallthrough();
  remove->add_option("NAME", flags.names, "file names")->required();
  remove->add_flag("--yes", flags.yes, "do not ask; --batch means the same");
  remove->callback([&flags] { flags.action = Action::remove_inbox; });
}

void declare_jobs(CLI::App& app, ManageFlags& flags) {
  CLI::App* group = app.add_subcommand("jobs", "fits and samples on the server")->fallthrough();
  group->require_subcommand(1);
  const auto declare_one = [&](const char* name, const char* what, Action action) {
    CLI::App* one = group->add_subcommand(name, what)->fallthrough();
    one->callback([&flags, action] { flags.action = action; });
    return one;
  };
  constexpr const char* k_words = "its id, the beginning of it, or 'latest'";
  const auto for_admins = [&flags](CLI::App* one) {
    one->add_flag("--all-users", flags.jobs.all_users, "everybody's, for administrators");
    return one;
  };
  for_admins(declare_one("list", "show them, newest first", Action::list_jobs));
  for_admins(declare_one("show", "what was asked for, how it stands and what came of it", Action::show_job))
      ->add_option("JOB", flags.names, k_words)
      ->required()
      ->expected(1);
  for_admins(declare_one("follow", "tell how it goes on until it ends", Action::follow_job))
      ->add_option("JOB", flags.names, k_words)
      ->required()
      ->expected(1);
  CLI::App* retry = declare_one(
      "retry", "submit what failed, was cancelled or got lost again, with the same table", Action::retry_job);
  retry->add_option("JOB", flags.names, k_words)->required()->expected(1);
  retry->add_option("--file", flags.retry.file, "its table [the one that was sent from here]")
      ->type_name("FILE");
  retry->add_flag("--detach", flags.retry.detach, "return once it is submitted; prints the job");
  for_admins(declare_one("cancel", "end them wherever they are; nothing of them stays", Action::cancel_jobs))
      ->add_option("JOB", flags.names, k_words)
      ->required();
}

void declare(CLI::App& app, ManageFlags& flags) {
  app.require_subcommand(1);
  declare_users(app, flags.users);
  declare_sessions(app, flags.sessions);
  declare_budget(app, flags.budget);
  declare_party(app, flags.party);
  declare_server(app, flags.server);
  CLI::App* evaluate =
      app.add_subcommand("evaluate", "compare a synthetic table with its original")->fallthrough();
  add_evaluate_flags(*evaluate, flags.evaluate);
  evaluate->callback([&flags] { flags.action = Action::evaluate; });
  declare_store(app, flags, Store::models, "models");
  declare_store(app, flags, Store::data, "synthetic tables");
  declare_inbox(app, flags);
  declare_jobs(app, flags);
  add_shared_flags(app, flags.shared);
}

class Manage {
 public:
  explicit Manage(ManageFlags& flags) : flags_(flags), context_(flags.shared) {}

  void run() {
    if (flags_.action == Action::remove && flags_.names.empty()) {
      throw Error(Kind::usage, "no NAME was given",
                  fmt::format("'manage {} list' shows them", store_name(flags_.store)));
    }
    if (flags_.action == Action::evaluate) comparison_.emplace(flags_.evaluate);
    if (flags_.server.chosen) return flags_.server.chosen(flags_.shared, context_);
    Connection connection(flags_.shared, context_);
    connection.log_in();
    flags_.users.yes = flags_.users.yes || flags_.shared.batch;
    if (flags_.users.chosen) return flags_.users.chosen(connection, context_);
    if (flags_.sessions.chosen) return flags_.sessions.chosen(connection, context_);
    if (flags_.budget.chosen) return flags_.budget.chosen(connection, context_);
    if (flags_.party.chosen) return flags_.party.chosen(connection, context_);
    switch (flags_.action) {
      case Action::list:
        return tell_items(connection);
      case Action::remove:
        return remove_items(connection);
      case Action::prune:
        return prune_items(connection);
      case Action::list_inbox:
        return list_inbox(connection.session(), context_.progress());
      case Action::remove_inbox:
        return delete_from_inbox(connection.session(), context_.progress(), flags_.names,
                                 [this](const std::string& name) { confirm(name); });
      case Action::list_jobs:
        return list_jobs(connection.session(), context_.progress(), flags_.jobs);
      case Action::show_job:
        return show_job(connection.session(), context_.progress(), flags_.names.front(), flags_.jobs);
      case Action::cancel_jobs:
        return cancel_jobs(connection.session(), context_.progress(), flags_.names, flags_.jobs);
      case Action::follow_job:
        return follow_job_by_word(connection, context_.progress(), flags_.names.front(), flags_.jobs);
      case Action::retry_job:
        return retry_job_by_word(connection, context_.progress(), flags_.names.front(), flags_.retry);
      case Action::evaluate:
        return comparison_->run(connection, context_.progress());
      case Action::none:
        break;
    }
  }

 private:
  void tell_items(Connection& connection) {
    const std::vector<StoredItem> items = list_items(connection.session(), flags_.store);
    context_.progress().answer({{"items", items_json(items)}}, items_text(items, flags_.store));
  }

  void remove_items(Connection& connection) {
    const std::vector<StoredItem> items = list_items(connection.session(), flags_.store);
    std::vector<std::string> names;
    for (const std::string& word : flags_.names) names.push_back(find_item(items, word, flags_.store).name);
    delete_all(connection, names, [this](const std::string& name) { confirm(name); });
  }

  void delete_all(Connection& connection, const std::vector<std::string>& names,
                  const std::function<void(const std::string& name)>& ask = {}) {
    for (const std::string& name : names) {
      if (ask) ask(name);
      connection.session().request(store_name(flags_.store) + ".delete", {{"name", name}});
      context_.progress().note("deleted", {{"name", name}}, fmt::format("Deleted {}", name));
    }
    context_.progress().result({{"deleted", names}}, "");
  }

  void prune_items(Connection& connection) {
    const std::vector<std::string> names =
        prunable(list_items(connection.session(), flags_.store), limits_of(flags_.prune));
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "\n") + errors::visible(name);
    if (flags_.prune.dry_run || names.empty()) {
      return context_.progress().answer({{"would_delete", names}},
                                        names.empty() ? "nothing to delete" : "would delete:\n" + text);
    }
    if (asks()) context_.console().say(text);
    confirm_of(fmt::format("{} {}", names.size(), names.size() == 1 ? "file" : "files"));
    delete_all(connection, names);
  }

  bool asks() const { return !flags_.yes && !flags_.shared.batch; }
  // Throws Error(interrupted) when it is to be kept.
  void confirm(const std::string& name) const { confirm_of(errors::quoted(name)); }
  void confirm_of(const std::string& what) const {
    if (!asks()) return;
    const bool yes = context_.console().confirm({.prompt = fmt::format("Delete {} for good (yes/no)", what),
                                                 .what = "confirmation",
                                                 .remedy = "give it with '--yes'",
                                                 .default_answer = {}});
    if (!yes) throw Error(Kind::interrupted, fmt::format("{} was kept", what));
  }

  ManageFlags& flags_;
  CommandContext context_;
  std::optional<TableComparison> comparison_;
};

}  // namespace

int manage(int argc, const char* const* argv) {
  ManageFlags flags;
  const CommandLine line{
      "manage", "Looks after what you have on the server.",
      "  manage whoami\n"
      "  manage server install ctgan@big.example.org\n"
      "  manage users add bob --generate-password\n"
      "  manage users limit bob --models 20 --bytes 10G\n"
      "  manage sessions list\n"
      "  manage sessions end latest\n"
      "  manage budget set people --epsilon 3 --delta 1e-6\n"
      "  manage budget list\n"
      "  manage party list\n"
      "  manage party give latest bob.csv --metadata bob_metadata.json\n"
      "  manage party confirm latest\n"
      "  manage models prune --keep-last 7 --older-than 30 --dry-run\n"
      "  manage models list\n"
      "  manage models delete people_20261121t074500_model.gz\n"
      "  manage data delete latest --batch\n"
      "  manage inbox list\n"
      "  manage jobs list\n"
      "  manage jobs cancel latest\n"
      "  manage jobs retry latest\n"
      "  manage evaluate --original people.csv --synthetic made.csv --held-out others.csv\n"
      "  manage evaluate --original people.csv --synthetic made.csv --report page.html\n"
      "\n"
      "states of a job:\n"
      "  waiting ---> queued ---> starting ---> running ---> done        its product is there\n"
      "    |            |  ^         |             |-------> failed      the worker says why\n"
      "    |            |  '---------|-------------|         (it goes on: --checkpoint, or no worker came)\n"
      "    '------------'------------'-------------'-------> cancelled   somebody said so\n"
      "  (for parties)               '-------------'-------> lost        its worker died without a word\n"};
  return run_command(
      line, argc, argv, flags.shared, [&](CLI::App& app) { declare(app, flags); },
      [&] { Manage(flags).run(); });
}

}  // namespace ctgan::host::commands
