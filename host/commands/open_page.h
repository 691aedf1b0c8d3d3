// A page on this machine, shown to the person who asked for it.
#pragma once

#include <filesystem>

namespace ctgan::host::commands {

// Starts the first program of $BROWSER (a list with ':' between) that there is, else xdg-open, and does not wait for
// it. Throws Error(unavailable) where there is none, or neither a display nor a $BROWSER.
void open_page(const std::filesystem::path& page);

}  // namespace ctgan::host::commands
