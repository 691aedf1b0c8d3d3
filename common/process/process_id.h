// A process that one can tell from others later: numbers are used again, within minutes on a busy machine and from 1
// on after a reboot.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::process {

struct ProcessId {
  pid_t pid = 0;
  std::string start;  // in clock ticks since the machine started
  std::string boot;   // of the machine that it runs on, since that was started
  bool operator==(const ProcessId&) const = default;
};

// Of a process of this machine; with an empty start when there is none.
ProcessId process_id(pid_t pid);

// One line: "PID START BOOT". Empty for what is not such a line; without BOOT it is a process of this machine, as
// earlier versions wrote it.
std::string to_text(const ProcessId& id);
std::optional<ProcessId> process_id_from_text(std::string_view text);

// Whether it was started by the machine that runs here, since it runs.
bool is_of_this_machine(const ProcessId& id);
// False for one of another machine, of which nothing is known.
bool is_alive(const ProcessId& id);

// Signals exactly that process, and waits for its end so long. True once it has ended, also before; false for one of
// another machine. Never signals another process that has got its number.
bool end_process(const ProcessId& id, int signal, std::chrono::milliseconds patience);
// The same with SIGKILL.
bool kill_process(const ProcessId& id, std::chrono::milliseconds patience);

}  // namespace ctgan::process
