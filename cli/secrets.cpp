#include "cli/secrets.hpp"

#include "core/text.hpp"

namespace manage::cli {

std::string without_url_passwords(std::string_view text) {
  std::string out;
  while (true) {
    std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) break;
    std::string_view authority = text.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?# \t\n\"'"));
    out += text.substr(0, scheme + 3);
    std::size_t host = authority.rfind('@');
    std::size_t password = authority.find(':');
    if (host != std::string_view::npos && password < host) {
      out += authority.substr(0, password + 1);
      out += kMask;
      out += authority.substr(host);
    } else {
      out += authority;
    }
    text.remove_prefix(scheme + 3 + authority.size());
  }
  out += text;
  return out;
}

std::string without_secrets(std::string_view line) {
  std::string lower = text::lower(line);
  for (std::string_view key : {"password", "secret", "token"}) {
    std::size_t at = lower.find(key);
    if (at == std::string::npos) continue;
    std::size_t end = lower.find_first_of(":=", at);
    if (end == std::string::npos) continue;
    if (text::trim(line.substr(end + 1)).empty()) continue;
    return std::string(line.substr(0, end + 1)) + " " + std::string(kMask);
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
  if (text) return without_url_passwords(*text);
  if (list) {
    DataList out;
    for (const Data& item : *list) out.push_back(masked(item, secret));
    return out;
  }
  if (map) {
    DataMap out;
    for (const auto& [key, item] : *map) out.set(key, masked(item, secret));
    return out;
  }
  return value;
}

}  // namespace manage::cli
