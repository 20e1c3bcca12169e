#include "commands/command_context.hpp"

#include <fmt/format.h>

#include "commands/call_command.hpp"
#include "commands/command_result.hpp"
#include "commands/command_style.hpp"

namespace manage::commands {

namespace {

using scripting::text_at;

/// What stands there as print() would show it.
std::string shown_at(lua_State* lua, int at) {
  if (lua_isnone(lua, at)) scripting::wrong_type(lua, at, "a text");
  return scripting::shown_text(lua, at);
}

std::uint64_t count_at(lua_State* lua, int at) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, scripting::integer_at(lua, at)));
}

void set(lua_State* lua, const char* name, std::string_view text) {
  scripting::push_text(lua, text);
  lua_setfield(lua, -2, name);
}

void set(lua_State* lua, const char* name, bool flag) {
  lua_pushboolean(lua, flag ? 1 : 0);
  lua_setfield(lua, -2, name);
}

}  // namespace

CommandContext& CommandContext::self(lua_State* lua) {
  if (!lua_istable(lua, 1)) {
    throw Error("script.call", "this method lacks the object before it")
        .hint("a colon hands it over: ctx:success(…)");
  }
  return *static_cast<CommandContext*>(
      lua_touserdata(lua, lua_upvalueindex(1)));
}

template <cli::Style S>
int CommandContext::styled(lua_State* lua) {
  self(lua).context_.out().line({{shown_at(lua, 2), S}});
  return 0;
}

int CommandContext::line(lua_State* lua) {
  self(lua).context_.out().line({{shown_at(lua, 2), style_at(lua, 3)}});
  return 0;
}

int CommandContext::warning(lua_State* lua) {
  self(lua).context_.out().warn(shown_at(lua, 2),
                                lua_isnoneornil(lua, 3) ? "" : text_at(lua, 3));
  return 0;
}

int CommandContext::note(lua_State* lua) {
  self(lua).context_.out().note(shown_at(lua, 2));
  return 0;
}

int CommandContext::table(lua_State* lua) {
  std::vector<cli::Table::Column> columns;
  for (int place : {2, 3}) {
    if (!lua_istable(lua, place)) scripting::wrong_type(lua, place, "a list");
  }
  const auto titles = static_cast<lua_Integer>(lua_rawlen(lua, 2));
  for (lua_Integer i = 1; i <= titles; ++i) {
    lua_rawgeti(lua, 2, i);
    columns.emplace_back(shown_at(lua, -1));
    lua_pop(lua, 1);
  }
  cli::Table made(std::move(columns));
  const auto rows = static_cast<lua_Integer>(lua_rawlen(lua, 3));
  for (lua_Integer i = 1; i <= rows; ++i) {
    lua_rawgeti(lua, 3, i);
    if (!lua_istable(lua, -1)) scripting::wrong_type(lua, -1, "a list");
    std::vector<cli::Span> cells;
    for (lua_Integer k = 1; k <= titles; ++k) {
      lua_rawgeti(lua, -1, k);
      cells.emplace_back(lua_isnil(lua, -1) ? "" : shown_at(lua, -1));
      lua_pop(lua, 1);
    }
    made.add(std::move(cells));
    lua_pop(lua, 1);
  }
  self(lua).context_.out().table(made);
  return 0;
}

int CommandContext::progress(lua_State* lua) {
  CommandContext& own = self(lua);
  own.context_.progress().begin(
      {lua_isnoneornil(lua, 3) ? own.command_ : text_at(lua, 3),
       count_at(lua, 2), lua_isnoneornil(lua, 4) ? "" : text_at(lua, 4)});
  lua_createtable(lua, 0, 2);
  lua_pushlightuserdata(lua, &own);
  lua_pushcclosure(lua, scripting::wrapped<update>, 1);
  lua_setfield(lua, -2, "update");
  lua_pushlightuserdata(lua, &own);
  lua_pushcclosure(lua, scripting::wrapped<finish>, 1);
  lua_setfield(lua, -2, "finish");
  return 1;
}

int CommandContext::update(lua_State* lua) {
  const std::uint64_t done = count_at(lua, 2);
  self(lua).context_.progress().update(done, done);
  return 0;
}

int CommandContext::finish(lua_State* lua) {
  self(lua).context_.progress().finish();
  return 0;
}

int CommandContext::result(lua_State* lua) {
  self(lua).context_.out().document() = document_at(lua, 2);
  return 0;
}

int CommandContext::confirm(lua_State* lua) {
  const bool yes = self(lua).context_.prompt().confirm(
      text_at(lua, 2), lua_isnoneornil(lua, 3) ? "an option" : text_at(lua, 3));
  lua_pushboolean(lua, yes ? 1 : 0);
  return 1;
}

int CommandContext::ask(lua_State* lua) {
  scripting::push_text(
      lua, self(lua).context_.prompt().ask(
               text_at(lua, 2),
               lua_isnoneornil(lua, 3) ? "an option" : text_at(lua, 3)));
  return 1;
}

void CommandContext::push(lua_State* lua) {
  constexpr scripting::Method kMethods[] = {
      {"ask", scripting::wrapped<ask>},
      {"confirm", scripting::wrapped<confirm>},
      {"error", scripting::wrapped<styled<cli::Style::kBad>>},
      {"line", scripting::wrapped<line>},
      {"note", scripting::wrapped<note>},
      {"progress", scripting::wrapped<progress>},
      {"result", scripting::wrapped<result>},
      {"success", scripting::wrapped<styled<cli::Style::kGood>>},
      {"table", scripting::wrapped<table>},
      {"warning", scripting::wrapped<warning>},
  };
  lua_newtable(lua);
  for (const scripting::Method& method : kMethods) {
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, method.function, 1);
    lua_setfield(lua, -2, method.name);
  }
  push_call_command(lua, scripts_, true);
  lua_setfield(lua, -2, "call_command");
  set(lua, "dry_run", dry_run_);
  set(lua, "json", context_.out().json());
  set(lua, "interactive", context_.prompt().interactive());
  set(lua, "command", command_);
  set(lua, "project", context_.settings().root.string());
  set(lua, "env", context_.settings().env);
  lua_pushinteger(lua, context_.verbosity());
  lua_setfield(lua, -2, "verbosity");
}

}  // namespace manage::commands
