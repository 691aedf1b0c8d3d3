#include "common/errors/error.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "common/errors/withheld.h"

namespace ctgan::errors {
namespace {

constexpr std::array<KindRow, 17> k_rows{{
    {Kind::usage, "usage", 64, "the command line is wrong"},
    {Kind::bad_data, "bad_data", 65, "the input cannot be used, or failed its integrity check"},
    {Kind::no_input, "no_input", 66, "a file, model or job that was named does not exist"},
    {Kind::unavailable, "unavailable", 69, "the server, a program or a device is not available"},
    {Kind::internal, "internal", 70, "a bug in this program"},
    {Kind::cannot_create, "cannot_create", 73, "an output exists already or cannot be created"},
    {Kind::io, "io", 74, "reading or writing failed, or a disk is full"},
    {Kind::try_again, "try_again", 75, "a passing fault: running the same command again is safe"},
    {Kind::protocol, "protocol", 76, "the two ends do not understand each other"},
    {Kind::permission, "permission", 77, "login, host key or permission refused"},
    {Kind::configuration, "configuration", 78, "a settings or credentials file is wrong"},
    {Kind::job_failed, "job_failed", 80, "the job failed"},
    {Kind::job_cancelled, "job_cancelled", 81, "the job was cancelled"},
    {Kind::job_lost, "job_lost", 82, "the job's worker died"},
    {k_withheld, "withheld", 83, "the gate gave out no rows: the report does not say that they may go out"},
    {Kind::interrupted, "interrupted", 130,
     "stopped by Ctrl-C, or its session was ended; a submitted job goes on"},
    {Kind::output_closed, "output_closed", 141, "whoever read the rows from standard output stopped reading"},
}};

const KindRow& row(Kind kind) {
  return *std::find_if(k_rows.begin(), k_rows.end(), [kind](const KindRow& r) { return r.kind == kind; });
}

// A file system may have room for bytes and none for one more file. `path` need not be there.
bool lacks_inodes(std::string_view path) {
  struct statvfs room {};
  for (std::string folder(path); !folder.empty(); folder.resize(std::min(folder.size(), folder.rfind('/')))) {
    if (statvfs(folder.c_str(), &room) == 0)
      return room.f_files > 0 && room.f_favail == 0 && room.f_bavail > 0;
    if (folder.rfind('/') == std::string::npos) break;
  }
  return false;
}

std::string errno_hint(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space and run the same command again";
    case EMFILE:
    case ENFILE:
      return "run the same command again when less is under way, or raise the limit of open files";
    case EACCES:
    case EPERM:
      return "check the owner and the permissions";
    case EROFS:
      return "choose a folder that can be written";
    case EAGAIN:
      return "the machine is busy: run the same command again";
    default:
      return {};
  }
}

Kind errno_kind(int number) {
  switch (number) {
    case ENOENT:
      return Kind::no_input;
    case EACCES:
    case EPERM:
      return Kind::permission;
    case EEXIST:
      return Kind::cannot_create;
    case EAGAIN:
    case EBUSY:
    case ETXTBSY:
    case ETIMEDOUT:
    case ECONNRESET:
      return Kind::try_again;
    default:
      return Kind::io;
  }
}

// Where the UTF-8 character of that byte begins; the byte itself in text that is none.
std::size_t character_begin(std::string_view text, std::size_t byte) {
  constexpr std::size_t k_longest = 4;
  for (std::size_t at = byte; at + k_longest > byte; --at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) return at;
  }
  return byte;
}

}  // namespace

std::span<const KindRow> kind_table() {
  return k_rows;
}

int exit_code(Kind kind) {
  return row(kind).exit_code;
}

std::string_view kind_name(Kind kind) {
  return row(kind).name;
}

std::optional<Kind> kind_from_name(std::string_view name) {
  for (const KindRow& r : k_rows) {
    if (r.name == name) return r.kind;
  }
  return std::nullopt;
}

Error::Error(Kind kind, std::string sentence, std::string hint)
    : kind_(kind), sentence_(std::move(sentence)), hint_(std::move(hint)) {}

nlohmann::json to_json(const Error& error) {
  nlohmann::json value{{"kind", kind_name(error.kind())}, {"sentence", error.sentence()}};
  if (!error.hint().empty()) value["hint"] = error.hint();
  return value;
}

Error from_json(const nlohmann::json& value) {
  const auto text = [&value](const char* key) -> std::string {
    if (!value.is_object()) return {};
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
  };
  std::string sentence = text("sentence");
  if (sentence.empty()) sentence = "the server reported an error without a description";
  Kind kind = kind_from_name(text("kind")).value_or(Kind::internal);
  // That one is reported without a word, which is for us to decide and not for the other end.
  if (kind == Kind::output_closed) kind = Kind::internal;
  return {kind, std::move(sentence), text("hint")};
}

Error describe(std::exception_ptr exception) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const Error& error) {
    return error;
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::broken_pipe) return {Kind::output_closed, "nobody reads what is written"};
    const int number = error.code().value();
    return {errno_kind(number), fmt::format("unexpected failure: {}", error.what()), errno_hint(number)};
  } catch (const std::bad_alloc&) {
    return {Kind::io, "not enough memory", "use a machine with more memory, or a smaller table"};
  } catch (const std::exception& error) {
    return {Kind::internal, fmt::format("unexpected failure: {}", error.what()),
            "please report this as a bug"};
  } catch (...) {
    return {Kind::internal, "unexpected failure", "please report this as a bug"};
  }
}

Error from_errno(int number, std::string_view action, std::string_view path) {
  std::string reason = std::generic_category().message(number);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] = static_cast<char>(reason[0] + 32);
  if (number == ENOSPC && lacks_inodes(path)) {
    return {Kind::io,
            fmt::format("cannot {} {}: {} for one more file (no inodes left)", action, quoted(path), reason),
            "delete some files of that file system and run the same command again"};
  }
  return {errno_kind(number), fmt::format("cannot {} {}: {}", action, quoted(path), reason),
          errno_hint(number)};
}

std::string visible(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (text[i] == '\n') {
      out += "\\n";
    } else if (text[i] == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else if (c1) {
      out += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t k_limit = 120;
  if (text.size() <= k_limit) return fmt::format("'{}'", visible(text));
  return fmt::format("'{}...'", visible(text.substr(0, character_begin(text, k_limit))));
}

}  // namespace ctgan::errors
