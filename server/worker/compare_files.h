// Tables in files, compared: what `ctgan-server evaluate` and the request `evaluate` share.
//
//     const ComparedTables tables = read_tables(files, request);   // from here on the files are not needed
//     const synth::evaluate::Evaluation found = compare(tables, {.seed = 1});
//     page_of(found, files);
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/table_formats/file_request.h"
#include "server/service/engine.h"
#include "server/synth/evaluate/evaluate.h"

namespace ctgan::server::worker {

struct ComparedTables {
  table::Table original, synthetic;
  std::optional<table::Table> held_out;
  table::Metadata metadata;  // of the original
};

// `request` says what the columns are; its dialect is not looked at. The synthetic table may be written as
// its name says or as the original is. Columns that are to be left out may be missing in the synthetic and
// the held-out table. Throws as table_formats::read_delimited, Table::without and table::infer_metadata.
ComparedTables read_tables(const service::FilesToCompare& files, const table_formats::FileRequest& request);

// Throws as synth::evaluate::evaluate.
synth::evaluate::Evaluation compare(const ComparedTables& tables, const synth::evaluate::Options& options,
                                    int threads = 0);

// One line of JSON, with its end.
std::string line_of(const synth::evaluate::Evaluation& found);
// A page for people.
std::string page_of(const synth::evaluate::Evaluation& found, const service::FilesToCompare& files);

// The request `evaluate` (protocol.md): the files are deleted as soon as they are read, or refused. Gives
// each event to `tell`, the texts of the products among them in pieces, and returns the result. `threads`: 0 for as many
// as there are processors.
nlohmann::json compare_uploads(const nlohmann::json& request, const service::FilesToCompare& files,
                               const service::TellEvent& tell, int threads = 0);

}  // namespace ctgan::server::worker
