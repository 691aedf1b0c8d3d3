#include "server/jobs/events.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

#include "common/errors/error.h"
#include "common/files/descriptor.h"

namespace ctgan::server::jobs {

using Json = nlohmann::json;

EventWriter::EventWriter(const std::filesystem::path& path)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)), path_(path) {
  if (!file_) throw errors::from_errno(errno, "create", path.string());
}

void EventWriter::write(const Json& event) {
  const std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const ssize_t put = ::write(file_.get(), line.data(), line.size());
  if (put < 0) throw errors::from_errno(errno, "write", path_.string());
  if (static_cast<std::size_t>(put) != line.size()) throw errors::from_errno(ENOSPC, "write", path_.string());
}

void EventReader::read(std::uint64_t after, const Take& take) {
  if (!file_) file_ = files::FileHandle(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file_ && errno != ENOENT) throw errors::from_errno(errno, "open", path_.string());
  if (!file_) return;
  files::DescriptorSource source(file_.get());
  std::array<char, 65536> buffer{};
  while (const std::size_t got = source.read(buffer)) {
    rest_.append(buffer.data(), got);
    take_lines(after, take);
  }
}

void EventReader::take_lines(std::uint64_t after, const Take& take) {
  std::size_t start = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
    Json event = Json::parse(rest_.begin() + static_cast<std::ptrdiff_t>(start),
                             rest_.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    start = end + 1;
    ++seq_;
    if (seq_ > after && event.is_object()) take(seq_, std::move(event));
  }
  rest_.erase(0, start);
}

}  // namespace ctgan::server::jobs
