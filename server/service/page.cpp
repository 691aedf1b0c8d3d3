#include "server/service/page.h"

#include <string>

#include "common/errors/error.h"

namespace ctgan::server::service {

std::optional<std::int64_t> page_of(const protocol::Json& request) {
  const auto text = protocol::optional_text(request, "before");
  if (!text) return std::nullopt;
  try {
    return std::stoll(*text);
  } catch (const std::exception&) {
    throw errors::Error(errors::Kind::protocol, "the field 'before' must be the 'next' of a page");
  }
}

}  // namespace ctgan::server::service
