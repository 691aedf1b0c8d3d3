// The room's precompiled header: torch's own headers cost about 13 s a translation unit.
#pragma once

#include <torch/torch.h>  // IWYU pragma: export
