#include "server/store/discard.h"

#include <cstdio>
#include <vector>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {

void put_aside(const Layout& layout, const std::filesystem::path& folder) {
  constexpr std::size_t k_name_bytes = 16;
  std::error_code ignored;
  std::filesystem::create_directory(layout.discarded(), ignored);
  const auto to = layout.discarded() / secrets::random_hex(k_name_bytes);
  if (std::rename(folder.c_str(), to.c_str()) == 0) {
    failpoints::failpoint("deletion: a folder was put aside");
    return;
  }
  // A full disk may have no room for the folder that it would go to; or there is nothing to move.
  std::error_code failed;
  std::filesystem::remove_all(folder, failed);
  if (failed) throw errors::from_errno(failed.value(), "delete", folder.string());
}

void empty_bin(const Layout& layout) {
  std::error_code ignored;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(layout.discarded(), ignored))
    found.push_back(entry.path());
  for (const auto& path : found) std::filesystem::remove_all(path, ignored);
}

}  // namespace ctgan::server::store
