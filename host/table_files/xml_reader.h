// A document of XML as it is read from its beginning to its end, by expat.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ctgan::host::table_files {

// The attributes of an element; names without their namespaces.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  // Empty where there is none.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  const char* const* pairs_;  // name, value, name, value, null
};

// What whoever reads is told. Elements are named without their namespaces.
struct XmlHandler {
  std::function<void(std::string_view element, const XmlAttributes& attributes)> start;
  std::function<void(std::string_view element)> end;
  std::function<void(std::string_view text)> text;  // in pieces
};

// Calls `pieces` with a function that takes the document's bytes. Throws Error(bad_data) for what is no XML, and what the
// handler throws.
void read_xml(const XmlHandler& handler,
              const std::function<void(const std::function<void(std::string_view)>& take)>& pieces);

}  // namespace ctgan::host::table_files
