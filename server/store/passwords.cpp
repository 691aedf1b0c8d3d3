#include "server/store/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <new>

#include "common/errors/error.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

// The hash of 32 random bytes that nobody kept: what an unknown user's password is compared with.
constexpr const char* k_nobody =
    "$argon2id$v=19$m=65536,t=2,p=1$Y5tPdL5fyPEgq6u43nJMSA$8PEOq2cjgKrfMehQ0Yy0Fg2ms4R4GqLXaA9gsv3mxKo";

}  // namespace

std::string hash_password(std::string_view password) {
  if (password.size() < k_shortest_password || password.size() > k_longest_password) {
    throw Error(Kind::usage,
                fmt::format("a password must have {} to {} bytes", k_shortest_password, k_longest_password));
  }
  if (password.find('\0') != std::string_view::npos)
    throw Error(Kind::usage, "a password cannot hold a NUL byte");
  secrets::start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    throw std::bad_alloc();
  }
  return hash.data();
}

bool password_matches(std::string_view password, const std::optional<std::string>& hash) {
  secrets::start_sodium();
  const std::string_view tried = password.substr(0, k_longest_password);
  const bool same =
      crypto_pwhash_str_verify(hash ? hash->c_str() : k_nobody, tried.data(), tried.size()) == 0;
  return same && hash.has_value() && password.size() <= k_longest_password;
}

}  // namespace ctgan::server::store
