// What a program or library for x86-64 shows of how it was hardened, read from its ELF file.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace ctgan::tests {

// The words of cmake/hardening.cmake that hold for the file:
//   pie             it is loaded at a random address
//   relro           addresses of functions are read-only once they are known
//   now             they are all known before the program starts
//   noexecstack     nothing on the stack runs
//   stack-protector functions look whether their frame was overwritten
//   fortify         calls of the C library know how large their target is
//   stack-probes    large frames touch each of their pages
// The last three are seen by what they leave behind: an import, an instruction. So a file that has no function for
// them to protect does not show them. Throws std::runtime_error for a file that is no such ELF file.
std::set<std::string> hardening_of(const std::filesystem::path& file);

}  // namespace ctgan::tests
