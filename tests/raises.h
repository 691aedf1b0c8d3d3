// Catches the Error that `action` must raise, so that a test can look at its kind, sentence and hint.
#pragma once

#include <exception>
#include <optional>

#include "common/errors/error.h"
#include "tests/catch.h"

namespace ctgan::tests {

template <typename Action>
errors::Error raised(Action&& action) {
  std::optional<errors::Error> caught;
  try {
    action();
  } catch (const errors::Error& error) {
    caught = error;
  }
  REQUIRE(caught.has_value());
  return *caught;
}

}  // namespace ctgan::tests
