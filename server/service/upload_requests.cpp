#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "server/accounts/allowance.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_longest_name = 1024;

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Empty when the request says none.
std::string announced_sha256(const Json& request) {
  const auto sha256 = protocol::optional_text(request, "sha256");
  if (!sha256) return {};
  if (!is_sha256(*sha256)) throw Error(Kind::protocol, "the field 'sha256' must be 64 hex digits");
  return *sha256;
}

store::Upload upload_of(Session& session, const Json& request) {
  return session.store().uploads().require(session.user(), protocol::text_field(request, "upload"));
}

void check_size(const std::string& name, std::uint64_t bytes, const settings::Limits& limits) {
  if (bytes == 0) throw Error(Kind::bad_data, fmt::format("{} is empty", errors::quoted(name)));
  if (bytes <= limits.upload_bytes) return;
  throw Error(Kind::bad_data,
              fmt::format("{} has {} bytes; this server takes at most {}", errors::quoted(name), bytes,
                          limits.upload_bytes),
              "the administrator can raise 'limits.upload_bytes' in settings.json");
}

jobs::PrivacyCost privacy_from(const Json& value) {
  const auto number = [&](const char* name) {
    if (value.is_object() && value.contains(name) && value.at(name).is_number())
      return value.at(name).get<double>();
    throw Error(Kind::protocol,
                fmt::format("the field 'privacy' must have a number {}", errors::quoted(name)));
  };
  const double epsilon = number("epsilon"), delta = number("delta");
  return {protocol::text_field(value, "dataset"), epsilon, delta,
          protocol::optional_text(value, "unit").value_or("")};
}

// Nobody sends for an hour what is refused then. Of an older host's upload the use is not known.
void check_use(Session& session, const Json& request) {
  const auto use = protocol::optional_text(request, "for");
  if (!use) return;
  jobs::JobRequest wanted;
  const auto kind = store::job_kind_from_name(*use);
  if (!kind) throw Error(Kind::protocol, fmt::format("uploads for {} are unknown", errors::quoted(*use)));
  wanted.kind = *kind;
  wanted.user = session.user();
  accounts::check_submission(session.store(), session.settings().limits, wanted);
  if (!request.contains("privacy")) return;
  wanted.privacy = privacy_from(request.at("privacy"));
  accounts::check_budget(session.store(), session.settings(), wanted);
}

}  // namespace

Json handle_upload_open(Session& session, Json& request) {
  const std::string name = protocol::text_field(request, "name");
  const std::uint64_t bytes = protocol::count_field(request, "bytes");
  const std::string sha256 = announced_sha256(request);
  if (name.empty() || name.size() > k_longest_name)
    throw Error(Kind::protocol, "the field 'name' has a bad length");
  const settings::Limits& limits = session.settings().limits;
  check_size(name, bytes, limits);
  check_use(session, request);
  store::Uploads& uploads = session.store().uploads();
  const bool fleeting = request.value("fleeting", Json(false)) == true;
  const store::Upload upload =
      uploads.open(session.user(), name, bytes, sha256, limits.inbox_files,
                   fleeting ? store::UploadLife::connection : store::UploadLife::day);
  const std::uint64_t have = std::min(uploads.bytes_on_disk(upload), bytes);
  return {{"upload", upload.id},
          {"have", have},
          {"prefix_sha256", files::sha256_of_file(uploads.file(upload), have)}};
}

Json handle_upload_ticket(Session& session, Json& request) {
  const store::Upload upload = upload_of(session, request);
  const std::uint64_t offset = protocol::count_field(request, "offset");
  store::Uploads& uploads = session.store().uploads();
  if (offset > std::min(uploads.bytes_on_disk(upload), upload.bytes)) {
    throw Error(Kind::bad_data,
                fmt::format("the upload of {} cannot go on at byte {}", errors::quoted(upload.name), offset),
                "ask again with 'upload.open'");
  }
  if (offset < upload.bytes) uploads.reopen(upload);
  store::Grant grant;
  grant.user = session.user();
  grant.direction = store::Direction::up;
  grant.target = upload.id;
  grant.offset = offset;
  grant.session = session.presence();
  return {{"ticket", session.store().tickets().issue(grant)}};
}

Json handle_upload_close(Session& session, Json& request) {
  store::Upload upload = upload_of(session, request);
  if (std::string announced = announced_sha256(request); !announced.empty())
    upload.sha256 = std::move(announced);
  if (upload.sha256.empty()) throw Error(Kind::protocol, "the field 'sha256' is missing");
  store::Uploads& uploads = session.store().uploads();
  const std::uint64_t bytes = uploads.bytes_on_disk(upload);
  std::string sha256 = uploads.sha256(upload);
  if (bytes >= upload.bytes) uploads.close(upload, sha256);
  session.note_checked(upload.id);
  return {{"bytes", bytes}, {"sha256", std::move(sha256)}};
}

}  // namespace ctgan::server::service
