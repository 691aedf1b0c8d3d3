// What every page has to be, whatever is on it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

inline std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Parses the page as XML, checks that ids are unique and that every reference to one leads somewhere.
inline void check_structure(const std::string& page) {
  constexpr const char* k_check = R"(
import re, sys, xml.dom.minidom
page = open(sys.argv[1], encoding='utf-8').read()
assert page.startswith('<!DOCTYPE html>\n')
root = xml.dom.minidom.parseString(page.split('\n', 1)[1])
ids = [e.getAttribute('id') for e in root.getElementsByTagName('*') if e.hasAttribute('id')]
assert len(ids) == len(set(ids)), 'an id twice'
for e in root.getElementsByTagName('*'):
    for name in ('aria-labelledby',):
        for part in e.getAttribute(name).split():
            assert part in ids, part
    if e.getAttribute('href').startswith('#'):
        assert e.getAttribute('href')[1:] in ids, e.getAttribute('href')
    if e.tagName == 'svg':
        assert e.firstChild.tagName == 'title'
        assert e.getAttribute('role') == 'img' and e.getElementsByTagName('desc') or e.getAttribute('aria-hidden')
    if e.tagName == 'table':
        assert all(th.getAttribute('scope') for th in e.getElementsByTagName('th'))
    assert e.tagName != 'script'
)";
  const TemporaryFolder folder;
  std::ofstream(folder / "page.html") << page;
  if (!std::filesystem::exists("/usr/bin/python3")) {
    WARN("skipped: no python3 to parse the page");
    return;
  }
  const auto checked = run_program({"/usr/bin/python3", "-c", k_check, (folder / "page.html").string()});
  INFO(checked);
  CHECK(checked.code == 0);
}

// The same, and of a page whose names are no addresses: it names none, and no number that is none.
inline void check_page(const std::string& page) {
  check_structure(page);
  CHECK_FALSE(has(page, "nan"));
  CHECK_FALSE(has(page, "http://"));
  CHECK_FALSE(has(page, "https://"));
}

}  // namespace ctgan::tests
