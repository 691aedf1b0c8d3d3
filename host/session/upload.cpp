#include "host/session/upload.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "host/session/data_channel.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using protocol::count_field;
using protocol::text_field;

// How many bytes at the beginning the server holds already.
std::uint64_t common_prefix(const std::filesystem::path& file, std::uint64_t bytes, const Json& opened) {
  const std::uint64_t have = count_field(opened, "have");
  if (have == 0 || have > bytes) return 0;
  return text_field(opened, "prefix_sha256") == files::sha256_of_file(file, have) ? have : 0;
}

void send(Session& session, const std::filesystem::path& file, const std::string& id, std::uint64_t offset,
          std::uint64_t bytes, progress::RunningTask& task) {
  const Json granted = session.request("upload.ticket", {{"upload", id}, {"offset", offset}});
  files::FileSource content(file, offset);
  send_content(session.transport(), text_field(granted, "ticket"), bytes - offset, content,
               [&](std::uint64_t sent) { task.update(offset + sent); });
}

void compare(Session& session, const std::string& id, std::uint64_t bytes, const std::string& sha256,
             progress::Progress& progress) {
  const Json closed = session.request("upload.close", {{"upload", id}});
  const bool passed = count_field(closed, "bytes") == bytes && text_field(closed, "sha256") == sha256;
  if (!passed) {
    throw Error(Kind::bad_data, "data integrity check FAILED: the server holds something else than was sent",
                "run the same command again; if the file is still being written, wait until it is finished");
  }
  progress.note("integrity", {{"passed", true}, {"sha256", sha256}}, "Data integrity check PASSED");
}

}  // namespace

std::string upload(Session& session, const std::filesystem::path& file, const std::string& name,
                   progress::Progress& progress) {
  const std::uint64_t bytes = files::FileSource(file).size();
  const std::string sha256 = files::sha256_of_file(file);
  const Json opened = session.request("upload.open", {{"name", name}, {"bytes", bytes}, {"sha256", sha256}});
  std::string id = text_field(opened, "upload");
  const std::uint64_t offset = common_prefix(file, bytes, opened);
  progress::RunningTask task(progress, {"upload", fmt::format("Uploading {}", errors::quoted(name)),
                                        progress::Unit::bytes, bytes, offset});
  if (offset < bytes || bytes == 0) send(session, file, id, offset, bytes, task);
  task.finish();
  compare(session, id, bytes, sha256, progress);
  return id;
}

}  // namespace ctgan::host::session
