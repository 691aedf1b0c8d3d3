// The commands of ctgan-server, one source each. They get checked arguments, return what belongs on stdout
// and throw what went wrong; only command_line.cpp and the main function know about argv and exit codes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/command_line/judge_flags.h"
#include "common/command_line/table_flags.h"

namespace ctgan::server::commands {

struct Outcome {
  std::string out;  // printed as it is
  int code = 0;
};

// ctgan-server init
Outcome init(const std::filesystem::path& root, bool shared);

// ctgan-server backup FOLDER
Outcome backup(const std::filesystem::path& root, const std::filesystem::path& folder);

// ctgan-server encryption ...
Outcome encryption_new_key(const std::filesystem::path& root, const std::filesystem::path& file);
Outcome encryption_apply(const std::filesystem::path& root, bool decrypt);
Outcome encryption_drop_old_keys(const std::filesystem::path& root);

// ctgan-server serve: who the user is decides --user, --login, or with neither the account itself.
struct ServeOptions {
  std::filesystem::path root;
  std::string user;
  bool login = false;
  std::string fingerprint;  // of the key, as the forced command says it; empty: unknown
};
Outcome serve(const ServeOptions& options);

// ctgan-server transfer
Outcome transfer(const std::filesystem::path& root);

// ctgan-server answer: what `serve` has worked out with so much memory (bounded_answer.h).
Outcome answer(std::uint64_t bytes);

struct WorkOptions {
  std::string job;
  bool starts_next = false;  // afterwards `ctgan-server dispatch` is started
  int threads = 0;           // to work with; 0: as the settings say
  int shard = 0;             // 0 does the job, others help
  std::string shard_from;    // an environment variable that holds the shard; empty: none
  // A bundle in the place of a job of the store, with its table unless that is in it, for this user of the store.
  std::filesystem::path bundle, table;
  std::string user;
};
// ctgan-server work JOB
Outcome work(const std::filesystem::path& root, const WorkOptions& options);
// ctgan-server work --bundle FILE: does what the bundled job was asked for, as a new job of the store.
Outcome work_bundle(const std::filesystem::path& root, const WorkOptions& options);
struct JobExportOptions {
  std::string job;
  std::filesystem::path output;
  std::filesystem::path table;  // goes into the bundle; empty: none does
};
// ctgan-server job export JOB
Outcome job_export(const std::filesystem::path& root, const JobExportOptions& options);
// ctgan-server dispatch: starts the jobs that may run.
Outcome dispatch(const std::filesystem::path& root);

// ctgan-server user ...
struct UserAddOptions {
  std::filesystem::path root;
  std::string name;
  bool admin = false;
  bool generate_password = false;
  bool password_stdin = false;
  bool key_only = false;
};
Outcome user_add(const UserAddOptions& options);
struct UserDeleteOptions {
  std::filesystem::path root;
  std::string name;
  bool yes = false;            // do not ask
  std::filesystem::path file;  // authorized_keys; empty: the account's own
};
Outcome user_delete(const UserDeleteOptions& options);
struct UserRevokeOptions {
  std::filesystem::path root;
  std::string whose;           // a user's name, or a fingerprint
  std::filesystem::path file;  // authorized_keys; empty: the account's own
};
Outcome user_revoke(const UserRevokeOptions& options);
struct UserLimitOptions {
  std::filesystem::path root;
  std::string name;
  std::map<std::string, std::string> limits;  // by their names; "default": what holds for everybody
};
Outcome user_limit(const UserLimitOptions& options);
Outcome user_role(const std::filesystem::path& root, const std::string& name, const std::string& role);
Outcome user_lock(const std::filesystem::path& root, const std::string& name, bool locked);
struct UserKeysOptions {
  std::filesystem::path root;
  std::string name;  // empty: everybody's
  std::filesystem::path file;
  bool json = false;
};
Outcome user_keys(const UserKeysOptions& options);
struct UserSessionsOptions {
  std::filesystem::path root;
  std::string name;     // empty: everybody's
  std::string session;  // of these the one whose id begins so; empty: all
  bool json = false;
};
Outcome user_sessions(const UserSessionsOptions& options);
Outcome user_end_sessions(const UserSessionsOptions& options);
Outcome user_list(const std::filesystem::path& root, bool json);
struct UserPasswordOptions {
  std::filesystem::path root;
  std::string name;
  bool password_stdin = false;
};
Outcome user_password(const UserPasswordOptions& options);
struct UserAuthorizeOptions {
  std::filesystem::path root;
  std::string name;  // empty with `login`
  bool login = false;
  std::string key;      // a file, or "-"
  std::string expires;  // a day; empty: never
  bool print = false;
  std::filesystem::path file;  // authorized_keys; empty: the account's own
};
Outcome user_authorize(const UserAuthorizeOptions& options);

// ctgan-server budget ...: what may be learnt of each dataset in all.
Outcome budget_list(const std::filesystem::path& root, bool json);
Outcome budget_show(const std::filesystem::path& root, const std::string& dataset, bool json);
struct BudgetSetOptions {
  std::filesystem::path root;
  std::string dataset, epsilon, delta;
  std::string accounting;  // empty: as it is
  bool really = false;
  bool json = false;
};
Outcome budget_set(const BudgetSetOptions& options);
Outcome budget_verify(const std::filesystem::path& root, bool json);
struct BudgetAcknowledgeOptions {
  std::filesystem::path root;
  std::string believe;      // "database", "file" or the path of a ledger's file
  bool spend_rest = false;  // what is left counts as spent
};
Outcome budget_acknowledge(const BudgetAcknowledgeOptions& options);

// ctgan-server inspect FILE; one of a store that is encrypted, with the keys of the store at `root`.
Outcome inspect(const std::filesystem::path& root, const std::filesystem::path& file, bool json);

// ctgan-server evaluate: how good a synthetic table is, and what it gives away.
struct EvaluateOptions {
  std::filesystem::path original;
  std::filesystem::path synthetic;
  std::filesystem::path held_out;  // empty: none
  command_line::JudgeFlags judge;
  command_line::TableFlags table;  // the dialect is that of the original and of the held-out table
  std::uint64_t seed = 1;
  std::filesystem::path output;  // the JSON goes there as well; empty: nowhere
  std::filesystem::path report;  // a page for people goes there; empty: nowhere
  bool json = false;
};
Outcome evaluate(const EvaluateOptions& options);

// ctgan-server audit: who did what.
struct AuditOptions {
  std::filesystem::path root;
  std::string user;          // by this one, or to him; empty: everybody
  std::string since, until;  // days, or times as the log has them; both included; empty: not bounded
  bool json = false;
};
Outcome audit(const AuditOptions& options);

// ctgan-server reap: removes what processes that died left in the store.
Outcome reap(const std::filesystem::path& root);

// ctgan-server doctor
Outcome doctor(const std::filesystem::path& root, bool json);
// What doctor runs in a child process: loads the libtorch execution, which may not survive it.
Outcome probe_torch();

}  // namespace ctgan::server::commands
