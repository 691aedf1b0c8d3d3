#include "host/commands/stored_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/progress/progress.h"
#include "host/commands/seen_names.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

constexpr std::string_view k_latest = "latest";
constexpr std::string_view k_latest_of = "latest:";

std::string_view one_of(Store store) {
  return store == Store::models ? "model" : "synthetic table";
}

[[noreturn]] void refuse(const std::vector<StoredItem>& items, const std::string& word, Store store) {
  std::vector<std::string> names;
  names.reserve(items.size());
  for (const StoredItem& item : items) names.push_back(item.name);
  const std::string hint =
      names.empty() ? fmt::format("you have no {} yet", one_of(store)) : errors::suggestion(word, names);
  throw Error(Kind::no_input, fmt::format("there is no {} {}", one_of(store), errors::quoted(word)), hint);
}

// Numbered from 1 on where there are numbers to answer with.
std::string table_text(const std::vector<StoredItem>& items, Store store, bool numbered) {
  using console::Align;
  std::vector<console::TextColumn> columns;
  if (numbered) columns.push_back({"", Align::right});
  columns.insert(columns.end(), {{"name"}, {"made (UTC)"}, {"size", Align::right}, {"rows", Align::right}});
  if (store == Store::models) columns.insert(columns.end(), {{"method"}, {"report"}});
  std::vector<std::vector<std::string>> rows;
  for (const StoredItem& item : items) {
    auto& row = rows.emplace_back();
    if (numbered) row.push_back(std::to_string(rows.size()));
    row.insert(row.end(), {item.name, item.created, progress::bytes_text(static_cast<double>(item.bytes)),
                           item.rows ? std::to_string(*item.rows) : ""});
    if (store == Store::models) row.insert(row.end(), {item.method, item.says});
  }
  return console::text_table(columns, rows);
}

std::string short_text(const Json& entry, const char* key) {
  return errors::visible(protocol::optional_text(entry, key).value_or(""));
}

// "epsilon 1" of a private model, else the verdict of its report in words.
std::string says_of(const Json& entry) {
  if (const auto epsilon = entry.find("epsilon"); epsilon != entry.end() && epsilon->is_number())
    return fmt::format("epsilon {:g}", epsilon->get<double>());
  const std::string verdict = short_text(entry, "verdict");
  if (verdict == "unsure") return "cannot say";
  return verdict == "skipped" ? "not measured" : verdict;
}

}  // namespace

std::string store_name(Store store) {
  return store == Store::models ? "models" : "data";
}

std::vector<StoredItem> list_items(session::Session& session, Store store) {
  std::vector<StoredItem> items;
  for (const Json& entry : session.list(store_name(store) + ".list")) {
    StoredItem item{protocol::text_field(entry, "name"),
                    protocol::count_field(entry, "bytes"),
                    protocol::text_field(entry, "created"),
                    protocol::optional_count(entry, "rows"),
                    short_text(entry, "method"),
                    says_of(entry)};
    if (!files::is_safe_name(item.name)) {
      throw Error(Kind::protocol, fmt::format("the server names a file {}, which is no safe name",
                                              errors::quoted(item.name)));
    }
    items.push_back(std::move(item));
  }
  std::vector<std::string> names;
  for (const StoredItem& item : items) names.push_back(item.name);
  remember_names(store, names);
  return items;
}

// The times in names have seconds, so the list is newest first by what the server says; equal ones keep its
// order.
const StoredItem* newest_of(const std::vector<StoredItem>& items, const std::string& original) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const StoredItem& item) {
    return files::original_of(item.name).value_or("") == original;
  });
  return found == items.end() ? nullptr : &*found;
}

const StoredItem& find_item(const std::vector<StoredItem>& items, const std::string& word, Store store) {
  if (word == k_latest && !items.empty()) return items.front();
  const auto found = std::find_if(items.begin(), items.end(), [&](const StoredItem& item) {
    return item.name == word || item.name == word + ".gz";
  });
  if (found != items.end()) return *found;
  if (word.starts_with(k_latest_of)) {
    if (const StoredItem* item = newest_of(items, word.substr(k_latest_of.size()))) return *item;
  }
  refuse(items, word, store);
}

console::Choices show_choices(const console::Console& console, const std::vector<StoredItem>& items,
                              Store store) {
  std::istringstream lines(table_text(items, store, true));
  for (std::string line; std::getline(lines, line);) console.say(line);
  console::Choices choices{items.size(), [&items, store](const std::string& word) {
                             return static_cast<std::size_t>(&find_item(items, word, store) - items.data());
                           }};
  choices.names.emplace_back(k_latest);
  for (const StoredItem& item : items) choices.names.push_back(item.name);
  return choices;
}

std::string items_text(const std::vector<StoredItem>& items, Store store) {
  return items.empty() ? fmt::format("no {} yet", one_of(store)) : table_text(items, store, false);
}

session::Json items_json(const std::vector<StoredItem>& items) {
  Json list = Json::array();
  for (const StoredItem& item : items) {
    Json fields{{"name", item.name}, {"bytes", item.bytes}, {"created", item.created}};
    if (item.rows) fields["rows"] = *item.rows;
    if (!item.method.empty()) fields["method"] = item.method;
    if (!item.says.empty()) fields["report"] = item.says;
    list.push_back(std::move(fields));
  }
  return list;
}

}  // namespace ctgan::host::commands
