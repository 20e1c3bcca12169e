// What texts of certain fields must look like. Pure functions, strict, and
// linear in the text's length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace manage::orm {

/// Letters, digits, "-" and "_"; with `unicode` also anything beyond ASCII.
bool is_slug(std::string_view text, bool unicode);

/// One "@" between a local part and a domain, both without white space; the
/// domain has a dot inside, or is "localhost", or an address in brackets.
/// Simpler than Django's EmailValidator, which it is never stricter than.
bool is_email(std::string_view text);

/// http, https, ftp or ftps, "://", a host and no white space; at most 2048
/// characters. Simpler than Django's URLValidator.
bool is_url(std::string_view text);

/// RFC 8259, one value and nothing after it; numbers must be finite.
bool is_json(std::string_view text);

enum class IpProtocol { kBoth, kIpv4, kIpv6 };

/// The address as it is stored, IPv6 in lower case and shortest form, or
/// nullopt. `unpack_ipv4` turns ::ffff:192.0.2.1 into 192.0.2.1.
std::optional<std::string> normal_ip(std::string_view text, IpProtocol protocol,
                                     bool unpack_ipv4);

/// RFC 4648 with padding and without line breaks.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace manage::orm
