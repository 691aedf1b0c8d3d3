// What the table of a party is called in its job's folder.
#pragma once

#include <cstddef>
#include <string>

namespace ctgan::server::store {

// `place` is the party's, from 0.
inline std::string party_file(std::size_t place) {
  return "party-" + std::to_string(place + 1);
}

}  // namespace ctgan::server::store
