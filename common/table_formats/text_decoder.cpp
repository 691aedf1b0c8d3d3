#include "common/table_formats/text_decoder.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/table_formats/text_encoding.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_buffer = 65536;
constexpr std::size_t k_longest_name = 40;

// Names that people and Python use and glibc does not know.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> k_aliases{
    {{"LATIN-1", "ISO-8859-1"},
     {"LATIN1", "ISO-8859-1"},
     {"ISO8859-1", "ISO-8859-1"},
     {"ISO-8859-1", "ISO-8859-1"},
     {"LATIN-9", "ISO-8859-15"},
     {"LATIN9", "ISO-8859-15"},
     {"ISO-8859-15", "ISO-8859-15"},
     {"CP1252", "WINDOWS-1252"},
     {"ANSI", "WINDOWS-1252"},
     {"UTF8", "UTF-8"},
     {"UTF-8-SIG", "UTF-8"},
     {"UTF16", "UTF-16"},
     {"UTF-16-LE", "UTF-16LE"},
     {"UTF-16-BE", "UTF-16BE"},
     {"MAC-ROMAN", "MACINTOSH"},
     {"SHIFT-JIS", "SHIFT_JIS"}}};

// Owns an iconv descriptor.
class Converter {
 public:
  explicit Converter(const std::string& encoding) : handle_(iconv_open("UTF-8", encoding.c_str())) {}
  ~Converter() {
    if (*this) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  explicit operator bool() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }
  iconv_t get() const { return handle_; }

 private:
  iconv_t handle_;
};

// A slash would begin iconv's own options.
bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= k_longest_name && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("-_.:+()", c) != nullptr;
  });
}

bool is_iso_latin(std::string_view encoding) {
  return encoding == "ISO-8859-1" || encoding == "ISO-8859-15";
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 && byte < 0xa0;
}

// Whether all bytes so far are UTF-8, with something beyond ASCII among them.
class Utf8Suspicion {
 public:
  void add(std::string_view bytes) {
    if (!possible_) return;
    open_ += bytes;
    const Utf8Scan scan = scan_utf8(open_);
    possible_ = scan.stop == Utf8Scan::Stop::end || scan.stop == Utf8Scan::Stop::incomplete;
    beyond_ascii_ |=
        std::any_of(open_.begin(), open_.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    open_.erase(0, scan.valid);
  }
  bool certain() const { return possible_ && beyond_ascii_ && open_.empty(); }

 private:
  std::string open_;  // the front of a character
  bool possible_ = true;
  bool beyond_ascii_ = false;
};

}  // namespace

bool is_utf8(std::string_view encoding) {
  return encoding.empty() || encoding == "UTF-8";
}

std::string parse_encoding(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string spelled = name;
  std::replace(spelled.begin(), spelled.end(), '_', '-');
  const auto* const alias = std::find_if(k_aliases.begin(), k_aliases.end(),
                                         [&](const auto& known) { return known.first == spelled; });
  if (alias != k_aliases.end()) name = alias->second;
  if (is_plain_name(name) && Converter(name)) return name;
  if (is_plain_name(name) && Converter(spelled)) return spelled;
  throw Error(Kind::usage, fmt::format("there is no encoding {}", errors::quoted(text)),
              "utf-8, latin-1, windows-1252 and utf-16 are common; 'iconv -l' lists them all");
}

struct DecodedSource::State {
  State(files::ByteSource& inner, std::string_view shown, const std::string& encoded)
      : source(inner), name(errors::quoted(shown)), encoding(encoded), converter(encoded) {}

  files::ByteSource& source;
  std::string name;
  std::string encoding;
  Converter converter;
  std::array<char, k_buffer> in{};
  std::size_t begin = 0;  // of what is not decoded yet
  std::size_t end = 0;
  std::vector<char> out = std::vector<char>(2 * k_buffer);
  std::size_t given = 0;  // of `ready`
  std::size_t ready = 0;
  std::uint64_t decoded = 0;  // bytes of the input before `in`
  std::uint64_t line = 1;
  Utf8Suspicion suspicion;
  bool started = false;
  bool at_end = false;
  bool flushed = false;

  bool latin() const { return is_iso_latin(encoding) || encoding == "WINDOWS-1252"; }

  void refill() {
    std::copy(in.data() + begin, in.data() + end, in.data());
    decoded += begin;
    end -= std::exchange(begin, 0);
    const std::size_t kept = end;
    while (end < in.size() && !at_end) {
      const std::size_t got = source.read(std::span(in).subspan(end));
      at_end = got == 0;
      end += got;
    }
    if (!std::exchange(started, true)) check_start();
    if (latin()) check_latin({in.data() + kept, end - kept});
  }

  void check_start() const {
    const auto foreign = foreign_format({in.data(), end});
    if (foreign && (latin() || !foreign->utf16))
      throw Error(Kind::bad_data, fmt::format("{} {}", name, foreign->what), foreign->hint);
  }

  void check_latin(std::string_view bytes) {
    suspicion.add(bytes);
    if (at_end && suspicion.certain()) {
      throw Error(Kind::bad_data, fmt::format("{} is UTF-8 text, not {}", name, encoding),
                  "leave '--encoding' out");
    }
    if (!is_iso_latin(encoding)) return;
    const auto* const control = std::find_if(bytes.begin(), bytes.end(), is_control);
    if (control == bytes.end()) return;
    const auto before = static_cast<std::uint64_t>(std::count(bytes.begin(), control, '\n'));
    throw Error(Kind::bad_data,
                fmt::format("{} has the byte 0x{:02x}, no letter of {}, in line {}", name,
                            static_cast<unsigned char>(*control), encoding, line + before),
                "'--encoding windows-1252' has a letter for it");
  }

  [[noreturn]] void refuse() const {
    throw Error(
        Kind::bad_data,
        fmt::format("{} has invalid {} in line {} (byte offset {})", name, encoding, line, decoded + begin),
        "give another '--encoding', or none for UTF-8");
  }

  // Decodes some of what is there, or flushes the converter at the end.
  void advance() {
    char* from = in.data() + begin;
    std::size_t left = end - begin;
    char* to = out.data();
    std::size_t room = out.size();
    const bool last = at_end && left == 0;
    const std::size_t failed = last ? iconv(converter.get(), nullptr, nullptr, &to, &room)
                                    : iconv(converter.get(), &from, &left, &to, &room);
    const int reason = failed == static_cast<std::size_t>(-1) ? errno : 0;
    flushed = last;
    ready = out.size() - room;
    begin = end - left;
    line += static_cast<std::uint64_t>(
        std::count(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(ready), '\n'));
    if (reason == EILSEQ && ready > 0) return;
    const bool stuck = begin == 0 && end == in.size() && ready == 0;
    if (reason == EILSEQ || (reason == EINVAL && (at_end || stuck))) refuse();
    if (!at_end && (reason == EINVAL || begin == end)) refill();
  }
};

DecodedSource::DecodedSource(files::ByteSource& source, std::string_view name, const std::string& encoding)
    : state_(std::make_unique<State>(source, name, encoding)) {
  if (state_->converter) return;
  throw Error(Kind::unavailable,
              fmt::format("this machine does not know the encoding {}", errors::quoted(encoding)),
              "convert the file to UTF-8 with 'iconv -f ENCODING -t UTF-8 IN > OUT'");
}

DecodedSource::~DecodedSource() = default;

std::size_t DecodedSource::read(std::span<char> buffer) {
  State& s = *state_;
  if (!s.started) s.refill();
  while (s.given == s.ready) {
    if (s.flushed) return 0;
    s.given = s.ready = 0;
    s.advance();
  }
  const std::size_t count = std::min(buffer.size(), s.ready - s.given);
  std::copy_n(s.out.data() + s.given, count, buffer.data());
  s.given += count;
  return count;
}

}  // namespace ctgan::table_formats
