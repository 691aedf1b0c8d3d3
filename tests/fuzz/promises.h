// What the targets have in common.
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "tests/fuzz/targets.h"

namespace ctgan::fuzz {

inline void promise(bool kept, std::string_view what) {
  if (!kept) throw Broken(std::string(what));
}

// A refusal is of one of these kinds, says something, and has no power over a terminal.
inline void check_refusal(std::initializer_list<errors::Kind> kinds, const errors::Error& error) {
  promise(std::find(kinds.begin(), kinds.end(), error.kind()) != kinds.end(),
          "an error of the wrong kind: " + error.sentence());
  promise(!error.sentence().empty(), "a refusal says nothing");
  promise(
      errors::visible(error.sentence()) == error.sentence() && errors::visible(error.hint()) == error.hint(),
      "a refusal that steers a terminal");
}

// The result, or nothing when the bytes were refused.
template <typename Action>
auto read_or_refused(std::initializer_list<errors::Kind> kinds, Action&& action)
    -> std::optional<decltype(action())> {
  try {
    return action();
  } catch (const errors::Error& error) {
    check_refusal(kinds, error);
    return std::nullopt;
  }
}

// The bytes as a file of ours with mode 0600 that is on no disk.
class FileInMemory {
 public:
  explicit FileInMemory(std::string_view bytes) : file_(memfd_create("fuzz", MFD_CLOEXEC)) {
    promise(static_cast<bool>(file_) && fchmod(file_.get(), 0600) == 0, "no file in memory");
    files::DescriptorSink(file_.get()).write(bytes);
  }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

 private:
  files::FileHandle file_;
};

}  // namespace ctgan::fuzz
