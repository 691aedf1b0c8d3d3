// One self-contained page: head, style sheet, heading, links to its sections, and what is written between.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/report/markup.h"

namespace ctgan::synth::report {

// {"#columns", "Columns"}
using Contents = std::vector<std::pair<const char*, const char*>>;

// Without contents there are no links.
std::string html_page(const std::string& title, const Contents& contents,
                      const std::function<void(Markup& page)>& write_main);

}  // namespace ctgan::synth::report
