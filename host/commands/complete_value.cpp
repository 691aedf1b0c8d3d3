#include "host/commands/complete_value.h"

#include <algorithm>

#include "common/files/names.h"
#include "common/options/methods.h"
#include "host/commands/seen_names.h"

namespace ctgan::host::commands {
namespace {

using Texts = std::vector<std::string>;

// 'latest', 'latest:people', and the names themselves.
Texts names_of(Store store) {
  Texts found{"latest"};
  const Texts names = seen_names(store);
  for (const std::string& name : names)
    if (const auto original = files::original_of(name)) found.push_back("latest:" + *original);
  found.insert(found.end(), names.begin(), names.end());
  return found;
}

// Of the table or the model among the words.
Texts columns(const Texts& words) {
  for (const std::string& word : words) {
    Texts found = columns_of_file(word, table_formats::parse_dialect({}, word));
    if (found.empty()) found = seen_columns(word);
    if (!found.empty()) return found;
  }
  return {};
}

Texts methods() {
  Texts names;
  for (const options::Method& method : options::methods()) names.emplace_back(method.name);
  return names;
}

}  // namespace

std::vector<std::string> complete_value(std::string_view type, const std::vector<std::string>& words) {
  if (type == "METHOD") return methods();
  if (type == "MODEL") return names_of(Store::models);
  if (type == "TABLE") return names_of(Store::data);
  if (type == "TABLE|MODEL") {
    const bool models = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "--models" || word == "--report";
    });
    return names_of(models ? Store::models : Store::data);
  }
  if (type == "JOB" || type == "SESSION") return {"latest"};
  if (type == "HOST") return {"local"};
  const bool of_columns = type.starts_with("COLUMN") || type == "CONDITION" || type == "RULE";
  if (!of_columns) return {};
  Texts found = columns(words);
  if (type.starts_with("COLUMN="))
    for (std::string& name : found) name += "=";
  return found;
}

std::vector<std::string> completed_programs() {
  return {"ctgan", "fit", "sample", "download", "manage", "ctgan-server"};
}

}  // namespace ctgan::host::commands
