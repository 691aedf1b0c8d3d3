// authorized_keys of an account that serves a shared store: every key in it may run ctgan-server and nothing
// else.
#pragma once

#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::server::accounts {

// "ssh-ed25519", its base64 text and a comment.
struct PublicKey {
  std::string type;
  std::string blob;
  std::string comment;
};

// One public key in the form of a .pub file. Throws Error(bad_data) for anything else: options before the
// type, an unknown type, a damaged blob, several lines, a private key.
PublicKey parse_public_key(std::string_view text);

// "SHA256:...", as ssh-keygen -l shows it, of the base64 text of a key. Empty when that is no base64.
std::string fingerprint_of(const std::string& blob);

// "2026-12-31" as sshd writes the end of that day (in its own time zone): "202612312359". Throws Error(usage) for
// anything else.
std::string expiry_of(const std::string& date);

// "restrict,command=\"PROGRAM --root ROOT serve --user NAME --fingerprint SHA256:...\" TYPE BLOB COMMENT"; an empty
// user means --login, and `expiry` is expiry_of() or empty: for ever. Throws Error(configuration) when program or root
// hold a character that sshd or its shell would read as more than itself.
std::string forced_command_line(const std::filesystem::path& program, const std::filesystem::path& root,
                                const std::string& user, const PublicKey& key,
                                const std::string& expiry = {});

// Appends the line (mode 0600, folder 0700, replaced as a whole), or puts it in the place of one by which the same key
// is the same user of the same store. False when exactly that line is there. Throws Error(cannot_create) when the key
// is there with another meaning: sshd would take the first.
bool append_authorized_key(const std::filesystem::path& file, const std::string& line, const PublicKey& key);

// The lines of the file that are neither empty nor comments. None when there is no file.
std::vector<std::string> authorized_lines(const std::filesystem::path& file);

// True when the line lets its key run nothing but `ctgan-server ... serve ...`.
bool is_forced_to_serve(std::string_view line);

// What such a line says.
struct ForcedKey {
  std::filesystem::path program, root;
  std::string user;         // empty: --login
  std::string fingerprint;  // empty when the key is damaged
  std::string comment;
  std::string expiry;  // as expiry_of(); empty: for ever
};
// The local time, which sshd goes by, as expiry_of() writes it.
std::string local_minute(std::time_t time);
// Whether sshd takes the key no more. `now` is a local_minute().
bool has_expired(const ForcedKey& key, const std::string& now);
// "2026-12-31 23:59" of an expiry.
std::string expiry_text(const std::string& expiry);
// Empty for any other line.
std::optional<ForcedKey> forced_key(const std::string& line);

// Takes the forced lines of which `goes` is true out of the file; all others stay as they are, byte for byte.
// Returns what went; nothing when there is no file.
std::vector<ForcedKey> remove_authorized_keys(const std::filesystem::path& file,
                                              const std::function<bool(const ForcedKey&)>& goes);

// ~/.ssh/authorized_keys of this process's account.
std::filesystem::path own_authorized_keys();

}  // namespace ctgan::server::accounts
