// The keys of encryption at rest. They stand in a file outside the store, so that a disk or a backup that gets lost
// tells nothing: one key a line, 64 hex digits, the newest first; '#' begins a comment. What is written is encrypted
// with the newest; the others are there to read what was written before them.
//
//     const KeyRing keys = KeyRing::read("/etc/ctgan/store.keys");
//     if (const Key* key = keys.newest()) ...
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/secrets/secret.h"

namespace ctgan::server::encryption {

// Which key it was: the beginning of its BLAKE2b hash, which tells nothing of it.
using KeyId = std::array<unsigned char, 8>;
std::string to_hex(const KeyId& id);

struct Key {
  KeyId id{};
  secrets::Secret bytes;  // 32
};

class KeyRing {
 public:
  // Without a key: nothing is encrypted.
  KeyRing() = default;
  // An empty name: no key. Throws Error(configuration) where the file cannot be read, holds no key or something else,
  // may be read by others than its owner, or stands in the store `root`, with whose copies it would go.
  static KeyRing read(const std::filesystem::path& file, const std::filesystem::path& root);

  // Null: nothing is encrypted.
  const Key* newest() const { return keys_.empty() ? nullptr : &keys_.front(); }
  // Null: not known here.
  const Key* find(const KeyId& id) const;
  const std::vector<Key>& all() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

// Puts a new key in front of those of the file, which is made where there is none (mode 0600). Throws as KeyRing::read,
// and as files::write_file.
KeyId add_key(const std::filesystem::path& file, const std::filesystem::path& root);

// Takes all keys but the newest out of the file.
void drop_older_keys(const std::filesystem::path& file, const std::filesystem::path& root);

}  // namespace ctgan::server::encryption
