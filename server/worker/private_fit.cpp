#include "server/worker/private_fit.h"

#include <utility>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/options/guarantee.h"
#include "common/options/methods.h"
#include "common/table/declared_metadata.h"
#include "common/table_formats/file_request.h"
#include "common/threads/thread_pool.h"
#include "server/synth/catalog/catalog.h"
#include "server/worker/fit_monitor.h"
#include "server/worker/fit_products.h"
#include "server/worker/party_tables.h"
#include "server/worker/uploaded_table.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

// What reads the rows beside the method would need a share of the budget.
void refuse_what_reads(const jobs::JobRequest& request, const table_formats::FileRequest& wanted) {
  const auto refuse = [&](bool asked, const char* what) {
    if (asked)
      throw Error(Kind::usage,
                  std::string("a private fit takes no ") + what + ", which would be read from the rows",
                  "leave them out");
  };
  refuse(!wanted.rules.row_rules.empty(), "rules");
  refuse(!request.keep_combinations.empty(), "combinations to keep");
  refuse(request.checkpoint_minutes > 0, "checkpoints");
}

// What was debited where the job was entered is what is spent here: a bundle that somebody changed is another matter.
void require_debit(const jobs::JobRequest& request, const options::Values& options,
                   const table_formats::FileRequest& wanted) {
  const options::Guarantee spent = options::guarantee_of(options);
  if (request.privacy && request.privacy->epsilon == spent.epsilon && request.privacy->delta == spent.delta &&
      request.privacy->unit == wanted.rules.privacy_unit)
    return;
  throw Error(Kind::bad_data, "what this fit would spend of a privacy budget is not what was debited for it",
              "submit it anew with 'fit'");
}

// Sentences on a table that cannot be read quote its cells, and a job's error is kept.
table::Table take_texts(const JobPlace& place, const std::string& name,
                        const table_formats::FileRequest& wanted) {
  try {
    return take_table(place, name, wanted, Cells::texts);
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) throw;
    throw Error(Kind::bad_data, "the table cannot be read",
                "'fit --plan FILE' where the file is says what is wrong with it");
  }
}

DeclaredTable take_declared(const jobs::JobRequest& request, const JobPlace& place,
                            const table_formats::FileRequest& wanted) {
  table::Table table = take_texts(place, request.name, wanted);
  table::Metadata metadata = table::declared_metadata(table.column_names(), wanted);
  return {std::move(table), std::move(metadata)};
}

// What a job's result says of the guarantee; the model's file has all of it.
json privacy_in_short(const synth::archive::Archive& archive) {
  const json statement = json::parse(archive.entry("privacy"));
  json fields = json::object();
  for (const char* key : {"epsilon", "delta", "unit", "not_protected"}) fields[key] = statement.at(key);
  return fields;
}

}  // namespace

json run_private_fit(const jobs::JobRequest& request, const JobPlace& place) {
  const synth::catalog::ModelRow& row = synth::catalog::find(request.method);
  const table_formats::FileRequest wanted = table_formats::file_request_from_json(request.table);
  refuse_what_reads(request, wanted);
  const options::Values options = options::check(row.method, request.options);
  require_debit(request, options, wanted);
  auto [table, metadata] =
      request.parties.empty() ? take_declared(request, place, wanted) : take_joined(request, place);
  options::check_columns(row.method, options, metadata.names(), table::has_paid_domains(metadata));
  FitMonitor monitor(place.events, place.folder, place.deadline);
  threads::ThreadPool pool(place.threads);
  const auto trainer = row.make_trainer(options);
  const auto model = trainer->fit({std::move(table)}, metadata, {pool, monitor});
  failpoints::failpoint("worker: the model is trained");
  synth::archive::Archive archive = model->save();
  const json privacy = privacy_in_short(archive);
  json result = write_model(std::move(archive), model->metadata(), place);
  result["privacy"] = privacy;
  if (!request.basis.empty()) result["basis"] = request.basis;
  return publish_fit(std::move(result), request, place);
}

}  // namespace ctgan::server::worker
