#include "scripting/code_runner.hpp"

#include <fmt/format.h>

#include "scripting/environment.hpp"
#include "scripting/modules.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using migrations_engine::CodeContext;

/// One program. It lives on until the run of migrations ends, for what waits
/// for the commit.
struct LuaCodeRunner::Run {
  Run(const CodeContext& context, const World& world)
      : app(context.app),
        connection(context.connection),
        progress(&context.progress),
        registry(context.models),
        databases(context.connection),
        callables([this]() -> State& { return state; }),
        environment(registry, databases),
        state({}, world.check) {
    databases.callables = &callables;
    environment.installed = &world.apps;
    environment.current_models = false;
    if (world.prepare) world.prepare(environment);
    state.environment = &environment;
  }

  static Run& of(lua_State* lua) {
    return *static_cast<Run*>(lua_touserdata(lua, lua_upvalueindex(1)));
  }

  std::string app;
  orm::Connection& connection;
  Reporter* progress;  ///< nullptr: the program has ended
  orm::Registry registry;
  orm::Databases databases;
  ScriptCallables callables;
  Environment environment;
  State state;
};

namespace {

using Run = LuaCodeRunner::Run;

/// apps:model("shop.Book"): a model without an app is one of the migration's.
int model(lua_State* lua) {
  std::string name = text_at(lua, 2);
  if (name.find('.') == std::string::npos) {
    name = fmt::format("{}.{}", Run::of(lua).app, name);
  }
  push<ModelRef>(lua, {&environment(lua).registry().get(name)});
  return 1;
}

/// schema:execute("UPDATE t SET a = ?", {1}): how many rows were changed; of a
/// query, the rows as lists.
int execute(lua_State* lua) {
  const std::string sql = text_at(lua, 2);
  orm::Row values;
  if (lua_istable(lua, 3)) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 3));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, 3, i);
      values.push_back(value_at(lua, lua_gettop(lua)));
      lua_pop(lua, 1);
    }
  }
  const orm::Result result = Run::of(lua).connection.query(sql, values);
  lua_createtable(lua, static_cast<int>(result.rows.size()), 0);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    lua_createtable(lua, static_cast<int>(result.columns.size()), 0);
    for (std::size_t k = 0; k < result.rows[i].size(); ++k) {
      push_value(lua, result.rows[i][k]);
      lua_rawseti(lua, -2, static_cast<lua_Integer>(k) + 1);
    }
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  return 1;
}

/// progress(done, total, unit)
int progress(lua_State* lua) {
  if (!Run::of(lua).progress) return 0;
  Reporter& reporter = *Run::of(lua).progress;
  const auto at = [&](int place) {
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, integer_at(lua, place)));
  };
  const std::uint64_t done = at(1);
  if (done == 0 || (lua_gettop(lua) > 1 && done >= at(2))) reporter.finish();
  if (done == 0) {
    reporter.begin({"Running a migration", lua_isnoneornil(lua, 2) ? 0 : at(2),
                    lua_isnoneornil(lua, 3) ? "rows" : text_at(lua, 3)});
  }
  reporter.update(done, done);
  return 0;
}

void push_bound(lua_State* lua, lua_CFunction function, Run& run) {
  lua_pushlightuserdata(lua, &run);
  lua_pushcclosure(lua, function, 1);
}

/// Pushes `apps` and `schema`.
void push_arguments(lua_State* lua, Run& run) {
  lua_createtable(lua, 0, 1);
  push_bound(lua, wrapped<model>, run);
  lua_setfield(lua, -2, "model");
  lua_createtable(lua, 0, 3);
  push_bound(lua, wrapped<execute>, run);
  lua_setfield(lua, -2, "execute");
  push_text(lua, run.connection.dialect().name());
  lua_setfield(lua, -2, "vendor");
  push_text(lua, run.connection.alias());
  lua_setfield(lua, -2, "alias");
}

/// The function of the program's for this direction, if it has any.
bool push_function(lua_State* lua, int names, const CodeContext& context,
                   const SourceFile& code) {
  const auto has = [&](const char* name) {
    if (push_own(lua, names, name) == LUA_TFUNCTION) return true;
    lua_pop(lua, 1);
    return false;
  };
  const char* wanted = context.backwards ? "backwards" : "forwards";
  const char* other = context.backwards ? "forwards" : "backwards";
  if (has(wanted)) return true;
  if (!has(other) && !context.by_name) return false;
  Error error("migrations.code",
              fmt::format("{} has no function {}", code.name(), wanted));
  if (context.by_name) {
    error.hint("`reverse_code: noop` says that nothing needs undoing");
  }
  throw Error(error);
}

}  // namespace

void LuaCodeRunner::check(const std::shared_ptr<const SourceFile>& code) {
  State state;
  state.load(code);
}

LuaCodeRunner::LuaCodeRunner(World world) : world_(std::move(world)) {}
LuaCodeRunner::~LuaCodeRunner() = default;

void LuaCodeRunner::run(const std::shared_ptr<const SourceFile>& code,
                        const CodeContext& context) {
  Run& run = *runs_.emplace_back(std::make_unique<Run>(context, world_));
  run.state.run([&](lua_State* lua) {
    define_orm(lua);
    push_bound(lua, wrapped<progress>, run);
    lua_setglobal(lua, "progress");
  });
  world_.define(run.state);
  const auto program = [&](lua_State* lua) {
    push_names(lua);
    const int names = lua_gettop(lua);
    push_arguments(lua, run);
    lua_setfield(lua, names, "schema");
    lua_setfield(lua, names, "apps");
    run_file(lua, code);
    lua_settop(lua, names);
    if (!push_function(lua, names, context, *code)) return;
    push_arguments(lua, run);
    lua_call(lua, 2, 0);
  };
  try {
    run.state.run(program);
  } catch (const Error& error) {
    if (error.code() != kExit) throw;
    throw Error("script.exit", "a program of a migration ends with return")
        .hint("exit() would end the whole run");
  }
  run.progress = nullptr;
  run.environment.files.close_all();
}

}  // namespace manage::scripting
