#include "server/service/copy.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/files/overlapped.h"
#include "common/protocol/scp_records.h"
#include "server/service/upload_file.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

void check(const protocol::FileRecord& record, const std::string& name, const settings::Limits& limits) {
  if (!files::is_safe_name(name)) {
    throw Error(Kind::usage, fmt::format("{} cannot be a file name here", errors::quoted(name)));
  }
  if (record.size > limits.upload_bytes) {
    throw Error(Kind::bad_data, fmt::format("{} has {} bytes; this server takes at most {}",
                                            errors::quoted(name), record.size, limits.upload_bytes));
  }
}

void take_one(store::Uploads& uploads, const store::Upload& upload, const protocol::FileRecord& record,
              files::ByteSource& in, files::ByteSink& out) {
  try {
    HashedUpload file(uploads.file(upload), 0);
    files::WriteBehind behind(file);
    protocol::receive_content(in, out, record, behind, {});
    behind.finish();
    file.finish();
    uploads.adopt(upload, file.sha256());
  } catch (...) {
    uploads.remove(upload);
    throw;
  }
  protocol::acknowledge(out);
}

// The first shelf that has it; the last one's error when none has.
store::Shelf shelf_with(store::Store& store, const std::string& user, const std::string& name) {
  for (const store::Shelf shelf : {store::Shelf::data, store::Shelf::models, store::Shelf::sidecars}) {
    try {
      store.shelves().open(shelf, user, name);
      return shelf;
    } catch (const Error& error) {
      if (error.kind() != Kind::no_input) throw;
    }
  }
  throw Error(Kind::no_input, fmt::format("there is no file {}", errors::quoted(name)),
              "patterns are not expanded here; 'download --list' shows the names");
}

// The hint too: the stock client shows nothing else.
void complain(files::ByteSink& out, const Error& error) {
  protocol::complain(
      out, error.hint().empty() ? error.sentence() : fmt::format("{} ({})", error.sentence(), error.hint()));
}

}  // namespace

void copy_in(store::Store& store, const settings::Limits& limits, const std::string& user,
             const std::optional<std::string>& name, files::ByteSource& in, files::ByteSink& out,
             audit::Trail& trail) {
  try {
    bool first = true;
    while (const auto record = protocol::receive_record(in, out, first)) {
      if (name && !first) throw Error(Kind::usage, fmt::format("{} is not a folder", errors::quoted(*name)));
      first = false;
      const std::string& kept = name.value_or(record->name);
      audit::Deed deed{"upload", kept, record->size};
      audit::noted(trail, deed, [&] {
        check(*record, kept, limits);
        const store::Upload upload = store.uploads().create(user, kept, record->size, "", limits.inbox_files,
                                                            store::UploadLife::connection);
        take_one(store.uploads(), upload, *record, in, out);
        return true;
      });
    }
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) complain(out, error);
    throw;
  }
}

void copy_out(store::Store& store, const std::string& user, const std::string& name, files::ByteSource& in,
              files::ByteSink& out, audit::Trail& trail) {
  audit::Deed deed{"download", name, {}};
  try {
    audit::noted(trail, deed, [&] {
      const auto artifact = store.shelves().open(shelf_with(store, user, name), user, name);
      deed.bytes = artifact.bytes();
      protocol::send_file(in, out, {name, artifact.bytes()}, *artifact.content(), {});
      return true;
    });
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) complain(out, error);
    throw;
  }
}

}  // namespace ctgan::server::service
