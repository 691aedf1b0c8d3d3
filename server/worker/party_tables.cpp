#include "server/worker/party_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/gzip.h"
#include "common/joins/party_name.h"
#include "common/options/guarantee.h"
#include "common/protocol/message.h"
#include "common/table/declared_metadata.h"
#include "common/table_formats/csv_reader.h"
#include "server/encryption/encrypted_file.h"
#include "server/jobs/waiting_table.h"

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
    throw Error(Kind::usage,
                "a fit of several parties protects each person that is joined: there is no other unit",
                "leave the unit of privacy out");
  if (std::find(wanted.drop.begin(), wanted.drop.end(), join) != wanted.drop.end())
    throw Error(Kind::usage,
                fmt::format("the column {} is what the tables are joined by", errors::quoted(join)),
                "it is left out by itself once they are");
}

bool is_gzip(const encryption::StoredFile& file) {
  constexpr std::array<char, 2> k_magic{'\x1f', '\x8b'};
  std::array<char, 2> begin{};
  return file.content()->read(begin) == begin.size() && begin == k_magic;
}

// `file` as it was sent, however it lies there.
PartyTable read_party(const encryption::StoredFile& file, const std::string& party, const std::string& name,
                      const table_formats::FileRequest& wanted, const std::string& join) {
  refuse_of_party(wanted, join);
  const bool is_packed = is_gzip(file);
  const auto content = file.content();
  std::optional<files::GunzipSource> unpacked;
  if (is_packed) unpacked.emplace(*content);
  files::ByteSource& source = is_packed ? static_cast<files::ByteSource&>(*unpacked) : *content;
  table::Table table = table_formats::read_texts(source, name, wanted.dialect).table.without(wanted.drop);
  joins::KeyedTable keyed = joins::keyed(party, std::move(table), join, wanted.missing);
  table::Metadata metadata = table::declared_metadata(keyed.table.column_names(), wanted);
  return {std::move(keyed), std::move(metadata)};
}

// Whatever is wrong with it: the sentence would be read by everybody.
PartyTable take_party(const jobs::PartyRequest& party, const std::filesystem::path& file,
                      const std::string& join, const encryption::KeyRing& keys) {
  try {
    const encryption::StoredFile stored = encryption::open_stored(file, &keys);
    if (jobs::content_sha256(stored) != party.sha256)
      throw Error(Kind::bad_data, "its bytes are not those that were confirmed");
    PartyTable read =
        read_party(stored, party.name, party.name, table_formats::file_request_from_json(party.table), join);
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
    PartyTable read =
        take_party(party, place.folder.work_file(jobs::party_file(i)), request.join, place.keys);
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
      read_party(encryption::open_stored(protocol::text_field(request, "path"), nullptr),
                 protocol::text_field(request, "party"), protocol::text_field(request, "name"),
                 table_formats::file_request_from_json(request.value("table", json::object())),
                 protocol::text_field(request, "join"));
  options::check_finds_domains(options::find_method(protocol::text_field(request, "method")),
                               table::has_paid_domains(read.metadata));
  return {{"rows", read.keyed.table.rows()}, {"columns", read.metadata.names()}};
}

}  // namespace ctgan::server::worker
