// What lies in a folder that a running server may be changing: a connection's marker or a job's working files go
// away whenever their process ends. What is gone by the time it is looked at counts as not there; what stays is
// always found.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace ctgan::tests {

// Every regular file below `folder`, hidden ones too, relative to it, sorted; none where there is no such folder.
inline std::vector<std::string> files_under(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::vector<fs::path> open{folder};
  // Folder by folder, as recursive_directory_iterator gives up altogether at the first one that is gone.
  while (!open.empty()) {
    const fs::path here = std::move(open.back());
    open.pop_back();
    std::error_code gone;
    for (fs::directory_iterator entry(here, gone), end; !gone && entry != end; entry.increment(gone)) {
      std::error_code unknown;
      const fs::file_status status = entry->symlink_status(unknown);
      if (fs::is_directory(status)) open.push_back(entry->path());
      if (fs::is_regular_file(status)) names.push_back(entry->path().lexically_relative(folder).string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The same files with what they hold.
inline std::map<std::string, std::string> contents_under(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const std::string& name : files_under(folder)) {
    std::ifstream file(folder / name, std::ios::binary);
    if (file) contents.emplace(name, std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return contents;
}

}  // namespace ctgan::tests
