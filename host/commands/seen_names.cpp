#include "host/commands/seen_names.h"

#include <algorithm>
#include <exception>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/files/names.h"
#include "common/settings/settings_file.h"
#include "common/table_formats/csv_reader.h"

namespace ctgan::host::commands {
namespace {

using session::Json;

constexpr std::size_t k_most_names = 500;
constexpr const char* k_columns = "columns";
constexpr std::string_view k_latest = "latest";

std::filesystem::path place() {
  return ctgan::settings::state_folder() / "seen.json";
}

Json read_seen() {
  try {
    const Json seen = Json::parse(files::read_file(place()), nullptr, false);
    return seen.is_object() ? seen : Json::object();
  } catch (const std::exception&) {
    return Json::object();
  }
}

void change_seen(const std::function<void(Json&)>& change) {
  try {
    Json seen = read_seen();
    const Json before = seen;
    change(seen);
    if (seen == before) return;
    std::filesystem::create_directories(place().parent_path());
    files::write_file(place(), seen.dump(-1, ' ', false, Json::error_handler_t::replace),
                      files::AtomicFile::IfExists::replace);
  } catch (const std::exception&) {
    // Nobody completes it, then.
  }
}

std::vector<std::string> texts_in(const Json& seen, const std::string& key) {
  std::vector<std::string> texts;
  const auto found = seen.find(key);
  if (found == seen.end() || !found->is_array()) return texts;
  for (const Json& text : *found)
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

std::vector<std::string> cut_to(std::vector<std::string> names) {
  if (names.size() > k_most_names) names.resize(k_most_names);
  return names;
}

// Bytes in memory.
class TextSource : public files::ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t got = text_.copy(buffer.data(), buffer.size(), at_);
    at_ += got;
    return got;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

// Whole lines at the beginning of a file.
std::string first_lines(const std::filesystem::path& path) {
  constexpr std::size_t k_enough = std::size_t{1} << 16;
  const auto source = files::open_maybe_gzip(path);
  std::string text(k_enough, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const std::size_t got = source->read({text.data() + have, text.size() - have});
    if (got == 0) break;
    have += got;
  }
  const bool whole = have < text.size();
  text.resize(have);
  if (!whole) text.resize(text.rfind('\n') + 1);
  return text;
}

}  // namespace

void remember_names(Store store, const std::vector<std::string>& names) {
  change_seen([&](Json& seen) {
    seen[store_name(store)] = cut_to(names);
    if (store != Store::models || !seen.contains(k_columns)) return;
    for (auto known = seen[k_columns].begin(); known != seen[k_columns].end();)
      known = std::find(names.begin(), names.end(), known.key()) == names.end() ? seen[k_columns].erase(known)
                                                                                : std::next(known);
  });
}

std::vector<std::string> seen_names(Store store) {
  return texts_in(read_seen(), store_name(store));
}

void remember_columns(const std::string& model, const std::vector<std::string>& columns) {
  change_seen([&](Json& seen) {
    std::vector<std::string> models = texts_in(seen, store_name(Store::models));
    if (std::find(models.begin(), models.end(), model) == models.end()) models.insert(models.begin(), model);
    seen[store_name(Store::models)] = cut_to(models);
    seen[k_columns][model] = columns;
  });
}

std::vector<std::string> seen_columns(const std::string& word) {
  const Json seen = read_seen();
  const auto known = seen.find(k_columns);
  if (known == seen.end()) return {};
  if (known->contains(word)) return texts_in(*known, word);
  const std::size_t colon = word.find(':');
  if (word.substr(0, colon) != k_latest) return {};
  for (const std::string& model : texts_in(seen, store_name(Store::models)))
    if (colon == std::string::npos || files::original_of(model).value_or("") == word.substr(colon + 1))
      return texts_in(*known, model);
  return {};
}

std::vector<std::string> columns_of_file(const std::filesystem::path& path,
                                         const table_formats::CsvDialect& dialect) {
  try {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return {};
    TextSource source(first_lines(path));
    return table_formats::read_texts(source, path.string(), dialect).table.column_names();
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace ctgan::host::commands
