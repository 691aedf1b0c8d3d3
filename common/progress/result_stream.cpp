#include "common/progress/result_stream.h"

#include <cerrno>
#include <system_error>

namespace ctgan::progress {

void flush_result(std::FILE* stream) {
  if (std::fflush(stream) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
}

}  // namespace ctgan::progress
