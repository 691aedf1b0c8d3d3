#include "server/synth/codecs/word_shapes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "server/synth/codecs/number_ranges.h"
#include "server/synth/codecs/text_structure.h"

namespace ctgan::synth::codecs {
namespace {

constexpr std::size_t k_most_structures = 12;
constexpr std::size_t k_variants = 3;
constexpr std::size_t k_most_tokens = 40;
constexpr std::size_t k_longest_word = 12;

__extension__ typedef unsigned __int128 Wide;  // NOLINT(modernize-use-using): __extension__ needs it

using Positions = std::vector<ShapePosition>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// Of ASCII, the Latin supplement, Greek and Cyrillic.
bool begins_capital(std::string_view word) {
  if (is_capital(word.front()) || word.size() < 2) return is_capital(word.front());
  const auto first = static_cast<unsigned char>(word[0]);
  const auto second = static_cast<unsigned char>(word[1]);
  return (first == 0xc3 && second <= 0x9e) || (first == 0xce && second <= 0xab) ||
         (first == 0xd0 && second <= 0xaf);
}

// Bytes that begin a character.
std::size_t letters_in(std::string_view word) {
  return static_cast<std::size_t>(std::count_if(
      word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

// A run of letters or of digits, or one other character.
struct Token {
  char kind = 'a';  // 'a' letters, '0' digits, else the character
  std::string_view text;
};

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char kind = is_letter(text[i]) ? 'a' : is_digit(text[i]) ? '0' : text[i];
    std::size_t end = i + 1;
    while (end < text.size() &&
           ((kind == 'a' && is_letter(text[end])) || (kind == '0' && is_digit(text[end]))))
      ++end;
    tokens.push_back({kind, text.substr(i, end - i)});
    i = end;
  }
  return tokens;
}

std::string structure_of(const std::vector<Token>& tokens) {
  std::string key;
  for (const Token& token : tokens) key += token.kind;
  return key;
}

// Vowels are between a quarter and two thirds of what people write; of random letters they are a fifth.
bool look_written(const std::vector<std::string_view>& words) {
  constexpr std::size_t k_shortest = 3;
  constexpr std::string_view k_vowels = "aeiouAEIOU";
  std::size_t letters = 0;
  std::size_t vowels = 0;
  for (const std::string_view word : words) {
    if (letters_in(word) < k_shortest) continue;
    for (const char c : word) {
      ++letters;
      // Letters beyond ASCII are in no code.
      if (static_cast<unsigned char>(c) >= 0x80 || k_vowels.find(c) != std::string_view::npos) ++vowels;
    }
  }
  return letters >= k_shortest * words.size() / 2 && letters > 0 && vowels * 100 >= letters * 27 &&
         (vowels * 100 <= letters * 66 || vowels == letters);
}

std::size_t quantile(std::vector<std::size_t> values, std::size_t variant) {
  std::sort(values.begin(), values.end());
  return values[values.size() * (2 * variant + 1) / (2 * k_variants)];
}

// What stands in one place of all texts with a structure.
struct Place {
  char kind = 'a';
  std::vector<std::string_view> words = {};

  bool same() const {
    return std::all_of(words.begin(), words.end(),
                       [&](std::string_view word) { return word == words.front(); });
  }
  // Letters in front that are capitals in most words.
  std::size_t capitals(std::size_t length) const {
    std::size_t first = 0;
    std::size_t all = 0;
    for (const std::string_view word : words) {
      first += begins_capital(word) ? 1U : 0U;
      all += word.size() > 1 && std::all_of(word.begin(), word.end(), is_capital) ? 1U : 0U;
    }
    if (2 * all > words.size() || (length == 1 && 2 * first > words.size())) return length;
    return 2 * first > words.size() ? 1 : 0;
  }
  std::size_t length(std::size_t variant) const {
    std::vector<std::size_t> lengths;
    for (const std::string_view word : words) lengths.push_back(letters_in(word));
    return std::clamp<std::size_t>(quantile(std::move(lengths), variant), 1, k_longest_word);
  }
};

// The texts of one structure.
struct Alike {
  std::string key;
  std::vector<std::string_view> texts;
  std::vector<Place> places;

  // Of a machine, in version 4 of the protocol.
  bool is_address() const {
    const auto is_byte = [](std::string_view word) {
      return word.size() < 3 || (word.size() == 3 && word <= "255");
    };
    return key == "0.0.0.0" && std::all_of(places.begin(), places.end(), [&](const Place& place) {
             return place.kind != '0' || std::all_of(place.words.begin(), place.words.end(), is_byte);
           });
  }

  void add(std::string_view text, const std::vector<Token>& tokens) {
    texts.push_back(text);
    places.resize(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      places[i].kind = tokens[i].kind;
      places[i].words.push_back(tokens[i].text);
    }
  }
};

// Makes the shapes of one column.
class Finder {
 public:
  Finder(std::span<const std::string_view> texts, const ShapeWish& wish) : texts_(texts), wish_(wish) {}

  std::vector<IdentifierShape> find() {
    group();
    if (2 * covered() <= texts_.size() || are_remarks()) return of_remarks();
    if (!suits()) return {};
    for (const Alike& alike : alike_)
      for (std::size_t variant = 0; variant < k_variants; ++variant)
        if (!add(alike, variant)) return {};
    std::stable_sort(found_.begin(), found_.end(),
                     [](const IdentifierShape& a, const IdentifierShape& b) { return a.rows() > b.rows(); });
    return std::move(found_);
  }

 private:
  // As many texts as it takes to keep what all share.
  bool are_enough(std::size_t texts) const {
    constexpr std::size_t k_texts_of_column = 3;
    constexpr std::size_t k_texts_of_structure = 20;
    constexpr std::size_t k_part_of_column = 100;
    if (texts < wish_.rows_to_share) return false;
    if (texts == texts_.size()) return texts >= k_texts_of_column;
    return texts >= k_texts_of_structure && texts >= texts_.size() / k_part_of_column;
  }
  std::uint64_t to_share() const { return std::max<std::uint64_t>(wish_.rows_to_share, 5); }

  void group();
  std::size_t covered() const {
    std::size_t texts = 0;
    for (const Alike& alike : alike_) texts += alike.texts.size();
    return texts;
  }
  // Whether most texts have as many words as a sentence.
  bool are_remarks() const;
  // Whether words vary that people wrote, or quantities do.
  bool suits();
  bool add(const Alike& alike, std::size_t variant);
  Positions positions_of(const Alike& alike, std::size_t variant, std::size_t more) const;
  void append_letters(const Place& place, bool enough, std::size_t variant, std::size_t more,
                      Positions& positions) const;
  std::vector<IdentifierShape> of_remarks();
  std::vector<std::string> vocabulary_of(const std::vector<std::vector<std::string_view>>& words) const;
  bool add_remark(Positions positions, std::size_t variant);
  Positions remark(const std::vector<std::string>& vocabulary, std::size_t words, double rare) const;

  std::span<const std::string_view> texts_;
  ShapeWish wish_;
  std::vector<std::string> written_;  // texts with another domain
  bool wordy_ = false;                // words vary that people wrote
  std::vector<Alike> alike_;          // the commonest structures
  std::vector<IdentifierShape> found_;
};

bool is_mail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at) != std::string_view::npos && text.find(' ') == std::string_view::npos;
}

// Mail addresses of several domains, each with example.org instead, if nearly all texts are such; else empty.
// New ones must reach nobody.
std::vector<std::string> with_one_domain(std::span<const std::string_view> texts) {
  std::vector<std::string> out;
  std::size_t mails = 0;
  std::string_view domain;
  bool several = false;
  for (const std::string_view text : texts) {
    if (!is_mail(text)) {
      out.emplace_back(text);
      continue;
    }
    const std::size_t at = text.find('@');
    several = several || (mails > 0 && text.substr(at) != domain);
    domain = text.substr(at);
    ++mails;
    out.push_back(std::string(text.substr(0, at)) + "@example.org");
  }
  return several && mails * 10 >= texts.size() * 9 ? out : std::vector<std::string>();
}

void Finder::group() {
  written_ = with_one_domain(texts_);
  std::map<std::string, Alike> by_key;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const std::string_view text = written_.empty() ? texts_[i] : std::string_view(written_[i]);
    const std::vector<Token> tokens = tokens_of(text);
    if (tokens.empty() || tokens.size() > k_most_tokens) continue;
    by_key[structure_of(tokens)].add(text, tokens);
  }
  for (auto& [key, alike] : by_key) {
    alike.key = key;
    if (alike.texts.size() > 1) alike_.push_back(std::move(alike));
  }
  std::stable_sort(alike_.begin(), alike_.end(),
                   [](const Alike& a, const Alike& b) { return a.texts.size() > b.texts.size(); });
  if (alike_.size() > k_most_structures) alike_.resize(k_most_structures);
}

bool Finder::are_remarks() const {
  constexpr std::ptrdiff_t k_words = 6;
  const auto is_remark = [](std::string_view text) {
    const std::vector<Token> tokens = tokens_of(text);
    return std::count_if(tokens.begin(), tokens.end(),
                         [](const Token& token) { return token.kind == 'a'; }) >= k_words;
  };
  return 2 * static_cast<std::size_t>(std::count_if(texts_.begin(), texts_.end(), is_remark)) > texts_.size();
}

bool Finder::suits() {
  std::size_t written = 0;
  std::size_t quantities = 0;
  for (const Alike& alike : alike_) {
    bool words = false;
    std::size_t numbers = 0;
    bool quantity = false;
    for (const Place& place : alike.places) {
      if (place.kind == 'a') words = words || (!place.same() && look_written(place.words));
      if (place.kind != '0') continue;
      const NumberPlace number = number_place(place.words, to_share(), are_enough(alike.texts.size()));
      numbers += number.varies ? number.positions.size() : 0;
      quantity = quantity || number.is_quantity;
    }
    if (words) written += alike.texts.size();
    // One number alone is a counter, which may go on.
    if ((quantity && numbers > 1) || alike.is_address()) quantities += alike.texts.size();
  }
  wordy_ = 2 * written > covered();
  return wordy_ || 2 * quantities > covered();
}

void Finder::append_letters(const Place& place, bool enough, std::size_t variant, std::size_t more,
                            Positions& positions) const {
  constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view k_upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (enough && place.same()) {
    for (const char c : place.words.front()) positions.emplace_back(std::string(1, c));
    return;
  }
  // A few short names may look like codes; beside longer ones they are names.
  constexpr std::size_t k_shortest = 3;
  const bool written = look_written(place.words) || (wordy_ && place.length(variant) >= k_shortest);
  const std::size_t length = place.length(variant) + (written ? more : 0);
  const std::size_t capital = place.capitals(length);
  if (written) return append_invented(length, capital, positions);
  for (std::size_t i = 0; i < length; ++i)
    positions.emplace_back(std::string(i < capital ? k_upper : k_lower));
}

// `more`: letters that words are longer by, so that there is room, or bytes of an address from its end that
// may be any.
Positions Finder::positions_of(const Alike& alike, std::size_t variant, std::size_t more) const {
  constexpr std::uint64_t k_byte = 255;
  const bool enough = are_enough(alike.texts.size());
  const bool address = more > 0 && alike.is_address();
  Positions positions;
  for (const Place& place : alike.places) {
    const auto behind = static_cast<std::size_t>(&alike.places.back() - &place);
    if (address && place.kind == '0' && behind <= more) {
      positions.push_back(ShapePosition::of_numbers(0, k_byte, 0));
    } else if (place.kind == 'a') {
      append_letters(place, enough, variant, more, positions);
    } else if (place.kind == '0') {
      for (ShapePosition& position : number_place(place.words, to_share(), enough).positions)
        positions.push_back(std::move(position));
    } else {
      positions.emplace_back(std::string(1, place.kind));
    }
  }
  keep_days_valid(positions);
  return positions;
}

// False where there is no room.
bool Finder::add(const Alike& alike, std::size_t variant) {
  constexpr std::size_t k_most_letters = 8;
  const std::size_t of_column = covered();
  const std::uint64_t rows =
      alike.texts.size() * (variant + 1) / k_variants - alike.texts.size() * variant / k_variants;
  const auto part_of = [&](std::uint64_t count) {
    return static_cast<std::uint64_t>((Wide{count} * alike.texts.size() + of_column - 1) / of_column);
  };
  std::optional<IdentifierShape> last;
  for (std::size_t more = 0; more <= k_most_letters; more += 2) {
    IdentifierShape shape(positions_of(alike, variant, more), rows);
    for (IdentifierShape& other : found_) {
      if (other.positions() != shape.positions()) continue;
      other.set_rows(other.rows() + rows);
      return true;
    }
    const bool free = shape.avoid(alike.texts, part_of(ShapeWish::ten_times(texts_.size())), wish_.seed);
    if (free && shape.capacity() >= alike.texts.size()) last = shape;
    const std::uint64_t wanted =
        shape.has_ranges() ? ShapeWish::ten_times(texts_.size()) : ShapeWish::room(texts_.size());
    if (last && last->capacity() >= wanted) break;
  }
  if (last) found_.push_back(std::move(*last));
  return last.has_value();
}

// The words that enough texts share, at most 200, sorted; a word with a capital in front only where it is
// never written without.
std::vector<std::string> Finder::vocabulary_of(
    const std::vector<std::vector<std::string_view>>& words) const {
  constexpr std::size_t k_most_words = 200;
  std::map<std::string_view, std::uint64_t> texts_with;
  for (std::vector<std::string_view> of_text : words) {
    std::sort(of_text.begin(), of_text.end());
    of_text.erase(std::unique(of_text.begin(), of_text.end()), of_text.end());
    for (const std::string_view word : of_text) ++texts_with[word];
  }
  std::vector<std::pair<std::uint64_t, std::string_view>> common;
  for (const auto& [word, texts] : texts_with) {
    std::string small(word);
    if (is_capital(small.front())) small.front() = static_cast<char>(small.front() - 'A' + 'a');
    if (texts >= to_share() && (small == word || !texts_with.contains(small)))
      common.emplace_back(texts, word);
  }
  std::stable_sort(common.begin(), common.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (common.size() > k_most_words) common.resize(k_most_words);
  std::vector<std::string> vocabulary;
  vocabulary.reserve(common.size());
  for (const auto& [texts, word] : common) vocabulary.emplace_back(word);
  std::sort(vocabulary.begin(), vocabulary.end());
  return vocabulary;
}

// Texts of which few are built alike. In each there is a word that nobody wrote, which keeps them apart.
std::vector<IdentifierShape> Finder::of_remarks() {
  std::vector<std::vector<std::string_view>> words;
  std::vector<std::string_view> all;
  std::vector<std::size_t> lengths;
  for (const std::string_view text : texts_) {
    words.emplace_back();
    for (const Token& token : tokens_of(text))
      if (token.kind == 'a') words.back().push_back(token.text);
    lengths.push_back(std::clamp<std::size_t>(words.back().size(), 1, k_most_tokens));
    all.insert(all.end(), words.back().begin(), words.back().end());
  }
  if (all.size() < texts_.size() || !look_written(all)) return {};
  const std::vector<std::string> vocabulary = vocabulary_of(words);
  const auto kept = static_cast<double>(std::count_if(all.begin(), all.end(), [&](std::string_view word) {
    return std::binary_search(vocabulary.begin(), vocabulary.end(), word);
  }));
  const double rare = 1 - kept / static_cast<double>(all.size());
  for (std::size_t variant = 0; variant < k_variants; ++variant)
    if (!add_remark(remark(vocabulary, quantile(lengths, variant), rare), variant)) return {};
  return std::move(found_);
}

// False where there is no room.
bool Finder::add_remark(Positions positions, std::size_t variant) {
  const std::size_t texts = texts_.size();
  const std::uint64_t rows = texts * (variant + 1) / k_variants - texts * variant / k_variants;
  for (IdentifierShape& other : found_) {
    if (other.positions() != positions) continue;
    other.set_rows(other.rows() + rows);
    return true;
  }
  if (rows == 0) return true;
  IdentifierShape shape(std::move(positions), rows);
  const bool free = shape.avoid(texts_, ShapeWish::ten_times(texts), wish_.seed);
  if (!free || shape.capacity() < ShapeWish::room(texts)) return false;
  found_.push_back(std::move(shape));
  return true;
}

Positions Finder::remark(const std::vector<std::string>& vocabulary, std::size_t words, double rare) const {
  constexpr std::size_t k_first = 7;
  constexpr std::size_t k_invented = 6;
  constexpr std::size_t k_fewest = 5;
  const auto count = [this](const auto& question) {
    return 2 * static_cast<std::size_t>(std::count_if(texts_.begin(), texts_.end(), question)) >
           texts_.size();
  };
  const bool capital = count([](std::string_view text) { return !text.empty() && is_capital(text.front()); });
  const bool stop = count([](std::string_view text) { return text.ends_with('.'); });
  Positions positions;
  append_invented(k_first, capital ? 1 : 0, positions);
  double owed = rare * static_cast<double>(words) - 1;
  for (std::size_t word = 1; word < words; ++word) {
    positions.emplace_back(" ");
    const bool invented = vocabulary.size() < k_fewest || owed >= static_cast<double>(words - word);
    owed -= invented ? 1 : 0;
    if (invented)
      append_invented(k_invented, 0, positions);
    else
      positions.push_back(ShapePosition::of_words(vocabulary));
  }
  if (stop) positions.emplace_back(".");
  return positions;
}

}  // namespace

void append_invented(std::size_t letters, std::size_t capital, std::vector<ShapePosition>& positions) {
  constexpr std::string_view k_consonants = "bdfghklmnprstvz";
  constexpr std::string_view k_vowels = "aeiou";
  for (std::size_t i = 0; i < letters; ++i) {
    std::string characters(i % 2 == 0 ? k_consonants : k_vowels);
    if (i < capital)
      for (char& c : characters) c = static_cast<char>(c - 'a' + 'A');
    positions.emplace_back(std::move(characters));
  }
}

std::vector<IdentifierShape> word_shapes(std::span<const std::string_view> texts, const ShapeWish& wish) {
  if (wish.whole_numbers) return {};
  return Finder(texts, wish).find();
}

}  // namespace ctgan::synth::codecs
