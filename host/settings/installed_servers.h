// Where `manage server install` has put ctgan-server, account by account. The list is a file of what our programs
// remember (state folder, mode 0600); without it the server's PATH is asked as ever.
#pragma once

#include <optional>
#include <string>

namespace ctgan::host::settings {

// `account` is "user@host:port", as it was connected to. Empty where nothing is remembered; a list that cannot be read
// counts as empty.
std::optional<std::string> installed_program(const std::string& account);
// Throws Error(cannot_create) or Error(io).
void remember_program(const std::string& account, const std::string& program);
void forget_program(const std::string& account);

}  // namespace ctgan::host::settings
