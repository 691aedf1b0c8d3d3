// Who did what, from where and with what result: audit.jsonl in the data root (0600), one JSON object a line, only
// ever appended to.
//
//     {"time":"2026-11-21T07:45:00Z","user":"alice","from":"10.0.0.7","key":"SHA256:...","what":"fit.submit",
//      "subject":"9f0c...","result":"ok"}
//
// Passwords, tickets and cells have no place in it. A line is one write under a lock (beside the file, audit.lock), so
// that connections at the same moment neither lose nor tear one; what a full disk took only half of is taken back.
// When the file has grown to its size it becomes audit.jsonl.1, and the files before it .2 and so on. Lines are not
// forced to the disk: a power cut may cost the last seconds.
#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "common/errors/error.h"

namespace ctgan::server::audit {

// Who asks, as far as it is known.
struct Origin {
  std::string user;  // of the store; "os:ctgan": who typed a command on the server
  std::string from;  // the address that sshd names; empty: this machine
  std::string key;   // "SHA256:..."; empty: unknown, or no key
};

struct Entry {
  std::time_t time = 0;
  Origin origin;
  std::string what;     // "login", or a command of protocol.md: "fit.submit"
  std::string subject;  // a job's id, the names of files and users
  std::optional<std::uint64_t> bytes;
  std::string result = "ok";  // or a sentence
  int code = 0;               // the exit code that belongs to it
};

// As it stands in the file, with its end. Texts are cut to 300 bytes, control characters made visible.
std::string line_of(const Entry& entry);

struct Rotation {
  std::uint64_t bytes = std::uint64_t{8} << 20;
  std::uint64_t files = 10;  // that are kept beside the present one
};

// One object may be shared by threads, one file by processes.
class AuditLog {
 public:
  explicit AuditLog(std::filesystem::path file, Rotation rotation = {})
      : file_(std::move(file)), rotation_(rotation) {}

  // Throws errors::from_errno, and Error(try_again) when
  // the lock cannot be had within five seconds.
  void append(const Entry& entry) const;

  // All entries, oldest first. A line that is none, as a power cut may leave, is passed over.
  void read(const std::function<void(const Entry&)>& take) const;

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path put_aside(std::uint64_t number) const;
  void rotate() const;

  std::filesystem::path file_;
  Rotation rotation_;
};

}  // namespace ctgan::server::audit
