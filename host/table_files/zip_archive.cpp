#include "host/table_files/zip_archive.h"

#include <fmt/format.h>
#include <minizip/unzip.h>

#include <vector>

#include "common/errors/error.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_any_case = 2;

}  // namespace

void ZipArchive::Close::operator()(void* archive) const {
  unzClose(archive);
}

ZipArchive::ZipArchive(const std::filesystem::path& file) : archive_(unzOpen64(file.c_str())) {
  if (!archive_)
    throw Error(Kind::bad_data, "its list of files cannot be read", "it is damaged, or was not copied whole");
}

ZipArchive::~ZipArchive() = default;

bool ZipArchive::has(const std::string& name) const {
  return unzLocateFile(archive_.get(), name.c_str(), k_any_case) == UNZ_OK;
}

void ZipArchive::read(const std::string& name, const std::function<void(std::string_view)>& take) const {
  const auto refuse = [&] {
    throw Error(Kind::bad_data, fmt::format("its part {} is damaged or missing", errors::quoted(name)));
  };
  if (!has(name) || unzOpenCurrentFile(archive_.get()) != UNZ_OK) refuse();
  std::vector<char> bytes(std::size_t{1} << 16);
  int got = 0;
  try {
    while ((got = unzReadCurrentFile(archive_.get(), bytes.data(), static_cast<unsigned>(bytes.size()))) > 0)
      take({bytes.data(), static_cast<std::size_t>(got)});
  } catch (...) {
    unzCloseCurrentFile(archive_.get());
    throw;
  }
  // A wrong checksum is seen at the end.
  if (unzCloseCurrentFile(archive_.get()) != UNZ_OK || got < 0) refuse();
}

}  // namespace ctgan::host::table_files
