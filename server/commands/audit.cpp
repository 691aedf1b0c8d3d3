#include <fmt/format.h>

#include <ctime>
#include <optional>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

std::optional<std::time_t> parsed(const std::string& text, const char* format) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), format, &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&parts);
}

// The first or the last second that is meant.
std::time_t time_of(const std::string& text, bool last, const char* flag) {
  constexpr std::time_t k_day = 24 * 3600;
  if (const auto day = parsed(text, "%Y-%m-%d")) return last ? *day + k_day - 1 : *day;
  if (const auto time = parsed(text, "%Y-%m-%dT%H:%M:%SZ")) return *time;
  throw Error(Kind::usage, fmt::format("'{}' takes a day or a time, not {}", flag, errors::quoted(text)),
              "write it as 2026-11-01 or 2026-11-01T07:45:00Z (UTC)");
}

// What a user did, and what was done to him.
bool concerns(const audit::Entry& entry, const std::string& user) {
  if (user.empty() || entry.origin.user == user) return true;
  const bool about_users =
      entry.what.starts_with("users.") || entry.what.starts_with("sessions.") || entry.what == "login";
  return about_users && entry.subject.substr(0, entry.subject.find(' ')) == user;
}

std::vector<std::string> row_of(const audit::Entry& entry) {
  return {store::utc_text(entry.time),
          entry.origin.user,
          entry.origin.from,
          entry.what,
          entry.subject,
          entry.bytes ? std::to_string(*entry.bytes) : "",
          entry.code == 0 ? entry.result : fmt::format("{} ({})", entry.result, entry.code)};
}

}  // namespace

Outcome audit(const AuditOptions& options) {
  const std::time_t since = options.since.empty() ? 0 : time_of(options.since, false, "--since");
  const std::optional<std::time_t> until =
      options.until.empty() ? std::nullopt : std::optional(time_of(options.until, true, "--until"));
  const OpenStore open(options.root);
  std::string text;
  std::vector<std::vector<std::string>> rows;
  log_of(open).read([&](const audit::Entry& entry) {
    if (entry.time < since || (until && entry.time > *until) || !concerns(entry, options.user)) return;
    if (options.json) {
      text += audit::line_of(entry);
    } else {
      rows.push_back(row_of(entry));
    }
  });
  if (options.json) return {std::move(text)};
  if (rows.empty()) return {"nothing was noted\n"};
  return {console::text_table({{"time (UTC)"},
                               {"user"},
                               {"from"},
                               {"what"},
                               {"of"},
                               {"bytes", console::Align::right},
                               {"result"}},
                              rows) +
          "\n"};
}

}  // namespace ctgan::server::commands
