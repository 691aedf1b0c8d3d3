#include "server/store/at_rest.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "server/store/party_file.h"

namespace ctgan::server::store {
namespace {

using encryption::Key;
using encryption::StoredFile;
using errors::Error;
using errors::Kind;

struct Place {
  std::filesystem::path path;
  std::string user;
  std::string name;
  std::string sha256;  // of its content, as it was noted
};

// What was deleted since it was listed is none; what else goes wrong with one file is for `failed`, and holds up no other.
void for_each_file(Store& store, const std::function<void(const Place& place, const StoredFile& file)>& visit,
                   const std::function<void(const Error& error)>& failed) {
  const auto unless_gone = [&](const std::function<void()>& look) {
    try {
      look();
    } catch (const Error& error) {
      if (error.kind() != Kind::no_input) failed(error);
    }
  };
  for (const User& user : store.users().list()) {
    for (const Shelf shelf : k_all_shelves)
      for (const Artifact& artifact : store.shelves().list(shelf, user.name))
        unless_gone([&] {
          const StoredFile file = store.shelves().open(shelf, user.name, artifact.name);
          visit({store.layout().shelf(shelf, user.name) / artifact.name, user.name, artifact.name,
                 store.shelves().sha256(shelf, user.name, artifact.name)},
                file);
        });
    // They may wait for other parties for two weeks.
    for (const Party& party : store.parties().unfinished_of(user.name))
      if (party.has_given())
        unless_gone([&] {
          const auto path = store.layout().job(party.job) / party_file(static_cast<std::size_t>(party.place));
          visit({path, user.name, party.file, party.sha256},
                encryption::open_stored(path, store.shelves().keys()));
        });
  }
}

// Returns the hash of what it has copied.
std::string copy_content(const StoredFile& from, const Key* key, files::ByteSink& out) {
  std::optional<encryption::EncryptingSink> encrypted;
  if (key != nullptr) encrypted.emplace(*key, out);
  files::ByteSink& sink = encrypted ? static_cast<files::ByteSink&>(*encrypted) : out;
  files::Sha256 hash;
  const auto content = from.content();
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = content->read(buffer)) {
    sink.write({buffer.data(), got});
    hash.write({buffer.data(), got});
  }
  if (encrypted) encrypted->finish();
  return hash.hex();
}

bool rewrite(const Place& place, const StoredFile& file, const Key* key) {
  const std::optional<encryption::KeyId> wanted = key == nullptr ? std::nullopt : std::optional(key->id);
  if (file.key() == wanted) return false;
  files::AtomicFile rewritten(place.path, files::AtomicFile::IfExists::replace);
  const std::string sha256 = copy_content(file, key, rewritten);
  if (sha256 != place.sha256) {
    throw Error(Kind::bad_data,
                fmt::format("{} of {} is damaged: its bytes are not those that were made",
                            errors::quoted(place.name), errors::quoted(place.user)),
                "bring it back from a backup, or delete it");
  }
  return rewritten.commit_in_place_of(file.file());
}

}  // namespace

AtRest look_at_rest(Store& store) {
  AtRest found;
  const encryption::KeyRing none;
  const encryption::KeyRing& keys = store.shelves().keys() == nullptr ? none : *store.shelves().keys();
  for_each_file(
      store,
      [&](const Place& /*place*/, const StoredFile& file) {
        if (!file.key())
          ++found.plain;
        else if (const Key* key = keys.find(*file.key()))
          ++(key == keys.newest() ? found.newest : found.older);
        else
          ++found.unknown;
      },
      // One that is cut so short that its beginning tells nothing.
      [&](const Error& /*error*/) { ++found.unknown; });
  return found;
}

Rewritten rewrite_at_rest(Store& store, const Key* key) {
  Rewritten done;
  for_each_file(
      store,
      [&](const Place& place, const StoredFile& file) { done.files += rewrite(place, file, key) ? 1 : 0; },
      [&](const Error& error) { done.failures.push_back(error); });
  return done;
}

}  // namespace ctgan::server::store
