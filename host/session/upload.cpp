#include "host/session/upload.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/files/overlapped.h"
#include "host/session/data_channel.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using protocol::count_field;
using protocol::text_field;

// The file behind `offset`, up to the size that was announced; every byte goes into the hash.
class HashedContent : public files::ByteSource {
 public:
  HashedContent(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t bytes,
                files::Sha256& hash)
      : source_(file, offset), left_(bytes - offset), hash_(hash) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t got = source_.read(buffer.first(std::min<std::uint64_t>(buffer.size(), left_)));
    hash_.write({buffer.data(), got});
    left_ -= got;
    return got;
  }

 private:
  files::FileSource source_;
  std::uint64_t left_;
  files::Sha256& hash_;
};

// What both ends hold: how many bytes at the beginning, and their hash, which the rest is added to.
struct Beginning {
  std::uint64_t bytes = 0;
  files::Sha256 hash;
};

std::unique_ptr<Beginning> common_beginning(const std::filesystem::path& file, std::uint64_t bytes,
                                            const Json& opened) {
  auto beginning = std::make_unique<Beginning>();
  const std::uint64_t have = count_field(opened, "have");
  if (have == 0 || have > bytes) return beginning;
  files::hash_file(beginning->hash, file, have);
  if (text_field(opened, "prefix_sha256") != beginning->hash.hex()) return std::make_unique<Beginning>();
  beginning->bytes = have;
  return beginning;
}

// Hashed while it is sent, on another thread. Returns the hash of the whole file.
std::string send(Session& session, const std::filesystem::path& file, const std::string& id,
                 Beginning& beginning, std::uint64_t bytes, progress::RunningTask& task) {
  const std::uint64_t offset = beginning.bytes;
  if (offset == bytes && bytes > 0) return beginning.hash.hex();
  const Json granted = session.request("upload.ticket", {{"upload", id}, {"offset", offset}});
  HashedContent content(file, offset, bytes, beginning.hash);
  {
    files::ReadAhead ahead(content);
    send_content(session.transport(), text_field(granted, "ticket"), bytes - offset, ahead,
                 [&](std::uint64_t sent) { task.update(offset + sent); });
  }
  return beginning.hash.hex();
}

void compare(Session& session, const std::string& id, std::uint64_t bytes, const std::string& sha256,
             progress::Progress& progress) {
  const Json closed = session.request("upload.close", {{"upload", id}, {"sha256", sha256}});
  const bool passed = count_field(closed, "bytes") == bytes && text_field(closed, "sha256") == sha256;
  if (!passed) {
    throw Error(Kind::bad_data, "data integrity check FAILED: the server holds something else than was sent",
                "run the same command again; if the file is still being written, wait until it is finished");
  }
  progress.note("integrity", {{"passed", true}, {"sha256", sha256}}, "Data integrity check PASSED");
}

// Null where no job is asked for with it.
const char* name_of(UploadUse use) {
  switch (use) {
    case UploadUse::fit:
      return "fit";
    case UploadUse::sample:
      return "sample";
    case UploadUse::evaluation:
      return "evaluate";
    case UploadUse::party:
      break;
  }
  return nullptr;
}

}  // namespace

void check_source(const std::filesystem::path& file) {
  const std::string name = errors::quoted(file.string());
  if (!std::filesystem::exists(file)) throw Error(Kind::no_input, fmt::format("there is no file {}", name));
  if (!std::filesystem::is_regular_file(file))
    throw Error(Kind::bad_data, fmt::format("{} is no file", name));
  if (std::filesystem::file_size(file) == 0) throw Error(Kind::bad_data, fmt::format("{} is empty", name));
}

std::string upload(Session& session, const std::filesystem::path& file, const std::string& name,
                   progress::Progress& progress, UploadUse use, const Json& privacy) {
  const std::uint64_t bytes = files::FileSource(file).size();
  Json fields{{"name", name}, {"bytes", bytes}, {"fleeting", use != UploadUse::fit}};
  if (const char* job = name_of(use)) fields["for"] = job;
  if (!privacy.is_null()) fields["privacy"] = privacy;
  const Json opened = session.request("upload.open", fields);
  std::string id = text_field(opened, "upload");
  const auto beginning = common_beginning(file, bytes, opened);
  progress::RunningTask task(progress, {"upload", fmt::format("Uploading {}", errors::quoted(name)),
                                        progress::Unit::bytes, bytes, beginning->bytes});
  const std::string sha256 = send(session, file, id, *beginning, bytes, task);
  task.finish();
  compare(session, id, bytes, sha256, progress);
  return id;
}

}  // namespace ctgan::host::session
