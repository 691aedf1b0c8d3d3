#include "common/joins/party_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/errors/error.h"
#include "common/texts/texts.h"

namespace ctgan::joins {
namespace {

using errors::Error;
using errors::Kind;

// By ASCII alone, whatever the locale.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

void check_party_name(const std::string& name) {
  constexpr std::size_t k_most = 32;
  const bool is_name = !name.empty() && name.size() <= k_most && is_letter(name.front()) &&
                       std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
  if (is_name) return;
  throw Error(
      Kind::usage, fmt::format("{} cannot be the name of a party", errors::quoted(name)),
      fmt::format("a letter, then up to {} letters, digits or '-'; '{}' separates it from its columns",
                  k_most - 1, k_separator));
}

void check_party_names(const std::vector<std::string>& names) {
  if (names.size() < 2 || names.size() > k_most_parties)
    throw Error(Kind::usage,
                fmt::format("a fit of several parties has 2 to {}, not {}", k_most_parties, names.size()));
  std::set<std::string> known;
  for (const std::string& name : names) {
    check_party_name(name);
    if (known.insert(texts::in_small_letters(name)).second) continue;
    throw Error(Kind::usage, fmt::format("two parties are called {}", errors::quoted(name)));
  }
}

std::string joined_column(const std::string& party, const std::string& column) {
  return party + k_separator + column;
}

}  // namespace ctgan::joins
