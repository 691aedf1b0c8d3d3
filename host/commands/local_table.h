// A table of this machine that a command sends to the server: a text as it is, any other file as the CSV that it is
// turned into (host/table_files).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/table_formats/file_request.h"
#include "host/table_files/typed_table.h"

namespace ctgan::host::commands {

// What the file of such a table says of it goes into `request`, where nobody says another thing: of its columns, of what
// stands for missing values (`missing_is_said`: somebody does), and how its CSV is written.
void add_typed(const table_files::TypedTable& table, bool missing_is_said,
               table_formats::FileRequest& request);

class LocalTable {
 public:
  // What a person names. Columns that `request` drops are left out where the file allows it. Throws what
  // session::check_source and table_files::TypedSource throw.
  LocalTable(const std::string& word, const table_formats::FileRequest& request);

  // Where the bytes are that are sent, and what their file is called there.
  std::filesystem::path path() const { return typed_ ? typed_->csv->path() : file_; }
  const std::string& file_name() const { return file_name_; }
  // add_typed, of a table that is none of a text.
  void add_to(table_formats::FileRequest& request, bool missing_is_said) const;

 private:
  std::filesystem::path file_;
  std::string file_name_;
  std::optional<table_files::TypedTable> typed_;
};

}  // namespace ctgan::host::commands
