// The user's files on the server, and the words by which one is chosen: a name, 'latest', 'latest:NAME'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/console/console.h"
#include "host/session/session.h"

namespace ctgan::host::commands {

struct StoredItem {
  std::string name;
  std::uint64_t bytes = 0;
  std::string created;  // UTC, ISO 8601
  // Where the server knows them:
  std::optional<std::uint64_t> rows = {};  // of the table that was learnt, or drawn
  std::string method = {};                 // of a model
  std::string says = {};                   // its report's answer to whether rows may go out, or its guarantee
};

enum class Store { models, data };

// "models", "data": the protocol's name.
std::string store_name(Store store);

// Newest first. Throws Error(protocol) when a name is not safe.
std::vector<StoredItem> list_items(session::Session& session, Store store);

// The item that `word` means: its name, its name without ".gz", 'latest', or 'latest:NAME' for the newest
// that was made from the table NAME. Throws Error(no_input) with the closest name.
const StoredItem& find_item(const std::vector<StoredItem>& items, const std::string& word, Store store);

// The newest that was made from the table `original`, or null.
const StoredItem* newest_of(const std::vector<StoredItem>& items, const std::string& original);

// Shows a numbered list on the terminal; what may be answered: numbers, and the words of find_item. `items` must outlive
// the answer.
console::Choices show_choices(const console::Console& console, const std::vector<StoredItem>& items,
                              Store store);

// For --list and manage: a table, and the same as JSON.
std::string items_text(const std::vector<StoredItem>& items, Store store);
session::Json items_json(const std::vector<StoredItem>& items);

}  // namespace ctgan::host::commands
