// The report of a private fit, as `--report` asks for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/progress/progress.h"
#include "common/table_formats/file_request.h"
#include "host/commands/connection.h"
#include "host/commands/local_table.h"

namespace ctgan::host::commands {

class PrivateReport {
 public:
  // Throws Error(usage) for other words than "owner" and "public=FILE"; nothing is asked by an empty text.
  explicit PrivateReport(const std::string& words);

  bool is_asked() const { return is_asked_; }
  // By rows that are declared public; else by the table's own, for the owner only.
  bool is_public() const { return !rows_.empty(); }

  // What would else be found out with the budget spent. `columns` are the table's, where they are known here. Throws
  // Error(bad_data) where the public rows have others, and as read_declared.
  void check_rows(table_formats::FileRequest table, const table_formats::DialectWords& words,
                  std::vector<std::string> columns);
  // As Connection::require_feature.
  void require_known(const Connection& connection) const;
  // The field `private_report` of fit.submit, but for the upload. REQUIRES: check_rows was called.
  session::Json to_json() const;
  // Sends the public rows, and says so in `fields`. REQUIRES: check_rows was called.
  void send(Connection& connection, progress::Progress& progress, session::Json& fields) const;

 private:
  bool is_asked_ = false;
  std::string rows_;                // as they are named
  std::optional<LocalTable> sent_;  // once they are checked
  table_formats::CsvDialect dialect_;
};

}  // namespace ctgan::host::commands
