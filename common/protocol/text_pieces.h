// Long texts in messages: a line of the protocol has a bound.
#pragma once

#include <functional>
#include <string_view>

namespace ctgan::protocol {

// Gives `text` in pieces, in order, none empty, each short enough for a message of its own even where every
// byte needs an escape. A piece never ends inside a UTF-8 character.
void each_piece(std::string_view text, const std::function<void(std::string_view piece)>& take);

}  // namespace ctgan::protocol
