#include "tests/hardening/hardened_program.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace ctgan::tests {
namespace {

// orq $0x0,(%rsp): gcc's way to touch a page of the stack, which no code has another use for.
constexpr std::string_view k_stack_probe("\x48\x83\x0c\x24\x00", 5);

class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    if (!std::string_view(bytes_).starts_with(std::string_view(ELFMAG, SELFMAG)) ||
        header().e_machine != EM_X86_64)
      throw std::runtime_error("no ELF file for x86-64: " + path.string());
  }

  Elf64_Ehdr header() const { return at<Elf64_Ehdr>(0); }
  std::vector<Elf64_Phdr> segments() const { return table<Elf64_Phdr>(header().e_phoff, header().e_phnum); }
  std::vector<Elf64_Shdr> sections(Elf64_Word type) const {
    std::vector<Elf64_Shdr> found;
    for (const Elf64_Shdr& section : table<Elf64_Shdr>(header().e_shoff, header().e_shnum)) {
      if (section.sh_type == type) found.push_back(section);
    }
    return found;
  }
  std::string_view content(const Elf64_Shdr& section) const {
    return std::string_view(bytes_).substr(section.sh_offset, section.sh_size);
  }
  Elf64_Shdr section(Elf64_Word index) const {
    return table<Elf64_Shdr>(header().e_shoff, header().e_shnum).at(index);
  }
  template <typename Entry>
  std::vector<Entry> entries(const Elf64_Shdr& section) const {
    return table<Entry>(section.sh_offset, section.sh_size / sizeof(Entry));
  }

 private:
  template <typename Entry>
  Entry at(std::size_t offset) const {
    if (offset + sizeof(Entry) > bytes_.size()) throw std::runtime_error("an ELF file that is cut off");
    Entry entry;
    std::memcpy(&entry, bytes_.data() + offset, sizeof entry);
    return entry;
  }
  template <typename Entry>
  std::vector<Entry> table(std::size_t offset, std::size_t count) const {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < count; ++i) entries.push_back(at<Entry>(offset + i * sizeof(Entry)));
    return entries;
  }

  std::string bytes_;
};

void add_segments(const ElfFile& elf, std::set<std::string>& found) {
  for (const Elf64_Phdr& segment : elf.segments()) {
    if (segment.p_type == PT_GNU_RELRO) found.insert("relro");
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) == 0) found.insert("noexecstack");
  }
}

void add_dynamic(const ElfFile& elf, std::set<std::string>& found) {
  for (const Elf64_Shdr& section : elf.sections(SHT_DYNAMIC)) {
    for (const Elf64_Dyn& entry : elf.entries<Elf64_Dyn>(section)) {
      if (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_BIND_NOW) != 0) found.insert("now");
      if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_NOW) != 0) found.insert("now");
      if (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_PIE) != 0) found.insert("pie");
    }
  }
}

void add_imports(const ElfFile& elf, std::set<std::string>& found) {
  for (const Elf64_Shdr& section : elf.sections(SHT_DYNSYM)) {
    const std::string_view names = elf.content(elf.section(section.sh_link));
    for (const Elf64_Sym& symbol : elf.entries<Elf64_Sym>(section)) {
      const std::string name(names.substr(symbol.st_name).data());
      if (name == "__stack_chk_fail") found.insert("stack-protector");
      if (name.starts_with("__") && name.ends_with("_chk")) found.insert("fortify");
    }
  }
}

void add_instructions(const ElfFile& elf, std::set<std::string>& found) {
  for (const Elf64_Shdr& section : elf.sections(SHT_PROGBITS)) {
    if ((section.sh_flags & SHF_EXECINSTR) == 0) continue;
    if (elf.content(section).find(k_stack_probe) != std::string_view::npos) found.insert("stack-probes");
  }
}

}  // namespace

std::set<std::string> hardening_of(const std::filesystem::path& file) {
  const ElfFile elf(file);
  std::set<std::string> found;
  add_segments(elf, found);
  add_dynamic(elf, found);
  add_imports(elf, found);
  add_instructions(elf, found);
  return found;
}

}  // namespace ctgan::tests
