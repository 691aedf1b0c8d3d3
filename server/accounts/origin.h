// Who is at the other end, as far as sshd says it.
#pragma once

#include <string>

#include "server/audit/audit_log.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

// The address from SSH_CONNECTION; the key from the file that SSH_USER_AUTH names (ExposeAuthInfo in sshd_config),
// else `fingerprint`, which the forced command of `user authorize` carries.
audit::Origin origin_of_connection(std::string user, std::string fingerprint);

// That its key let its user in, if there was one; where the disk is full it does not stand in the list of keys.
void note_key_use(store::Store& store, const audit::Origin& origin);

}  // namespace ctgan::server::accounts
