// What requests say of parties, and what they are told.
#pragma once

#include "server/service/session.h"

namespace ctgan::server::service {

// The fields `parties` and `join` of `fit.submit`; nothing where there are none. Throws Error(usage) and Error(protocol) for
// names, users and files that cannot be, Error(no_input) for somebody who is no user.
void add_parties(Session& session, const Json& request, jobs::JobRequest& fit);

// {"name":"bob","user":"bob","given":true,"confirmed":false}: what every party may know of another.
Json party_json(const store::Party& party);

}  // namespace ctgan::server::service
