#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/digest.hpp"

namespace manage::text {

namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The length of the valid sequence at the start of `bytes`, or 0.
std::size_t sequence_length(std::string_view bytes) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(bytes[i])) return 0;
  }
  // Second bytes that would be overlong, a surrogate, or over U+10FFFF.
  if (lead == 0xE0 && at(1) < 0xA0) return 0;
  if (lead == 0xED && at(1) > 0x9F) return 0;
  if (lead == 0xF0 && at(1) < 0x90) return 0;
  if (lead == 0xF4 && at(1) > 0x8F) return 0;
  return size;
}

/// Optimal string alignment: edits and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    std::size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string join(const std::vector<std::string>& parts,
                 std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string replace_all(std::string text, std::string_view from,
                        std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool is_identifier(std::string_view text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::size_t length(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return !is_continuation(c); }));
}

std::string_view prefix(std::string_view utf8, std::size_t count) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    if (!is_continuation(utf8[at]) && count-- == 0) break;
    ++at;
  }
  return utf8.substr(0, at);
}

std::optional<std::size_t> invalid_utf8(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (static_cast<unsigned char>(bytes[at]) < 0x80) {
      ++at;
      continue;
    }
    std::size_t size = sequence_length(bytes.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

std::vector<std::string> nearest(std::string_view typed,
                                 const std::vector<std::string>& names) {
  // A third of the letters may be wrong, and at least one.
  const std::size_t limit = std::max<std::size_t>(1, typed.size() / 3);
  std::string wanted = lower(typed);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& name : names) {
    std::string candidate = lower(name);
    bool extends = wanted.size() >= 3 && candidate.starts_with(wanted);
    std::size_t distance = edit_distance(wanted, candidate);
    if (distance <= limit || extends) near.emplace_back(distance, name);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > 3) near.resize(3);
  std::vector<std::string> found;
  for (auto& [distance, name] : near) found.push_back(std::move(name));
  return found;
}

std::string did_you_mean(std::string_view typed,
                         const std::vector<std::string>& names) {
  std::vector<std::string> near = nearest(typed, names);
  if (near.empty()) return {};
  std::string last = near.back();
  near.pop_back();
  if (near.empty()) return fmt::format("did you mean {}?", last);
  return fmt::format("did you mean {} or {}?", join(near, ", "), last);
}

std::string count(std::size_t number, std::string_view noun,
                  std::string_view plural) {
  if (number == 1) return fmt::format("1 {}", noun);
  if (plural.empty()) return fmt::format("{} {}s", thousands(number), noun);
  return fmt::format("{} {}", thousands(number), plural);
}

std::string thousands(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0;
       at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

/// It names schema objects as Django does, and protects nothing.
std::string md5_hex(std::string_view bytes) {
  return hex_digest(Digest::kMd5, bytes);
}

}  // namespace manage::text
