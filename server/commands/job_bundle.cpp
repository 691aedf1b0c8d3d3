#include "server/commands/job_bundle.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "server/synth/archive/archive.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;

constexpr const char* k_version = "1";

Error no_bundle(const std::filesystem::path& path) {
  return {Kind::bad_data, fmt::format("{} is no bundle of a job", errors::quoted(path.string())),
          "'ctgan-server job export' writes one"};
}

std::string text_of(const jobs::JobRequest& request) {
  json value = jobs::to_json(request);
  value.erase("user");
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

jobs::JobRequest request_of(const std::string& text, const std::filesystem::path& path) {
  try {
    json value = json::parse(text);
    value["user"] = "";
    return jobs::request_from_json(value);
  } catch (const json::exception&) {
    throw no_bundle(path);
  }
}

}  // namespace

void check_table(const jobs::JobRequest& request, const std::string& bytes,
                 const std::filesystem::path& file) {
  if (files::sha256_of(bytes) == request.table_sha256) return;
  throw Error(Kind::bad_data,
              fmt::format("{} is not the table that the job was given: its SHA-256 is another",
                          errors::quoted(file.string())),
              fmt::format("find the file with SHA-256 {}", request.table_sha256));
}

void write_bundle(const std::filesystem::path& path, const JobBundle& bundle) {
  synth::archive::Archive archive;
  const std::string request = text_of(bundle.request);
  archive.metadata = {{"bundle", k_version},
                      {"version", CTGAN_VERSION},
                      {"request", request},
                      {"request_sha256", files::sha256_of(request)}};
  if (bundle.table) {
    archive.tensors.push_back({"table",
                               synth::archive::TensorType::u8,
                               {bundle.table->size()},
                               {bundle.table->begin(), bundle.table->end()}});
  }
  files::AtomicFile file(path, files::AtomicFile::IfExists::refuse);
  synth::archive::write(archive, file);
  file.commit();
}

JobBundle read_bundle(const std::filesystem::path& path) {
  const synth::archive::Archive archive = synth::archive::read(path);
  const auto version = archive.metadata.find("bundle");
  if (version == archive.metadata.end()) throw no_bundle(path);
  if (version->second != k_version)
    throw Error(Kind::bad_data,
                fmt::format("{} is a bundle of a newer version", errors::quoted(path.string())));
  const std::string& request = archive.entry("request");
  if (files::sha256_of(request) != archive.entry("request_sha256"))
    throw Error(Kind::bad_data, fmt::format("the request in {} was changed", errors::quoted(path.string())));
  JobBundle bundle{request_of(request, path), std::nullopt};
  if (const auto* table = archive.find("table")) {
    bundle.table.emplace(table->bytes.begin(), table->bytes.end());
    check_table(bundle.request, *bundle.table, path);
  }
  return bundle;
}

}  // namespace ctgan::server::commands
