// Digests of texts, as databases have them as functions. None of them keeps a
// password.
#pragma once

#include <string>
#include <string_view>

namespace manage {

enum class Digest { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

/// Lower-case hexadecimal digits. Thread-safe.
std::string hex_digest(Digest digest, std::string_view bytes);

}  // namespace manage
