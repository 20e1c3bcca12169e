#include "orm/sqlite/json_rank.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace manage::orm {

namespace {

using nlohmann::json;

/// What SQLite reads at most (its JSON_MAX_DEPTH).
constexpr int kMaxDepth = 2000;

// What a value is, in order.
constexpr char kEmptyArray = 1;  ///< alone
constexpr char kNull = 2;
constexpr char kText = 3;
constexpr char kNumber = 4;
constexpr char kBoolean = 5;
constexpr char kArray = 6;
constexpr char kObject = 7;

void add_number(std::uint64_t number, std::string& rank) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    rank += static_cast<char>((number >> shift) & 0xFFU);
  }
}

constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;

/// A double, and what an integer is beyond it.
void add_ranked(double number, std::int64_t beyond, std::string& rank) {
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  rank += kNumber;
  add_number((bits & kSign) != 0 ? ~bits : bits | kSign, rank);
  add_number(static_cast<std::uint64_t>(beyond) ^ kSign, rank);
}

template <typename Integer>
void add_integer(Integer number, std::string& rank) {
  using Wide = __int128;
  const auto near = static_cast<double>(number);
  const Wide beyond = static_cast<Wide>(number) - static_cast<Wide>(near);
  add_ranked(near, static_cast<std::int64_t>(beyond), rank);
}

/// Ends with what no text goes on with, so that the shorter one is less.
void add_text(const std::string& text, std::string& rank) {
  rank += kText;
  for (char c : text) {
    rank += c;
    if (c == '\0') rank += '\xFF';
  }
  rank += '\0';
  rank += '\0';
}

void add(const json& value, int depth, std::string& rank);

/// Pairs are compared in the order they are stored in, by length; their keys as
/// texts.
void add_members(const json& value, int depth, std::string& rank) {
  std::vector<const std::string*> keys;
  for (const auto& [key, member] : value.items()) keys.push_back(&key);
  const auto shorter = [](const std::string* a, const std::string* b) {
    return std::pair(a->size(), std::string_view(*a)) <
           std::pair(b->size(), std::string_view(*b));
  };
  std::sort(keys.begin(), keys.end(), shorter);
  rank += kObject;
  add_number(keys.size(), rank);
  for (const std::string* key : keys) {
    add_text(*key, rank);
    add(value.at(*key), depth, rank);
  }
}

void add(const json& value, int depth, std::string& rank) {
  if (depth > kMaxDepth) {
    throw Error("query.value", "a JSON value is nested too deeply to compare");
  }
  switch (value.type()) {
    case json::value_t::string:
      return add_text(value.get_ref<const std::string&>(), rank);
    case json::value_t::number_integer:
      return add_integer(value.get<std::int64_t>(), rank);
    case json::value_t::number_unsigned:
      return add_integer(value.get<std::uint64_t>(), rank);
    case json::value_t::number_float:
      return add_ranked(value.get<double>(), 0, rank);
    case json::value_t::boolean:
      rank += kBoolean;
      rank += value.get<bool>() ? '\1' : '\0';
      return;
    case json::value_t::array:
      rank += kArray;
      add_number(value.size(), rank);
      for (const json& one : value) add(one, depth + 1, rank);
      return;
    case json::value_t::object:
      return add_members(value, depth + 1, rank);
    default:
      rank += kNull;
  }
}

json parsed(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

bool has(const json& value, const std::string& key) {
  if (value.is_object()) return value.contains(key);
  const auto is_key = [&](const json& one) {
    return one.is_string() && one.get_ref<const std::string&>() == key;
  };
  if (!value.is_array()) return is_key(value);
  return std::any_of(value.begin(), value.end(), is_key);
}

/// `counts` of a list's texts and whether each is there.
template <typename Counts>
bool of_keys(std::string_view text, std::string_view keys, Counts counts) {
  const json value = parsed(text);
  const json list = parsed(keys);
  return counts(list.begin(), list.end(), [&](const json& key) {
    return key.is_string() && has(value, key.get_ref<const std::string&>());
  });
}

}  // namespace

std::optional<std::string> json_rank(std::string_view text) {
  const json value = parsed(text);
  if (value.is_discarded()) return std::nullopt;
  if (value.is_array() && value.empty()) return std::string(1, kEmptyArray);
  std::string rank;
  add(value, 0, rank);
  return rank;
}

bool json_has(std::string_view text, std::string_view key) {
  return has(parsed(text), std::string(key));
}

bool json_has_any(std::string_view text, std::string_view keys) {
  return of_keys(text, keys, [](auto begin, auto end, auto there) {
    return std::any_of(begin, end, there);
  });
}

bool json_has_all(std::string_view text, std::string_view keys) {
  return of_keys(text, keys, [](auto begin, auto end, auto there) {
    return std::all_of(begin, end, there);
  });
}

}  // namespace manage::orm
