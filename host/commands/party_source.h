// `--party NAME[@USER][=SOURCE]`: who a party of a fit is, and where its table is.
#pragma once

#include <string>
#include <vector>

#include "host/commands/fit_request.h"

namespace ctgan::host::commands {

struct PartySource {
  std::string name;
  std::string user;  // of the server; the name in small letters where nobody says it
  std::string text;  // "inbox:a.csv", "a.csv"; empty: not said
  FitSource source() const { return parse_source(text); }
  // What its user calls the file; empty where nothing was said.
  std::string file_name() const;
};

// Throws Error(usage) for what is no party.
PartySource parse_party(const std::string& text);
// Those of a job file in its order, with what the flags say of them; of the flags alone where it names none. Throws
// Error(usage) for a flag whose party the file does not name, and as joins::check_party_names.
std::vector<PartySource> parties_of(const std::vector<std::string>& flags,
                                    const std::vector<std::string>& of_job_file);

}  // namespace ctgan::host::commands
