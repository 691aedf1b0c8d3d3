#include "common/options/splits.h"

#include <algorithm>
#include <set>

#include "common/errors/error.h"
#include "common/texts/texts.h"

namespace ctgan::options {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_hint = "groups are written 'age,sex;race,income'";

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::vector<std::vector<std::string>> parse_splits(std::string_view text) {
  std::vector<std::vector<std::string>> groups;
  std::set<std::string> named;
  for (const std::string_view group : parts_of(text, ';')) {
    groups.emplace_back();
    for (const std::string_view part : parts_of(group, ',')) {
      std::string name(texts::trimmed(part));
      if (name.empty()) throw Error(Kind::usage, "splits have a group or a column without a name", k_hint);
      if (!named.insert(name).second)
        throw Error(Kind::usage, "splits name the column " + errors::quoted(name) + " twice",
                    "a column is in one group");
      groups.back().push_back(std::move(name));
    }
  }
  return groups;
}

}  // namespace ctgan::options
