#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <optional>
#include <thread>

#include "common/errors/error.h"
#include "common/errors/withheld.h"
#include "common/files/gzip_pieces.h"
#include "common/files/names.h"
#include "common/secrets/secret.h"
#include "common/table_formats/csv_writer.h"
#include "common/table_formats/file_request.h"
#include "common/table_formats/row_format.h"
#include "common/threads/in_order.h"
#include "server/jobs/publication.h"
#include "server/synth/archive/archive.h"
#include "server/synth/pipeline/release.h"
#include "server/synth/sampling/conditional_rows.h"
#include "server/synth/sampling/row_completion.h"
#include "server/synth/sampling/sample_plan.h"
#include "server/worker/block_shares.h"
#include "server/worker/job_work.h"
#include "server/worker/product.h"
#include "server/worker/stop_check.h"
#include "server/worker/stored_model.h"
#include "server/worker/uploaded_table.h"

namespace ctgan::server::worker {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* k_data = "data.csv.gz";
// Each has buffers of its own: a few megabytes.
constexpr int k_most_threads = 32;

// Good is the only answer that opens the gate.
void pass_gate(const synth::archive::Archive& archive, const jobs::JobRequest& request,
               jobs::EventWriter& events) {
  if (request.gate == "off") return;
  const synth::pipeline::Release release = synth::pipeline::release_of(archive);
  const auto warn = [&](const std::string& text) { events.write({{"event", "warning"}, {"text", text}}); };
  if (release.may_go && release.next_step.empty()) return;
  if (release.may_go) return warn(fmt::format("{}: {}", release.sentence, release.next_step));
  const std::string sentence =
      fmt::format("rows of {} should not be handed out: {}", errors::quoted(request.model), release.sentence);
  if (request.gate == "warn") return warn(sentence + "; " + release.next_step);
  throw errors::Error(errors::k_withheld, sentence, release.next_step);
}

StoredModel load_model(const jobs::JobRequest& request, const JobPlace& place) {
  const synth::archive::Archive archive = read_archive(place.layout, place.keys, request.user, request.model);
  pass_gate(archive, request, place.events);
  return load_archive(archive, request.model);
}

// At most five events a second, and one at the end; also where a sample is stopped.
class RowReporter {
 public:
  RowReporter(const JobPlace& place, std::uint64_t total)
      : events_(place.events), stop_(place.folder, place.deadline), total_(total) {}
  void add(std::uint64_t rows) { report(done_ + rows, {}); }
  // `drawn` where rows are drawn that do not count.
  void report(std::uint64_t done, std::optional<std::uint64_t> drawn) {
    stop_.check();
    const auto now = Clock::now();
    const bool ends = done == total_ && done_ < total_;
    done_ = done;
    if (!ends && (done == total_ || now - last_ < std::chrono::milliseconds(200))) return;
    last_ = now;
    json event{{"event", "rows"}, {"rows", done_}, {"of", total_}};
    if (drawn) event["drawn"] = *drawn;
    events_.write(event);
  }

 private:
  jobs::EventWriter& events_;
  StopCheck stop_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  Clock::time_point last_ = Clock::now();
};

class TextSink : public files::ByteSink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

// Some lines of the CSV.
struct Piece {
  std::string text;
  files::PackedPiece packed;
  std::uint64_t rows = 0;
};

Piece header_of(const table::Metadata& metadata) {
  TextSink sink;
  table_formats::CsvWriter(sink).write_header(metadata.names());
  return {sink.text, files::pack_piece(sink.text), 0};
}

Piece piece_of(const table::Table& block) {
  TextSink sink;
  table_formats::CsvWriter(sink).write_rows(block);
  files::PackedPiece packed = files::pack_piece(sink.text);
  return {std::move(sink.text), std::move(packed), block.rows()};
}

using synth::model::SampledBlocks;
using WritePiece = std::function<void(const Piece& piece)>;

// The blocks from `first` to before `end` in their order; `write` is called by one thread at a time.
void write_blocks(const SampledBlocks& blocks, std::size_t first, std::size_t end, threads::ThreadPool& pool,
                  const WritePiece& write) {
  threads::run_in_order(
      pool, end - first, [&](std::size_t i) { return piece_of(blocks.make(first + i)); },
      [&](const Piece& piece) { write(piece); });
}

// Rows that satisfy terms count when they are found, before they are written.
void write_conditional(const StoredModel& stored, const jobs::JobRequest& request, threads::ThreadPool& pool,
                       RowReporter& reporter, const WritePiece& write) {
  synth::sampling::ConditionalRows rows(
      *stored.model,
      synth::sampling::plan_sample(request.terms, request.rows, *stored.model, stored.combinations),
      request.seed, pool, [&](std::uint64_t found, std::uint64_t drawn) { reporter.report(found, drawn); });
  while (const auto window = rows.next()) write_blocks(*window, 0, window->count(), pool, write);
}

// The rows of a file, which is gone from the disk, and what its user said of it.
struct UploadedRows {
  table_formats::FileRequest said;
  table::Table rows;
};

// Nothing where whole rows are drawn.
std::optional<UploadedRows> uploaded_rows(const jobs::JobRequest& request, const JobPlace& place) {
  if (request.complete.empty()) return std::nullopt;
  table_formats::FileRequest said = table_formats::file_request_from_json(request.table);
  table::Table rows = take_table(place, request.name, said, Cells::texts);
  if (request.limits.rows > 0 && rows.rows() > request.limits.rows) {
    throw errors::Error(errors::Kind::usage,
                        fmt::format("{} has {} rows, and a sample may have {}", errors::quoted(request.name),
                                    rows.rows(), request.limits.rows),
                        "an administrator can raise that: 'manage users limit NAME --rows N'");
  }
  return UploadedRows{std::move(said), std::move(rows)};
}

synth::sampling::PartialRows partial_rows(const UploadedRows& file, const jobs::JobRequest& request,
                                          const StoredModel& stored) {
  using synth::sampling::Unknown;
  const bool named = file.said.missing.texts() != table::MissingTexts().texts();
  return synth::sampling::partial_rows(file.rows,
                                       request.complete == "gaps" ? Unknown::gaps : Unknown::columns,
                                       named ? &file.said.missing : nullptr, *stored.model);
}

// What is drawn.
struct Wanted {
  std::uint64_t rows = 0;
  std::unique_ptr<synth::model::SampledBlocks> blocks;  // null: rows that satisfy terms
};

// A sample that is drawn by several workers, as one of them sees it.
class SharedDrawing {
 public:
  // All outlive it.
  SharedDrawing(const SampledBlocks& blocks, const JobPlace& place, std::size_t workers,
                threads::ThreadPool& pool)
      : blocks_(blocks),
        shares_(place.folder, blocks.count(), workers),
        pool_(pool),
        stop_(place.folder, place.deadline) {}

  // Draws the first share from `first` on that nobody is at; false when there is none.
  bool draw_one(std::size_t first) {
    for (std::size_t share = first; share < shares_.count(); ++share) {
      const auto held = shares_.take(share);
      if (!held) continue;
      shares_.make(share, [&](const BlockShares::Put& put) {
        draw(share, [&](const Piece& piece) {
          stop_.check();
          put(piece.packed, piece.rows);
        });
      });
      return true;
    }
    return false;
  }

  // Hands over all pieces in their order; while the next share is being drawn elsewhere, draws others.
  void write_all(const WritePiece& write) {
    for (std::size_t share = 0; share < shares_.count(); ++share) {
      while (!shares_.is_made(share)) {
        stop_.check();
        if (const auto held = shares_.take(share)) {
          draw(share, write);
          shares_.drop(share);
          break;
        }
        if (!shares_.is_made(share) && !draw_one(share + 1))
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
      shares_.read(share, [&](const files::PackedPiece& packed, std::uint64_t rows) {
        write({files::unpack_piece(packed), packed, rows});
      });
      shares_.drop(share);
    }
  }

 private:
  void draw(std::size_t share, const WritePiece& write) {
    write_blocks(blocks_, shares_.first_block(share), shares_.end_block(share), pool_, write);
  }

  const SampledBlocks& blocks_;
  BlockShares shares_;
  threads::ThreadPool& pool_;
  StopCheck stop_;
};

// The table as CSV into `sink`; returns the hash of the text before it was packed.
std::string write_rows(const StoredModel& stored, const jobs::JobRequest& request, const Wanted& wanted,
                       const JobPlace& place, files::ByteSink& sink) {
  files::GzipPieces gzip(sink, table_formats::to_note(table_formats::cell_types(stored.model->metadata())));
  files::Sha256 content;
  RowReporter reporter(place, wanted.rows);
  const auto write = [&](const Piece& piece) {
    content.write(piece.text);
    gzip.write(piece.packed);
  };
  write(header_of(stored.model->metadata()));
  threads::ThreadPool pool(std::min(place.threads, k_most_threads));
  const auto write_and_tell = [&](const Piece& piece) {
    write(piece);
    reporter.add(piece.rows);
  };
  if (!wanted.blocks)
    write_conditional(stored, request, pool, reporter, write);
  else if (request.shards > 1)
    SharedDrawing(*wanted.blocks, place, request.shards, pool).write_all(write_and_tell);
  else
    write_blocks(*wanted.blocks, 0, wanted.blocks->count(), pool, write_and_tell);
  gzip.finish();
  return content.hex();
}

}  // namespace

json run_sample(const jobs::JobRequest& request, const JobPlace& place) {
  const std::optional<UploadedRows> file = uploaded_rows(request, place);
  const StoredModel stored = load_model(request, place);
  Wanted wanted{request.rows, nullptr};
  json result = json::object();
  if (file) {
    synth::sampling::PartialRows partial = partial_rows(*file, request, stored);
    result["completed"] = {{"of", request.complete}, {"cells", partial.unknown_cells}};
    wanted = {file->rows.rows(),
              synth::sampling::complete_rows(*stored.model, std::move(partial), request.seed)};
  } else if (request.terms.empty()) {
    wanted.blocks = stored.model->sample(request.rows, request.seed);
  }
  result.update(write_product(place, k_data, [&](files::ByteSink& sink) {
    result["content_sha256"] = write_rows(stored, request, wanted, place, sink);
  }));
  result["rows"] = wanted.rows;
  result["seed"] = request.seed;
  if (!request.terms.empty()) conditions::add_to_json(request.terms, result["terms"]);
  const std::string stem = files::original_of(request.model).value_or("table");
  const std::time_t now = std::time(nullptr);
  first_free([&](int attempt) {
    const std::string name = files::synthetic_name(stem, now, wanted.rows, attempt);
    result["data"] = name;
    const auto rows = product(place.layout, store::Shelf::data, request.user, k_data, name);
    return jobs::publish(place.folder, place.layout, {rows}, result);
  });
  return result;
}

void help_sample(const jobs::JobRequest& request, const JobPlace& place) {
  const auto is_over = [&] { return place.folder.is_asked_to_stop() || place.folder.has_ended(); };
  if (is_over()) return;
  const StoredModel stored = load_model(request, place);
  const auto blocks = stored.model->sample(request.rows, request.seed);
  threads::ThreadPool pool(std::min(place.threads, k_most_threads));
  SharedDrawing drawing(*blocks, place, request.shards, pool);
  while (!is_over() && drawing.draw_one(0)) {
  }
}

}  // namespace ctgan::server::worker
