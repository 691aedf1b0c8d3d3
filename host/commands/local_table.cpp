#include "host/commands/local_table.h"

#include "common/files/names.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {
namespace {

// What was said of a file's rows holds for its CSV, what was said of how they are written does not.
table_formats::CsvDialect dialect_of_csv(const table_formats::CsvDialect& said) {
  table_formats::CsvDialect dialect;
  dialect.delimiter = ',';
  dialect.skip_rows = said.skip_rows;
  dialect.skip_footer = said.skip_footer;
  dialect.header = said.header;
  return dialect;
}

}  // namespace

void add_typed(const table_files::TypedTable& table, bool missing_is_said,
               table_formats::FileRequest& request) {
  if (table.columns_left_out) request.drop.clear();
  request.dialect = dialect_of_csv(request.dialect);
  // "NA" is a text there, and not a missing value.
  if (!missing_is_said) request.missing = table::MissingTexts(std::vector<std::string>());
  for (const auto& [name, said] : table.columns) {
    table::ColumnRequest& asked = request.columns[name];
    if (!asked.kind) asked.kind = said.kind;
    asked.storage_type = said.storage_type;
  }
}

LocalTable::LocalTable(const std::string& word, const table_formats::FileRequest& request) : file_(word) {
  if (const auto source = table_files::typed_source(word)) {
    typed_ = source->read(request.drop);
    file_name_ = files::safe_stem(source->name()) + ".csv";
    return;
  }
  session::check_source(file_);
  file_name_ = file_.filename().string();
}

void LocalTable::add_to(table_formats::FileRequest& request, bool missing_is_said) const {
  if (typed_) add_typed(*typed_, missing_is_said, request);
}

}  // namespace ctgan::host::commands
