#include "server/commands/doctor_sshd.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/process/run_command.h"
#include "common/secrets/secret.h"

namespace ctgan::server::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_patience{10};

// A folder that goes with what is in it.
class ScratchFolder {
 public:
  ScratchFolder() : path_(fs::temp_directory_path() / ("ctgan-doctor-" + secrets::random_hex(8))) {
    files::make_private_folder(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Keywords in small letters, each with its values; sshd prints lists as a line for each entry.
class SshdSettings {
 public:
  explicit SshdSettings(const std::string& printed) {
    std::istringstream lines(printed);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t blank = std::min(line.find(' '), line.size());
      values_[line.substr(0, blank)].push_back(line.substr(std::min(blank + 1, line.size())));
    }
  }

  const std::vector<std::string>& list(const std::string& keyword) const {
    static const std::vector<std::string> k_none;
    const auto found = values_.find(keyword);
    return found == values_.end() ? k_none : found->second;
  }
  std::string value(const std::string& keyword) const {
    return list(keyword).empty() ? std::string() : list(keyword).front();
  }
  bool is(const std::string& keyword, std::string_view wanted) const { return value(keyword) == wanted; }
  // Whether something is named, and not the word for nothing.
  bool names(const std::string& keyword) const { return !value(keyword).empty() && !is(keyword, "none"); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// Only root can read sshd's own host keys, and without one it says nothing: any will do.
SshdSettings asked(const fs::path& sshd, const fs::path& configuration, const std::string& user) {
  const ScratchFolder scratch;
  const std::string key = (scratch.path() / "host_key").string();
  process::run_command({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key}, k_patience);
  const process::CommandOutput said =
      process::run_command({sshd.string(), "-T", "-f", configuration.string(), "-h", key, "-C",
                            fmt::format("user={},host=localhost,addr=127.0.0.1", user)},
                           k_patience);
  if (!said.took_too_long && said.ended.code == 0 && !said.out.empty()) return SshdSettings(said.out);
  throw errors::Error(errors::Kind::unavailable,
                      said.err.empty() ? "sshd did not answer" : said.err.substr(0, said.err.find('\n')));
}

std::vector<std::string> groups_of(const std::string& user) {
  const passwd* account = getpwnam(user.c_str());
  if (account == nullptr) return {};
  int count = 0;
  getgrouplist(user.c_str(), account->pw_gid, nullptr, &count);
  std::vector<gid_t> ids(static_cast<std::size_t>(std::max(count, 1)));
  if (getgrouplist(user.c_str(), account->pw_gid, ids.data(), &count) < 0) return {};
  std::vector<std::string> names;
  for (const gid_t id : ids)
    if (const group* found = getgrgid(id)) names.emplace_back(found->gr_name);
  return names;
}

// Of "user@host" the user: from which hosts somebody comes is the administrator's business.
bool any_matches(const std::vector<std::string>& patterns, const std::vector<std::string>& names) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    const std::string bare = pattern.substr(0, pattern.find('@'));
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return fnmatch(bare.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
    });
  });
}

// The files that AuthorizedKeysFile names, for this account.
std::vector<fs::path> key_files(const SshdSettings& settings, const SshdAccount& account) {
  std::vector<fs::path> files;
  std::istringstream words(settings.value("authorizedkeysfile"));
  for (std::string word; words >> word;) {
    std::string name;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char code = word[i] == '%' && i + 1 < word.size() ? word[i + 1] : '\0';
      name += code == 'h' ? account.home.string() : code == 'u' ? account.user : std::string(1, word[i]);
      if (code == 'h' || code == 'u' || code == '%') ++i;
    }
    files.push_back((account.home / name).lexically_normal());
  }
  return files;
}

// What the settings mean for one account.
class Judge {
 public:
  Judge(const SshdSettings& settings, const SshdAccount& account, std::string file)
      : settings_(settings), account_(account), file_(std::move(file)) {}

  Findings findings() {
    check_command();
    check_lists();
    check_logins();
    check_keys();
    check_numbers();
    return std::move(found_);
  }

 private:
  void error(std::string text, std::string remedy) {
    found_.push_back({Level::error, "sshd settings", std::move(text), std::move(remedy)});
  }
  void warn(std::string text, std::string remedy) {
    found_.push_back({Level::warning, "sshd settings", std::move(text), std::move(remedy)});
  }
  // How a setting is changed for this account alone.
  std::string set(std::string_view line) const {
    return fmt::format("'Match User {}' and '{}' at the end of {}, then reload sshd", account_.user, line,
                       file_);
  }

  void check_command() {
    if (settings_.names("forcecommand"))
      error(fmt::format("ForceCommand {} runs in the place of ctgan-server: nobody reaches it",
                        errors::quoted(settings_.value("forcecommand"))),
            set("ForceCommand none"));
    if (settings_.names("chrootdirectory"))
      error(fmt::format("ChrootDirectory {} hides ctgan-server and the store",
                        errors::quoted(settings_.value("chrootdirectory"))),
            set("ChrootDirectory none"));
    std::error_code ignored;
    if (!account_.shared && settings_.is("permituserrc", "yes") &&
        fs::exists(account_.home / ".ssh/rc", ignored))
      warn("~/.ssh/rc runs before ctgan-server (PermitUserRC yes): what it prints spoils every answer",
           "let it print nothing, or " + set("PermitUserRC no"));
  }

  void check_lists() {
    const std::vector<std::string> user{account_.user};
    const std::vector<std::string> groups = groups_of(account_.user);
    for (const auto& [keyword, shown, names] :
         {std::tuple{"denyusers", "DenyUsers", &user}, std::tuple{"denygroups", "DenyGroups", &groups}})
      if (any_matches(settings_.list(keyword), *names))
        error(fmt::format("{} keeps {} out", shown, errors::quoted(account_.user)),
              fmt::format("take the account out of {} in {}, then reload sshd", shown, file_));
    for (const auto& [keyword, shown, names] :
         {std::tuple{"allowusers", "AllowUsers", &user}, std::tuple{"allowgroups", "AllowGroups", &groups}})
      if (!settings_.list(keyword).empty() && !any_matches(settings_.list(keyword), *names))
        error(fmt::format("{} does not name {}, whom sshd keeps out for it", shown,
                          errors::quoted(account_.user)),
              fmt::format("name the account{} in {} in {}, then reload sshd",
                          names == &groups ? "'s group" : "", shown, file_));
    if (account_.user == "root" && settings_.is("permitrootlogin", "no"))
      error("PermitRootLogin no keeps root out", "use an account of its own for the store, as README shows");
  }

  void check_logins() {
    if (settings_.is("pubkeyauthentication", "no"))
      error("PubkeyAuthentication no: no key lets anybody in", set("PubkeyAuthentication yes"));
    if (!account_.shared) return;
    for (const auto& [keyword, shown] :
         {std::pair{"passwordauthentication", "PasswordAuthentication"},
          std::pair{"kbdinteractiveauthentication", "KbdInteractiveAuthentication"}})
      if (settings_.is(keyword, "yes"))
        warn(fmt::format(
                 "{} yes: whoever has the password of {} gets a shell, past the keys' forced commands, "
                 "and every user's data",
                 shown, errors::quoted(account_.user)),
             set(fmt::format("{} no", shown)));
  }

  void check_keys() {
    const std::vector<fs::path> read = key_files(settings_, account_);
    const fs::path written = account_.authorized_keys.lexically_normal();
    if (std::find(read.begin(), read.end(), written) == read.end())
      error(fmt::format(
                "sshd reads keys from {} (AuthorizedKeysFile), and 'user authorize' writes them to {}",
                errors::quoted(settings_.value("authorizedkeysfile")), errors::quoted(written.string())),
            "name that file in the store's settings.json, 'authorized_keys', or " +
                set("AuthorizedKeysFile " + written.string()));
    if (!account_.shared) return;
    for (const fs::path& file : read) {
      std::error_code ignored;
      if (file != written && fs::exists(file, ignored) && fs::file_size(file, ignored) > 0)
        error(fmt::format("the keys in {} let in as well, and are not looked at here",
                          errors::quoted(file.string())),
              "authorize them with 'ctgan-server user authorize', and remove that file");
    }
    if (settings_.names("authorizedkeyscommand"))
      warn(fmt::format("AuthorizedKeysCommand {} lets in by keys that are not looked at here",
                       errors::quoted(settings_.value("authorizedkeyscommand"))),
           set("AuthorizedKeysCommand none"));
  }

  // A command holds a channel for requests and one for bytes.
  void check_numbers() {
    constexpr int k_channels = 2;
    if (const int most = number("maxsessions"); most >= 0 && most < k_channels)
      error(fmt::format("MaxSessions {}: a command needs {} sessions of its connection", most, k_channels),
            set("MaxSessions 10"));
    constexpr int k_startups = 10;
    if (const int most = number("maxstartups"); account_.shared && most >= 0 && most < k_startups)
      warn(fmt::format("MaxStartups {}: sshd turns away users who connect at the same time",
                       settings_.value("maxstartups")),
           fmt::format("'MaxStartups 10:30:100' in {}, before the first 'Match', then reload sshd", file_));
  }
  // -1: not said.
  int number(const std::string& keyword) const {
    int value = -1;
    std::istringstream(settings_.value(keyword)) >> value;
    return settings_.value(keyword).empty() ? -1 : value;
  }

  const SshdSettings& settings_;
  const SshdAccount& account_;
  std::string file_;
  Findings found_;
};

std::optional<std::string> fault_of(const fs::path& path, uid_t owner) {
  struct stat state {};
  if (stat(path.c_str(), &state) != 0) return std::nullopt;
  if (state.st_uid != 0 && state.st_uid != owner) return "belongs to somebody else";
  if ((state.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "can be written by others";
  return std::nullopt;
}

}  // namespace

Findings check_strict_modes(const SshdAccount& account) {
  Findings found;
  const passwd* entry = getpwnam(account.user.c_str());
  const uid_t owner = entry == nullptr ? geteuid() : entry->pw_uid;
  std::error_code ignored;
  fs::path path = fs::weakly_canonical(account.authorized_keys, ignored);
  const fs::path home = fs::weakly_canonical(account.home, ignored);
  for (;; path = path.parent_path()) {
    if (const auto fault = fault_of(path, owner))
      found.push_back(
          {Level::error, "sshd settings",
           fmt::format("{} {}: sshd reads no key of the account for it (StrictModes)",
                       errors::quoted(path.string()), *fault),
           fmt::format("chown {} {}; chmod go-w {}", account.user, path.string(), path.string())});
    if (path == home || path == path.parent_path()) return found;
  }
}

Findings check_sshd(const fs::path& sshd, const fs::path& configuration, const SshdAccount& account) {
  try {
    const SshdSettings settings = asked(sshd, configuration, account.user);
    Findings found = Judge(settings, account, configuration.string()).findings();
    if (settings.is("strictmodes", "yes")) {
      Findings modes = check_strict_modes(account);
      found.insert(found.end(), modes.begin(), modes.end());
    }
    if (found.empty())
      found.push_back({Level::ok, "sshd settings",
                       fmt::format("by {} it lets {} in, and runs what it is to", configuration.string(),
                                   errors::quoted(account.user)),
                       ""});
    return found;
  } catch (...) {
    const errors::Error error = errors::describe(std::current_exception());
    return {{Level::warning, "sshd settings",
             fmt::format("cannot be read, and were not looked at: {}", error.sentence()),
             fmt::format("as root: {} -T -C user={},host=localhost,addr=127.0.0.1; look at forcecommand, "
                         "allowusers, denyusers, passwordauthentication, authorizedkeysfile, maxsessions",
                         sshd.string(), account.user)}};
  }
}

}  // namespace ctgan::server::commands
