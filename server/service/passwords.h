// Passwords in requests.
#pragma once

#include "common/protocol/message.h"
#include "common/secrets/secret.h"

namespace ctgan::server::service {

// The password out of the message, which keeps none of it. Throws Error(protocol) where the field is no text.
secrets::Secret take_password(protocol::Json& request, const char* field);

}  // namespace ctgan::server::service
