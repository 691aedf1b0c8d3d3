#include "server/encryption/encrypted_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "common/errors/error.h"
#include "common/files/descriptor.h"

namespace ctgan::server::encryption {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_magic = "CTGANENC";
constexpr unsigned char k_version = 1;
constexpr std::size_t k_beginning = k_magic.size() + 1 + std::tuple_size_v<KeyId>;
constexpr std::size_t k_stream_header = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t k_header = k_beginning + k_stream_header;
constexpr std::size_t k_chunk = std::size_t{1} << 16;
constexpr std::size_t k_more = crypto_secretstream_xchacha20poly1305_ABYTES;

using State = crypto_secretstream_xchacha20poly1305_state;
using Beginning = std::array<unsigned char, k_beginning>;

Beginning beginning_of(const KeyId& id) {
  Beginning bytes{};
  std::memcpy(bytes.data(), k_magic.data(), k_magic.size());
  bytes[k_magic.size()] = k_version;
  std::copy(id.begin(), id.end(), bytes.begin() + k_magic.size() + 1);
  return bytes;
}

const unsigned char* unsigned_of(const char* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Error damaged(const std::string& name) {
  return {Kind::bad_data,
          fmt::format("{} is damaged on the server: it is not what was encrypted", errors::quoted(name)),
          "make it again, or bring it back from a backup"};
}

class DecryptingSource : public files::ByteSource {
 public:
  // `file` stands behind the beginning.
  DecryptingSource(int file, const Key& key, std::string name)
      : source_(file), beginning_(beginning_of(key.id)), name_(std::move(name)), sealed_(k_chunk + k_more) {
    std::array<char, k_stream_header> header{};
    if (files::read_up_to(source_, header) != header.size() ||
        crypto_secretstream_xchacha20poly1305_init_pull(&state_, unsigned_of(header.data()),
                                                        unsigned_of(key.bytes.view().data())) != 0)
      throw damaged(name_);
  }
  ~DecryptingSource() override { sodium_memzero(&state_, sizeof state_); }

  std::size_t read(std::span<char> buffer) override {
    while (used_ == content_.size() && !is_last_) open_next();
    const std::size_t count = std::min(buffer.size(), content_.size() - used_);
    std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(used_), count, buffer.begin());
    used_ += count;
    return count;
  }

  void skip(std::uint64_t bytes) {
    std::vector<char> passed(k_chunk);
    while (bytes > 0) {
      const std::size_t got = read({passed.data(), std::min<std::uint64_t>(bytes, passed.size())});
      if (got == 0) throw damaged(name_);
      bytes -= got;
    }
  }

 private:
  void open_next() {
    const std::size_t got = files::read_up_to(source_, sealed_);
    if (got < k_more) throw damaged(name_);
    content_.resize(got - k_more);
    used_ = 0;
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state_, reinterpret_cast<unsigned char*>(content_.data()),
                                                   nullptr, &tag, unsigned_of(sealed_.data()), got,
                                                   beginning_.data(), beginning_.size()) != 0)
      throw damaged(name_);
    is_last_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    std::array<char, 1> more{};
    if (is_last_ && source_.read(more) != 0) throw damaged(name_);
  }

  files::DescriptorSource source_;
  Beginning beginning_;
  std::string name_;
  State state_{};
  std::vector<char> sealed_;
  std::vector<char> content_;
  std::size_t used_ = 0;
  bool is_last_ = false;
};

std::uint64_t content_bytes(const std::string& name, std::uint64_t on_disk) {
  if (on_disk < k_header + k_more) throw damaged(name);
  const std::uint64_t body = on_disk - k_header;
  const std::uint64_t chunks = (body + k_chunk + k_more - 1) / (k_chunk + k_more);
  if (body < chunks * k_more) throw damaged(name);
  return body - chunks * k_more;
}

}  // namespace

struct EncryptingSink::Stream {
  explicit Stream(const Key& key, files::ByteSink& sink) : beginning(beginning_of(key.id)), out(sink) {
    std::array<unsigned char, k_stream_header> header{};
    crypto_secretstream_xchacha20poly1305_init_push(&state, header.data(),
                                                    unsigned_of(key.bytes.view().data()));
    out.write(text_of(beginning));
    out.write(text_of(header));
    waiting.reserve(k_chunk);
    sealed.resize(k_chunk + k_more);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { sodium_memzero(&state, sizeof state); }

  void seal(unsigned char tag) {
    unsigned long long length = 0;
    crypto_secretstream_xchacha20poly1305_push(&state, sealed.data(), &length, unsigned_of(waiting.data()),
                                               waiting.size(), beginning.data(), beginning.size(), tag);
    out.write(text_of({sealed.data(), static_cast<std::size_t>(length)}));
    waiting.clear();
  }

  State state{};
  Beginning beginning;
  files::ByteSink& out;
  std::string waiting;
  std::vector<unsigned char> sealed;
};

EncryptingSink::EncryptingSink(const Key& key, files::ByteSink& out)
    : stream_(std::make_unique<Stream>(key, out)) {}

EncryptingSink::~EncryptingSink() = default;

void EncryptingSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    // A full chunk waits for more: it may be the last.
    if (stream_->waiting.size() == k_chunk) stream_->seal(0);
    const std::size_t count = std::min(k_chunk - stream_->waiting.size(), bytes.size());
    stream_->waiting.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
  }
}

void EncryptingSink::finish() {
  stream_->seal(crypto_secretstream_xchacha20poly1305_TAG_FINAL);
}

StoredFile open_stored(const std::filesystem::path& path, const KeyRing* keys) {
  files::FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) throw errors::from_errno(errno, "open", path.string());
  return {std::move(file), path.filename().string(), keys};
}

StoredFile::StoredFile(files::FileHandle file, std::string name, const KeyRing* keys)
    : file_(std::move(file)), name_(std::move(name)), keys_(keys) {
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) throw errors::from_errno(errno, "read", name_);
  bytes_ = static_cast<std::uint64_t>(status.st_size);
  Beginning found{};
  const ssize_t got = pread(file_.get(), found.data(), found.size(), 0);
  if (got < 0) throw errors::from_errno(errno, "read", name_);
  const std::string_view text = text_of({found.data(), static_cast<std::size_t>(got)});
  if (!text.starts_with(k_magic)) return;
  if (text.size() < k_beginning) throw damaged(name_);
  if (found[k_magic.size()] != k_version) {
    throw Error(Kind::bad_data,
                fmt::format("{} is encrypted in a way that is unknown here", errors::quoted(name_)),
                "a newer version of ctgan-server may know it");
  }
  key_.emplace();
  std::copy_n(found.begin() + k_magic.size() + 1, key_->size(), key_->begin());
  bytes_ = content_bytes(name_, bytes_);
}

std::unique_ptr<files::ByteSource> StoredFile::content(std::uint64_t offset) const {
  const std::uint64_t begin = key_ ? k_beginning : offset;
  if (lseek(file_.get(), static_cast<off_t>(begin), SEEK_SET) < 0)
    throw errors::from_errno(errno, "read", name_);
  if (!key_) return std::make_unique<files::DescriptorSource>(file_.get());
  const Key* key = keys_ == nullptr ? nullptr : keys_->find(*key_);
  if (key == nullptr) {
    throw Error(Kind::configuration,
                fmt::format("{} is encrypted, and its key {} is not known here", errors::quoted(name_),
                            to_hex(*key_)),
                "an administrator can put that key back into the file that 'encryption_key_file' in "
                "settings.json names");
  }
  auto source = std::make_unique<DecryptingSource>(file_.get(), *key, name_);
  source->skip(offset);
  return source;
}

}  // namespace ctgan::server::encryption
