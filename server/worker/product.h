// A job's output file: written in the job's folder, hashed on the way, published by a rename.
#pragma once

#include <functional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "server/jobs/job_folder.h"
#include "server/store/layout.h"
#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// Passes everything on and keeps count.
class CountingSink : public files::ByteSink {
 public:
  explicit CountingSink(files::ByteSink& inner) : inner_(inner) {}
  void write(std::string_view bytes) override {
    inner_.write(bytes);
    hash_.write(bytes);
    bytes_ += bytes.size();
  }
  std::string sha256() const { return hash_.hex(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  files::ByteSink& inner_;
  files::Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

// Writes the work file `name` with `write`, durable on return, and returns {"bytes":...,"sha256":...} of what was written;
// on the disk it is encrypted where the store has keys.
nlohmann::json write_product(const JobPlace& place, const std::string& name,
                             const std::function<void(files::ByteSink&)>& write);

// Calls `try_name(attempt)` with 1, 2, .. until it is true: the first free name.
void first_free(const std::function<bool(int attempt)>& try_name);

// The work file `file` under the name `name` of the user's shelf.
jobs::Product product(const store::Layout& layout, store::Shelf shelf, const std::string& user,
                      const std::string& file, const std::string& name);

}  // namespace ctgan::server::worker
