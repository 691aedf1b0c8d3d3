#include "server/synth/codecs/content_shapes.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace ctgan::synth::codecs {
namespace {

// In the words of shape_position.h. Where lists stand side by side, all entries of the first have one length,
// so that a text is read in one way only.
constexpr std::string_view k_given =
    "\\(Ada\\|Amir\\|Anton\\|Bea\\|Boris\\|Carla\\|Chen\\|Dalia\\|Dora\\|Edgar\\|Elif\\|Emil\\|Fatima\\|"
    "Felix\\|Greta\\|"
    "Hana\\|Hugo\\|Ida\\|Ines\\|Ivan\\|Jana\\|Joel\\|Karim\\|Kira\\|Lena\\|Leo\\|Lina\\|Luca\\|Maja\\|"
    "Malik\\|Mara\\|Milo\\|"
    "Nadia\\|Nico\\|Noor\\|Olga\\|Oscar\\|Paula\\|Pavel\\|Rafael\\|Rita\\|Rosa\\|Ruben\\|Sami\\|Selma\\|"
    "Simon\\|Tara\\|Theo\\|"
    "Uma\\|Vera\\|Viktor\\|Wanda\\|Xenia\\|Yara\\|Yusuf\\|Zoe\\)";
constexpr std::string_view k_begin =
    "\\(Ald\\|Arn\\|Bal\\|Bel\\|Bor\\|Bra\\|Cal\\|Cor\\|Dal\\|Der\\|Dor\\|Eld\\|Fal\\|Far\\|Gar\\|Gol\\|"
    "Hal\\|Har\\|Hol\\|Jor\\|"
    "Kal\\|Kel\\|Kor\\|Lan\\|Lor\\|Mal\\|Mer\\|Mon\\|Nar\\|Nor\\|Ost\\|Pal\\|Per\\|Ral\\|Ros\\|Sal\\|Sol\\|"
    "Tal\\|Tor\\|Val\\|Ver\\|"
    "Wal\\|Wes\\|Zan\\)";
constexpr std::string_view k_begin_small =
    "\\(ald\\|arn\\|bal\\|bel\\|bor\\|bra\\|cal\\|cor\\|dal\\|der\\|dor\\|eld\\|fal\\|far\\|gar\\|gol\\|"
    "hal\\|har\\|hol\\|jor\\|"
    "kal\\|kel\\|kor\\|lan\\|lor\\|mal\\|mer\\|mon\\|nar\\|nor\\|ost\\|pal\\|per\\|ral\\|ros\\|sal\\|sol\\|"
    "tal\\|tor\\|val\\|ver\\|"
    "wal\\|wes\\|zan\\)";
constexpr std::string_view k_middle = "[a-ae-ei-io-ou-u][b-bd-dk-np-pr-tv-v]";
constexpr std::string_view k_person =
    "\\(sen\\|ski\\|ton\\|ner\\|ley\\|man\\|berg\\|feld\\|wood\\|ova\\|etti\\|ard\\|oglu\\|ez\\|ak\\)";
constexpr std::string_view k_place =
    "\\(bury\\|dale\\|field\\|ford\\|haven\\|mouth\\|stadt\\|stead\\|ton\\|ville\\|wick\\|burg\\)";
constexpr std::string_view k_way =
    "\\(Avenue\\|Court\\|Drive\\|Lane\\|Place\\|Road\\|Square\\|Street\\|Way\\)";
constexpr std::string_view k_firm = "\\(AG\\|Group\\|Inc\\|Ltd\\|Partners\\|Services\\|Works\\)";
constexpr std::string_view k_domain = "\\(example.com\\|example.net\\|example.org\\)";
constexpr std::string_view k_hex_pair = "[0-9a-f]{2}";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

std::string last_name() {
  return joined({k_begin, k_middle, k_person});
}

std::string city() {
  return joined({k_begin, k_middle, k_place});
}

std::string street() {
  return joined({"\\<1-999\\> ", k_begin, k_middle, " ", k_way});
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Empty: the column's own shape says more.
std::string pattern_for(std::string_view content) {
  const std::string small = joined({k_begin_small, k_middle});
  if (content.ends_with("email")) return joined({small, ".", small, "[0-9]{2}@", k_domain});
  if (content.starts_with("first_name")) return joined({k_begin, k_middle, k_middle, "[a-ae-ei-i]"});
  if (content.starts_with("last_name")) return last_name();
  if (one_of(content, {"name", "name_female", "name_male", "name_nonbinary", "passport_owner"}))
    return joined({k_given, " ", last_name()});
  if (content == "user_name") return joined({small, k_middle, "[0-9]{3}"});
  if (content == "company") return joined({last_name(), " ", k_firm});
  if (one_of(content, {"city", "administrative_unit", "state", "province"})) return city();
  if (content == "street_name") return joined({k_begin, k_middle, " ", k_way});
  if (content == "street_address") return street();
  if (content == "address") return joined({street(), ", ", city()});
  if (content.starts_with("ipv4")) return "10.\\<0-255\\>.\\<0-255\\>.\\<1-254\\>";
  if (content == "mac_address")
    return joined({"02:", k_hex_pair, ":", k_hex_pair, ":", k_hex_pair, ":", k_hex_pair, ":", k_hex_pair});
  if (one_of(content, {"url", "uri", "image_url"}))
    return joined({"https://", small, k_middle, "[0-9]{3}.example.org/"});
  if (one_of(content, {"domain_name", "hostname"})) return joined({small, k_middle, "[0-9]{3}.example.org"});
  return {};
}

}  // namespace

std::vector<IdentifierShape> content_shapes(std::string_view content, std::span<const std::string_view> texts,
                                            const ShapeWish& wish) {
  const std::string pattern = pattern_for(content);
  if (pattern.empty() || wish.whole_numbers) return {};
  IdentifierShape shape(positions_from(pattern), texts.size());
  if (!shape.avoid(texts, ShapeWish::ten_times(texts.size()), wish.seed)) return {};
  return {std::move(shape)};
}

}  // namespace ctgan::synth::codecs
