// Amounts of epsilon and delta, added exactly as people write them: ten times 0.1 is 1, and not a digit more or less.
//
// A double is taken by its shortest text that reads back to it, "0.1" or "1e-06", and that text as a decimal number.
// Sums have 27 decimals and no rounding; what has more is rounded when it is taken, up where it is spent and down
// where it may be spent. Beyond 3e11 a sum stays what it is, which is more than any budget.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace ctgan::server::budgets {

// The shortest text that reads back to the same double. REQUIRES: finite, not negative.
std::string exact_text(double number);

class Amount {
 public:
  // Nothing.
  Amount() = default;
  // Of a decimal number such as exact_text() writes. Throw Error(bad_data) for anything else.
  static Amount rounded_up(std::string_view text);
  static Amount rounded_down(std::string_view text);

  Amount operator+(const Amount& more) const;
  // What is left when `less` is taken away; nothing where that is more.
  Amount without(const Amount& less) const;
  std::strong_ordering operator<=>(const Amount&) const = default;
  bool operator==(const Amount&) const = default;

  // All digits: "0.3".
  std::string text() const;
  // The nearest doubles whose exact_text() is not less, and not more.
  double at_least() const;
  double at_most() const;

 private:
  __extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it
  struct Quotient {
    Wide whole = 0;
    bool exact = true;
  };
  explicit Amount(Wide units) : units_(units) {}
  static Quotient units_of(std::string_view text);
  double nearest() const;

  Wide units_ = 0;  // of 1e-27
};

// Of a double as people write it: what is spent, and what may be spent.
inline Amount amount_spent(double number) {
  return Amount::rounded_up(exact_text(number));
}
inline Amount amount_to_spend(double number) {
  return Amount::rounded_down(exact_text(number));
}

}  // namespace ctgan::server::budgets
