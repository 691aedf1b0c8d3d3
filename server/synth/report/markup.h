// Writes elements; the only place that turns text into markup.
//
//     Markup page;
//     page.open("p", {{"class", "note"}}).text("a < b").close();   // <p class="note">a &lt; b</p>
//
// Every text and attribute value is cleaned (text.h) and escaped, whoever it comes from; names of elements
// and attributes are the program's own. What is written is HTML and XML alike.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::synth::report {

struct Attribute {
  std::string_view name;
  std::string_view value;
};
using Attributes = std::initializer_list<Attribute>;

class Markup {
 public:
  Markup& open(std::string_view element, Attributes attributes = {});
  Markup& text(std::string_view text);
  // The innermost open element. REQUIRES: there is one.
  Markup& close();
  // An element with nothing but text.
  Markup& element(std::string_view element, Attributes attributes, std::string_view text);
  // An element without content: void ones of HTML (meta) and those of SVG (path).
  Markup& leaf(std::string_view element, Attributes attributes = {});
  // Shortened, with the full text (up to k_longest_title) in the element's title when something was cut.
  Markup& short_text(std::string_view element, std::string_view text, std::size_t characters,
                     Attributes attributes = {});
  // A style element; `css` is the program's own and holds no '<' and no '&'.
  Markup& style(std::string_view css);

  // REQUIRES: every element was closed.
  std::string take();

 private:
  void begin(std::string_view element, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace ctgan::synth::report
