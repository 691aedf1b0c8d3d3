#include "server/worker/product.h"

#include "common/errors/error.h"

namespace ctgan::server::worker {

nlohmann::json write_work_file(const jobs::JobFolder& folder, const std::string& name,
                               const std::function<void(files::ByteSink&)>& write) {
  files::AtomicFile file(folder.work_file(name), files::AtomicFile::IfExists::replace);
  CountingSink counted(file);
  write(counted);
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
