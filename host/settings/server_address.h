// "[user@]host[:port]", as people write it; an IPv6 address with a port stands in brackets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::host::settings {

struct ServerAddress {
  std::string host;
  std::optional<std::uint16_t> port;
  std::optional<std::string> ssh_user;
};

// Throws Error(usage) naming the text. Host and user hold no spaces, control characters or quotes and do not
// start with
// '-': they may end up in somebody's ProxyCommand.
ServerAddress parse_server(std::string_view text);

// The rules for each part, for values that come from a file.
bool is_host_name(std::string_view text);
bool is_account_name(std::string_view text);

}  // namespace ctgan::host::settings
