#include "common/secrets/secret.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::secrets {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_longest_password = 1024;
constexpr char k_ctrl_c = '\x03';

class Terminal {
 public:
  Terminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (descriptor_ < 0) {
      throw Error(Kind::usage, "a password is needed and there is no terminal to ask on",
                  "put it into the credentials file, or use a key");
    }
    tcgetattr(descriptor_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    // Ctrl-C is read as the end of a line: as a signal it would end the process with the echo still off.
    silent.c_cc[VEOL] = static_cast<cc_t>(k_ctrl_c);
    tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  ~Terminal() {
    tcsetattr(descriptor_, TCSAFLUSH, &before_);
    say("\n");
    close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void say(std::string_view text) const {
    [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, text.data(), text.size());
  }
  bool read_byte(char& byte) const { return ::read(descriptor_, &byte, 1) == 1; }

 private:
  int descriptor_;
  termios before_{};
};

}  // namespace

void start_sodium() {
  if (sodium_init() < 0) throw Error(Kind::internal, "the cryptographic library cannot start");
}

Secret::Secret(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  start_sodium();
  data_ = static_cast<char*>(sodium_malloc(size_));
  if (data_ == nullptr) throw std::bad_alloc();
  std::memcpy(data_, text.data(), size_);
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Secret::~Secret() {
  sodium_free(data_);
}

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

std::string random_hex(std::size_t bytes) {
  start_sodium();
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string hex(2 * bytes + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  hex.pop_back();
  return hex;
}

Secret ask_password(std::string_view prompt) {
  const Terminal terminal;
  terminal.say(prompt);
  std::string typed;
  typed.reserve(k_longest_password);
  char byte = 0;
  while (terminal.read_byte(byte) && byte != k_ctrl_c) {
    if (byte == '\n') {
      Secret secret(typed);
      wipe(typed);
      return secret;
    }
    if (typed.size() < k_longest_password) typed += byte;
  }
  wipe(typed);
  throw Error(Kind::interrupted, "no password was given");
}

void protect_process() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace ctgan::secrets
