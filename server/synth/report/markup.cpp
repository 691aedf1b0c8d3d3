#include "server/synth/report/markup.h"

#include <cassert>
#include <utility>

#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clean(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

void Markup::begin(std::string_view element, Attributes attributes) {
  out_.append("<").append(element);
  for (const Attribute& attribute : attributes) {
    out_.append(" ").append(attribute.name).append("=\"").append(escaped(attribute.value)).append("\"");
  }
}

Markup& Markup::open(std::string_view element, Attributes attributes) {
  begin(element, attributes);
  out_ += '>';
  open_.emplace_back(element);
  return *this;
}

Markup& Markup::text(std::string_view text) {
  out_ += escaped(text);
  return *this;
}

Markup& Markup::close() {
  assert(!open_.empty());
  out_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

Markup& Markup::element(std::string_view element, Attributes attributes, std::string_view text) {
  return open(element, attributes).text(text).close();
}

Markup& Markup::leaf(std::string_view element, Attributes attributes) {
  begin(element, attributes);
  out_ += "/>";
  return *this;
}

Markup& Markup::short_text(std::string_view element, std::string_view text, std::size_t characters,
                           Attributes attributes) {
  const std::string shown = shortened(text, characters);
  begin(element, attributes);
  open_.emplace_back(element);
  // A character has four bytes at most: what is longer was cut.
  const bool cut = !text.empty() && shown != clean(text.substr(0, 4 * characters + 4));
  const std::string full = cut ? shortened(text, k_longest_title) : "";
  // In SVG a title is an element, in HTML an attribute.
  const bool svg = element == "text";
  if (cut && !svg) out_.append(" title=\"").append(escaped(full)).append("\"");
  out_ += '>';
  if (cut && svg) this->element("title", {}, full);
  return this->text(shown).close();
}

Markup& Markup::style(std::string_view css) {
  out_.append("<style>").append(css).append("</style>");
  return *this;
}

std::string Markup::take() {
  assert(open_.empty());
  return std::exchange(out_, {});
}

}  // namespace ctgan::synth::report
