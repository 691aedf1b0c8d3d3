// A store in a fresh folder, with a clock that the test sets.
#pragma once

#include <ctime>
#include <memory>
#include <string>

#include "common/files/file.h"
#include "server/store/root.h"
#include "server/store/store.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

class FreshStore {
 public:
  explicit FreshStore(bool shared = true) {
    const server::store::Layout layout(root());
    server::store::make_folders(layout);
    files::write_file(layout.settings(), shared ? R"({"shared": true})" : "{}",
                      files::AtomicFile::IfExists::refuse);
    store_ = open();
  }

  std::filesystem::path root() const { return folder_ / "root"; }
  server::store::Store& store() { return *store_; }
  // One more connection, as another process would have.
  std::unique_ptr<server::store::Store> open() {
    return std::make_unique<server::store::Store>(root(), [this] { return now; });
  }

  void add_user(const std::string& name) {
    store_->users().add(name, server::store::Role::normal, std::nullopt, now);
    store_->make_user_folders(name);
  }
  // The row of a new job; its folder is not made.
  server::store::Job insert_job(const std::string& id, const std::string& user,
                                const std::string& request_id) {
    server::store::Job job;
    job.id = id;
    job.user = user;
    job.request_id = request_id;
    job.kind = server::store::JobKind::sample;
    job.created = now;
    store_->jobs().insert(job);
    return job;
  }
  // A file on the user's shelf, whatever it holds.
  void put(server::store::Shelf shelf, const std::string& user, const std::string& name,
           const std::string& content = "content") const {
    files::write_file(server::store::Layout(root()).shelf(shelf, user) / name, content,
                      files::AtomicFile::IfExists::replace);
  }

  std::time_t now = 1'795'000'000;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<server::store::Store> store_;
};

}  // namespace ctgan::tests
