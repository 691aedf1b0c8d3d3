#include "host/session/first_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_not_executable = 126;
constexpr int k_not_found = 127;

// The first line that is not blank.
std::string first_line(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
      return std::string(line.substr(0, line.find('\r')));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

std::optional<Kind> kind_of(int code) {
  for (const errors::KindRow& row : errors::kind_table()) {
    if (row.exit_code == code) return row.kind;
  }
  return std::nullopt;
}

// errors::report() writes "ctgan-server: <sentence>\n  hint: <hint>\n".
std::optional<Error> own_words(Kind kind, std::string_view text) {
  constexpr std::string_view k_name = "ctgan-server: ";
  constexpr std::string_view k_hint = "  hint: ";
  const std::size_t start = text.find(k_name);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + k_name.size());
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(end + 1, text.size()));
  std::string hint;
  if (rest.starts_with(k_hint))
    hint = errors::visible(rest.substr(k_hint.size(), rest.find('\n') - k_hint.size()));
  return Error(kind, errors::visible(text.substr(0, end)), hint);
}

}  // namespace

std::optional<Error> last_words(std::optional<int> code, const std::string& error_text) {
  const std::optional<Kind> kind = code ? kind_of(*code) : std::nullopt;
  return kind ? own_words(*kind, error_text) : std::nullopt;
}

errors::Error explain_silence(const std::string& place, std::optional<int> code, const std::string& noise,
                              const std::string& error_text) {
  if (code == k_not_found || code == k_not_executable) {
    return {Kind::unavailable, fmt::format("{} has no 'ctgan-server' that can be run in its PATH", place),
            "'manage server install HOST' puts it there without root; one elsewhere is named with "
            "'remote_program' in "
            "the settings file"};
  }
  if (auto error = last_words(code, error_text)) return *error;
  std::string words = first_line(noise);
  if (words.empty()) words = first_line(error_text);
  if (!code && words.empty()) {
    return {Kind::try_again,
            fmt::format("the connection to {} ended before ctgan-server had answered", place),
            "run the same command again"};
  }
  const std::string said = words.empty() ? "nothing" : errors::quoted(words);
  return {Kind::protocol,
          fmt::format("ctgan-server did not answer on {}: the other end said {}", place, said),
          "run 'ssh HOST ctgan-server serve' by hand: its first line must be 'CTGAN-SERVER 1'"};
}

}  // namespace ctgan::host::session
