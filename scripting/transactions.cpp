// transaction.atomic, on_commit and what belongs to them.
#include <memory>

#include "orm/atomic.hpp"
#include "scripting/kept.hpp"
#include "scripting/query_sets.hpp"

namespace manage::scripting {

namespace {

struct Options {
  orm::AtomicOptions atomic;
  bool robust = false;
  std::string alias = "default";
};

Options options_at(lua_State* lua, int at) {
  Options options;
  if (!lua_istable(lua, at)) return options;
  for (const std::string& key : sorted_keys(lua, at)) {
    lua_getfield(lua, at, key.c_str());
    if (key == "durable") {
      options.atomic.durable = flag_at(lua, -1);
    } else if (key == "savepoint") {
      options.atomic.savepoint = flag_at(lua, -1);
    } else if (key == "robust") {
      options.robust = flag_at(lua, -1);
    } else if (key == "using") {
      options.alias = text_at(lua, -1);
    } else {
      throw Error("script.argument", "a transaction has no " + key)
          .hint("durable, savepoint, robust, using");
    }
    lua_pop(lua, 1);
  }
  return options;
}

orm::Connection& connection(lua_State* lua, const std::string& alias) {
  return environment(lua).databases().writing(alias);
}

void require_function(lua_State* lua) {
  if (!lua_isfunction(lua, 1)) wrong_type(lua, 1, "a function");
}

/// atomic(function() … end, {durable=true}): what the function returns.
int atomic(lua_State* lua) {
  require_function(lua);
  const Options options = options_at(lua, 2);
  lua_settop(lua, 1);
  orm::Atomic block(connection(lua, options.alias), options.atomic);
  lua_call(lua, 0, LUA_MULTRET);
  block.commit();
  return lua_gettop(lua);
}

int on_commit(lua_State* lua) {
  require_function(lua);
  const Options options = options_at(lua, 2);
  lua_settop(lua, 1);
  const auto kept = std::make_shared<Kept>(lua);
  const Environment& world = environment(lua);
  orm::on_commit(connection(lua, options.alias), [kept] { kept->call(); },
                 {options.robust,
                  [&world](const Error& error) { world.warn(error.what()); }});
  return 0;
}

int set_rollback(lua_State* lua) {
  const bool wanted = lua_isnone(lua, 1) || flag_at(lua, 1);
  orm::set_rollback(connection(lua, "default"), wanted);
  return 0;
}

constexpr Method kFunctions[] = {
    {"atomic", wrapped<atomic>},
    {"on_commit", wrapped<on_commit>},
    {"set_rollback", wrapped<set_rollback>},
};

}  // namespace

void define_transactions(lua_State* lua) {
  lua_newtable(lua);
  add_functions(lua, kFunctions);
  lua_setglobal(lua, "transaction");
}

}  // namespace manage::scripting
