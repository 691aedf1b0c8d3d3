// A connection that lives: a file below connections/, locked until its process ends, however it ends. What is
// a connection's own carries its id, so that whoever comes later can tell what nobody holds any more. The file says who
// the other end is, once that is known, and why the connection was ended, if somebody did.
//
//     {"caller":{"user":"alice","login":"key","from":"10.0.0.7","what":"serve","since":1795000000,"process":"..."}}
//     {"end":{"kind":"interrupted","sentence":"..."}}
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/store/layout.h"

namespace ctgan::server::store {

// Who is at the other end, and which process answers him.
struct Caller {
  std::string user;
  std::string login;    // who decided that, as protocol.md names it
  std::string from;     // the address that sshd names; empty: this machine
  std::string key;      // "SHA256:..."; empty: unknown, or no key
  std::string what;     // "serve", "transfer", "scp"
  std::string parent;   // the connection that asked for this one's ticket; empty: none did
  std::string process;  // as common/process/process_id.h writes it
  std::time_t since = 0;
};

class Presence {
 public:
  // Nobody knows of it until the first call of id().
  explicit Presence(Layout layout);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  // 32 hex digits. Throws as files::make_private_folder and errors::from_errno.
  const std::string& id();
  bool is(const std::string& id) const { return file_ && id == id_; }
  // For others to read. Throws as id(), and errors::from_errno.
  void introduce(const Caller& caller);

 private:
  Layout layout_;
  std::string id_;
  files::FileHandle file_;
};

// Whether the connection of that id lives; nobody has the empty one.
bool lives(const Layout& layout, const std::string& id);

struct LivingCaller {
  std::string id;
  Caller caller;
};

// Of the connections that live those that have said who is there, in no order.
std::vector<LivingCaller> living_callers(const Layout& layout);

// Tells a connection what to say when it is ended; one that has gone is told nothing. Throws errors::from_errno.
void leave_word(const Layout& layout, const std::string& id, const errors::Error& word);
// What was left last; empty where nothing was, or the connection has gone.
std::optional<errors::Error> word_left(const Layout& layout, const std::string& id);

// Removes the files of connections that were killed.
void sweep_presences(const Layout& layout);

// Whether somebody holds a lock on that file. A file that is not there is held by nobody.
bool is_locked(const std::filesystem::path& path);

}  // namespace ctgan::server::store
