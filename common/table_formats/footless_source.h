// Text without its last lines: those that stand under a table, a total or where it comes from.
#pragma once

#include <cstdint>
#include <string>

#include "common/files/byte_source.h"

namespace ctgan::table_formats {

// Not safe to share between threads.
class FootlessSource : public files::ByteSource {
 public:
  // Leaves out the last `lines` lines that hold more than blanks, and what stands behind them. Lines end with
  // LF, CRLF or, where nothing else does, CR. Keeps no more than these lines in memory. `source` must outlive
  // it.
  FootlessSource(files::ByteSource& source, std::uint64_t lines) : source_(source), lines_(lines) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  void advance();
  std::size_t begin_of_footer() const;

  files::ByteSource& source_;
  std::uint64_t lines_;
  std::string held_;  // what may be the footer, behind what may be given
  std::size_t given_ = 0;
  std::size_t free_ = 0;  // of held_: no footer
  bool at_end_ = false;
};

}  // namespace ctgan::table_formats
