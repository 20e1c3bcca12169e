#include "scripting/session.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "scripting/json.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/script_error.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

/// Whether the text only lacks its end. A text in quotes ends with its line.
bool is_unfinished(const Error& error) {
  const std::string& message = error.message();
  const bool at_end =
      message.ends_with("near <eof>") || message.ends_with("near '<eof>'");
  return at_end && message.find("unfinished string") == std::string::npos;
}

Grid grid_of_records(const orm::Records& records) {
  Grid grid;
  if (records.empty()) return grid;
  grid.columns = records.front()->shape().names;
  for (const orm::RecordPtr& record : records) {
    std::vector<std::string>& row = grid.rows.emplace_back();
    for (const orm::Value& value : record->values()) {
      row.push_back(orm::display(value));
    }
  }
  return grid;
}

Grid grid_of(const Rows& rows, const orm::Databases& databases) {
  const auto most = static_cast<std::int64_t>(Session::kRows) + 1;
  const orm::QuerySet set =
      rows.set.slice(rows.offset, std::min(rows.limit.value_or(most), most));
  Grid grid;
  if (set.has_values()) {
    const orm::QuerySet there = set.located(databases);
    grid.columns = there.column_names();
    for (const orm::Row& found :
         there.rows(databases.connection(there.loading().alias))) {
      std::vector<std::string>& row = grid.rows.emplace_back();
      for (const orm::Value& value : found) row.push_back(orm::display(value));
    }
  } else {
    grid = grid_of_records(set.records(databases));
  }
  grid.more = grid.rows.size() > Session::kRows;
  if (grid.more) grid.rows.pop_back();
  return grid;
}

int setting(lua_State* lua) {
  const std::string key = text_at(lua, 2);
  lua_pushvalue(lua, lua_upvalueindex(1));
  if (lua_getfield(lua, -1, key.c_str()) != LUA_TNIL) return 1;
  lua_pop(lua, 1);
  throw Error("script.name", "there is no setting " + key)
      .hint(text::did_you_mean(key, sorted_keys(lua, -1)));
}

int read_only(lua_State*) {
  throw Error("script.name", "settings are not changed by scripts")
      .hint("they belong into settings/*.yaml, or --set");
}

constexpr Method kSettings[] = {{"__newindex", wrapped<read_only>}};

}  // namespace

std::shared_ptr<const SourceFile> chunk(std::string name, std::string text) {
  return std::make_shared<SourceFile>(std::move(name), std::move(text));
}

bool Session::load(const std::shared_ptr<const SourceFile>& entry,
                   const std::string& before) {
  try {
    state_.load(entry, "return " + before);
    return true;
  } catch (const Error& error) {
    if (error.code() != "script.syntax") throw;
  }
  try {
    state_.load(entry, before);
    return true;
  } catch (const Error& error) {
    if (is_unfinished(error)) return false;
    throw;
  }
}

Shown Session::shown(int at) {
  lua_State* lua = state_.lua();
  if (const Rows* rows = find<Rows>(lua, at)) {
    return grid_of(*rows, environment(lua).databases());
  }
  if (lua_istable(lua, at)) {
    try {
      return json_at(lua, at);
    } catch (const Error&) {
      // Not everything has a place in JSON.
    }
  }
  return shown_text(lua, at);
}

int Session::show_values(lua_State* lua) {
  const auto* showing =
      static_cast<Showing*>(lua_touserdata(lua, lua_upvalueindex(1)));
  const int count = lua_gettop(lua);
  for (int at = 1; at <= count; ++at) {
    (*showing->show)(showing->session->shown(at));
  }
  return 0;
}

Session::Took Session::enter(const std::shared_ptr<const SourceFile>& entry,
                             const std::function<void(const Shown&)>& show,
                             const std::string& before) {
  lua_State* lua = state_.lua();
  const StackGuard guard(lua);
  const int bottom = lua_gettop(lua);
  if (!load(entry, before)) return Took::kUnfinished;
  state_.call(0, LUA_MULTRET);
  // What is shown may be asked of the database, and of scripts.
  Showing showing{this, &show};
  lua_pushlightuserdata(lua, &showing);
  lua_pushcclosure(lua, wrapped<show_values>, 1);
  lua_insert(lua, bottom + 1);
  state_.call(lua_gettop(lua) - bottom - 1, 0);
  return Took::kRan;
}

void define_settings(lua_State* lua, const DataMap& settings) {
  // An empty table before them, so that nothing is there to be changed.
  lua_newtable(lua);
  lua_createtable(lua, 0, 2);
  add_functions(lua, kSettings);
  push_json(lua, to_json(settings));
  lua_pushcclosure(lua, wrapped<setting>, 1);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  lua_setglobal(lua, "settings");
}

}  // namespace manage::scripting
