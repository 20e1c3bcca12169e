// Texts beyond ASCII, as the global `u`; Lua's own functions see bytes.
//
//   u.lower(t)  u.upper(t)      letter by letter (no "ß" to "SS")
//   u.len(t)                    characters: code points
//   u.trim(t)                   without white space at both ends
//   u.normalize(t, "NFC")       also NFD, NFKC, NFKD
//   u.slug(t)                   as Django's slugify: "Ärger & Co" is "arger-co"
//
// A text that is not UTF-8 is an error, "script.encoding".
#pragma once

#include "scripting/lua.hpp"

namespace manage::scripting {

void define_unicode(lua_State* lua);

}  // namespace manage::scripting
