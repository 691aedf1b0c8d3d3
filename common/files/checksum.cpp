#include "common/files/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::files {
namespace {

struct ContextDelete {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDelete>;

Context new_context() {
  Context context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

}  // namespace

struct Sha256::State {
  Context context = new_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::write(std::string_view bytes) {
  EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() const {
  const Context copy = new_context();
  EVP_MD_CTX_copy_ex(copy.get(), state_->context.get());
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string sha256_of(std::string_view bytes) {
  Sha256 hash;
  hash.write(bytes);
  return hash.hex();
}

void hash_file(Sha256& hash, const std::filesystem::path& path, std::uint64_t bytes) {
  FileSource source(path);
  if (bytes != std::numeric_limits<std::uint64_t>::max() && source.size() < bytes) {
    throw errors::Error(errors::Kind::bad_data,
                        fmt::format("{} is shorter than {} bytes", errors::quoted(path.string()), bytes));
  }
  std::vector<char> buffer(std::size_t{1} << 18);
  while (bytes > 0) {
    const std::size_t got = source.read({buffer.data(), std::min<std::uint64_t>(buffer.size(), bytes)});
    if (got == 0) break;
    hash.write({buffer.data(), got});
    bytes -= got;
  }
}

std::string sha256_of_file(const std::filesystem::path& path, std::uint64_t bytes) {
  Sha256 hash;
  hash_file(hash, path, bytes);
  return hash.hex();
}

}  // namespace ctgan::files
