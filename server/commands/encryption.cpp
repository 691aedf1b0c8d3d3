#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/encryption/key_ring.h"
#include "server/store/at_rest.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

const encryption::Key& newest_key(OpenStore& open) {
  if (const auto* keys = open.store.shelves().keys()) return *keys->newest();
  throw Error(
      Kind::configuration, "settings.json names no key file",
      "make one with 'ctgan-server encryption new-key FILE', and name it there as 'encryption_key_file'");
}

bool is_at_work(const store::Job& job) {
  return job.state == store::JobState::starting || job.state == store::JobState::running;
}

// A worker publishes with the key that was the newest when it began.
void require_no_worker(OpenStore& open) {
  const auto jobs = open.store.jobs().unfinished();
  if (std::none_of(jobs.begin(), jobs.end(), is_at_work)) return;
  throw Error(Kind::try_again, "jobs are under way, whose results may be encrypted with an older key",
              "'ctgan-server user list' and 'manage jobs list --all-users' show whose; try again when they "
              "have ended");
}

}  // namespace

Outcome encryption_new_key(const std::filesystem::path& root, const std::filesystem::path& file) {
  const std::filesystem::path whole = std::filesystem::absolute(file);
  // Before anything is written: that there is a store, and that it is this account's, who has to read the file.
  const OpenStore open(root);
  const std::string id = encryption::to_hex(encryption::add_key(whole, root));
  std::string text = fmt::format(
      "the key {} is the newest in {}; without that file nothing can be read: keep a copy elsewhere\n", id,
      whole.string());
  if (open.settings.encryption_key_file != whole)
    text += fmt::format("next: write \"encryption_key_file\": \"{}\" into {}\n", whole.string(),
                        open.store.layout().settings().string());
  return {text + "then 'ctgan-server encryption apply' encrypts with it what is there already\n"};
}

Outcome encryption_apply(const std::filesystem::path& root, bool decrypt) {
  OpenStore open(root);
  const encryption::Key& newest = newest_key(open);
  audit::Trail trail = trail_of(open, typed_here());
  audit::Deed deed{decrypt ? "encryption.remove" : "encryption.apply", encryption::to_hex(newest.id), {}};
  const store::Rewritten done = audit::noted(
      trail, deed, [&] { return store::rewrite_at_rest(open.store, decrypt ? nullptr : &newest); });
  Outcome outcome{fmt::format("{} files {}\n", done.files, decrypt ? "decrypted" : "encrypted")};
  for (const Error& failure : done.failures) {
    outcome.out += fmt::format("left as it was: {}\n", failure.sentence());
    outcome.code = errors::exit_code(failure.kind());
  }
  if (decrypt)
    outcome.out +=
        fmt::format("next: take \"encryption_key_file\" out of {}, before the next job encrypts again\n",
                    open.store.layout().settings().string());
  return outcome;
}

Outcome encryption_drop_old_keys(const std::filesystem::path& root) {
  OpenStore open(root);
  newest_key(open);
  require_no_worker(open);
  const store::AtRest found = store::look_at_rest(open.store);
  if (found.older > 0) {
    throw Error(Kind::try_again, fmt::format("{} files are encrypted with an older key", found.older),
                "'ctgan-server encryption apply' encrypts them with the newest");
  }
  const std::size_t dropped = open.store.shelves().keys()->all().size() - 1;
  audit::Trail trail = trail_of(open, typed_here());
  audit::Deed deed{"encryption.drop_old_keys", std::to_string(dropped), {}};
  audit::noted(trail, deed, [&] {
    encryption::drop_older_keys(open.settings.encryption_key_file, root);
    return true;
  });
  return {fmt::format(
      "{} older keys dropped; backups that were made with them need the copy of the file that you kept\n",
      dropped)};
}

}  // namespace ctgan::server::commands
