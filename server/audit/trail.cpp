#include "server/audit/trail.h"

#include <fmt/format.h>

namespace ctgan::server::audit {

using errors::Error;

Entry Trail::entry_of(const Deed& deed) const {
  return {clock_(), origin_, deed.what, deed.subject, deed.bytes, "ok", 0};
}

void Trail::write(const Deed& deed, const Error* error) {
  Entry entry = entry_of(deed);
  if (error != nullptr) {
    entry.result = error->sentence();
    entry.code = errors::exit_code(error->kind());
  }
  try {
    log_.append(entry);
  } catch (const Error& failed) {
    trouble_ = failed;
  }
}

void Trail::note_ahead(const Deed& deed) const {
  Entry entry = entry_of(deed);
  entry.result = "begun";
  try {
    log_.append(entry);
  } catch (const Error& failed) {
    throw Error(
        failed.kind(),
        fmt::format("nothing was changed, since the audit log cannot be written: {}", failed.sentence()),
        failed.hint());
  }
}

}  // namespace ctgan::server::audit
