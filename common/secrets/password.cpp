#include "common/secrets/password.h"

#include <sodium.h>

namespace ctgan::secrets {

Secret random_password() {
  constexpr std::string_view k_letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  constexpr int k_groups = 4, k_group = 5;
  start_sodium();
  std::string text;
  text.reserve(k_groups * (k_group + 1));
  for (int i = 0; i < k_groups * k_group; ++i) {
    if (i > 0 && i % k_group == 0) text += '-';
    text += k_letters[randombytes_uniform(static_cast<std::uint32_t>(k_letters.size()))];
  }
  Secret password(text);
  wipe(text);
  return password;
}

}  // namespace ctgan::secrets
