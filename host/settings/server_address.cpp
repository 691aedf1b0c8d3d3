#include "host/settings/server_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/errors/error.h"

namespace ctgan::host::settings {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_longest_name = 255;

bool is_plain(std::string_view text, std::string_view also) {
  if (text.empty() || text.size() > k_longest_name || text[0] == '-') return false;
  return std::all_of(text.begin(), text.end(), [also](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || also.find(c) != std::string_view::npos;
  });
}

Error malformed(std::string_view text) {
  return {Kind::usage, fmt::format("{} is not a server", errors::quoted(text)),
          "write '[user@]host[:port]', or 'local' for a child process on this machine"};
}

std::uint16_t parse_port(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc{} || end != text.data() + text.size() || port == 0) throw malformed(whole);
  return port;
}

}  // namespace

bool is_host_name(std::string_view text) {
  return is_plain(text, "._-:%");
}

bool is_account_name(std::string_view text) {
  return is_plain(text, "._-+@\\");
}

ServerAddress parse_server(std::string_view text) {
  ServerAddress address;
  std::string_view rest = text;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    address.ssh_user = std::string(rest.substr(0, at));
    rest = rest.substr(at + 1);
    if (!is_account_name(*address.ssh_user)) throw malformed(text);
  }
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) throw malformed(text);
    port = rest.substr(end + 1);
    rest = rest.substr(1, end - 1);
  } else if (std::count(rest.begin(), rest.end(), ':') == 1) {
    port = rest.substr(rest.find(':'));
    rest = rest.substr(0, rest.find(':'));
  }
  if (!port.empty()) {
    if (port[0] != ':') throw malformed(text);
    address.port = parse_port(port.substr(1), text);
  }
  address.host = std::string(rest);
  if (!is_host_name(address.host)) throw malformed(text);
  return address;
}

}  // namespace ctgan::host::settings
