#include "server/worker/fit_products.h"

#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "common/files/gzip.h"
#include "common/files/names.h"
#include "server/encryption/encrypted_file.h"
#include "server/jobs/publication.h"
#include "server/worker/product.h"

namespace ctgan::server::worker {
namespace {

using nlohmann::json;

constexpr const char* k_archive = "model.gz";
constexpr const char* k_sidecar = "model.json";

std::string content_sha256(const encryption::StoredFile& file) {
  const auto packed = file.content();
  files::GunzipSource source(*packed);
  files::Sha256 hash;
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = source.read(buffer)) hash.write({buffer.data(), got});
  return hash.hex();
}

// On whose shelves it comes: of several parties on each one's.
std::vector<std::string> owners_of(const jobs::JobRequest& request) {
  std::vector<std::string> owners;
  for (const jobs::PartyRequest& party : request.parties) owners.push_back(party.user);
  if (owners.empty()) owners.push_back(request.user);
  return owners;
}

// The file for the owner number `index`: the one that was written, or another name of it.
std::string copy_for(std::size_t index, const char* file) {
  return index == 0 ? std::string(file) : fmt::format("{}-{}", file, index + 1);
}

void make_copies(const jobs::JobRequest& request, const JobPlace& place, const json& result) {
  std::vector<const char*> files{k_sidecar, k_archive};
  if (result.contains("report_bytes")) files.insert(files.end(), {k_report_file, k_evaluation_file});
  for (std::size_t i = 1; i < request.parties.size(); ++i) {
    for (const char* file : files) {
      const auto from = place.folder.work_file(file), to = place.folder.work_file(copy_for(i, file));
      std::error_code no_links;
      std::filesystem::create_hard_link(from, to, no_links);
      if (no_links) std::filesystem::copy_file(from, to);
    }
  }
}

std::vector<jobs::Product> products_of(const jobs::JobRequest& request, const JobPlace& place,
                                       const std::string& model, json& result) {
  const std::vector<std::string> owners = owners_of(request);
  std::vector<jobs::Product> products;
  const auto add = [&](store::Shelf shelf, const char* file, const char* key, const std::string& name) {
    for (std::size_t i = 0; i < owners.size(); ++i)
      products.push_back(product(place.layout, shelf, owners[i], copy_for(i, file), name));
    result[key] = name;
  };
  add(store::Shelf::sidecars, k_sidecar, "sidecar", files::sidecar_name(model));
  if (result.contains("report_bytes")) {
    add(store::Shelf::reports, k_report_file, "report", files::report_name(model));
    add(store::Shelf::evaluations, k_evaluation_file, "evaluation", files::evaluation_name(model));
  }
  add(store::Shelf::models, k_archive, "model", model);
  return products;
}

}  // namespace

json write_model(synth::archive::Archive archive, const table::Metadata& metadata, const JobPlace& place) {
  const std::string sidecar = table::sidecar_json(metadata);
  const json sidecar_facts =
      write_product(place, k_sidecar, [&](files::ByteSink& sink) { sink.write(sidecar); });
  archive.metadata["sidecar_sha256"] = sidecar_facts.at("sha256");
  json result =
      write_product(place, k_archive, [&](files::ByteSink& sink) { synth::archive::write(archive, sink); });
  result["content_sha256"] =
      content_sha256(encryption::open_stored(place.folder.work_file(k_archive), &place.keys));
  result["sidecar_bytes"] = sidecar_facts.at("bytes");
  result["sidecar_sha256"] = sidecar_facts.at("sha256");
  return result;
}

json publish_fit(json result, const jobs::JobRequest& request, const JobPlace& place) {
  const std::string stem = files::safe_stem(request.name);
  const std::time_t now = std::time(nullptr);
  make_copies(request, place, result);
  first_free([&](int attempt) {
    const auto products = products_of(request, place, files::model_name(stem, now, attempt), result);
    return jobs::publish(place.folder, place.layout, products, result);
  });
  return result;
}

}  // namespace ctgan::server::worker
