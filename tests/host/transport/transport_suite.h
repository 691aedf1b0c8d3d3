// What every transport promises. A test file gives one function, `Reach`, that leads to a program on the
// other side, and calls check_transport() from one test case:
//
//     TEST_CASE("the local transport keeps the promises of every transport") { check_transport(reach); }
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "host/transport/transport.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

// A transport whose ctgan-server is the executable file `program`, started with 'serve' or 'transfer'.
using Reach = std::function<std::unique_ptr<host::transport::Transport>(const std::filesystem::path& program,
                                                                        host::transport::Patience patience)>;

// Runs every promise as a section.
void check_transport(const Reach& reach);

// An executable shell script in the folder, made to be reached.
std::filesystem::path write_script(const TemporaryFolder& folder, const std::string& body);

// Everything up to the end of the program's output.
std::string read_to_end(host::transport::Channel& channel);

}  // namespace ctgan::tests
