#include "scripting/csv_rows.hpp"

#include <fmt/format.h>

#include <memory>

#include "core/error.hpp"
#include "core/text.hpp"
#include "loaders/csv_reader.hpp"
#include "scripting/environment.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

/// A file that is being read.
class CsvRows {
 public:
  CsvRows(std::unique_ptr<loaders::ByteSource> source,
          const loaders::CsvDialect& dialect, bool header)
      : source_(std::move(source)), reader_(*source_, dialect) {
    if (!header || !next()) return;
    for (const loaders::CsvField& field : record_.fields) {
      names_.emplace_back(field.text);
    }
  }

  /// Pushes the next row and its line; false at the end.
  bool push(lua_State* lua) {
    if (!next()) return false;
    lua_createtable(lua, static_cast<int>(record_.fields.size()),
                    static_cast<int>(names_.size()));
    for (std::size_t i = 0; i < record_.fields.size(); ++i) {
      push_text(lua, record_.fields[i].text);
      if (i < names_.size()) {
        lua_pushvalue(lua, -1);
        lua_setfield(lua, -3, names_[i].c_str());
      }
      lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
    lua_pushinteger(lua, static_cast<lua_Integer>(record_.line));
    return true;
  }

 private:
  bool next() {
    if (!reader_.next(record_)) return false;
    if (!record_.problem) return true;
    throw Error(record_.problem->code,
                fmt::format("{}:{}: {}", source_->name(), record_.problem->line,
                            record_.problem->message));
  }

  std::unique_ptr<loaders::ByteSource> source_;
  loaders::CsvReader reader_;
  loaders::CsvRecord record_;
  std::vector<std::string> names_;
};

using RowsPtr = std::shared_ptr<CsvRows>;

char mark_at(lua_State* lua, const std::string& key) {
  const std::string text = text_at(lua, -1);
  if (text.size() == 1) return text.front();
  throw Error("script.argument", key + " is one character");
}

}  // namespace

template <>
inline constexpr const char* kClass<RowsPtr> = "CsvRows";

namespace {

int next_row(lua_State* lua) {
  if (get<RowsPtr>(lua, lua_upvalueindex(1))->push(lua)) return 2;
  lua_pushnil(lua);
  return 1;
}

/// rows(path, {delimiter=, quote=, comment=, header=, skip_lines=})
int rows(lua_State* lua) {
  const std::string path = text_at(lua, 1);
  loaders::CsvDialect dialect;
  bool header = true;
  if (lua_istable(lua, 2)) {
    for (const std::string& key : sorted_keys(lua, 2)) {
      lua_getfield(lua, 2, key.c_str());
      if (key == "delimiter") {
        dialect.delimiter = mark_at(lua, key);
      } else if (key == "quote") {
        dialect.quote = mark_at(lua, key);
      } else if (key == "comment") {
        dialect.comment = mark_at(lua, key);
      } else if (key == "header") {
        header = flag_at(lua, -1);
      } else if (key == "skip_lines") {
        dialect.skip_lines = static_cast<std::size_t>(
            std::max<std::int64_t>(0, integer_at(lua, -1)));
      } else {
        throw Error("script.argument", "csv.rows has no option " + key)
            .hint("delimiter, quote, comment, header, skip_lines");
      }
      lua_pop(lua, 1);
    }
  }
  push<RowsPtr>(
      lua, std::make_shared<CsvRows>(
               loaders::file_bytes(environment(lua).files.allowed(path), path),
               dialect, header));
  lua_pushcclosure(lua, wrapped<next_row>, 1);
  return 1;
}

std::string quoted(const std::string& text, char delimiter) {
  const bool plain = text.find_first_of("\"\r\n") == std::string::npos &&
                     text.find(delimiter) == std::string::npos &&
                     !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) return text;
  return "\"" + text::replace_all(text, "\"", "\"\"") + "\"";
}

/// line(list, {delimiter=",", line_end="\r\n"})
int line(lua_State* lua) {
  if (!lua_istable(lua, 1)) wrong_type(lua, 1, "a list");
  char delimiter = ',';
  std::string end = "\r\n";
  if (lua_istable(lua, 2)) {
    for (const std::string& key : sorted_keys(lua, 2)) {
      lua_getfield(lua, 2, key.c_str());
      if (key == "delimiter") {
        delimiter = mark_at(lua, key);
      } else if (key == "line_end") {
        end = text_at(lua, -1);
      } else {
        throw Error("script.argument", "csv.line has no option " + key)
            .hint("delimiter, line_end");
      }
      lua_pop(lua, 1);
    }
  }
  std::string text;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 1));
  for (lua_Integer i = 1; i <= count; ++i) {
    if (i > 1) text += delimiter;
    lua_rawgeti(lua, 1, i);
    if (!is_null_at(lua, -1) && !lua_isnil(lua, -1)) {
      text += quoted(luaL_tolstring(lua, -1, nullptr), delimiter);
      lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
  }
  // A line without anything would be no row.
  if (text.empty()) text = "\"\"";
  push_text(lua, text + end);
  return 1;
}

constexpr Method kFunctions[] = {
    {"line", wrapped<line>},
    {"rows", wrapped<rows>},
};

}  // namespace

void define_csv(lua_State* lua) {
  new_class<RowsPtr>(lua);
  lua_pop(lua, 1);
  lua_newtable(lua);
  add_functions(lua, kFunctions);
  lua_setglobal(lua, "csv");
}

}  // namespace manage::scripting
