// A file that is encrypted at rest, as libsodium's secret stream (XChaCha20-Poly1305), in chunks that are checked one by
// one before anything of them is handed out:
//
//     "CTGANENC" 1     8 bytes and the version
//     key id           8 bytes, key_ring.h
//     stream header    24 bytes, random
//     chunks           65,536 bytes of content and 17 more; the last is shorter or full, and is marked as the last
//
// The first 17 bytes are authenticated with every chunk. Bytes that were changed, moved, cut off or added are found;
// that a whole file was put in the place of another is found by the hashes that the store notes (store/shelves.h).
//
//     EncryptingSink sink(*keys.newest(), file);
//     sink.write("...");
//     sink.finish();
//
//     const StoredFile stored(std::move(descriptor), "people_model.gz", keys);
//     const auto content = stored.content();
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "common/files/file.h"
#include "server/encryption/key_ring.h"

namespace ctgan::server::encryption {

class EncryptingSink : public files::ByteSink {
 public:
  // `out` outlives it, the key need not. Writes the beginning at once.
  EncryptingSink(const Key& key, files::ByteSink& out);
  ~EncryptingSink() override;

  void write(std::string_view bytes) override;
  // Marks the end; without it the file is one that was cut off.
  void finish();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// A file of the store as it lies on the disk, encrypted or not. Not for two threads at once.
class StoredFile {
 public:
  // Looks at the beginning of `file`. `name` is for errors; `keys` may be null, and outlives what content() returns.
  // Throws Error(bad_data) for an encrypted file of another version, or one that was cut off.
  StoredFile(files::FileHandle file, std::string name, const KeyRing* keys);

  // Of its content.
  std::uint64_t bytes() const { return bytes_; }
  // Empty: not encrypted.
  const std::optional<KeyId>& key() const { return key_; }
  const files::FileHandle& file() const { return file_; }
  // Its content from `offset` on, which is at most bytes(); this file outlives it, and only one is read at a time. Throws
  // Error(configuration) where the key is not known; reading throws Error(bad_data) for bytes that were changed.
  std::unique_ptr<files::ByteSource> content(std::uint64_t offset = 0) const;

 private:
  files::FileHandle file_;
  std::string name_;
  const KeyRing* keys_ = nullptr;
  std::uint64_t bytes_ = 0;
  std::optional<KeyId> key_;
};

// Follows no link. Throws as StoredFile, and Error(no_input), (permission) or (io) naming the path.
StoredFile open_stored(const std::filesystem::path& path, const KeyRing* keys);

}  // namespace ctgan::server::encryption
