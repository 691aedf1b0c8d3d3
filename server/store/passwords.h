// Passwords as Argon2id hashes (libsodium, INTERACTIVE: 64 MiB, two passes). Bytes count: no normalisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ctgan::server::store {

inline constexpr std::size_t k_shortest_password = 8;
inline constexpr std::size_t k_longest_password = 1024;

// Throws Error(usage) for a password that is too short, too long or holds a NUL byte.
std::string hash_password(std::string_view password);

// Without a hash (unknown user, or a user without a password) the answer is no, after the same work.
bool password_matches(std::string_view password, const std::optional<std::string>& hash);

}  // namespace ctgan::server::store
