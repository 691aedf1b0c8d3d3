// A fit in one file, to be repeated elsewhere: its request (metadata and options included), checksums, and where it is
// wanted the table. A tensor container (archive_format.md), so that it opens where models do:
//
//     metadata  bundle "1"; request: request.json without the user; request_sha256: of that text; version
//     tensor    table: the bytes of the file as it was sent; only where it was asked for
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/jobs/job_folder.h"

namespace ctgan::server::commands {

struct JobBundle {
  jobs::JobRequest request;
  std::optional<std::string> table;  // the file's bytes
};

// Throws Error(cannot_create) when the file exists.
void write_bundle(const std::filesystem::path& path, const JobBundle& bundle);
// Throws Error(bad_data) for what is no bundle, or one whose request or table has other sums than it says.
JobBundle read_bundle(const std::filesystem::path& path);
// Throws Error(bad_data) unless these are the bytes that the request's job was given.
void check_table(const jobs::JobRequest& request, const std::string& bytes,
                 const std::filesystem::path& file);

}  // namespace ctgan::server::commands
