#include <fmt/format.h>

#include "common/errors/error.h"
#include "server/service/requests.h"
#include "server/service/submitted_upload.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

// Uploads that are to be read once, and to be gone afterwards whatever happens.
class UsedUploads {
 public:
  explicit UsedUploads(store::Uploads& uploads) : uploads_(uploads) {}
  ~UsedUploads() {
    for (const store::Upload& upload : taken_) {
      try {
        uploads_.remove(upload);
      } catch (const Error&) {
        // It goes with the connection, or after a day.
      }
    }
  }
  UsedUploads(const UsedUploads&) = delete;
  UsedUploads& operator=(const UsedUploads&) = delete;

  TableFile take(Session& session, const Json& part) {
    const store::Upload upload = complete_upload(session, part);
    taken_.push_back(upload);
    return {uploads_.file(upload), upload.name,
            table_formats::dialect_from_json(part.value("dialect", Json::object()))};
  }

 private:
  store::Uploads& uploads_;
  std::vector<store::Upload> taken_;
};

const Json& part_of(const Json& request, const char* key) {
  const auto found = request.find(key);
  if (found != request.end() && found->is_object()) return *found;
  throw Error(Kind::protocol, fmt::format("the field '{}' must be an object", key));
}

}  // namespace

Json handle_evaluate(Session& session, Json& request) {
  if (!session.engine().evaluate) throw Error(Kind::unavailable, "this server evaluates no tables");
  UsedUploads uploads(session.store().uploads());
  FilesToCompare files{uploads.take(session, part_of(request, "original")),
                       uploads.take(session, part_of(request, "synthetic")), std::nullopt};
  if (request.contains("held_out")) files.held_out = uploads.take(session, part_of(request, "held_out"));
  const std::uint64_t id = protocol::count_field(request, "id");
  return session.engine().evaluate(request, files, [&, seq = std::uint64_t{0}](Json event) mutable {
    event.update({{"type", "event"}, {"id", id}, {"seq", ++seq}});
    session.channel().write(event);
  });
}

}  // namespace ctgan::server::service
