// What of its user's limits a job is let have, as `--threads` and `--minutes` ask for it.
#pragma once

#include <string>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

class AskedLimits {
 public:
  // As typed; empty: not given. Throws Error(usage) unless they are whole numbers from 1 on.
  AskedLimits(const std::string& threads, const std::string& minutes);

  // As Connection::require_feature, where something was asked for.
  void require_known(const Connection& connection) const;
  // As fields of a submission.
  void add_to(session::Json& fields) const { fields.update(asked_); }

 private:
  session::Json asked_ = session::Json::object();
};

}  // namespace ctgan::host::commands
