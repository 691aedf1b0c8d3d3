// What a person calls something that a server lists by ids of 32 hex digits: the id, the beginning of it, 'latest'.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/session/session.h"

namespace ctgan::host::commands {

// Of an id in a list: enough to name it by.
inline constexpr std::size_t k_shown_digits = 12;

struct IdList {
  std::string_view command;  // "job.list", newest first
  const char* field;         // of an item, with the id: "job"
  std::string_view noun;     // "job"
  std::string_view hint;     // "'manage jobs list' shows them"
};

// The id that `word` means among the items that are wanted; a whole id is taken at its word. Throws Error(usage) where
// several begin so, Error(no_input) where there is none.
std::string id_by_word(session::Session& session, const std::string& word, const IdList& list,
                       const session::Json& fields,
                       const std::function<bool(const session::Json& item, bool latest)>& is_wanted);

}  // namespace ctgan::host::commands
