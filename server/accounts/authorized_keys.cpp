#include "server/accounts/authorized_keys.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <sstream>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/texts/texts.h"

namespace ctgan::server::accounts {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_file_limit = std::size_t{4} << 20;
constexpr std::array<std::string_view, 7> k_types{"ssh-ed25519",
                                                  "ssh-rsa",
                                                  "ecdsa-sha2-nistp256",
                                                  "ecdsa-sha2-nistp384",
                                                  "ecdsa-sha2-nistp521",
                                                  "sk-ssh-ed25519@openssh.com",
                                                  "sk-ecdsa-sha2-nistp256@openssh.com"};

constexpr std::string_view k_restrict = "restrict,";
constexpr std::string_view k_expiry = "expiry-time=\"";
constexpr std::string_view k_command = "command=\"";
constexpr std::size_t k_expiry_digits = 12;

bool take(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

// Takes an expiry in the form in which we write it; empty when there is none.
std::string take_expiry(std::string_view& options) {
  const std::string_view digits = options.substr(std::min(options.size(), k_expiry.size()), k_expiry_digits);
  if (!options.starts_with(k_expiry) || digits.size() != k_expiry_digits ||
      digits.find_first_not_of("0123456789") != std::string_view::npos ||
      !options.substr(k_expiry.size() + k_expiry_digits).starts_with("\","))
    return {};
  options.remove_prefix(k_expiry.size() + k_expiry_digits + 2);
  return std::string(digits);
}

Error not_a_key(std::string_view why) {
  return {Kind::bad_data, fmt::format("this is not a public key: {}", why),
          "give the file that ssh-keygen made, the one that ends in .pub"};
}

std::string decoded(const std::string& base64) {
  std::string bytes(base64.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int failed =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), base64.data(),
                        base64.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0 || end != base64.data() + base64.size()) throw not_a_key("its second word is not base64");
  bytes.resize(size);
  return bytes;
}

// The blob begins with the type once more, its length before it in four bytes.
void check_blob(const PublicKey& key) {
  const std::string bytes = decoded(key.blob);
  const std::string head = std::string("\0\0\0", 3) + static_cast<char>(key.type.size()) + key.type;
  if (!bytes.starts_with(head) || bytes.size() <= head.size())
    throw not_a_key("its type and its content differ");
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string plain_path(const std::filesystem::path& path) {
  std::string text = path.string();
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+@:,").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain && text.starts_with('/')) return text;
  throw Error(
      Kind::configuration,
      fmt::format("the path {} cannot stand in authorized_keys: sshd's shell would read it differently",
                  errors::quoted(text)),
      "use a path of letters, digits and '/._-+@:,' only");
}

}  // namespace

PublicKey parse_public_key(std::string_view text) {
  const std::string line(texts::trimmed(text, texts::k_blanks_and_ends));
  if (line.find("PRIVATE KEY") != std::string::npos) throw not_a_key("it is a private one");
  if (line.find('\n') != std::string::npos) throw not_a_key("it has several lines");
  if (has_control(line)) throw not_a_key("it holds control characters");
  std::istringstream words(line);
  PublicKey key;
  words >> key.type >> key.blob;
  std::getline(words >> std::ws, key.comment);
  if (std::find(k_types.begin(), k_types.end(), key.type) == k_types.end()) {
    throw not_a_key(fmt::format("{} is no type of key", errors::quoted(key.type)));
  }
  check_blob(key);
  return key;
}

std::string fingerprint_of(const std::string& blob) {
  std::array<unsigned char, 32> hash{};
  std::array<char, 64> text{};
  try {
    const std::string hex = files::sha256_of(decoded(blob));
    sodium_hex2bin(hash.data(), hash.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr);
  } catch (const Error&) {
    return {};
  }
  sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(),
                    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return std::string("SHA256:") + text.data();
}

std::string expiry_of(const std::string& date) {
  std::tm parts{};
  const char* end = strptime(date.c_str(), "%Y-%m-%d", &parts);
  const std::tm given = parts;
  // The calendar has the last word: it makes 2 March of 30 February.
  if (date.size() == 10 && end != nullptr && *end == '\0' && timegm(&parts) != -1 &&
      parts.tm_mday == given.tm_mday)
    return fmt::format("{:04}{:02}{:02}2359", given.tm_year + 1900, given.tm_mon + 1, given.tm_mday);
  throw Error(Kind::usage, fmt::format("{} is no day", errors::quoted(date)), "write it as 2026-12-31");
}

std::string expiry_text(const std::string& expiry) {
  if (expiry.size() != k_expiry_digits) return expiry;
  return fmt::format("{}-{}-{} {}:{}", expiry.substr(0, 4), expiry.substr(4, 2), expiry.substr(6, 2),
                     expiry.substr(8, 2), expiry.substr(10, 2));
}

std::string local_minute(std::time_t time) {
  return fmt::format("{:%Y%m%d%H%M}", fmt::localtime(time));
}

bool has_expired(const ForcedKey& key, const std::string& now) {
  return !key.expiry.empty() && key.expiry < now;
}

std::string forced_command_line(const std::filesystem::path& program, const std::filesystem::path& root,
                                const std::string& user, const PublicKey& key, const std::string& expiry) {
  const std::string identity = user.empty() ? "--login" : fmt::format("--user {}", user);
  const std::string until = expiry.empty() ? "" : fmt::format("{}{}\",", k_expiry, expiry);
  return fmt::format("{}{}{}{} --root {} serve {} --fingerprint {}\" {} {}{}{}", k_restrict, until, k_command,
                     plain_path(program), plain_path(root), identity, fingerprint_of(key.blob), key.type,
                     key.blob, key.comment.empty() ? "" : " ", key.comment);
}

std::vector<std::string> authorized_lines(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  if (!std::filesystem::exists(file)) return lines;
  std::istringstream content(files::read_file(file, k_file_limit));
  for (std::string line; std::getline(content, line);) {
    const std::string_view text = texts::trimmed(line, texts::k_blanks_and_ends);
    if (!text.empty() && text[0] != '#') lines.emplace_back(text);
  }
  return lines;
}

bool append_authorized_key(const std::filesystem::path& file, const std::string& line, const PublicKey& key) {
  const auto meant = forced_key(line);
  std::string content = std::filesystem::exists(file) ? files::read_file(file, k_file_limit) : "";
  for (const std::string& present : authorized_lines(file)) {
    if (present == line) return false;
    if (present.find(key.blob) == std::string::npos) continue;
    const auto before = forced_key(present);
    if (before && meant && before->user == meant->user && before->root == meant->root) {
      content.replace(content.find(present), present.size(), line);
      files::write_file(file, content, files::AtomicFile::IfExists::replace);
      return true;
    }
    throw Error(
        Kind::cannot_create,
        fmt::format("the key stands in {} already, with another meaning", errors::quoted(file.string())),
        "sshd takes the first line that fits: remove the old one");
  }
  if (!content.empty() && content.back() != '\n') content += '\n';
  files::make_private_folder(file.parent_path());
  files::write_file(file, fmt::format("{}{}\n", content, line), files::AtomicFile::IfExists::replace);
  return true;
}

bool is_forced_to_serve(std::string_view line) {
  if (!take(line, k_restrict)) return false;
  take_expiry(line);
  if (!take(line, k_command)) return false;
  const std::string_view command = line.substr(0, line.find('"'));
  return command.find("ctgan-server ") != std::string_view::npos &&
         command.find(" serve ") != std::string_view::npos &&
         command.find_first_of(";&|`$\\<>()") == std::string_view::npos;
}

std::optional<ForcedKey> forced_key(const std::string& line) {
  if (!is_forced_to_serve(line)) return std::nullopt;
  const auto word_behind = [&line](std::string_view mark) -> std::string {
    const std::size_t at = line.find(mark);
    if (at == std::string::npos) return {};
    const std::size_t start = at + mark.size();
    return line.substr(start, line.find_first_of(" \"", start) - start);
  };
  std::string_view options = line;
  take(options, k_restrict);
  ForcedKey forced{word_behind(k_command), word_behind(" --root "), word_behind(" --user "), {}, {}, {}};
  forced.expiry = take_expiry(options);
  std::istringstream key(line.substr(line.find('"', line.find(k_command) + k_command.size()) + 1));
  std::string type;
  std::string blob;
  key >> type >> blob;
  std::getline(key >> std::ws, forced.comment);
  forced.fingerprint = fingerprint_of(blob);
  return forced;
}

std::vector<ForcedKey> remove_authorized_keys(const std::filesystem::path& file,
                                              const std::function<bool(const ForcedKey&)>& goes) {
  std::vector<ForcedKey> gone;
  if (!std::filesystem::exists(file)) return gone;
  const std::string content = files::read_file(file, k_file_limit);
  std::string kept;
  for (std::size_t start = 0; start < content.size();) {
    const std::size_t end = std::min(content.find('\n', start), content.size() - 1) + 1;
    const std::string line = content.substr(start, end - start);
    const auto key = forced_key(std::string(texts::trimmed(line, texts::k_blanks_and_ends)));
    if (key && goes(*key)) {
      gone.push_back(*key);
    } else {
      kept += line;
    }
    start = end;
  }
  if (!gone.empty()) files::write_file(file, kept, files::AtomicFile::IfExists::replace);
  return gone;
}

std::filesystem::path own_authorized_keys() {
  const passwd* account = getpwuid(geteuid());
  if (account == nullptr || account->pw_dir == nullptr) {
    throw Error(Kind::configuration, "the account has no home folder", "name the file with '--file'");
  }
  return std::filesystem::path(account->pw_dir) / ".ssh/authorized_keys";
}

}  // namespace ctgan::server::accounts
