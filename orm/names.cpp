#include "orm/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::orm {

namespace {

/// PostgreSQL's NAMEDATALEN without its terminating zero.
constexpr std::size_t kServerNameBytes = 63;
/// What Django shortens to where the database has no limit.
constexpr int kUnlimitedNameLength = 200;

std::string_view strip_all_quotes(std::string_view part) {
  while (part.starts_with('"')) part.remove_prefix(1);
  while (part.ends_with('"')) part.remove_suffix(1);
  return part;
}

bool starts_badly(std::string_view name) {
  return name.starts_with('_') ||
         (!name.empty() && name.front() >= '0' && name.front() <= '9');
}

/// The longest whole characters within `bytes` bytes.
std::string_view clip_bytes(std::string_view utf8, std::size_t bytes) {
  if (utf8.size() <= bytes) return utf8;
  while (bytes > 0 &&
         (static_cast<unsigned char>(utf8[bytes]) & 0xC0) == 0x80) {
    --bytes;
  }
  return utf8.substr(0, bytes);
}

}  // namespace

std::string names_digest(const std::vector<std::string>& parts,
                         std::size_t length) {
  return text::md5_hex(text::join(parts, "")).substr(0, length);
}

std::pair<std::string, std::string> split_identifier(std::string_view name) {
  constexpr std::string_view kSeparator = "\".\"";
  std::size_t at = name.find(kSeparator);
  if (at == std::string_view::npos || name.rfind(kSeparator) != at) {
    return {"", std::string(strip_all_quotes(name))};
  }
  return {std::string(strip_all_quotes(name.substr(0, at))),
          std::string(strip_all_quotes(name.substr(at + kSeparator.size())))};
}

std::string_view strip_quotes(std::string_view name) {
  if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"')) {
    return name;
  }
  return name.substr(1, name.size() - 2);
}

std::string truncate_name(std::string_view name, int limit, int hash_length) {
  auto [space, own] = split_identifier(name);
  if (limit <= 0 || text::length(own) <= static_cast<std::size_t>(limit)) {
    return std::string(name);
  }
  auto kept = static_cast<std::size_t>(std::max(0, limit - hash_length));
  std::string cut(text::prefix(own, kept));
  cut += names_digest({own}, static_cast<std::size_t>(hash_length));
  return space.empty() ? cut : fmt::format("{}\".\"{}", space, cut);
}

std::string auto_name(std::string_view table,
                      const std::vector<std::string>& columns,
                      std::string_view suffix, int limit) {
  const auto most =
      static_cast<std::size_t>(limit > 0 ? limit : kUnlimitedNameLength);
  std::string own = split_identifier(table).second;
  std::vector<std::string> hashed{own};
  hashed.insert(hashed.end(), columns.begin(), columns.end());
  std::string tail = names_digest(hashed, 8) + std::string(suffix);
  std::string joined = text::join(columns, "_");

  std::string full = fmt::format("{}_{}_{}", own, joined, tail);
  if (text::length(full) <= most) return full;

  if (text::length(tail) > most / 3) {
    tail = std::string(text::prefix(tail, most / 3));
  }
  std::size_t each = (most - text::length(tail)) / 2 - 1;
  full = fmt::format("{}_{}_{}", text::prefix(own, each),
                     text::prefix(joined, each), tail);
  if (starts_badly(full)) {
    full = "D" + std::string(text::prefix(full, text::length(full) - 1));
  }
  return full;
}

std::string index_name(std::string_view table,
                       const std::vector<std::string>& columns,
                       const std::vector<bool>& descending,
                       std::string_view suffix) {
  std::string own = split_identifier(table).second;
  std::vector<std::string> hashed{own};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    hashed.push_back((descending[i] ? "-" : "") + columns[i]);
  }
  hashed.emplace_back(suffix);
  std::string name = fmt::format("{}_{}_{}_{}", text::prefix(own, 11),
                                 text::prefix(columns.front(), 7),
                                 names_digest(hashed, 6), suffix);
  if (starts_badly(name)) name.front() = 'D';
  return name;
}

std::string server_object_name(std::string_view table, std::string_view column,
                               std::string_view label) {
  const std::size_t fixed = label.size() + 1 + (column.empty() ? 0 : 1);
  const std::size_t room = kServerNameBytes - fixed;
  std::size_t first = table.size(), second = column.size();
  while (first + second > room) {
    // The server shortens the column on a tie.
    --(first > second ? first : second);
  }
  std::string name(clip_bytes(table, first));
  if (!column.empty()) {
    name += "_";
    name += clip_bytes(column, second);
  }
  return name + "_" + std::string(label);
}

std::string server_identifier(std::string_view name) {
  return std::string(clip_bytes(name, kServerNameBytes));
}

}  // namespace manage::orm
