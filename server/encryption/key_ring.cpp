#include "server/encryption/key_ring.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"

namespace ctgan::server::encryption {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_key_bytes = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t k_file_limit = std::size_t{1} << 20;

Error unusable(const std::filesystem::path& file, std::string_view rule, const std::string& hint) {
  return {Kind::configuration, fmt::format("the key file {} {}", errors::quoted(file.string()), rule), hint};
}

KeyId id_of(std::string_view key) {
  KeyId id{};
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     nullptr, 0);
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

std::string hex_of(std::string_view bytes) {
  std::string hex(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}

bool is_within(const std::filesystem::path& file, const std::filesystem::path& root) {
  const auto relative =
      std::filesystem::weakly_canonical(file).lexically_relative(std::filesystem::weakly_canonical(root));
  return !relative.empty() && *relative.begin() != "..";
}

void check_place(const std::filesystem::path& file, const std::filesystem::path& root) {
  if (!file.is_absolute()) throw unusable(file, "must be named by its whole path", "begin it with '/'");
  if (is_within(file, root)) {
    throw unusable(file, "stands in the store whose files it opens",
                   "move it out: whoever copies the store copies the key with it");
  }
}

void check_closed(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) {
    throw unusable(
        file, errno == ENOENT ? "does not exist" : "cannot be read",
        "bring it back from where it is kept, or make one with 'ctgan-server encryption new-key FILE'");
  }
  if (!S_ISREG(status.st_mode)) throw unusable(file, "is no plain file", "name a file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw unusable(file, "is open to others", fmt::format("close it: chmod 600 {}", file.string()));
}

Key key_of(const std::filesystem::path& file, std::string_view line) {
  std::string bytes(k_key_bytes, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const bool whole = line.size() == 2 * k_key_bytes &&
                     sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), line.data(),
                                    line.size(), nullptr, &length, &end) == 0 &&
                     length == k_key_bytes && end == line.data() + line.size();
  if (!whole) {
    secrets::wipe(bytes);
    throw unusable(file, "has a line that is no key: 64 hex digits", "bring it back from where it is kept");
  }
  Key key{id_of(bytes), secrets::Secret(bytes)};
  secrets::wipe(bytes);
  return key;
}

std::vector<Key> keys_of(const std::filesystem::path& file, std::string_view text) {
  std::vector<Key> keys;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with('#')) keys.push_back(key_of(file, line));
  }
  return keys;
}

void write_keys(const std::filesystem::path& file, const std::vector<Key>& keys) {
  std::string text =
      "# Keys of a ctgan-server store, the newest first. Without them its files cannot be read: keep a copy "
      "apart from "
      "it.\n";
  // In one piece, so that no half of it stays behind in freed memory.
  text.reserve(text.size() + keys.size() * (2 * k_key_bytes + 1));
  for (const Key& key : keys) {
    std::string hex = hex_of(key.bytes.view());
    text += hex + "\n";
    secrets::wipe(hex);
  }
  files::write_file(file, text, files::AtomicFile::IfExists::replace);
  secrets::wipe(text);
}

}  // namespace

std::string to_hex(const KeyId& id) {
  return hex_of({reinterpret_cast<const char*>(id.data()), id.size()});
}

KeyRing KeyRing::read(const std::filesystem::path& file, const std::filesystem::path& root) {
  if (file.empty()) return {};
  secrets::start_sodium();
  check_place(file, root);
  check_closed(file);
  KeyRing ring;
  try {
    std::string text = files::read_file(file, k_file_limit);
    ring.keys_ = keys_of(file, text);
    secrets::wipe(text);
  } catch (const Error& error) {
    if (error.kind() == Kind::configuration) throw;
    throw unusable(file, "cannot be read: " + error.sentence(), error.hint());
  }
  if (ring.keys_.empty()) {
    throw unusable(file, "holds no key",
                   fmt::format("put one in with 'ctgan-server encryption new-key {}'", file.string()));
  }
  return ring;
}

const Key* KeyRing::find(const KeyId& id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

KeyId add_key(const std::filesystem::path& file, const std::filesystem::path& root) {
  secrets::start_sodium();
  check_place(file, root);
  std::vector<Key> keys;
  std::string bytes(k_key_bytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  keys.push_back({id_of(bytes), secrets::Secret(bytes)});
  secrets::wipe(bytes);
  if (std::filesystem::exists(std::filesystem::symlink_status(file))) {
    const KeyRing before = KeyRing::read(file, root);
    for (const Key& key : before.all()) keys.push_back({key.id, secrets::Secret(key.bytes.view())});
  }
  write_keys(file, keys);
  return keys.front().id;
}

void drop_older_keys(const std::filesystem::path& file, const std::filesystem::path& root) {
  const KeyRing ring = KeyRing::read(file, root);
  std::vector<Key> kept;
  kept.push_back({ring.newest()->id, secrets::Secret(ring.newest()->bytes.view())});
  write_keys(file, kept);
}

}  // namespace ctgan::server::encryption
