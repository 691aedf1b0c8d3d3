#include "server/jobs/waiting_table.h"

#include <system_error>
#include <utility>
#include <vector>

#include "common/files/checksum.h"
#include "common/files/file.h"

namespace ctgan::server::jobs {
namespace {

void read_all(const encryption::StoredFile& table, files::ByteSink& sink) {
  const auto content = table.content();
  std::vector<char> buffer(std::size_t{1} << 18);
  while (const std::size_t got = content->read(buffer)) sink.write({buffer.data(), got});
}

}  // namespace

EncryptedCopy::EncryptedCopy(const std::filesystem::path& table, std::filesystem::path path,
                             const encryption::Key& key)
    : path_(std::move(path)) {
  files::AtomicFile file(path_, files::AtomicFile::IfExists::replace);
  encryption::EncryptingSink encrypted(key, file);
  read_all(encryption::open_stored(table, nullptr), encrypted);
  encrypted.finish();
  file.commit();
}

EncryptedCopy::~EncryptedCopy() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

std::string content_sha256(const encryption::StoredFile& table) {
  files::Sha256 hash;
  read_all(table, hash);
  return hash.hex();
}

}  // namespace ctgan::server::jobs
