// The table of docs/reliability.md: a test case with the tag [fault:N] provokes the fault of that number
// (of that page), its name says how and what comes of it. With $CTGAN_FAULTS set every such case that was run leaves
// a line there, which setup/reliability makes the page of.
#pragma once

namespace ctgan::tests {

// How often the fault was provoked since the case began; 1 where a case does not say.
void tried(int times);

}  // namespace ctgan::tests
