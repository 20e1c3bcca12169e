#include "cli/secrets.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "settings/settings.hpp"

namespace manage::cli {

namespace {

/// What names of keys that hold a secret contain.
constexpr std::array<std::string_view, 6> kSecretWords = {
    "password", "passwd", "secret", "token", "api_key", "private_key"};

/// Where the first of them stands in a lower-case text.
std::size_t find_secret_word(std::string_view lower) {
  std::size_t first = std::string_view::npos;
  for (std::string_view word : kSecretWords) {
    first = std::min(first, lower.find(word));
  }
  return first;
}

bool names_secret(std::string_view key) {
  return find_secret_word(text::lower(key)) != std::string_view::npos;
}

}  // namespace

std::string without_url_passwords(std::string_view text) {
  std::string out;
  while (true) {
    std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) break;
    // Those of databases are read up to the last @: their passwords may have
    // characters that elsewhere begin the path.
    bool database = text.substr(0, scheme).ends_with("postgresql") ||
                    text.substr(0, scheme).ends_with("postgres");
    std::string_view ends = database ? " \t\r\n\"'" : "/?# \t\r\n\"'";
    std::size_t end =
        std::min(text.find_first_of(ends, scheme + 3), text.size());
    out += settings::mask_url(text.substr(0, end));
    text.remove_prefix(end);
  }
  out += text;
  return out;
}

std::string without_secrets(std::string_view line) {
  std::string lower = text::lower(line);
  std::size_t at = find_secret_word(lower);
  if (at != std::string::npos) {
    std::size_t end = lower.find_first_of(":=", at);
    if (end != std::string::npos && !text::trim(line.substr(end + 1)).empty()) {
      return std::string(line.substr(0, end + 1)) + " " + std::string(kMask);
    }
  }
  return without_url_passwords(line);
}

Data masked(const Data& value, bool secret) {
  const std::string* text = value.text();
  const DataList* list = value.list();
  const DataMap* map = value.map();
  bool nothing = value.is_null() || (text && text->empty()) ||
                 (list && list->empty()) || (map && map->empty());
  if (secret && !nothing) return kMask;
  if (text) return settings::mask_url(*text);
  if (list) {
    DataList out;
    for (const Data& item : *list) out.push_back(masked(item, secret));
    return out;
  }
  if (map) {
    DataMap out;
    for (const auto& [key, item] : *map) {
      out.set(key, masked(item, secret || names_secret(key)));
    }
    return out;
  }
  return value;
}

}  // namespace manage::cli
