// What happens in a job, in order: written by its worker, read by whoever follows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "common/files/file.h"

namespace ctgan::server::jobs {

// Appends whole lines, one write each. Not to be shared between threads.
class EventWriter {
 public:
  explicit EventWriter(const std::filesystem::path& path);
  // {"event":"epoch",...}; protocol.md lists them. Throws Error(io).
  void write(const nlohmann::json& event);

 private:
  files::FileHandle file_;
  std::filesystem::path path_;
};

// Reads on from where it stopped. Events are numbered from 1, in the order of the file.
class EventReader {
 public:
  using Take = std::function<void(std::uint64_t seq, nlohmann::json event)>;

  explicit EventReader(std::filesystem::path path) : path_(std::move(path)) {}
  // Hands out the events that have come since the last call, those with seq above `after`. Nothing when the
  // file is not there yet; an unfinished last line waits.
  void read(std::uint64_t after, const Take& take);

 private:
  void take_lines(std::uint64_t after, const Take& take);

  std::filesystem::path path_;
  files::FileHandle file_;
  std::string rest_;
  std::uint64_t seq_ = 0;
};

}  // namespace ctgan::server::jobs
