#include "common/secrets/secret.h"

#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "common/errors/error.h"
#include "common/secrets/password.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::secrets {

TEST_CASE("a secret keeps its bytes and moves without a copy") {
  Secret secret(std::string_view("pass\0word", 9));
  CHECK(secret.view() == std::string_view("pass\0word", 9));
  const char* where = secret.view().data();
  const Secret moved = std::move(secret);
  CHECK(moved.view().data() == where);
  CHECK(Secret().empty());
  CHECK(Secret("").empty());
}

TEST_CASE("a password that was made up has four groups of five letters, and comes once") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string password(random_password().view());
    CHECK(password.size() == 23);
    CHECK(password.find_first_of("0O1lI") == std::string::npos);
    for (const std::size_t at : {5U, 11U, 17U}) CHECK(password[at] == '-');
    seen.insert(password);
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("wipe leaves an empty string") {
  std::string text = "password";
  wipe(text);
  CHECK(text.empty());
}

TEST_CASE("random tokens are hex, of the asked length, and never repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = random_hex(16);
    CHECK(token.size() == 32);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(token);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("a password is asked for on the terminal without echo") {
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    const Secret typed = ask_password("password: ");
    _exit(typed.view() == "s3cret" ? 0 : 1);
  }
  std::string seen;
  char buffer[200];
  while (seen.find("password: ") == std::string::npos) {
    const ssize_t got = read(terminal, buffer, sizeof buffer);
    REQUIRE(got > 0);
    seen.append(buffer, static_cast<std::size_t>(got));
  }
  REQUIRE(write(terminal, "s3cret\n", 7) == 7);
  int status = 0;
  waitpid(child, &status, 0);
  for (ssize_t got; (got = read(terminal, buffer, sizeof buffer)) > 0;)
    seen.append(buffer, static_cast<std::size_t>(got));
  close(terminal);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(seen.find("s3cret") == std::string::npos);
}

TEST_CASE("without a terminal the missing password is a usage error with the next step") {
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    try {
      ask_password("password: ");
    } catch (const errors::Error& error) {
      _exit(error.kind() == errors::Kind::usage && !error.hint().empty() ? 0 : 1);
    }
    _exit(2);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a protected process leaves no core dump") {
  const pid_t child = fork();
  if (child == 0) {
    protect_process();
    _exit(prctl(PR_GET_DUMPABLE));
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace ctgan::secrets
