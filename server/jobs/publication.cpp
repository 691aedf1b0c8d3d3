#include "server/jobs/publication.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/file.h"
#include "server/jobs/claim.h"
#include "server/store/shelves.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;

// One product: where it is made and where it goes.
struct Way {
  std::filesystem::path from, to;
};

Way way_of(const JobFolder& folder, const store::Layout& layout, const Product& product) {
  return {folder.work_file(product.file), layout.root() / product.to};
}

// Where a file system knows no rename that refuses, publishing is a link and an unlink: between them both
// names are one file.
bool is_one_file(const Way& way) {
  struct stat from {};
  struct stat to {};
  return lstat(way.from.c_str(), &from) == 0 && lstat(way.to.c_str(), &to) == 0 && from.st_dev == to.st_dev &&
         from.st_ino == to.st_ino;
}

bool is_published(const Way& way) {
  return !std::filesystem::exists(std::filesystem::symlink_status(way.from)) || is_one_file(way);
}

void take_back(const Way& way) {
  if (is_one_file(way)) {
    ::unlink(way.to.c_str());
  } else if (is_published(way)) {
    std::rename(way.to.c_str(), way.from.c_str());
  }
}

// Those that were published; a rename back tells whoever is interrupted here how far it was.
void take_back(const JobFolder& folder, const store::Layout& layout, const std::vector<Product>& products) {
  for (const Product& product : products) take_back(way_of(folder, layout, product));
}

bool is_committed(const JobFolder& folder, const store::Layout& layout,
                  const std::vector<Product>& products) {
  return !products.empty() && is_published(way_of(folder, layout, products.back()));
}

bool is_taken(const store::Layout& layout, const Product& product) {
  return std::filesystem::exists(std::filesystem::symlink_status(layout.root() / product.to));
}

void remove_work_files(const JobFolder& folder, bool goes_on) {
  if (goes_on)
    folder.remove_products();
  else
    folder.remove_work_files();
}

JobStatus readable_status(const JobFolder& folder) {
  try {
    return folder.read_status();
  } catch (const Error& error) {
    if (error.kind() != errors::Kind::bad_data) throw;
    return {};
  }
}

}  // namespace

bool publish(const JobFolder& folder, const store::Layout& layout, const std::vector<Product>& products,
             const Json& result) {
  if (std::any_of(products.begin(), products.end(), [&](const Product& p) { return is_taken(layout, p); }))
    return false;
  for (const Product& product : products)
    files::make_private_folder(way_of(folder, layout, product).to.parent_path());
  folder.write_status({JobState::running, result, nullptr, products});
  failpoints::failpoint("publication: announced");
  try {
    for (const Product& product : products) {
      const Way way = way_of(folder, layout, product);
      if (store::publish(way.from, way.to)) {
        failpoints::failpoint("publication: a product was renamed");
        continue;
      }
      take_back(folder, layout, products);
      return false;
    }
  } catch (...) {
    // The rename has happened even where the disk did not confirm it: what is seen is not taken away.
    if (is_committed(folder, layout, products)) return true;
    take_back(folder, layout, products);
    throw;
  }
  return true;
}

namespace {

// What to do about a loss, where the job cannot simply be repeated; empty where it can.
std::string way_back_of(const JobFolder& folder) {
  try {
    return folder.read_request().may_be_repeated() ? "" : "submit it again with 'fit'";
  } catch (const Error&) {
    return "";
  }
}

errors::Error loss_of(const JobFolder& folder, const std::string& reason) {
  return {errors::Kind::job_lost, reason.empty() ? "its worker died without a word" : reason,
          way_back_of(folder)};
}

}  // namespace

JobStatus settle(const JobFolder& folder, const store::Layout& layout, const std::string& reason) {
  JobStatus status = readable_status(folder);
  const bool goes_on = folder.may_go_on();
  if (!store::is_final(status.state)) {
    // At once, also where there is no room for a last word. Products say how far the publishing was.
    if (status.publish.empty()) remove_work_files(folder, goes_on);
    const bool committed = is_committed(folder, layout, status.publish);
    if (!committed) take_back(folder, layout, status.publish);
    status.state = committed                   ? JobState::done
                   : folder.is_asked_to_stop() ? JobState::cancelled
                   : goes_on                   ? JobState::queued
                                               : JobState::lost;
    if (!committed) status.result = nullptr;
    if (status.state == JobState::lost) {
      const errors::Error loss = loss_of(folder, reason);
      if (!reason.empty() || !loss.hint().empty()) status.error = errors::to_json(loss);
    }
    status.publish.clear();
    failpoints::failpoint("settlement: decided, and not written down");
    folder.write_status(status);
  }
  failpoints::failpoint("settlement: written down");
  remove_work_files(folder, status.state == JobState::queued);
  return status;
}

std::size_t settle_dead(const store::Layout& layout) {
  std::size_t count = 0;
  std::error_code nothing;
  for (const auto& entry : std::filesystem::directory_iterator(layout.jobs(), nothing)) {
    const JobFolder folder(entry.path());
    // One that waits to go on needs what it has.
    if (!folder.has_work_files() || !is_claimed(folder) || folder.may_go_on()) continue;
    try {
      const auto claim = Claim::settle(folder);
      if (!claim) continue;
      settle(folder, layout);
      ++count;
    } catch (const Error&) {
    }
  }
  return count;
}

}  // namespace ctgan::server::jobs
