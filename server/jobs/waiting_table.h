// The table of a party, while it waits in its job's folder for the other parties: encrypted where the store has a key
// (server/encryption), since that may be two weeks.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/encryption/encrypted_file.h"
#include "server/encryption/key_ring.h"

namespace ctgan::server::jobs {

// A copy of a table that is not yet in its place. Removed with this, unless it was put there.
class EncryptedCopy {
 public:
  // Writes it at `path`, durably. Throws what reading and writing throw.
  EncryptedCopy(const std::filesystem::path& table, std::filesystem::path path, const encryption::Key& key);
  ~EncryptedCopy();
  EncryptedCopy(const EncryptedCopy&) = delete;
  EncryptedCopy& operator=(const EncryptedCopy&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Of what was given, however it lies there. Throws as StoredFile::content.
std::string content_sha256(const encryption::StoredFile& table);

}  // namespace ctgan::server::jobs
