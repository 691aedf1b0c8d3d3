// A stored file on its way home.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/file.h"
#include "common/progress/progress.h"
#include "host/session/session.h"

namespace ctgan::host::session {

// A file as the server knows it.
struct StoredFile {
  std::string store;  // "models", "sidecars", "data"
  std::string name;
};

enum class Form { as_stored, unpacked };

// Writes what a file that has come, `arrived`, holds in a form of its own.
using Rewrite = std::function<void(const std::filesystem::path& arrived, files::ByteSink& sink)>;

// Where a file goes, and whether it may take the place of another one.
struct Target {
  std::filesystem::path path;
  files::AtomicFile::IfExists if_exists = files::AtomicFile::IfExists::refuse;
};

// That the folder can be written, and that nothing is there, or with `replace` nothing but a file. Called
// before anything is asked of the server. Throws Error(cannot_create).
void check_target(const Target& target);

// Fetches the file, going on behind what an earlier try left, compares SHA-256 and says so, unpacks it if
// asked, and only then gives it its final name. On a lost connection the bytes so far stay in a hidden part
// file beside `target`, on any other error nothing stays. Throws Error(bad_data) when the hashes differ or
// the gzip is damaged.
void download(Session& session, const StoredFile& file, const Target& target, Form form,
              progress::Progress& progress);
// The same in the form that `rewrite` gives it.
void download(Session& session, const StoredFile& file, const Target& target, const Rewrite& rewrite,
              progress::Progress& progress);
// The same into a sink, once the hash was found equal. Needs room for the file in files::spool_folder(),
// where nothing stays.
void download(Session& session, const StoredFile& file, files::ByteSink& sink, const Rewrite& rewrite,
              progress::Progress& progress);

}  // namespace ctgan::host::session
