#include "server/synth/report/page.h"

#include "server/synth/report/style.h"

namespace ctgan::synth::report {
namespace {

constexpr std::size_t k_title_characters = 124;

void write_head(Markup& page, const std::string& title) {
  page.open("head").leaf("meta", {{"charset", "utf-8"}});
  page.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.leaf("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  // Nothing is fetched, whatever a name or a category says.
  page.leaf("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}});
  page.element("title", {}, title);
  // Without it browsers ask for /favicon.ico.
  page.leaf("link", {{"rel", "icon"}, {"href", "data:,"}});
  page.style(k_style).close();
}

void write_contents(Markup& page, const Contents& contents) {
  if (contents.empty()) return;
  page.open("nav", {{"aria-label", "Sections"}}).open("ul");
  for (const auto& [target, name] : contents) page.open("li").element("a", {{"href", target}}, name).close();
  page.close().close();
}

}  // namespace

std::string html_page(const std::string& title, const Contents& contents,
                      const std::function<void(Markup& page)>& write_main) {
  Markup page;
  page.open("html", {{"lang", "en"}});
  write_head(page, title);
  page.open("body").open("header", {{"class", "top"}});
  page.short_text("h1", title, k_title_characters);
  write_contents(page, contents);
  page.close().open("main");
  write_main(page);
  page.close().close().close();
  return "<!DOCTYPE html>\n" + page.take() + "\n";
}

}  // namespace ctgan::synth::report
