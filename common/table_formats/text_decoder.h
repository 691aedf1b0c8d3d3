// Text in another encoding as UTF-8, as a stream, by glibc's iconv.
//
//     DecodedSource text(source, "people.csv", parse_encoding("windows-1252"));
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/files/byte_source.h"

namespace ctgan::table_formats {

// The name under which iconv knows an encoding that a person names: case does not matter, "latin-1", "utf8"
// and other names that Python takes are understood. Throws Error(usage), with examples, for one that this
// machine does not know.
std::string parse_encoding(std::string_view text);
// Empty, or UTF-8: nothing to decode.
bool is_utf8(std::string_view encoding);

// Not safe to share between threads.
class DecodedSource : public files::ByteSource {
 public:
  // `source` must outlive it. `name` stands for the input in messages. Throws Error(unavailable) when this
  // machine does not know the encoding.
  DecodedSource(files::ByteSource& source, std::string_view name, const std::string& encoding);
  ~DecodedSource() override;

  // UTF-8, a byte order mark included where one is kept. Throws Error(bad_data) with line and byte offset for
  // bytes that the encoding does not have, and for text that was named wrongly: ISO-8859-1, ISO-8859-15 or
  // WINDOWS-1252 text that is valid UTF-8 to the end, that begins as UTF-16 does or, for the first two, holds
  // the control bytes 0x80 to 0x9f; and for files that are no text (foreign_format).
  std::size_t read(std::span<char> buffer) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ctgan::table_formats
