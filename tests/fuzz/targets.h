// What reads bytes that others wrote, one function each: any bytes are read, or refused by an error that blames them.
//
// A target throws Broken, or lets a foreign exception out, when a promise of its reader does not hold. libFuzzer calls
// them in the build `fuzz` (fuzz_entry.cpp), fuzz_test.cpp replays seeds and findings in every other one. Seeds are in
// corpus/NAME/, what once broke a target in findings/NAME/, its words in NAME.dict.
#pragma once

#include <array>
#include <stdexcept>
#include <string_view>

namespace ctgan::fuzz {

// A promise that was not kept.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void csv(std::string_view bytes);
void message(std::string_view bytes);
void scp_records(std::string_view bytes);
void archive_header(std::string_view bytes);
void archive(std::string_view bytes);
void sidecar(std::string_view bytes);
void metadata(std::string_view bytes);
void server_settings(std::string_view bytes);
void host_settings(std::string_view bytes);
void credentials(std::string_view bytes);
void job_file(std::string_view bytes);

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

inline constexpr std::array k_targets{Target{"csv", csv},
                                      Target{"message", message},
                                      Target{"scp_records", scp_records},
                                      Target{"archive_header", archive_header},
                                      Target{"archive", archive},
                                      Target{"sidecar", sidecar},
                                      Target{"metadata", metadata},
                                      Target{"server_settings", server_settings},
                                      Target{"host_settings", host_settings},
                                      Target{"credentials", credentials},
                                      Target{"job_file", job_file}};

}  // namespace ctgan::fuzz
