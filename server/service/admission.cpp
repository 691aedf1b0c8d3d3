#include "server/service/admission.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/files/names.h"
#include "common/protocol/message.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_scp = "scp ";
constexpr const char* k_scp_forms = "'scp -O FILE HOST:' sends a table, 'scp -O HOST:NAME .' fetches a file";

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Refusal refuse_scp(std::string sentence, std::string hint = k_scp_forms) {
  return {Error(Kind::usage, std::move(sentence), std::move(hint)), true};
}

struct ScpFlags {
  bool send = false;     // -t: the other end sends
  bool folder = false;   // -d: several files, so the target must be a folder
  std::string bad_flag;  // the first one that is not admitted
};

// Takes the flags up to and with the one that says the direction.
ScpFlags take_flags(std::string_view& rest) {
  ScpFlags flags;
  for (;;) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (word == "-d") flags.folder = true;
    flags.send = word == "-t";
    if (flags.send || word == "-f") return flags;
    if (word == "-v" || word == "-p" || word == "-d" || word == "-q") continue;
    flags.bad_flag = word;
    return flags;
  }
}

Admission admit_scp(std::string_view rest) {
  const ScpFlags flags = take_flags(rest);
  if (flags.bad_flag == "-r") return refuse_scp("folders cannot be copied, only single files");
  if (!flags.bad_flag.empty())
    return refuse_scp(fmt::format("scp with {} is not allowed here", errors::quoted(flags.bad_flag)));
  const bool marked = take(rest, "-- ");
  const std::string name(rest);
  if (flags.send && name == ".") return AdmitCopyIn{};
  if (name.empty() || (!marked && name[0] == '-') || !files::is_safe_name(name)) {
    return refuse_scp(fmt::format("{} cannot be a file name here: a plain name without folders is needed",
                                  errors::quoted(name)));
  }
  if (flags.send && flags.folder) return refuse_scp(fmt::format("{} is not a folder", errors::quoted(name)));
  if (flags.send) return AdmitCopyIn{name};
  return AdmitCopyOut{name};
}

bool asks_for_sftp(std::string_view command) {
  const std::string_view word = command.substr(0, command.find(' '));
  return word == "internal-sftp" || word == "sftp-server" || word.ends_with("/sftp-server");
}

}  // namespace

Admission admit(std::string_view command) {
  if (command.empty()) {
    return Refusal{Error(Kind::permission, "this key is for ctgan-server only: no shell is given",
                         "use 'fit', 'sample' and 'download', or 'scp -O'")};
  }
  if (command == protocol::k_serve_command) return AdmitServe{};
  if (command == protocol::k_transfer_command) return AdmitTransfer{};
  if (asks_for_sftp(command)) {
    return Refusal{Error(Kind::permission, "this server does not speak sftp", "use 'scp -O'")};
  }
  // Before anything is shown: the name would be quoted, but no record may carry a second line.
  const bool scp = command.starts_with(k_scp);
  if (scp && !has_control(command)) return admit_scp(command.substr(k_scp.size()));
  return Refusal{Error(Kind::permission, fmt::format("this key does not allow {}", errors::quoted(command)),
                       "it is for ctgan-server only"),
                 scp};
}

}  // namespace ctgan::server::service
