// Secrets never reach a screen or a log, unless --reveal asks for them.
#pragma once

#include <string>
#include <string_view>

#include "core/data.hpp"

namespace manage::cli {

/// What stands in the place of a secret.
inline constexpr std::string_view kMask = "********";

/// With the password of every URL masked: postgresql://user:********@host/db.
std::string without_url_passwords(std::string_view text);

/// A line of a settings or .env file: without the value of a key that names a
/// secret, and without passwords in URLs.
std::string without_secrets(std::string_view line);

/// A setting's value: masked if it is `secret` and there is one; passwords in
/// URLs, and what stands in a map under a name such as "sslpassword", in any
/// case.
Data masked(const Data& value, bool secret);

}  // namespace manage::cli
