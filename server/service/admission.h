// What a key with a forced command may ask for: SSH_ORIGINAL_COMMAND, read without a shell and without
// splitting words (DESIGN 4). Whatever is not listed here is refused.
//
//     ctgan-server serve
//     ctgan-server transfer
//     scp [-v] [-p] [-d] [-q] -t [--] NAME     NAME "." is the inbox
//     scp [-v] [-p] [-d] [-q] -f [--] NAME
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/errors/error.h"

namespace ctgan::server::service {

struct AdmitServe {};
struct AdmitTransfer {};
// Stock scp sends files: into the inbox under the wire's names, or one under `name`.
struct AdmitCopyIn {
  std::optional<std::string> name;
};
// Stock scp fetches one file of the user's databases.
struct AdmitCopyOut {
  std::string name;
};
struct Refusal {
  errors::Error error;
  // The other end is a stock scp and shows only what comes as a record.
  bool to_scp = false;
};

using Admission = std::variant<AdmitServe, AdmitTransfer, AdmitCopyIn, AdmitCopyOut, Refusal>;

// `command` as sshd passes it on; empty when a shell was asked for.
Admission admit(std::string_view command);

}  // namespace ctgan::server::service
