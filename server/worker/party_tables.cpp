#include "server/worker/party_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/checksum.h"
#include "common/files/gzip.h"
#include "common/joins/party_name.h"
#include "common/options/guarantee.h"
#include "common/protocol/message.h"
#include "common/table/declared_metadata.h"
#include "common/table_formats/csv_reader.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

struct PartyTable {
  joins::KeyedTable keyed;
  table::Metadata metadata;  // of its columns without the ids, by the names that the party gives them
};

// What would be read from the rows would be seen by the other parties.
void refuse_of_party(const table_formats::FileRequest& wanted, const std::string& join) {
  if (!wanted.rules.row_rules.empty())
    throw Error(Kind::usage, "a fit of several parties takes no rules, which would be read from the rows",
                "leave them out");
  if (!wanted.domain_leaks.empty())
    throw Error(Kind::usage, "a fit of several parties lets nothing through that was read from the rows",
                "confirm what columns may hold in the metadata file");
  if (!wanted.rules.privacy_unit.empty())
    throw Error(Kind::usage, "a fit of several parties protects each person that is joined: there is no other unit",
                "leave the unit of privacy out");
  if (std::find(wanted.drop.begin(), wanted.drop.end(), join) != wanted.drop.end())
    throw Error(Kind::usage,
                fmt::format("the column {} is what the tables are joined by", errors::quoted(join)),
                "it is left out by itself once they are");
}

PartyTable read_party(const std::filesystem::path& file, const std::string& party, const std::string& name,
                      const table_formats::FileRequest& wanted, const std::string& join) {
  refuse_of_party(wanted, join);
  const auto source = files::open_maybe_gzip(file);
  table::Table table = table_formats::read_texts(*source, name, wanted.dialect).table.without(wanted.drop);
  joins::KeyedTable keyed = joins::keyed(party, std::move(table), join, wanted.missing);
  table::Metadata metadata = table::declared_metadata(keyed.table.column_names(), wanted);
  return {std::move(keyed), std::move(metadata)};
}

// Whatever is wrong with it: the sentence would be read by everybody.
PartyTable take_party(const jobs::PartyRequest& party, const std::filesystem::path& file,
                      const std::string& join) {
  try {
    if (files::sha256_of_file(file) != party.sha256)
      throw Error(Kind::bad_data, "its bytes are not those that were confirmed");
    PartyTable read =
        read_party(file, party.name, party.name, table_formats::file_request_from_json(party.table), join);
    std::filesystem::remove(file);
    return read;
  } catch (const Error&) {
    throw Error(Kind::bad_data,
                fmt::format("the table of the party {} cannot be used", errors::quoted(party.name)),
                "submit the fit again: 'manage party give' tells the party what is wrong with it");
  }
}

}  // namespace

DeclaredTable take_joined(const jobs::JobRequest& request, const JobPlace& place) {
  std::vector<joins::KeyedTable> tables;
  table::Metadata metadata;
  for (std::size_t i = 0; i < request.parties.size(); ++i) {
    const jobs::PartyRequest& party = request.parties[i];
    PartyTable read = take_party(party, place.folder.work_file(jobs::party_file(i)), request.join);
    for (table::ColumnMetadata& column : read.metadata.columns) {
      column.name = joins::joined_column(party.name, column.name);
      metadata.columns.push_back(std::move(column));
    }
    tables.push_back(std::move(read.keyed));
  }
  failpoints::failpoint("worker: the parties' tables are in memory only");
  return {joins::inner_join(std::move(tables)), std::move(metadata)};
}

json check_party(const json& request) {
  const PartyTable read =
      read_party(protocol::text_field(request, "path"), protocol::text_field(request, "party"),
                 protocol::text_field(request, "name"),
                 table_formats::file_request_from_json(request.value("table", json::object())),
                 protocol::text_field(request, "join"));
  options::check_finds_domains(options::find_method(protocol::text_field(request, "method")),
                               table::has_paid_domains(read.metadata));
  return {{"rows", read.keyed.table.rows()}, {"columns", read.metadata.names()}};
}

}  // namespace ctgan::server::worker
