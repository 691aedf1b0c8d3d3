#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"
#include "server/accounts/allowance.h"
#include "server/commands/commands.h"
#include "server/commands/job_bundle.h"
#include "server/commands/open_store.h"
#include "server/jobs/events.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;
using store::Job;

constexpr std::size_t k_id_bytes = 16;

// Whole ids only: nobody types them, they are copied.
jobs::JobRequest request_to_export(const OpenStore& open, const Job& job) {
  jobs::JobRequest request = jobs::JobFolder(open.store.layout().job(job.id)).read_request();
  if (request.kind != jobs::JobKind::fit)
    throw Error(Kind::usage, fmt::format("the job {} is no fit", errors::quoted(job.id)),
                "only fits are bundled");
  if (!request.parties.empty())
    throw Error(Kind::usage,
                fmt::format("the job {} is of several parties, each of whom gives his own table",
                            errors::quoted(job.id)),
                "fits of one table are bundled");
  if (request.table_sha256.empty()) {
    throw Error(Kind::bad_data, fmt::format("the job {} is of an older version, which kept no checksum",
                                            errors::quoted(job.id)));
  }
  return request;
}

std::string table_of(const JobBundle& bundle, const std::filesystem::path& file) {
  if (bundle.table) return *bundle.table;
  if (file.empty())
    throw Error(Kind::usage, "the bundle has no table",
                "give the one that the job was given with '--table FILE'");
  std::string bytes = files::read_file(file);
  check_table(bundle.request, bytes, file);
  return bytes;
}

// As one that its user has sent.
store::Upload upload_of(store::Store& store, const jobs::JobRequest& request, const std::string& bytes) {
  constexpr std::uint64_t k_any_number = ~std::uint64_t{0};
  store::Uploads& uploads = store.uploads();
  const store::Upload made = uploads.create(request.user, request.name, bytes.size(), request.table_sha256,
                                            k_any_number, store::UploadLife::connection);
  files::write_file(uploads.file(made), bytes, files::AtomicFile::IfExists::replace);
  uploads.close(made, request.table_sha256);
  return uploads.require(request.user, made.id);
}

// Its events, one JSON object a line, until it has ended.
Job follow(jobs::JobBook& book, Job job) {
  jobs::EventReader events(book.folder(job).events());
  for (;;) {
    const bool ended = store::is_final(job.state);
    events.read(0, [](std::uint64_t, const jobs::Json& event) { std::cerr << event.dump() << std::endl; });
    if (ended) return job;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    job = book.refresh(std::move(job));
  }
}

}  // namespace

Outcome job_export(const std::filesystem::path& root, const JobExportOptions& options) {
  OpenStore open(root);
  const Job job = open.store.jobs().require(std::nullopt, options.job);
  JobBundle bundle{request_to_export(open, job), std::nullopt};
  if (!options.table.empty()) {
    bundle.table = files::read_file(options.table);
    check_table(bundle.request, *bundle.table, options.table);
  }
  write_bundle(options.output, bundle);
  return {options.output.string() + "\n"};
}

Outcome work_bundle(const std::filesystem::path& root, const WorkOptions& options) {
  JobBundle bundle = read_bundle(options.bundle);
  const std::string table = table_of(bundle, options.table);
  OpenStore open(root);
  bundle.request.user = options.user.empty() ? account_user() : options.user;
  if (!open.settings.shared && options.user.empty())
    open.store.users().ensure(bundle.request.user, store::Role::admin, open.store.clock()());
  open.store.users().require(bundle.request.user);
  bundle.request.limits = accounts::job_limits(
      accounts::allowance_of(open.store.users(), open.settings.limits, bundle.request.user));
  const store::Upload upload = upload_of(open.store, bundle.request, table);
  jobs::JobBook book = jobs_of(open);
  const Job submitted = book.submit_uploads(bundle.request, secrets::random_hex(k_id_bytes),
                                            [&] { return std::vector{upload}; });
  const Job job = follow(book, submitted);
  if (job.state == jobs::JobState::done) return {job.result.value("model", job.id) + "\n"};
  if (job.error.is_object()) throw errors::from_json(job.error);
  throw Error(job.state == jobs::JobState::cancelled ? Kind::job_cancelled : Kind::job_lost,
              fmt::format("the job {} ended {}", errors::quoted(job.id), store::job_state_name(job.state)));
}

}  // namespace ctgan::server::commands
