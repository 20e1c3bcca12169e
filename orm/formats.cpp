#include "orm/formats.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.hpp"

namespace manage::orm {

namespace {

bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool is_blank_or_control(char c) {
  unsigned char byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}

bool has_blank(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_blank_or_control);
}

/// Labels of at least one character, between dots, at least two of them.
bool is_dotted_domain(std::string_view domain) {
  return domain.find('.') != std::string_view::npos && domain.front() != '.' &&
         domain.back() != '.' && domain.find("..") == std::string_view::npos;
}

int base64_digit(char c) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

bool is_slug(std::string_view text, bool unicode) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    bool beyond_ascii = static_cast<unsigned char>(c) >= 0x80;
    return is_ascii_alnum(c) || c == '-' || c == '_' ||
           (unicode && beyond_ascii);
  });
}

bool is_email(std::string_view text) {
  std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || has_blank(text) ||
      text.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  std::string_view domain = text.substr(at + 1);
  if (domain.empty()) return false;
  bool literal =
      domain.size() > 2 && domain.front() == '[' && domain.back() == ']';
  return literal || domain == "localhost" || is_dotted_domain(domain);
}

bool is_url(std::string_view text) {
  constexpr std::size_t kLongest = 2048;
  std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || has_blank(text) ||
      text.size() > kLongest) {
    return false;
  }
  std::string scheme = text::lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https" && scheme != "ftp" &&
      scheme != "ftps") {
    return false;
  }
  std::string_view rest = text.substr(colon + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  std::size_t user = authority.rfind('@');
  if (user != std::string_view::npos) authority.remove_prefix(user + 1);
  return !authority.empty() && authority.front() != ':' &&
         authority.front() != '.';
}

bool is_json(std::string_view text) {
  return nlohmann::json::accept(text.begin(), text.end());
}

std::optional<std::string> normal_ip(std::string_view text, IpProtocol protocol,
                                     bool unpack_ipv4) {
  if (text.size() >= INET6_ADDRSTRLEN ||
      text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string zero_ended(text);
  in_addr address4{};
  if (inet_pton(AF_INET, zero_ended.c_str(), &address4) == 1) {
    if (protocol == IpProtocol::kIpv6) return std::nullopt;
    return zero_ended;
  }
  in6_addr address{};
  if (protocol == IpProtocol::kIpv4 ||
      inet_pton(AF_INET6, zero_ended.c_str(), &address) != 1) {
    return std::nullopt;
  }
  char shortest[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &address, shortest, sizeof shortest);
  constexpr std::string_view kMapped = "::ffff:";
  std::string_view normal = shortest;
  bool unpack = unpack_ipv4 && protocol == IpProtocol::kBoth &&
                IN6_IS_ADDR_V4MAPPED(&address);
  if (unpack) normal.remove_prefix(kMapped.size());
  return std::string(normal);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() &&
         text[text.size() - 1 - padding] == '=') {
    ++padding;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  unsigned bits = 0;
  int count = 0;
  for (char c : text.substr(0, text.size() - padding)) {
    int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

}  // namespace manage::orm
