#include "host/commands/party_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/joins/party_name.h"
#include "common/texts/texts.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

}  // namespace

std::string PartySource::file_name() const {
  if (text.empty()) return {};
  const FitSource at = source();
  return at.inbox.empty() ? at.file.filename().string() : at.inbox;
}

PartySource parse_party(const std::string& text) {
  PartySource party;
  const std::size_t equals = text.find('=');
  party.name = text.substr(0, equals);
  if (equals != std::string::npos) party.text = text.substr(equals + 1);
  const std::size_t at = party.name.find('@');
  if (at != std::string::npos) {
    party.user = party.name.substr(at + 1);
    party.name.resize(at);
  }
  const bool is_empty_part = (at != std::string::npos && party.user.empty()) ||
                             (equals != std::string::npos && party.text.empty()) || party.text == "-";
  if (is_empty_part)
    throw Error(Kind::usage, fmt::format("'--party' cannot be {}", errors::quoted(text)),
                "'--party NAME', 'NAME=inbox:FILE', or 'NAME@USER=inbox:FILE'");
  joins::check_party_name(party.name);
  if (party.user.empty()) party.user = texts::in_small_letters(party.name);
  party.source();
  return party;
}

std::vector<PartySource> parties_of(const std::vector<std::string>& flags,
                                    const std::vector<std::string>& of_job_file) {
  std::vector<PartySource> given;
  given.reserve(flags.size());
  for (const std::string& flag : flags) given.push_back(parse_party(flag));
  std::vector<PartySource> parties = of_job_file.empty() ? given : std::vector<PartySource>();
  for (const std::string& name : of_job_file) {
    const auto flag =
        std::find_if(given.begin(), given.end(), [&](const PartySource& one) { return one.name == name; });
    parties.push_back(flag == given.end() ? parse_party(name) : *flag);
  }
  std::vector<std::string> names;
  names.reserve(parties.size());
  for (const PartySource& party : parties) names.push_back(party.name);
  for (const PartySource& one : given)
    if (std::find(names.begin(), names.end(), one.name) == names.end())
      throw Error(Kind::usage, fmt::format("the job file names no party {}", errors::quoted(one.name)),
                  errors::suggestion(one.name, names));
  joins::check_party_names(names);
  return parties;
}

}  // namespace ctgan::host::commands
