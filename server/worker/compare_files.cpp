#include "server/worker/compare_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <utility>

#include "common/errors/error.h"
#include "common/files/gzip.h"
#include "common/protocol/message.h"
#include "common/protocol/text_pieces.h"
#include "common/table/metadata_json.h"
#include "common/table/rare_values.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/decimal_comma.h"
#include "common/table_formats/table_footer.h"
#include "common/threads/thread_pool.h"
#include "server/store/clock.h"
#include "server/synth/evaluate/verdict_json.h"
#include "server/synth/report/report.h"
#include "server/worker/evaluation_text.h"

namespace ctgan::server::worker {
namespace {

using nlohmann::json;
using service::FilesToCompare;
using service::TableFile;

table_formats::DelimitedTable read(const TableFile& file, const table_formats::FileRequest& request) {
  const auto source = files::open_maybe_gzip(file.path);
  return table_formats::read_delimited(*source, file.name, file.dialect, request.missing);
}

table::Table read_original(const TableFile& file, const table_formats::FileRequest& request) {
  table_formats::DelimitedTable found = read(file, request);
  table::Table table = std::move(found.table).without(request.drop);
  table_formats::refuse_decimal_commas(table, found.delimiter, request);
  table_formats::refuse_footer(table, request);
  return table;
}

// As its name says; or as the original is written, if that is another way and fits.
table::Table read_either_way(const TableFile& file, const table_formats::CsvDialect& original,
                             const table_formats::FileRequest& request) {
  const TableFile as_original{file.path, file.name, original};
  const bool other_cells = original.delimiter.value_or(',') != ',';
  try {
    table_formats::DelimitedTable found = read(file, request);
    const bool alike = other_cells && found.delimiter == *original.delimiter;
    return alike ? read(as_original, request).table : std::move(found.table);
  } catch (const errors::Error& error) {
    const bool may_be_alike = other_cells || !original.encoding.empty();
    if (error.kind() != errors::Kind::bad_data || !may_be_alike) throw;
  }
  return read(as_original, request).table;
}

table::Table read_other(const TableFile& file, const table_formats::CsvDialect& original,
                        const table_formats::FileRequest& request) {
  table::Table table = read_either_way(file, original, request);
  std::vector<std::string> present = request.drop;
  present.erase(std::remove_if(present.begin(), present.end(),
                               [&](const std::string& name) { return table.find(name) == nullptr; }),
                present.end());
  return std::move(table).without(present);
}

class Removal {
 public:
  explicit Removal(const FilesToCompare& files) : files_(files) {}
  ~Removal() {
    remove(files_.original);
    remove(files_.synthetic);
    if (files_.held_out) remove(*files_.held_out);
  }
  Removal(const Removal&) = delete;
  Removal& operator=(const Removal&) = delete;

 private:
  static void remove(const TableFile& file) {
    std::error_code ignored;
    std::filesystem::remove(file.path, ignored);
  }

  const FilesToCompare& files_;
};

// Texts that fewer rows of the original share than a fit would ask for, as "(rare 1)", "(rare 2)": the report
// shows categories, and these are somebody's.
class RareTexts {
 public:
  RareTexts(const ComparedTables& tables, std::size_t column, std::uint64_t rows_to_share)
      : missing_(tables.metadata.columns[column].missing_texts) {
    std::map<std::string, std::uint64_t> rows_of;
    const std::string& name = tables.metadata.columns[column].name;
    count(tables.original, name, rows_of);
    if (tables.held_out) count(*tables.held_out, name, rows_of);
    for (const auto& [text, rows] : rows_of)
      if (rows < rows_to_share) names_[text] = fmt::format("(rare {})", names_.size() + 1);
  }

  void hide_in(table::Table& table, const std::string& name) const {
    std::vector<table::Column> columns = table.columns();
    for (table::Column& column : columns) {
      auto* texts = column.name == name ? std::get_if<table::Categories>(&column.cells) : nullptr;
      if (texts == nullptr) continue;
      for (std::string& text : texts->dictionary)
        if (const auto hidden = names_.find(text); hidden != names_.end()) text = hidden->second;
    }
    table = table::Table(std::move(columns));
  }
  bool any() const { return !names_.empty(); }

 private:
  void count(const table::Table& table, const std::string& name,
             std::map<std::string, std::uint64_t>& rows_of) const {
    const table::Column* column = table.find(name);
    const auto* texts = column == nullptr ? nullptr : std::get_if<table::Categories>(&column->cells);
    if (texts == nullptr) return;
    for (const std::uint32_t code : texts->codes) {
      const std::string& text = texts->dictionary[code];
      if (std::find(missing_.begin(), missing_.end(), text) == missing_.end()) ++rows_of[text];
    }
  }

  const std::vector<std::string>& missing_;
  std::map<std::string, std::string> names_;
};

void hide_rare_texts(ComparedTables& tables, std::uint64_t rows_to_share) {
  for (std::size_t i = 0; i < tables.metadata.columns.size(); ++i) {
    const table::ColumnMetadata& column = tables.metadata.columns[i];
    if (column.kind != table::ColumnKind::categorical) continue;
    const RareTexts rare(tables, i, rows_to_share);
    if (!rare.any()) continue;
    rare.hide_in(tables.original, column.name);
    rare.hide_in(tables.synthetic, column.name);
    if (tables.held_out) rare.hide_in(*tables.held_out, column.name);
  }
}

ComparedTables take_tables(const FilesToCompare& files, const table_formats::FileRequest& request) {
  const Removal removal(files);
  return read_tables(files, request);
}

}  // namespace

ComparedTables read_tables(const FilesToCompare& files, const table_formats::FileRequest& request) {
  ComparedTables tables;
  tables.original = read_original(files.original, request);
  tables.synthetic = read_other(files.synthetic, files.original.dialect, request);
  if (files.held_out) tables.held_out = read_other(*files.held_out, files.original.dialect, request);
  tables.metadata = table::infer_metadata(tables.original, request);
  const std::uint64_t rows_to_share =
      table::rows_to_share(table::default_protection(), tables.original.rows());
  for (std::size_t i = 0; i < tables.metadata.columns.size(); ++i) {
    const table::Column& column = tables.original.columns()[i];
    const auto asked = request.columns.find(column.name);
    if (asked != request.columns.end() && asked->second.kind) continue;
    table::protect_people(column, false, rows_to_share, tables.metadata.columns[i]);
  }
  hide_rare_texts(tables, rows_to_share);
  return tables;
}

synth::evaluate::Evaluation compare(const ComparedTables& tables, const synth::evaluate::Options& options,
                                    int threads) {
  threads::ThreadPool pool(threads);
  const table::Table* held_out = tables.held_out ? &*tables.held_out : nullptr;
  return synth::evaluate::evaluate({tables.original, held_out, tables.synthetic, tables.metadata}, options,
                                   pool);
}

std::string line_of(const synth::evaluate::Evaluation& found) {
  return to_json(found).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string page_of(const synth::evaluate::Evaluation& found, const FilesToCompare& files) {
  synth::report::ReportFacts facts;
  facts.table = files.original.name;
  facts.created = store::utc_text(std::time(nullptr));
  facts.options = {{"original", files.original.name},
                   {"held-out", files.held_out ? files.held_out->name : "none"},
                   {"synthetic", files.synthetic.name}};
  facts.versions = {{"ctgan-server", CTGAN_VERSION}};
  return synth::report::html_report(found, facts);
}

json compare_uploads(const json& request, const FilesToCompare& files, const service::TellEvent& tell,
                     int threads) {
  const table_formats::FileRequest wanted =
      table_formats::file_request_from_json(request.value("table", json::object()));
  synth::evaluate::Options options;
  options.seed = protocol::optional_count(request, "seed").value_or(options.seed);
  options.target = protocol::optional_text(request, "target").value_or("");
  options.keys = protocol::optional_texts(request, "keys");
  options.purpose = protocol::optional_text(request, "purpose").value_or("");
  options.on_section = [&](std::string_view section) { tell({{"event", "section"}, {"section", section}}); };
  const synth::evaluate::Evaluation found = compare(take_tables(files, wanted), options, threads);
  const auto send = [&](const char* product, const std::string& text) {
    protocol::each_piece(text, [&](std::string_view piece) {
      tell({{"event", "piece"}, {"of", product}, {"text", piece}});
    });
  };
  send("evaluation", line_of(found));
  send("text", text_of(found));
  send("report", page_of(found, files));
  return {{"verdict", synth::evaluate::verdict_json(found.judgements)}};
}

}  // namespace ctgan::server::worker
