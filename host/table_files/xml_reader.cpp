#include "host/table_files/xml_reader.h"

#include <expat.h>
#include <fmt/format.h>

#include <exception>
#include <memory>

#include "common/errors/error.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;

constexpr char k_behind_namespace = '|';

std::string_view local_name(std::string_view name) {
  return name.substr(name.rfind(k_behind_namespace) + 1);
}

struct Free {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

// Exceptions do not pass through the C library: they wait until it has returned.
class Reading {
 public:
  explicit Reading(const XmlHandler& handler)
      : handler_(handler), parser_(XML_ParserCreateNS(nullptr, k_behind_namespace)) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), start, end);
    XML_SetCharacterDataHandler(parser_.get(), text);
  }

  void take(std::string_view bytes, bool is_last = false) {
    const auto status = XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()),
                                  is_last ? XML_TRUE : XML_FALSE);
    if (thrown_) std::rethrow_exception(thrown_);
    if (status == XML_STATUS_OK) return;
    throw Error(Kind::bad_data, fmt::format("line {} is no XML: {}", XML_GetCurrentLineNumber(parser_.get()),
                                            XML_ErrorString(XML_GetErrorCode(parser_.get()))));
  }

 private:
  template <typename Tell>
  void guard(const Tell& tell) {
    try {
      if (!thrown_) tell();
    } catch (...) {
      thrown_ = std::current_exception();
      XML_StopParser(parser_.get(), XML_FALSE);
    }
  }
  static void start(void* self, const char* name, const char** attributes) {
    auto& reading = *static_cast<Reading*>(self);
    reading.guard([&] { reading.handler_.start(local_name(name), XmlAttributes(attributes)); });
  }
  static void end(void* self, const char* name) {
    auto& reading = *static_cast<Reading*>(self);
    reading.guard([&] { reading.handler_.end(local_name(name)); });
  }
  static void text(void* self, const char* bytes, int size) {
    auto& reading = *static_cast<Reading*>(self);
    reading.guard([&] { reading.handler_.text({bytes, static_cast<std::size_t>(size)}); });
  }

  const XmlHandler& handler_;
  std::unique_ptr<XML_ParserStruct, Free> parser_;
  std::exception_ptr thrown_;
};

}  // namespace

std::string_view XmlAttributes::text(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2)
    if (local_name(pair[0]) == name) return pair[1];
  return {};
}

bool XmlAttributes::has(std::string_view name) const {
  return text(name).data() != nullptr;
}

void read_xml(const XmlHandler& handler,
              const std::function<void(const std::function<void(std::string_view)>& take)>& pieces) {
  Reading reading(handler);
  pieces([&](std::string_view bytes) { reading.take(bytes); });
  reading.take({}, true);
}

}  // namespace ctgan::host::table_files
