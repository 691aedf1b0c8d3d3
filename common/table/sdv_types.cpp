#include "common/table/sdv_types.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/table/kind_traits.h"

namespace ctgan::table {
namespace {

// SDV 2.0's own names, and what Faker's standard providers make.
constexpr std::string_view k_concepts =
    "aba address administrative_unit ascii_company_email ascii_email ascii_free_email "
    "ascii_safe_email bank_country bban bs building_number catch_phrase city city_suffix color "
    "color_name company company_email company_suffix country country_calling_code country_code "
    "credit_card_expire credit_card_full credit_card_number credit_card_provider "
    "credit_card_security_code cryptocurrency_code currency_code currency_name current_country "
    "domain_name domain_word ean ean13 ean8 email file_name file_path first_name "
    "first_name_female first_name_male first_name_nonbinary free_email free_email_domain "
    "hex_color hostname iana_id iban image_url invalid_ssn ipv4 ipv4_address ipv4_private "
    "ipv4_public ipv6 ipv6_address isbn10 isbn13 itin job language_code language_name "
    "last_name last_name_female last_name_male last_name_nonbinary license_plate locale "
    "mac_address md5 military_apo msisdn name name_female name_male name_nonbinary paragraph "
    "passport_full passport_number passport_owner password phone_number port_number postalcode "
    "postcode prefix profile province safe_email secondary_address sentence sha1 sha256 slug "
    "ssn state state_abbr street_address street_name street_suffix suffix swift swift11 swift8 "
    "text timezone upc_a uri url user_agent user_agent_string user_name uuid4 vin word zipcode "
    "zipcode_plus4 ";
constexpr std::array<std::string_view, 2> k_places{"latitude", "longitude"};
constexpr std::array<std::string_view, 8> k_moments{
    "date", "date_of_birth", "date_this_year", "date_time", "iso8601", "passport_dob", "time", "unix_time"};
constexpr std::array<std::string_view, 2> k_own{"ordinal", "unknown"};

std::vector<std::string> concepts() {
  std::vector<std::string> names;
  std::istringstream words{std::string(k_concepts)};
  for (std::string word; words >> word;) names.push_back(word);
  return names;
}

template <typename Names>
bool among(const Names& names, std::string_view word) {
  return std::find(names.begin(), names.end(), word) != names.end();
}

}  // namespace

std::optional<ColumnRequest> request_of_sdtype(std::string_view sdtype, bool pii) {
  ColumnRequest request;
  if (const auto kind = kind_from_name(sdtype)) {
    if (traits_of(*kind).chosen) request.kind = kind;
    return request;
  }
  if (sdtype == "ordinal") {
    request.kind = ColumnKind::categorical;
  } else if (sdtype == "unknown") {
    if (pii) request.kind = ColumnKind::id;
  } else if (among(k_places, sdtype)) {
    request.kind = ColumnKind::numerical;
  } else if (among(concepts(), sdtype)) {
    request.kind = pii ? ColumnKind::id : ColumnKind::categorical;
    if (pii) request.content = sdtype;
  } else if (!among(k_moments, sdtype)) {
    return std::nullopt;
  }
  return request;
}

std::string nearest_sdtype(std::string_view word) {
  std::vector<std::string> known;
  for (const ColumnKind kind : k_all_kinds)
    if (traits_of(kind).chosen) known.emplace_back(kind_name(kind));
  known.insert(known.end(), k_own.begin(), k_own.end());
  const std::vector<std::string> more = concepts();
  known.insert(known.end(), more.begin(), more.end());
  known.insert(known.end(), k_places.begin(), k_places.end());
  known.insert(known.end(), k_moments.begin(), k_moments.end());
  // Two letters in the wrong order are the commonest slip, and two edits.
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    std::string swapped(word);
    std::swap(swapped[i], swapped[i + 1]);
    if (among(known, swapped)) return errors::suggestion(swapped, known);
  }
  return errors::suggestion(word, known);
}

}  // namespace ctgan::table
