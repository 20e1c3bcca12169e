// Small text helpers. Texts are UTF-8; "characters" are Unicode code points.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manage::text {

/// ASCII only, so that it never depends on a locale.
std::string lower(std::string_view text);
std::string upper(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts,
                 std::string_view separator);
/// Without white space at both ends.
std::string_view trim(std::string_view text);
std::string replace_all(std::string text, std::string_view from,
                        std::string_view to);

/// ASCII letters, digits and underscores, not beginning with a digit.
bool is_identifier(std::string_view text);

/// How many characters; a byte that is not UTF-8 counts as one.
std::size_t length(std::string_view utf8);
/// The first `count` characters.
std::string_view prefix(std::string_view utf8, std::size_t count);
/// The offset of the first byte that is not valid UTF-8 (overlong forms,
/// surrogates and values over U+10FFFF included), if any.
std::optional<std::size_t> invalid_utf8(std::string_view bytes);

/// Those of `names` that a typo may have meant, nearest first, at most three.
std::vector<std::string> nearest(std::string_view typed,
                                 const std::vector<std::string>& names);
/// "did you mean a, b or c?", or empty: a hint to append.
std::string did_you_mean(std::string_view typed,
                         const std::vector<std::string>& names);

/// "1 row", "2 rows": `noun` takes an s unless `plural` is given.
std::string count(std::size_t number, std::string_view noun,
                  std::string_view plural = {});
/// 1234567 as "1,234,567".
std::string thousands(std::uint64_t number);

/// The lower-case hexadecimal MD5 of the bytes (RFC 1321): Django's name
/// digests are made of it.
std::string md5_hex(std::string_view bytes);

}  // namespace manage::text
