// A line typed at a terminal that can be edited (arrow keys, Ctrl-A, Ctrl-U) and completed (Tab).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::console {

// What may stand instead of the text before the cursor, each as it would be in full.
using Complete = std::function<std::vector<std::string>(std::string_view typed)>;

// Whether the terminal can move its cursor, which editing needs.
bool can_edit_lines();

// Shows `prompt` on the terminal behind the descriptor `terminal`, and reads a line of standard input, without its end;
// nothing at the end of input (Ctrl-D). The terminal is as it was afterwards. `tick` is called about five times a
// second; what it throws comes out of here.
std::optional<std::string> edit_line(int terminal, const std::string& prompt, const Complete& complete,
                                     const std::function<void()>& tick);

// As many characters as all of `candidates` begin with.
std::string common_beginning(const std::vector<std::string>& candidates);

}  // namespace ctgan::console
