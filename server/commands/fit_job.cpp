#include <chrono>
#include <ctime>

#include "common/errors/error.h"
#include "common/files/gzip.h"
#include "common/files/names.h"
#include "common/options/option_spec.h"
#include "common/table/combination_lists.h"
#include "common/table/csv_reader.h"
#include "common/table/metadata_json.h"
#include "server/commands/job_work.h"
#include "server/commands/product.h"
#include "server/store/shelves.h"
#include "server/synth/archive/archive.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/models/kept_combinations.h"

namespace ctgan::server::commands {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* k_model_type = "ctgan";
constexpr const char* k_archive = "model.gz";
constexpr const char* k_sidecar = "model.json";

// The file is gone as soon as its content is in memory, or as soon as it is known to be unusable.
table::Table take_table(const std::filesystem::path& path, const std::string& name,
                        const table::MissingTexts& missing) {
  struct Removal {
    const std::filesystem::path& path;
    ~Removal() {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  };
  const Removal removal{path};
  const auto source = files::open_maybe_gzip(path);
  return table::read_csv(*source, name, {}, missing);
}

json table_event(const table::Table& table, const table::Metadata& metadata) {
  return {{"event", "table"}, {"rows", table.rows()}, {"columns", table::kinds_json(metadata)}};
}

// Reports each epoch with the seconds that it took.
synth::models::EpochObserver observer(jobs::EventWriter& events) {
  return [&events, last = Clock::now()](const synth::models::EpochReport& report) mutable {
    const auto now = Clock::now();
    events.write({{"event", "epoch"},
                  {"epoch", report.epoch},
                  {"epochs", report.epochs},
                  {"generator_loss", report.generator_loss},
                  {"discriminator_loss", report.discriminator_loss},
                  {"seconds", std::chrono::duration<double>(now - last).count()}});
    last = now;
    return true;
  };
}

std::string content_sha256(const std::filesystem::path& path) {
  const auto source = files::open_maybe_gzip(path);
  files::Sha256 hash;
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = source->read(buffer)) hash.write({buffer.data(), got});
  return hash.hex();
}

// Sidecar and archive as work files, and what the result says of them.
json write_files(const synth::models::FittedModel& model, const synth::models::KeptCombinations& combinations,
                 const JobPlace& place) {
  const std::string sidecar = table::sidecar_json(model.metadata());
  const json sidecar_facts =
      write_work_file(place.folder, k_sidecar, [&](files::ByteSink& sink) { sink.write(sidecar); });
  synth::archive::Archive archive = model.save();
  combinations.add_to(archive);
  archive.metadata["sidecar_sha256"] = sidecar_facts.at("sha256");
  json result = write_work_file(place.folder, k_archive,
                                [&](files::ByteSink& sink) { synth::archive::write(archive, sink); });
  result["content_sha256"] = content_sha256(place.folder.work_file(k_archive));
  result["sidecar_bytes"] = sidecar_facts.at("bytes");
  result["sidecar_sha256"] = sidecar_facts.at("sha256");
  return result;
}

// The sidecar first: with it the pair's name is taken. The archive's rename is the commit.
json publish_pair(json result, const jobs::JobRequest& request, const JobPlace& place) {
  const auto shelf = place.layout.shelf(store::Shelf::models, request.user);
  const std::string stem = files::safe_stem(request.name);
  const std::time_t now = std::time(nullptr);
  first_free([&](int attempt) {
    const std::string name = files::model_name(stem, now, attempt);
    const std::string sidecar = files::sidecar_name(name);
    if (std::filesystem::exists(shelf / name)) return false;
    if (!store::publish(place.folder.work_file(k_sidecar), shelf / sidecar)) return false;
    result["model"] = name;
    result["sidecar"] = sidecar;
    try {
      return commit_product(place.folder, k_archive, shelf / name, result);
    } catch (...) {
      std::error_code ignored;
      std::filesystem::remove(shelf / sidecar, ignored);
      throw;
    }
  });
  return result;
}

}  // namespace

json run_fit(const jobs::JobRequest& request, const JobPlace& place) {
  const table::TableRequest wanted = table::table_request_from_json(request.table);
  table::Table table = take_table(place.folder.work_file(store::k_table_file), request.name, wanted.missing)
                           .without(wanted.drop);
  const synth::catalog::ModelRow& row = synth::catalog::find(k_model_type);
  options::Values options = options::check(row.options, request.options);
  const auto batch_unit = static_cast<std::size_t>(options.integer("pac"));
  const table::Metadata metadata = table::infer_metadata(table, wanted, batch_unit);
  place.events.write(table_event(table, metadata));
  synth::models::KeptCombinations combinations(
      table, table::combination_columns(request.keep_combinations, metadata));
  const auto trainer = row.make_trainer(std::move(options));
  const auto model = trainer->fit(std::move(table), metadata, observer(place.events));
  combinations.restrict_to(*model);
  return publish_pair(write_files(*model, combinations, place), request, place);
}

}  // namespace ctgan::server::commands
