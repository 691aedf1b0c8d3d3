#include "server/service/submitted_upload.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/files/checksum.h"

namespace ctgan::server::service {

using errors::Error;
using errors::Kind;

store::Upload named_upload(Session& session, const Json& request) {
  store::Uploads& uploads = session.store().uploads();
  const auto upload = protocol::optional_text(request, "upload");
  const auto inbox = protocol::optional_text(request, "inbox");
  if (upload.has_value() == inbox.has_value()) {
    throw Error(Kind::protocol, "exactly one of the fields 'upload' and 'inbox' must be given");
  }
  return upload ? uploads.require(session.user(), *upload) : uploads.require_named(session.user(), *inbox);
}

void check_bytes(Session& session, const store::Upload& upload) {
  if (!upload.complete || session.has_checked(upload.id)) return;
  const store::Uploads& uploads = session.store().uploads();
  if (!std::filesystem::exists(uploads.file(upload))) return;
  if (files::sha256_of_file(uploads.file(upload)) == upload.sha256) return session.note_checked(upload.id);
  throw Error(Kind::bad_data,
              fmt::format("{} is damaged on the server: it holds other bytes than were sent",
                          errors::quoted(upload.name)),
              "send it again");
}

store::Upload complete_upload(Session& session, const Json& request) {
  store::Upload upload = named_upload(session, request);
  if (!upload.complete) {
    throw Error(Kind::bad_data, fmt::format("the upload of {} has not ended", errors::quoted(upload.name)),
                "send it again");
  }
  check_bytes(session, upload);
  return upload;
}

}  // namespace ctgan::server::service
