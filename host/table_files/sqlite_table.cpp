#include "host/table_files/sqlite_table.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table_formats/convert_rows.h"
#include "common/table_formats/csv_writer.h"
#include "common/texts/texts.h"
#include "host/table_files/numeric_texts.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_patience_ms = 10'000;
constexpr std::string_view k_first_bytes("SQLite format 3\0", 16);

bool is_database(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(k_first_bytes.size(), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return in.gcount() == static_cast<std::streamsize>(bytes.size()) && bytes == k_first_bytes;
}

bool is_named_as_database(const std::filesystem::path& file) {
  const std::string end = texts::in_small_letters(file.extension().string());
  return end == ".db" || end == ".sqlite" || end == ".sqlite3";
}

// "shop.db:orders"; a name of a table may hold colons, one of a file too, so that each is tried.
template <typename Fits>
std::optional<TablePlace> cut(const std::string& word, const Fits& fits) {
  for (std::size_t colon = word.find(':'); colon != std::string::npos; colon = word.find(':', colon + 1))
    if (colon > 0 && colon + 1 < word.size() && fits(word.substr(0, colon)))
      return TablePlace{word.substr(0, colon), word.substr(colon + 1)};
  return std::nullopt;
}

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Kind::try_again;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Kind::bad_data;
    default:
      return Kind::io;
  }
}

class Database {
 public:
  Database(std::filesystem::path file, int flags) : file_(std::move(file)) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file_.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    check(code);
    sqlite3_busy_timeout(handle, k_patience_ms);
  }

  void check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    const Kind kind = kind_of(code);
    throw Error(kind,
                fmt::format("the database {} cannot be used: {}", errors::quoted(file_.string()),
                            handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)),
                kind == Kind::try_again ? "another program writes to it: run the command again" : "");
  }
  void execute(const std::string& sql) {
    check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }
  sqlite3* get() const { return handle_.get(); }
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
 public:
  Statement(Database& database, const std::string& sql) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    database.check(sqlite3_prepare_v2(database.get(), sql.c_str(), -1, &statement, nullptr));
    statement_.reset(statement);
  }
  bool step() {
    const int code = sqlite3_step(statement_.get());
    database_.check(code);
    return code == SQLITE_ROW;
  }
  void run() {
    step();
    database_.check(sqlite3_reset(statement_.get()));
  }
  void bind(int place, std::string_view text) {
    database_.check(sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT,
                                        SQLITE_UTF8));
  }
  void bind_nothing(int place) { database_.check(sqlite3_bind_null(statement_.get(), place)); }
  std::string_view text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
  }
  sqlite3_stmt* get() const { return statement_.get(); }

 private:
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Close> statement_;
};

// As an identifier of SQL.
std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// Tables and views, with "table" or "view" before each name.
std::vector<std::pair<std::string, std::string>> things_in(Database& database) {
  std::vector<std::pair<std::string, std::string>> found;
  Statement query(database,
                  "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE "
                  "'sqlite\\_%' ESCAPE '\\' ORDER BY name");
  while (query.step()) found.emplace_back(query.text(0), query.text(1));
  return found;
}

std::vector<std::string> names_in(Database& database) {
  std::vector<std::string> names;
  for (auto& [type, name] : things_in(database)) names.push_back(std::move(name));
  return names;
}

// SQLite takes names in any letters for one.
std::optional<std::string> type_of(Database& database, const std::string& table) {
  for (const auto& [type, name] : things_in(database))
    if (texts::in_small_letters(name) == texts::in_small_letters(table)) return type;
  return std::nullopt;
}

[[noreturn]] void refuse_unknown(Database& database, const TablePlace& place) {
  throw Error(Kind::no_input,
              fmt::format("the database {} has no table {}", errors::quoted(place.file.string()),
                          errors::quoted(place.table)),
              errors::suggestion(place.table, names_in(database)));
}

// One column of what is read.
struct Column {
  std::string name;
  bool is_boolean = false;  // as declared
  bool is_read = true;
  NumericTexts texts = {};
};

std::vector<Column> columns_of(Statement& rows, const std::vector<std::string>& left_out) {
  std::vector<Column> columns;
  for (int i = 0; i < sqlite3_column_count(rows.get()); ++i) {
    Column column;
    column.name = sqlite3_column_name(rows.get(), i);
    const char* declared = sqlite3_column_decltype(rows.get(), i);
    column.is_boolean = declared != nullptr && texts::in_small_letters(declared).starts_with("bool");
    column.is_read = std::find(left_out.begin(), left_out.end(), column.name) == left_out.end();
    columns.push_back(std::move(column));
  }
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  for (const std::string& name : left_out)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error(Kind::usage, fmt::format("no column is named {}", errors::quoted(name)),
                  errors::suggestion(name, names));
  return columns;
}

// Reals as SQLite has them: the shortest digits that mean the same, with a point.
std::string real_text(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

void append_cell(Statement& rows, int place, Column& column, const TablePlace& from, std::string& line) {
  switch (sqlite3_column_type(rows.get(), place)) {
    case SQLITE_NULL:
      return;
    case SQLITE_INTEGER: {
      const sqlite3_int64 value = sqlite3_column_int64(rows.get(), place);
      column.texts.see_other();
      if (column.is_boolean && (value == 0 || value == 1)) {
        line += value == 1 ? "True" : "False";
        return;
      }
      line += std::to_string(value);
      return;
    }
    case SQLITE_FLOAT:
      column.texts.see_other();
      line += real_text(sqlite3_column_double(rows.get(), place));
      return;
    case SQLITE_TEXT: {
      const std::string_view text = rows.text(place);
      column.texts.see(text);
      table_formats::append_csv_cell(text, ',', line);
      return;
    }
    default:
      break;
  }
  throw Error(Kind::bad_data,
              fmt::format("column {} of table {} holds binary cells", errors::quoted(column.name),
                          errors::quoted(from.table)),
              fmt::format("leave it out with '--drop {}'", column.name));
}

// One line of CSV, of the columns that are read.
template <typename Append>
std::string line_of(const std::vector<Column>& columns, const Append& append) {
  std::string line;
  bool first = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].is_read) continue;
    if (!first) line += ',';
    first = false;
    append(i, line);
  }
  // An empty line would be no row.
  if (line.empty()) line = "\"\"";
  return line + "\n";
}

// How a column is declared that has cells of these kinds (CellTypes).
std::string_view declared_as(char letter) {
  switch (letter) {
    case 'n':
      return "NUMERIC";
    case 'b':
      return "BOOLEAN";
    default:
      return "TEXT";
  }
}

// The new table while its rows come.
class NewTable {
 public:
  NewTable(Database& database, const TablePlace& place, const table_formats::CellTypes& types)
      : database_(database), place_(place), types_(types) {}

  void take(const std::string_view* cells, std::size_t count) {
    if (!insert_) return create(cells, count);
    for (std::size_t i = 0; i < count; ++i) bind(i, cells[i]);
    insert_->run();
  }

 private:
  void create(const std::string_view* names, std::size_t count) {
    if (types_.letters.size() != count)
      throw Error(Kind::bad_data, "the rows do not say which of their columns are numbers",
                  "draw them again, or take them as CSV");
    std::string columns, places;
    for (std::size_t i = 0; i < count; ++i) {
      columns +=
          fmt::format("{}{} {}", i == 0 ? "" : ", ", quoted_name(names[i]), declared_as(types_.letters[i]));
      places += i == 0 ? "?" : ", ?";
    }
    database_.execute(fmt::format("CREATE TABLE {} ({})", quoted_name(place_.table), columns));
    insert_ = std::make_unique<Statement>(
        database_, fmt::format("INSERT INTO {} VALUES ({})", quoted_name(place_.table), places));
  }

  // A column's affinity makes a number of a text where it can.
  void bind(std::size_t column, std::string_view cell) {
    const int place = static_cast<int>(column) + 1;
    if (types_.means_missing(column, cell)) return insert_->bind_nothing(place);
    if (types_.letters[column] == 'b')
      return insert_->bind(place, texts::in_small_letters(cell) == "true" ? "1" : "0");
    insert_->bind(place, cell);
  }

  Database& database_;
  const TablePlace& place_;
  const table_formats::CellTypes& types_;
  std::unique_ptr<Statement> insert_;
};

void require_free(Database& database, const TablePlace& place, bool replace) {
  const auto type = type_of(database, place.table);
  if (!type || (replace && *type == "table")) return;
  throw Error(Kind::cannot_create,
              fmt::format("the database {} has a {} {} already", errors::quoted(place.file.string()), *type,
                          errors::quoted(place.table)),
              *type == "table" ? "give another name, or '--force' to replace it" : "give another name");
}

class SqliteSource : public TypedSource {
 public:
  explicit SqliteSource(TablePlace place) : place_(std::move(place)) {}
  std::string name() const override { return place_.table; }
  TypedTable read(const std::vector<std::string>& left_out) const override {
    return read_table(place_, left_out);
  }

 private:
  TablePlace place_;
};

}  // namespace

std::optional<TablePlace> table_to_read(const std::string& word) {
  std::error_code failed;
  if (std::filesystem::is_regular_file(word, failed)) {
    if (!is_database(word)) return std::nullopt;
    Database database(word, SQLITE_OPEN_READONLY);
    const std::vector<std::string> names = names_in(database);
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + errors::visible(name);
    throw Error(
        Kind::usage, fmt::format("{} is a database, and no table in it is named", errors::quoted(word)),
        names.empty() ? "it has none" : fmt::format("'{}:{}'; it has: {}", word, names.front(), known));
  }
  return cut(word, [](const std::string& file) { return is_database(file); });
}

std::optional<TablePlace> table_to_write(const std::string& word) {
  return cut(word, [](const std::string& file) { return is_named_as_database(file) || is_database(file); });
}

std::unique_ptr<TypedSource> sqlite_source(const std::string& word) {
  auto place = table_to_read(word);
  return place ? std::make_unique<SqliteSource>(std::move(*place)) : nullptr;
}

TypedTable read_table(const TablePlace& place, const std::vector<std::string>& left_out) {
  Database database(place.file, SQLITE_OPEN_READONLY);
  if (!type_of(database, place.table)) refuse_unknown(database, place);
  Statement rows(database, fmt::format("SELECT * FROM {}", quoted_name(place.table)));
  std::vector<Column> columns = columns_of(rows, left_out);
  TypedTable table{.csv = std::make_unique<files::Spool>(), .columns_left_out = true};
  table.csv->write(line_of(columns, [&](std::size_t i, std::string& line) {
    table_formats::append_csv_cell(columns[i].name, ',', line);
  }));
  while (rows.step())
    table.csv->write(line_of(columns, [&](std::size_t i, std::string& line) {
      append_cell(rows, static_cast<int>(i), columns[i], place, line);
    }));
  for (const Column& column : columns)
    if (column.texts.all()) table.columns[column.name].kind = table::ColumnKind::categorical;
  return table;
}

void check_writable(const TablePlace& place, bool replace) {
  std::error_code failed;
  if (!std::filesystem::exists(place.file, failed)) return;
  Database database(place.file, SQLITE_OPEN_READONLY);
  require_free(database, place, replace);
}

void write_table(const TablePlace& place, files::ByteSource& csv, const table_formats::CellTypes& types,
                 bool replace) {
  std::error_code failed;
  const bool is_new = !std::filesystem::exists(place.file, failed);
  try {
    Database database(place.file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    database.execute("BEGIN IMMEDIATE");
    require_free(database, place, replace);
    database.execute(fmt::format("DROP TABLE IF EXISTS {}", quoted_name(place.table)));
    NewTable table(database, place, types);
    table_formats::for_each_record(csv, place.table, [&](const std::string_view* cells, std::size_t count) {
      table.take(cells, count);
    });
    // What is not committed goes with the connection.
    database.execute("COMMIT");
  } catch (...) {
    if (is_new) std::filesystem::remove(place.file, failed);
    throw;
  }
}

}  // namespace ctgan::host::table_files
