#include "common/table_formats/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace ctgan::table_formats {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

// Past the ASCII bytes from `i` on, zero bytes excluded.
std::size_t skip_ascii(std::string_view bytes, std::size_t i) {
  constexpr std::uint64_t k_ones = 0x0101010101010101;
  constexpr std::uint64_t k_high_bits = 0x8080808080808080;
  while (i + sizeof(std::uint64_t) <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if (((word | (word - k_ones)) & k_high_bits) != 0) break;
    i += sizeof word;
  }
  while (i < bytes.size() && byte_at(bytes, i) - 1U < 0x7fU) ++i;
  return i;
}

// RFC 3629, section 4: the lead byte decides the length and the range of the second byte.
struct Lead {
  std::size_t length = 0;
  std::uint8_t second_first = 0x80;
  std::uint8_t second_last = 0xbf;
};

Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {2};
  if (byte == 0xe0) return {3, 0xa0};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {3};
  if (byte == 0xf0) return {4, 0x90};
  if (byte >= 0xf1 && byte <= 0xf3) return {4};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {};
}

// Judges the one character that starts at `i` with a byte above 0x7f.
Utf8Scan::Stop scan_character(std::string_view bytes, std::size_t i, std::size_t& length) {
  const Lead lead = lead_of(byte_at(bytes, i));
  if (lead.length == 0) return Utf8Scan::Stop::invalid;
  for (std::size_t k = 1; k < lead.length; ++k) {
    if (i + k == bytes.size()) return Utf8Scan::Stop::incomplete;
    const std::uint8_t byte = byte_at(bytes, i + k);
    const bool fits = k == 1 ? byte >= lead.second_first && byte <= lead.second_last : (byte & 0xc0) == 0x80;
    if (!fits) return Utf8Scan::Stop::invalid;
  }
  length = lead.length;
  return Utf8Scan::Stop::end;
}

struct Magic {
  std::string_view bytes;
  std::string_view what;
  std::string_view hint;
  bool utf16 = false;
};

constexpr std::string_view k_unpack = "unpack it first; plain text and gzip are read";
constexpr std::string_view k_convert =
    "convert it first: pandas reads it, and its to_csv(index=False) writes a CSV";
constexpr std::array<Magic, 17> k_magics{{
    {"\xff\xfe", "is UTF-16 text", "'--encoding utf-16' reads it", true},
    {"\xfe\xff", "is UTF-16 text", "'--encoding utf-16' reads it", true},
    {"PK\x03\x04", "is a spreadsheet or a zip archive",
     "a workbook is one whose name ends in .xlsx or .xlsm; save others as CSV, and unpack archives"},
    {"\xd0\xcf\x11\xe0", "is an old or a protected spreadsheet",
     "save it as .xlsx without a password, or the sheet as CSV"},
    {"PAR1\x15", "is a Parquet file",
     "a Parquet file on this machine is given by its name, unpacked: 'fit FILE'"},
    {std::string_view("ARROW1\0\0", 8), "is a Feather or Arrow file", k_convert},
    {"$FL2@(#)", "is a file of SPSS", "convert it first: pandas.read_spss(IN).to_csv(OUT, index=False)"},
    {"$FL3@(#)", "is a file of SPSS", "convert it first: pandas.read_spss(IN).to_csv(OUT, index=False)"},
    {"<stata_dta>", "is a file of Stata", "convert it first: pandas.read_stata(IN).to_csv(OUT, index=False)"},
    {std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", 16), "is a file of SAS",
     "convert it first: pandas.read_sas(IN).to_csv(OUT, index=False)"},
    {"\x89HDF\r\n\x1a\n", "is an HDF5 file", k_convert},
    {"SQLite format 3", "is an SQLite database",
     "'sqlite3 -header -csv FILE \"select * from TABLE\"' writes a CSV"},
    {"BZh91AY&SY", "is packed with bzip2", k_unpack},
    {"\xfd"
     "7zXZ",
     "is packed with xz", k_unpack},
    {"\x28\xb5\x2f\xfd", "is packed with zstd", k_unpack},
    {"\x1f\x8b", "is packed with gzip twice", k_unpack},
    {"%PDF-", "is a PDF", "convert it to CSV first"},
}};

// UTF-16 text in a western script has a zero in every other byte.
std::optional<ForeignFormat> utf16_by_zeros(std::string_view bytes) {
  constexpr std::size_t k_judged = 1024;
  const std::string_view head = bytes.substr(0, std::min(bytes.size(), k_judged) & ~std::size_t{1});
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < head.size(); ++i) zeros[i % 2] += head[i] == '\0' ? 1 : 0;
  const std::size_t half = head.size() / 4;
  const bool big_endian = zeros[0] > half && zeros[1] <= zeros[0] / 8;
  const bool little_endian = zeros[1] > half && zeros[0] <= zeros[1] / 8;
  if (!big_endian && !little_endian) return std::nullopt;
  return ForeignFormat{"is UTF-16 text",
                       fmt::format("'--encoding utf-16{}' reads it", big_endian ? "be" : "le"), true};
}

}  // namespace

Utf8Scan scan_utf8(std::string_view bytes) {
  Utf8Scan scan;
  while ((scan.valid = skip_ascii(bytes, scan.valid)) < bytes.size()) {
    std::size_t length = 0;
    scan.stop = byte_at(bytes, scan.valid) == 0 ? Utf8Scan::Stop::zero_byte
                                                : scan_character(bytes, scan.valid, length);
    if (scan.stop != Utf8Scan::Stop::end) return scan;
    scan.valid += length;
  }
  return scan;
}

std::optional<ForeignFormat> foreign_format(std::string_view first_bytes) {
  for (const Magic& magic : k_magics) {
    if (first_bytes.starts_with(magic.bytes))
      return ForeignFormat{std::string(magic.what), std::string(magic.hint), magic.utf16};
  }
  return utf16_by_zeros(first_bytes);
}

std::string encoding_hint(std::string_view bytes) {
  // Nobody uses the control characters that ISO 8859-1 has at 0x80 to 0x9f; windows-1252 has letters there,
  // but for five.
  constexpr std::string_view k_no_letters("\x81\x8d\x8f\x90\x9d");
  const bool control = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<std::uint8_t>(c) >= 0x80 && static_cast<std::uint8_t>(c) < 0xa0;
  });
  if (!control) return "if it is western text, '--encoding latin-1' reads it";
  if (bytes.find_first_of(k_no_letters) == std::string_view::npos)
    return "if it is western text, '--encoding windows-1252' reads it";
  return "name its encoding with '--encoding'; 'iconv -l' lists them";
}

}  // namespace ctgan::table_formats
