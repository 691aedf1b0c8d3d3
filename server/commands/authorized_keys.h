// authorized_keys of an account that serves a shared store: every key in it may run ctgan-server and nothing
// else.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::server::commands {

// "ssh-ed25519", its base64 text and a comment.
struct PublicKey {
  std::string type;
  std::string blob;
  std::string comment;
};

// One public key in the form of a .pub file. Throws Error(bad_data) for anything else: options before the
// type, an unknown type, a damaged blob, several lines, a private key.
PublicKey parse_public_key(std::string_view text);

// "restrict,command=\"PROGRAM --root ROOT serve --user NAME\" TYPE BLOB COMMENT"; an empty user means
// --login. Throws Error(configuration) when program or root hold a character that sshd or its shell would
// read as more than itself.
std::string forced_command_line(const std::filesystem::path& program, const std::filesystem::path& root,
                                const std::string& user, const PublicKey& key);

// Appends the line (mode 0600, folder 0700, replaced as a whole). False when exactly that line is there.
// Throws Error(cannot_create) when the key is there with another meaning: sshd would take the first.
bool append_authorized_key(const std::filesystem::path& file, const std::string& line, const PublicKey& key);

// The lines of the file that are neither empty nor comments. None when there is no file.
std::vector<std::string> authorized_lines(const std::filesystem::path& file);

// True when the line lets its key run nothing but `ctgan-server ... serve ...`.
bool is_forced_to_serve(std::string_view line);

// What such a line says.
struct ForcedKey {
  std::filesystem::path program, root;
  std::string user;         // empty: --login
  std::string fingerprint;  // "SHA256:...", as ssh-keygen -l shows it; empty when the key is damaged
};
// Empty for any other line.
std::optional<ForcedKey> forced_key(const std::string& line);

// Takes the forced lines of which `goes` is true out of the file; all others stay as they are, byte for byte.
// Returns what went; nothing when there is no file.
std::vector<ForcedKey> remove_authorized_keys(const std::filesystem::path& file,
                                              const std::function<bool(const ForcedKey&)>& goes);

// ~/.ssh/authorized_keys of this process's account.
std::filesystem::path own_authorized_keys();

}  // namespace ctgan::server::commands
