#include "server/commands/product.h"

#include "common/errors/error.h"
#include "server/store/shelves.h"

namespace ctgan::server::commands {

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

bool commit_product(const jobs::JobFolder& folder, const std::string& product,
                    const std::filesystem::path& to, const nlohmann::json& result) {
  folder.write_status({jobs::JobState::running, result, nullptr, product});
  return store::publish(folder.work_file(product), to);
}

}  // namespace ctgan::server::commands
