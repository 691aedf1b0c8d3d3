#include "common/terminal/terminal.h"

#include <pty.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <sstream>

#include "tests/catch.h"

namespace ctgan::terminal {

TEST_CASE("a line is broken between words, and what follows stands further in than its line began") {
  CHECK(wrapped("one two three", 9, 2) == "one two\n  three");
  CHECK(wrapped("  hint: one two three", 14, 2) == "  hint: one\n    two three");
  CHECK(wrapped("short", 40, 2) == "short");
  CHECK(wrapped("", 40, 2).empty());
  CHECK(wrapped("one two\nthree four", 9, 2) == "one two\nthree\n  four");
}

TEST_CASE("a word longer than a line, and a command in quotes, stay whole to be copied") {
  CHECK(wrapped("see /a/path/that/is/very/long now", 10, 2) == "see\n  /a/path/that/is/very/long\n  now");
  CHECK(wrapped("then 'fit people.csv' runs", 18, 0) == "then\n'fit people.csv'\nruns");
  CHECK(wrapped("it doesn't end 'here", 9, 0) == "it\ndoesn't\nend 'here");
}

TEST_CASE("no line but that of one word is wider than the terminal, and no word is lost, at any width") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::size_t words = random() % 30; words > 0; --words)
      text += std::string(1 + random() % 12, 'x') + (random() % 5 == 0 ? "\xC3\xA9 " : " ");
    const std::size_t columns = 20 + random() % 60, indent = random() % 5;
    std::istringstream lines(wrapped(text, columns, indent)), words(text);
    std::string wanted, got;
    for (std::string line; std::getline(lines, line);) {
      const std::string bare = line.substr(0, line.find_last_not_of(' ') + 1);
      CHECK(cells_of(bare) <= columns);
      std::istringstream parts(line);
      for (std::string word; parts >> word;) got += word + " ";
    }
    for (std::string word; words >> word;) wanted += word + " ";
    CHECK(got == wanted);
  }
}

TEST_CASE("characters are counted, not bytes, and colours take no room") {
  CHECK(cells_of("\xC3\xA4\xE2\x82\xAC") == 2);
  CHECK(cells_of(coloured("bad", Colour::red)) == 3);
  CHECK(coloured("good", Colour::none) == "good");
}

TEST_CASE("wide characters take two cells, and marks on the character before them none") {
  CHECK(cells_of("\u540D\u524D") == 4);
  CHECK(cells_of("e\u0301") == 1);
  CHECK(cells_of("\U0001F600") == 2);
  CHECK(cells_of("a\xFF\x80z") == 3);
  CHECK(cut("\u540D\u524D", 3) == "\u540D");
  CHECK(cut("\u540D\u524D", 4) == "\u540D\u524D");
  CHECK(wrapped("\u540D\u524D \u540D", 5, 0) == "\u540D\u524D\n\u540D");
}

TEST_CASE("what is too long is cut behind a part, else between characters") {
  CHECK(cut("Epoch 1/9, 3 s left, Loss G: 1.0", 25) == "Epoch 1/9, 3 s left");
  CHECK(cut("\xC3\xA4\xC3\xA4\xC3\xA4", 2) == "\xC3\xA4\xC3\xA4");
  CHECK(cut("whole", 5) == "whole");
  CHECK(cut("whole", 0).empty());
}

TEST_CASE("only a terminal has columns and colours, and $NO_COLOR or a dumb one forbids these") {
  winsize size{24, 53, 0, 0};
  int outside = -1, inside = -1;
  REQUIRE(openpty(&outside, &inside, nullptr, nullptr, &size) == 0);
  CHECK(columns_of(inside) == 53U);
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  CHECK(has_colours(inside));
  setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(has_colours(inside));
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  CHECK_FALSE(has_colours(inside));
  close(inside);
  close(outside);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  CHECK_FALSE(columns_of(ends[1]));
  CHECK_FALSE(has_colours(ends[1]));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace ctgan::terminal
