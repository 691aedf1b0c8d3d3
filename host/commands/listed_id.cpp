#include "host/commands/listed_id.h"

#include <fmt/format.h>

#include <vector>

#include "common/errors/error.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

constexpr std::string_view k_latest = "latest";
constexpr std::size_t k_id_digits = 32;

}  // namespace

std::string id_by_word(session::Session& session, const std::string& word, const IdList& list,
                       const Json& fields,
                       const std::function<bool(const Json& item, bool latest)>& is_wanted) {
  const Error unknown(Kind::no_input, fmt::format("there is no {} {}", list.noun, errors::quoted(word)),
                      std::string(list.hint));
  const bool latest = word == k_latest;
  if (word.size() == k_id_digits) return word;
  if (word.empty() || (!latest && word.find_first_not_of("0123456789abcdef") != std::string::npos))
    throw unknown;
  std::vector<std::string> found;
  session.find(list.command, fields, [&](const Json& item) {
    const std::string id = protocol::text_field(item, list.field);
    if (is_wanted(item, latest) && (latest || id.starts_with(word))) found.push_back(id);
    return found.size() == (latest ? 1U : 2U);
  });
  if (found.empty()) throw unknown;
  if (found.size() > 1) {
    throw Error(Kind::usage, fmt::format("more than one {} begins with {}", list.noun, errors::quoted(word)),
                "give more of its digits");
  }
  return errors::visible(found.front());
}

}  // namespace ctgan::host::commands
