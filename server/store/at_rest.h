// How the files of all shelves, and the tables that wait for other parties, lie on the disk, and the rewriting of those
// that should lie otherwise: encryption was turned on or off, or there is a new key. Connections and jobs go on
// meanwhile; nobody sees a file that is half rewritten, and one that is deleted meanwhile stays deleted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "server/encryption/key_ring.h"
#include "server/store/store.h"

namespace ctgan::server::store {

// How many files are encrypted with which key of Shelves::keys().
struct AtRest {
  std::size_t newest = 0;
  std::size_t older = 0;
  std::size_t unknown = 0;  // one that is not among them
  std::size_t plain = 0;    // none
};
AtRest look_at_rest(Store& store);

struct Rewritten {
  std::size_t files = 0;
  std::vector<errors::Error> failures;  // files that stayed as they were
};
// Encrypts with `key` whatever is not, or decrypts everything where it is null. Content is compared with the hash that
// was noted of it before the new file takes the old one's place.
Rewritten rewrite_at_rest(Store& store, const encryption::Key* key);

}  // namespace ctgan::server::store
