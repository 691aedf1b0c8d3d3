#include "server/worker/product.h"

#include <optional>

#include "common/errors/error.h"
#include "server/encryption/encrypted_file.h"

namespace ctgan::server::worker {

nlohmann::json write_product(const JobPlace& place, const std::string& name,
                             const std::function<void(files::ByteSink&)>& write) {
  files::AtomicFile file(place.folder.work_file(name), files::AtomicFile::IfExists::replace);
  std::optional<encryption::EncryptingSink> encrypted;
  if (const encryption::Key* key = place.keys.newest()) encrypted.emplace(*key, file);
  CountingSink counted(encrypted ? static_cast<files::ByteSink&>(*encrypted) : file);
  write(counted);
  if (encrypted) encrypted->finish();
  file.commit();
  return {{"bytes", counted.bytes()}, {"sha256", counted.sha256()}};
}

void first_free(const std::function<bool(int attempt)>& try_name) {
  constexpr int k_most = 10'000;
  for (int attempt = 1; attempt <= k_most; ++attempt) {
    if (try_name(attempt)) return;
  }
  throw errors::Error(errors::Kind::cannot_create, "no free name is left for the result",
                      "try again in a second");
}

jobs::Product product(const store::Layout& layout, store::Shelf shelf, const std::string& user,
                      const std::string& file, const std::string& name) {
  return {file, (layout.shelf(shelf, user) / name).lexically_relative(layout.root()).string()};
}

}  // namespace ctgan::server::worker
