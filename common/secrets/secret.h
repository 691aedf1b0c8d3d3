// Secrets: wiped strings, random tokens, the password prompt.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ctgan::secrets {

// A string in guarded, non-swappable memory (libsodium), wiped when it goes. Never printed, never copied by
// accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  std::string_view view() const { return {data_, size_}; }
  bool empty() const { return size_ == 0; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

// Overwrites the string's bytes and clears it.
void wipe(std::string& text);

// Before the first call of libsodium, also twice and by several threads. Throws Error(internal) where it cannot start.
void start_sodium();

// `bytes` random bytes from the operating system, as lower-case hex.
std::string random_hex(std::size_t bytes);

// Asks on the controlling terminal (/dev/tty) without echo, so that it works with redirected streams.
// Throws Error(usage) when there is no terminal, Error(interrupted) on end of input and Ctrl-C. Echo is
// restored on every path.
Secret ask_password(std::string_view prompt);

// Turns off core dumps and ptrace for this process, so that secrets stay in it. Called first in every main.
void protect_process();

}  // namespace ctgan::secrets
