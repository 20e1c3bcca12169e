#include "scripting/unicode.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <cctype>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/error.hpp"

namespace manage::scripting {

namespace {

using Points = std::vector<utf8proc_int32_t>;

[[noreturn]] void not_utf8(utf8proc_ssize_t problem) {
  throw Error("script.encoding", fmt::format("the text is not UTF-8: {}",
                                             utf8proc_errmsg(problem)));
}

Points points_of(const std::string& text) {
  Points points;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &point);
    if (length < 0) not_utf8(length);
    points.push_back(point);
    at += length;
    left -= length;
  }
  return points;
}

std::string text_of(const Points& points) {
  std::string text;
  for (const utf8proc_int32_t point : points) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t length = utf8proc_encode_char(point, bytes);
    text.append(reinterpret_cast<const char*>(bytes),
                static_cast<std::size_t>(length));
  }
  return text;
}

bool is_space(utf8proc_int32_t point) {
  const utf8proc_category_t kind = utf8proc_category(point);
  return (point >= 9 && point <= 13) || point == 0x85 ||
         kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL ||
         kind == UTF8PROC_CATEGORY_ZP;
}

std::string normalized(const std::string& text, int options) {
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &made,
                   static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
  if (length < 0) not_utf8(length);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(
      made, std::free);
  return {reinterpret_cast<const char*>(made),
          static_cast<std::size_t>(length)};
}

template <utf8proc_int32_t (*Change)(utf8proc_int32_t)>
int changed(lua_State* lua) {
  Points points = points_of(text_at(lua, 1));
  for (utf8proc_int32_t& point : points) point = Change(point);
  push_text(lua, text_of(points));
  return 1;
}

/// The library knows a capital ß, which nobody writes.
utf8proc_int32_t upper(utf8proc_int32_t point) {
  constexpr utf8proc_int32_t kSharpS = 0xDF;
  return point == kSharpS ? point : utf8proc_toupper(point);
}

int length(lua_State* lua) {
  lua_pushinteger(lua,
                  static_cast<lua_Integer>(points_of(text_at(lua, 1)).size()));
  return 1;
}

int trim(lua_State* lua) {
  const Points points = points_of(text_at(lua, 1));
  std::size_t begin = 0, end = points.size();
  while (begin < end && is_space(points[begin])) ++begin;
  while (end > begin && is_space(points[end - 1])) --end;
  using Offset = Points::difference_type;
  push_text(lua, text_of({points.begin() + static_cast<Offset>(begin),
                          points.begin() + static_cast<Offset>(end)}));
  return 1;
}

int normalize(lua_State* lua) {
  const std::string form = lua_isnoneornil(lua, 2) ? "NFC" : text_at(lua, 2);
  int options = 0;
  if (form == "NFC") {
    options = UTF8PROC_COMPOSE;
  } else if (form == "NFD") {
    options = UTF8PROC_DECOMPOSE;
  } else if (form == "NFKC") {
    options = UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
  } else if (form == "NFKD") {
    options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
  } else {
    throw Error("script.argument", "there is no form " + form)
        .hint("NFC, NFD, NFKC, NFKD");
  }
  push_text(lua, normalized(text_at(lua, 1), options));
  return 1;
}

/// Django 5.2's slugify without allow_unicode.
int slug(lua_State* lua) {
  const std::string plain =
      normalized(text_at(lua, 1), UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
  std::string made;
  for (const char c : plain) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) continue;
    if (std::isalnum(byte) != 0 || c == '_') {
      made += static_cast<char>(std::tolower(byte));
    } else if (c == '-' || std::isspace(byte) != 0) {
      if (!made.ends_with('-')) made += '-';
    }
  }
  const std::size_t begin = made.find_first_not_of("-_");
  if (begin == std::string::npos) {
    made.clear();
  } else {
    made = made.substr(begin, made.find_last_not_of("-_") - begin + 1);
  }
  push_text(lua, made);
  return 1;
}

constexpr Method kFunctions[] = {
    {"len", wrapped<length>},
    {"lower", wrapped<changed<utf8proc_tolower>>},
    {"normalize", wrapped<normalize>},
    {"slug", wrapped<slug>},
    {"trim", wrapped<trim>},
    {"upper", wrapped<changed<upper>>},
};

}  // namespace

void define_unicode(lua_State* lua) {
  lua_newtable(lua);
  add_functions(lua, kFunctions);
  lua_setglobal(lua, "u");
}

}  // namespace manage::scripting
