#include "host/commands/inbox_command.h"

#include <fmt/format.h>

#include "common/console/console.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using protocol::count_field;
using protocol::text_field;
using session::Json;

struct InboxItem {
  std::string upload, name, state, touched;
  std::uint64_t bytes = 0;
};

std::vector<InboxItem> items_of(session::Session& session) {
  std::vector<InboxItem> items;
  for (const Json& entry : session.list("inbox.list")) {
    items.push_back({text_field(entry, "upload"), text_field(entry, "name"), text_field(entry, "state"),
                     text_field(entry, "created"), count_field(entry, "bytes")});
  }
  return items;
}

std::string text_of(const std::vector<InboxItem>& items) {
  if (items.empty()) return "the inbox is empty";
  std::vector<std::vector<std::string>> rows;
  rows.reserve(items.size());
  for (const InboxItem& item : items)
    rows.push_back(
        {item.name, progress::bytes_text(static_cast<double>(item.bytes)), item.state, item.touched});
  return console::text_table({{"name"}, {"size", console::Align::right}, {"state"}, {"last used (UTC)"}},
                             rows);
}

std::vector<InboxItem> meant_by(const std::string& word, const std::vector<InboxItem>& items) {
  std::vector<InboxItem> meant;
  std::vector<std::string> names;
  for (const InboxItem& item : items) {
    if (item.name == word || item.upload == word) meant.push_back(item);
    names.push_back(item.name);
  }
  if (!meant.empty()) return meant;
  throw Error(Kind::no_input, fmt::format("there is no file {} in the inbox", errors::quoted(word)),
              names.empty() ? "the inbox is empty" : errors::suggestion(word, names));
}

}  // namespace

void list_inbox(session::Session& session, progress::Progress& progress) {
  const std::vector<InboxItem> items = items_of(session);
  Json list = Json::array();
  for (const InboxItem& item : items) {
    list.push_back({{"upload", item.upload},
                    {"name", item.name},
                    {"bytes", item.bytes},
                    {"state", item.state},
                    {"created", item.touched}});
  }
  progress.result({{"items", std::move(list)}}, text_of(items));
}

void delete_from_inbox(session::Session& session, progress::Progress& progress,
                       const std::vector<std::string>& words,
                       const std::function<void(const std::string& name)>& confirm) {
  const std::vector<InboxItem> items = items_of(session);
  std::vector<InboxItem> meant;
  for (const std::string& word : words) {
    const auto more = meant_by(word, items);
    meant.insert(meant.end(), more.begin(), more.end());
  }
  std::vector<std::string> names;
  for (const InboxItem& item : meant) {
    confirm(item.name);
    session.request("inbox.delete", {{"upload", item.upload}});
    progress.note("deleted", {{"name", item.name}}, fmt::format("Deleted {}", errors::visible(item.name)));
    names.push_back(item.name);
  }
  progress.result({{"deleted", names}}, "");
}

}  // namespace ctgan::host::commands
