// CSV in scripts, by the reader of import_csv:
//
//   for row, line in csv.rows("books.csv", {delimiter=";"}) do
//     print(line, row.title, row[1])
//   end
//   file:write(csv.line{"a", 1, NULL})
//
// A row is a table of texts, by place and, unless header=false, by the names of
// the first record. A bad record is an error with its line. csv.line quotes
// what needs it (RFC 4180), writes NULL as nothing, and ends with CR LF unless
// it is given another end.
#pragma once

#include "scripting/lua.hpp"

namespace manage::scripting {

void define_csv(lua_State* lua);

}  // namespace manage::scripting
