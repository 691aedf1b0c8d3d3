#include "host/commands/private_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/protocol/message.h"
#include "host/commands/fit_request.h"
#include "host/session/upload.h"

namespace ctgan::host::commands {

using errors::Error;
using errors::Kind;
using session::Json;

PrivateReport::PrivateReport(const std::string& words) : is_asked_(!words.empty()) {
  constexpr std::string_view k_public = "public=";
  if (words.empty() || words == "owner") return;
  if (!words.starts_with(k_public) || words.size() == k_public.size())
    throw Error(Kind::usage, fmt::format("'--report' knows no {}", errors::quoted(words)),
                "'owner' compares with the table's rows, 'public=FILE' with those of FILE");
  rows_ = words.substr(k_public.size());
}

void PrivateReport::check_rows(table_formats::FileRequest table, const table_formats::DialectWords& words,
                               std::vector<std::string> columns) {
  if (!is_public()) return;
  const std::string& shown = rows_;
  table.dialect = table_formats::parse_dialect(words, shown);
  sent_.emplace(shown, table);
  sent_->add_to(table, true);
  const TableFacts facts = read_declared(sent_->path(), shown, table);
  std::vector<std::string> found = facts.metadata.names();
  std::sort(found.begin(), found.end());
  std::sort(columns.begin(), columns.end());
  if (!columns.empty() && found != columns)
    throw Error(Kind::bad_data,
                fmt::format("the public rows {} have other columns than the table", errors::quoted(shown)),
                "give rows of the same columns");
  dialect_ = table.dialect;
  dialect_.delimiter = facts.delimiter;
}

void PrivateReport::require_known(const Connection& connection) const {
  if (is_asked_)
    connection.require_feature(protocol::k_private_report_feature, "makes no reports of private models",
                               "--report");
}

Json PrivateReport::to_json() const {
  if (!is_public()) return {{"from", "owner"}};
  return {{"from", "public"},
          {"name", sent_->file_name()},
          {"sha256", files::sha256_of_file(sent_->path())},
          {"dialect", table_formats::to_json(dialect_)}};
}

void PrivateReport::send(Connection& connection, progress::Progress& progress, Json& fields) const {
  if (!is_public()) return;
  fields["private_report"]["upload"] = session::upload(connection.session(), sent_->path(),
                                                       sent_->file_name(), progress, session::UploadUse::fit);
}

}  // namespace ctgan::host::commands
