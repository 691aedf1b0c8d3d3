// Whether two ends understand each other, and which of them is to be upgraded where they do not.
#pragma once

#include <cstdint>
#include <string>

namespace ctgan::host::session {

// Versions whose minor numbers differ by one at most, with the same major number and protocol, understand each other.
// Others: Error(protocol), whose hint names the older end. A version that is not numbers says nothing; then the protocol
// decides alone.
void check_versions(const std::string& own, const std::string& server, std::uint64_t server_protocol);

}  // namespace ctgan::host::session
