#include "host/commands/stored_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/progress/progress.h"

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

std::vector<std::vector<std::string>> rows_of(const std::vector<StoredItem>& items) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(items.size());
  for (const StoredItem& item : items) {
    rows.push_back({item.name, progress::bytes_text(static_cast<double>(item.bytes)), item.created});
  }
  return rows;
}

}  // namespace

std::string store_name(Store store) {
  return store == Store::models ? "models" : "data";
}

std::vector<StoredItem> list_items(session::Session& session, Store store) {
  std::vector<StoredItem> items;
  for (const Json& entry : session.list(store_name(store) + ".list")) {
    StoredItem item{protocol::text_field(entry, "name"), protocol::count_field(entry, "bytes"),
                    protocol::text_field(entry, "created")};
    if (!files::is_safe_name(item.name)) {
      throw Error(Kind::protocol, fmt::format("the server names a file {}, which is no safe name",
                                              errors::quoted(item.name)));
    }
    items.push_back(std::move(item));
  }
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

void show_choices(const console::Console& console, const std::vector<StoredItem>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    console.say(fmt::format("{:4}  {}  {}", i + 1, items[i].name,
                            progress::bytes_text(static_cast<double>(items[i].bytes))));
  }
}

std::string items_text(const std::vector<StoredItem>& items, Store store) {
  if (items.empty()) return fmt::format("no {} yet", one_of(store));
  return console::text_table({{"name"}, {"size", console::Align::right}, {"made (UTC)"}}, rows_of(items));
}

session::Json items_json(const std::vector<StoredItem>& items) {
  Json list = Json::array();
  for (const StoredItem& item : items) {
    list.push_back({{"name", item.name}, {"bytes", item.bytes}, {"created", item.created}});
  }
  return list;
}

}  // namespace ctgan::host::commands
