#include "common/console/console.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/terminal_talk.h"

using namespace ctgan;
using console::Align;
using console::Console;
using console::Question;
using errors::Error;
using errors::Kind;

namespace {

const Question k_user{.prompt = "User name",
                      .what = "user name",
                      .remedy = "give it with '--user'",
                      .default_answer = std::nullopt};

// Runs `ask` at a terminal; what it returns is printed as "<...>", an error as "!kind: sentence (hint)".
tests::TerminalTalk talk_of(const std::function<std::string()>& ask) {
  return tests::TerminalTalk([&ask] {
    try {
      std::printf("<%s>\n", ask().c_str());
    } catch (const Error& error) {
      std::printf("!%s: %s (%s)\n", std::string(errors::kind_name(error.kind())).c_str(), error.what(),
                  error.hint().c_str());
    }
    std::fflush(stdout);
    return 0;
  });
}

}  // namespace

TEST_CASE("without a terminal on standard input every question is a usage error that names the flag") {
  FILE* nothing = std::freopen("/dev/null", "r", stdin);
  REQUIRE(nothing != nullptr);
  const Console console(false);
  CHECK_FALSE(console.interactive());
  const auto check = [](const Error& error) {
    CHECK(error.kind() == Kind::usage);
    CHECK(error.sentence() == "no user name was given");
    CHECK(error.hint() == "give it with '--user'");
  };
  check(tests::raised([&] { console.ask(k_user); }));
  check(tests::raised([&] { console.confirm(k_user); }));
  check(tests::raised([&] { console.choose(k_user, {3}); }));
  check(tests::raised([&] { console.ask_password(k_user); }));
}

TEST_CASE("batch mode asks nothing even at a terminal") {
  auto talk = talk_of([] { return Console(true).ask(k_user); });
  CHECK(talk.expect("!usage: no user name was given (give it with '--user')"));
}

TEST_CASE("an answer comes without the spaces around it, and an empty one is asked again") {
  auto talk = talk_of([] { return Console(false).ask(k_user); });
  REQUIRE(talk.expect("User name: "));
  talk.type("\n");
  REQUIRE(talk.expect("User name: "));
  talk.type("  alice \n");
  CHECK(talk.expect("<alice>"));
}

TEST_CASE("an empty answer takes the standard, which the question shows") {
  Question question = k_user;
  question.default_answer = "bob";
  auto talk = talk_of([&] { return Console(false).ask(question); });
  REQUIRE(talk.expect("User name [bob]: "));
  talk.type("\n");
  CHECK(talk.expect("<bob>"));
}

TEST_CASE("three answers that do not fit end with a usage error") {
  auto talk = talk_of([] { return std::to_string(Console(false).choose(k_user, {3})); });
  for (const char* answer : {"0\n", "4\n", "x\n"}) {
    REQUIRE(talk.expect("User name: "));
    talk.type(answer);
    REQUIRE(talk.expect("the answer must be a number from 1 to 3, but is"));
  }
  CHECK(talk.expect("!usage: no user name was given"));
}

TEST_CASE("one choice counts from one, several come with commas, spaces or 'all'") {
  auto one = talk_of([] { return std::to_string(Console(false).choose(k_user, {3})); });
  one.type("3\n");
  CHECK(one.expect("<2>"));
  const auto several = [] {
    std::string text;
    for (const std::size_t choice : Console(false).choose_several(k_user, {4}))
      text += std::to_string(choice);
    return text;
  };
  auto some = talk_of(several);
  some.type("4, 1 4,2\n");
  CHECK(some.expect("<301>"));
  auto all = talk_of(several);
  all.type("all\n");
  CHECK(all.expect("<0123>"));
}

TEST_CASE("a range is all between its ends, and a word is what the list says that it means") {
  const console::Choices choices{4,
                                 [](const std::string& word) -> std::size_t {
                                   if (word == "latest") return 0;
                                   throw Error(Kind::no_input, "there is no " + word,
                                               "did you mean 'latest'?");
                                 },
                                 {"latest"}};
  const auto several = [&] {
    std::string text;
    for (const std::size_t choice : Console(false).choose_several(k_user, choices))
      text += std::to_string(choice);
    return text;
  };
  auto range = talk_of(several);
  range.type("2-4,latest\n");
  CHECK(range.expect("<1230>"));
  auto wrong = talk_of(several);
  wrong.type("4-2\n");
  REQUIRE(wrong.expect("the range '4-2' ends before it begins"));
  wrong.type("last\n");
  REQUIRE(wrong.expect("there is no last; did you mean 'latest'?"));
  wrong.type("latest\n");
  CHECK(wrong.expect("<0>"));
}

TEST_CASE("of one choice an empty answer takes it") {
  auto talk = talk_of([] { return std::to_string(Console(false).choose(k_user, {1})); });
  REQUIRE(talk.expect("User name [1]: "));
  talk.type("\n");
  CHECK(talk.expect("<0>"));
}

TEST_CASE("at a terminal that can move its cursor a line is edited and completed") {
  Question question = k_user;
  question.complete = [](std::string_view) { return std::vector<std::string>{"alice", "alfred", "bob"}; };
  const auto ask = [&] {
    setenv("TERM", "xterm", 1);
    return Console(false).ask(question);
  };
  auto edited = talk_of(ask);
  REQUIRE(edited.expect("User name: "));
  edited.type("xb\x7f\x01y\n");  // Backspace, Ctrl-A
  CHECK(edited.expect("<yx>"));
  CHECK(edited.echoes());
  auto completed = talk_of(ask);
  REQUIRE(completed.expect("User name: "));
  completed.type("a\t\t");
  REQUIRE(completed.expect("alfred"));
  completed.type("i\t\n");
  CHECK(completed.expect("<alice>"));
  // What was typed ahead is for the next question.
  auto ahead = talk_of([&] {
    const std::string first = ask();
    return first + ask();
  });
  ahead.type("one\ntwo\n");
  CHECK(ahead.expect("<onetwo>"));
  auto foreign = talk_of(ask);
  foreign.type("m\xC3\xBCller\n");
  CHECK(foreign.expect("<m\xC3\xBCller>"));
}

TEST_CASE("yes or no is asked until it is one of them") {
  auto talk = talk_of([] { return Console(false).confirm(k_user) ? std::string("yes") : std::string("no"); });
  talk.type("maybe\n");
  REQUIRE(talk.expect("please answer 'yes' or 'no'"));
  talk.type("YES\n");
  CHECK(talk.expect("<yes>"));
}

TEST_CASE("the end of input ends the question") {
  auto talk = talk_of([] { return Console(false).ask(k_user); });
  REQUIRE(talk.expect("User name: "));
  talk.type("\x04");
  CHECK(talk.expect("\n!interrupted: no user name was given"));
}

TEST_CASE(
    "the end of input, and a tick that throws, leave an edited line as a plain one, and the echo is back") {
  int calls = 0;
  const auto ask = [&] {
    setenv("TERM", "xterm", 1);
    return Console(false,
                   [&calls] {
                     if (++calls == 3) throw Error(Kind::interrupted, "stopped");
                   })
        .ask(k_user);
  };
  auto stopped = talk_of(ask);
  CHECK(stopped.expect("\n!interrupted: stopped"));
  CHECK(stopped.echoes());
  auto ended = talk_of([&] {
    calls = 4;
    return ask();
  });
  REQUIRE(ended.expect("User name: "));
  ended.type("\x04");
  CHECK(ended.expect("\n!interrupted: no user name was given"));
  CHECK(ended.echoes());
  auto ended_ahead = talk_of([&] {
    calls = 4;
    usleep(200'000);
    return ask();
  });
  ended_ahead.type("\x04");
  CHECK(ended_ahead.expect("\n!interrupted: no user name was given"));
}

TEST_CASE("a tick that throws ends the wait for an answer") {
  auto talk = talk_of([] {
    int calls = 0;
    return Console(false,
                   [&calls] {
                     if (++calls == 3) throw Error(Kind::interrupted, "stopped");
                   })
        .ask(k_user);
  });
  CHECK(talk.expect("!interrupted: stopped"));
}

TEST_CASE("a password is not echoed, and the echo is back afterwards") {
  auto talk = talk_of([] { return std::string(Console(false).ask_password(k_user).view()); });
  REQUIRE(talk.expect("User name: "));
  CHECK_FALSE(talk.echoes());
  talk.type("s3cret\n");
  REQUIRE(talk.expect("<s3cret>"));
  CHECK(talk.said().find("s3cret") == talk.said().find("<s3cret>") + 1);
  CHECK(talk.echoes());
}

TEST_CASE("Ctrl-C at the password question gives the echo back") {
  auto talk = talk_of([] { return std::string(Console(false).ask_password(k_user).view()); });
  REQUIRE(talk.expect("User name: "));
  talk.type("s3\x03");
  CHECK(talk.expect("!interrupted:"));
  CHECK(talk.echoes());
}

TEST_CASE("a question shows data with its control characters made visible") {
  auto talk = talk_of([] {
    const Console console(false);
    console.say("1  a\033[2Jb.csv");
    return std::string("done");
  });
  CHECK(talk.expect("1  a\\x1b[2Jb.csv"));
}

TEST_CASE("a text table is as wide as its cells, counts code points and shows control characters") {
  const std::string table = console::text_table({{"name"}, {"bytes", Align::right}},
                                                {{"ünïcode", "5"}, {"a\tb", "12345"}, {"", ""}});
  CHECK(table ==
        "name     bytes\n"
        "ünïcode      5\n"
        "a\\tb     12345\n");
  CHECK(console::text_table({{"a"}, {"b"}}, {}) == "a  b");
}
