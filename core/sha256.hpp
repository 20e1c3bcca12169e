// SHA-256 (FIPS 180-4), for telling whether texts are still the same.
#pragma once

#include <string>
#include <string_view>

namespace manage {

/// 64 lower-case hexadecimal digits. Thread-safe.
std::string sha256_hex(std::string_view bytes);

}  // namespace manage
