#include "server/service/transfer.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/overlapped.h"
#include "common/protocol/scp_records.h"
#include "server/accounts/sessions.h"
#include "server/service/upload_file.h"
#include "server/store/transfer_mark.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_ticket_length = 32;

std::string read_ticket(files::ByteSource& in) {
  std::string ticket;
  char byte = 0;
  while (in.read({&byte, 1}) == 1) {
    if (byte == '\n') return ticket;
    ticket += byte;
    if (ticket.size() > k_ticket_length) break;
  }
  throw Error(Kind::permission, "a transfer begins with a ticket",
              "'fit' and 'download' get one by themselves");
}

void send(store::Store& store, const store::Grant& grant, PatientSource& in, files::ByteSink& out,
          audit::Deed& deed) {
  in.set_patience(k_sender_patience);
  const auto artifact = store.shelves().open(grant.shelf, grant.user, grant.target);
  if (grant.offset > artifact.bytes()) {
    throw Error(Kind::bad_data, fmt::format("{} has changed", errors::quoted(grant.target)),
                "start the download again");
  }
  const auto content = artifact.content(grant.offset);
  deed.bytes = artifact.bytes() - grant.offset;
  protocol::send_file(in, out, {grant.target, artifact.bytes() - grant.offset}, *content, {});
}

void receive(store::Store& store, const store::Grant& grant, files::ByteSource& in, files::ByteSink& out,
             audit::Deed& deed) {
  const store::Upload upload = store.uploads().require(grant.user, grant.target);
  deed.subject = upload.name;
  if (upload.complete && grant.offset < upload.bytes) {
    throw Error(Kind::bad_data,
                fmt::format("the upload of {} is complete already", errors::quoted(upload.name)));
  }
  HashedUpload file(store.uploads().file(upload), grant.offset);
  store.uploads().touch(upload);
  const auto record = protocol::receive_record(in, out);
  if (!record) throw Error(Kind::try_again, "the transfer broke off before it began");
  const std::uint64_t left = upload.bytes - grant.offset;
  if (record->size != left) {
    throw Error(Kind::bad_data, fmt::format("{} bytes were announced where {} are left of {}", record->size,
                                            left, errors::quoted(upload.name)));
  }
  deed.bytes = left;
  files::WriteBehind behind(file);
  protocol::receive_content(in, out, *record, behind, {});
  behind.finish();
  failpoints::failpoint("upload: its bytes have come");
  if (grant.offset == 0) store.uploads().note_received(upload, file.sha256());
  store.uploads().touch(upload);
  file.finish();
  protocol::acknowledge(out);
}

// Looked at once others see this transfer: whoever ends the session afterwards ends the transfer as well.
void require_session(const store::Store& store, const std::string& session) {
  if (session.empty()) return;
  if (const auto word = store::word_left(store.layout(), session)) throw Error(*word);
  if (store::lives(store.layout(), session)) return;
  // Nobody ended it, or there would be a word: it broke.
  throw Error(Kind::try_again, "the connection that asked for the ticket has ended",
              "run the same command again");
}

store::Grant redeem(store::Store& store, PatientSource& in, const std::optional<std::string>& user,
                    audit::Trail& trail) {
  audit::Deed deed{"transfer", {}, {}};
  try {
    store::Grant grant = store.tickets().redeem(read_ticket(in), user);
    trail.set_user(grant.user);
    accounts::introduce(store, trail.origin(), "ticket", "transfer", grant.session);
    require_session(store, grant.session);
    store.users().require_unlocked(grant.user);
    return grant;
  } catch (const Error& error) {
    trail.note_failed(deed, error);
    throw;
  }
}

}  // namespace

void transfer(store::Store& store, PatientSource& in, files::ByteSink& out,
              const std::optional<std::string>& user, audit::Trail& trail) {
  try {
    const store::Grant grant = redeem(store, in, user, trail);
    const store::TransferMark mark(store.layout(), grant.user);
    const bool up = grant.direction == store::Direction::up;
    audit::Deed deed{up ? "upload" : "download", grant.target, {}};
    audit::noted(trail, deed, [&] {
      up ? receive(store, grant, in, out, deed) : send(store, grant, in, out, deed);
      return true;
    });
  } catch (const Error& error) {
    if (error.kind() != Kind::try_again) protocol::complain(out, error.sentence());
    throw;
  }
}

}  // namespace ctgan::server::service
