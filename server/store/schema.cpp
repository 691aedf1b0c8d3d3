#include "server/store/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "common/errors/error.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_version_1 = R"sql(
CREATE TABLE users(
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK(role IN ('admin', 'normal')),
  password_hash TEXT,
  created INTEGER NOT NULL
) WITHOUT ROWID;

-- Apart from users, so that names that do not exist are slowed down like those that do.
CREATE TABLE login_failures(
  name TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE jobs(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  request_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('fit', 'sample')),
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  result TEXT,
  error TEXT,
  UNIQUE(user, request_id)
);

CREATE TABLE uploads(
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  complete INTEGER NOT NULL DEFAULT 0,
  touched INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_by_name ON uploads(user, name);

CREATE TABLE tickets(
  hash TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK(direction IN ('up', 'down')),
  target TEXT NOT NULL,
  shelf TEXT NOT NULL,
  start INTEGER NOT NULL,
  expires INTEGER NOT NULL
) WITHOUT ROWID;

-- An index of files: every row can be made again from the folders.
CREATE TABLE artifacts(
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  shelf TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY(user, shelf, name)
) WITHOUT ROWID;
)sql";

// What a transfer knows of the table that it wrote: which bytes on disk they are, and their hash.
constexpr std::string_view k_version_2 = R"sql(
ALTER TABLE uploads ADD COLUMN received TEXT NOT NULL DEFAULT '';
)sql";

// Which connection an upload belongs to (presence.h), and whether it goes with it.
constexpr std::string_view k_version_3 = R"sql(
ALTER TABLE uploads ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN fleeting INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_unfinished ON jobs(seq) WHERE state IN ('queued', 'running');
)sql";

// When a job was handed to its runner, and whose turn that was (server/jobs/queue.h). What had a worker before stays so.
constexpr std::string_view k_version_4 = R"sql(
ALTER TABLE jobs ADD COLUMN started INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET started = created WHERE state IN ('queued', 'running');
UPDATE jobs SET state = 'starting' WHERE state = 'queued';
DROP INDEX jobs_unfinished;
CREATE INDEX jobs_unfinished ON jobs(seq) WHERE state IN ('queued', 'starting', 'running');
CREATE INDEX jobs_by_turn ON jobs(turn);
CREATE INDEX jobs_turns_of_users ON jobs(user, turn);
)sql";

// Which kinds of jobs there are is for the program to say (job_table.h); SQLite takes a CHECK away with its table only.
constexpr std::string_view k_version_5 = R"sql(
CREATE TABLE jobs_of_any_kind(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  request_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  result TEXT,
  error TEXT,
  started INTEGER NOT NULL DEFAULT 0,
  turn INTEGER NOT NULL DEFAULT 0,
  UNIQUE(user, request_id)
);
INSERT INTO jobs_of_any_kind
  SELECT seq, id, user, request_id, kind, state, created, result, error, started, turn FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_of_any_kind RENAME TO jobs;
CREATE INDEX jobs_unfinished ON jobs(seq) WHERE state IN ('queued', 'starting', 'running');
CREATE INDEX jobs_by_turn ON jobs(turn);
CREATE INDEX jobs_turns_of_users ON jobs(user, turn);
)sql";

// What administrators say of users (limits.h), and when their keys were used last (key_uses.h).
constexpr std::string_view k_version_6 = R"sql(
ALTER TABLE users ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
CREATE TABLE user_limits(
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY(user, name)
) WITHOUT ROWID;
CREATE TABLE key_uses(
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  last INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY(user, fingerprint)
) WITHOUT ROWID;
)sql";

// Which connection asked for a ticket (presence.h).
constexpr std::string_view k_version_7 = R"sql(
ALTER TABLE tickets ADD COLUMN session TEXT NOT NULL DEFAULT '';
)sql";

// What was spent of privacy (server/budgets). Users are named and not referred to: what somebody spent stays spent when
// he is gone. A row that takes another's number would delete it without a word to the triggers of DELETE.
constexpr std::string_view k_version_8 = R"sql(
CREATE TABLE privacy_ledger(
  seq INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  user TEXT NOT NULL,
  kind TEXT NOT NULL,
  dataset TEXT NOT NULL,
  epsilon TEXT NOT NULL,
  delta TEXT NOT NULL,
  rho TEXT NOT NULL,
  job TEXT NOT NULL,
  table_sha256 TEXT NOT NULL,
  method TEXT NOT NULL,
  note TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE TRIGGER privacy_ledger_appended BEFORE INSERT ON privacy_ledger
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM privacy_ledger)
BEGIN SELECT RAISE(ABORT, 'the privacy ledger is only ever appended to'); END;
CREATE TRIGGER privacy_ledger_unchanged BEFORE UPDATE ON privacy_ledger
BEGIN SELECT RAISE(ABORT, 'the privacy ledger is only ever appended to'); END;
CREATE TRIGGER privacy_ledger_kept BEFORE DELETE ON privacy_ledger
BEGIN SELECT RAISE(ABORT, 'the privacy ledger is only ever appended to'); END;
)sql";

// Whose tables a fit of several parties joins (party_table.h); and such a fit waits for them.
constexpr std::string_view k_version_9 = R"sql(
CREATE TABLE parties(
  job TEXT NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  user TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL DEFAULT '',
  columns TEXT NOT NULL DEFAULT '{}',
  confirmed TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(job, place),
  UNIQUE(job, user)
) WITHOUT ROWID;
CREATE INDEX parties_of_users ON parties(user);
DROP INDEX jobs_unfinished;
CREATE INDEX jobs_unfinished ON jobs(seq) WHERE state IN ('waiting', 'queued', 'starting', 'running');
)sql";

// How the losses of a dataset's fits are added up, and the delta of a fit beside its rho.
constexpr std::string_view k_version_10 = R"sql(
ALTER TABLE privacy_ledger ADD COLUMN accounting TEXT NOT NULL DEFAULT '';
ALTER TABLE privacy_ledger ADD COLUMN rho_delta TEXT NOT NULL DEFAULT '';
)sql";

// What a list tells of a file beside its name.
constexpr std::string_view k_version_11 = R"sql(
ALTER TABLE artifacts ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
)sql";

constexpr std::array<std::string_view, 11> k_migrations{k_version_1, k_version_2,  k_version_3, k_version_4,
                                                        k_version_5, k_version_6,  k_version_7, k_version_8,
                                                        k_version_9, k_version_10, k_version_11};

std::int64_t version_of(Database& database) {
  Statement query(database, "PRAGMA user_version");
  query.step();
  return query.integer(0);
}

}  // namespace

std::span<const std::string_view> migrations() {
  return k_migrations;
}

std::string privacy_ledger_steps() {
  return std::string(k_version_8) + std::string(k_version_10);
}

void migrate(Database& database, std::span<const std::string_view> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version_of(database) == newest) return;
  Transaction transaction(database);
  const std::int64_t found = version_of(database);
  if (found > newest) {
    throw Error(Kind::configuration,
                fmt::format("the store was written by a newer version (layout {}, this program knows {})",
                            found, newest),
                "install that version of ctgan-server");
  }
  for (const std::string_view step : steps.subspan(static_cast<std::size_t>(found))) {
    database.execute(std::string(step));
  }
  database.execute(fmt::format("PRAGMA user_version={}", newest));
  transaction.commit();
}

}  // namespace ctgan::server::store
