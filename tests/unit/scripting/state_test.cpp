// How far scripts may go, and what becomes of errors.
#include <new>

#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

int alive = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  ~Counted() { --alive; }
};

int fail(lua_State*) {
  const Counted counted;
  throw Error("test.failed", "it failed").hint("try again");
}
int exhaust(lua_State*) { throw std::bad_alloc(); }
int raise(lua_State* lua) {
  const Counted counted;
  return luaL_error(lua, "raised");
}
/// Calls what it was given, with something to destroy around it.
int around(lua_State* lua) {
  const Counted counted;
  lua_call(lua, 0, 0);
  return 0;
}

void add(Script& script, const char* name, lua_CFunction function) {
  lua_pushcfunction(script.state.lua(), function);
  lua_setglobal(script.state.lua(), name);
}

}  // namespace

TEST_CASE("destructors and errors survive in both directions") {
  Script script;
  add(script, "fail", wrapped<fail>);
  add(script, "exhaust", wrapped<exhaust>);
  add(script, "raise", wrapped<raise>);
  add(script, "around", wrapped<around>);
  CHECK(script.error("fail()") == "test.failed: it failed - try again");
  CHECK(script.error("around(function() fail() end)") ==
        "test.failed: it failed - try again");
  CHECK(script.error("around(function() error('x', 0) end)") ==
        "script.error: x");
  CHECK(script.error("around(raise)") == "script.error: raised");
  CHECK(script.error("exhaust()") ==
        "script.memory: not enough memory: scripts have 1024 MiB");
  CHECK(script.show("pcall(around, fail)") == "false\ttest.lua:1: it failed");
  CHECK(script.run("local co = coroutine.create(function() around(fail) end)\n"
                   "print(coroutine.resume(co))") ==
        "false\ttest.lua:1: it failed\n");
  CHECK(alive == 0);
}

TEST_CASE("errors of Lua have their place") {
  Script script;
  try {
    script.run("\n\nlocal x = nil + 1");
    CHECK(false);
  } catch (const Error& error) {
    CHECK(error.code() == "script.error");
    CHECK(error.diagnostics().front().where.text() == "test.lua:3");
    CHECK(error.message() == "attempt to perform arithmetic on a nil value");
  }
  try {
    script.run("print(1)\nlocal = 2");
    CHECK(false);
  } catch (const Error& error) {
    CHECK(error.code() == "script.syntax");
    CHECK(error.diagnostics().front().where.text() == "test.lua:2");
  }
  CHECK(script.error("error{code=1}").starts_with("script.error: table"));
}

TEST_CASE("what cannot be shown ends no process") {
  Script script;
  CHECK(script.error("error(setmetatable({}, {__tostring = function() "
                     "error('x', 0) end}))") == "script.error: (no text: x)");
  CHECK(script.error("#!/usr/bin/env -S manage shell\nerror('x', 0)") ==
        "script.error: x");
  CHECK(script.show("NULL == Book:all()") == "false");
  CHECK(script.show("duration{microseconds=5} / -1") == "-1 23:59:59.999995");
  CHECK(script.error("return duration{microseconds=math.mininteger} / -1")
            .starts_with("value.range"));
}

TEST_CASE("memory is capped, and a script can go on") {
  Limits limits;
  limits.memory = std::size_t{8} << 20;
  Script script(settings::Engine::kSqlite, limits);
  CHECK(script.error("return string.rep('x', 1 << 40)") ==
        "script.error: resulting string too large");
  CHECK(script.error("local t = {} while true do t[#t + 1] = #t .. 'x' end") ==
        "script.memory: not enough memory: scripts have 8 MiB");
  CHECK(script.show("pcall(string.rep, 'x', 1 << 24)") ==
        "false\tnot enough memory");
  CHECK(script.show("1") == "1");
}

TEST_CASE("a budget cannot be caught") {
  Limits limits;
  limits.instructions = 200'000;
  Script script(settings::Engine::kSqlite, limits);
  const char* kOver =
      "script.budget: the script ran for more than 200000 instructions";
  CHECK(script.error("while true do end") == kOver);
  CHECK(script.error("while true do pcall(function() while true do end end) "
                     "end") == kOver);
  CHECK(script.error("while true do xpcall(function() while true do end end, "
                     "function() end) end") == kOver);
  CHECK(script.error("while true do coroutine.resume(coroutine.create("
                     "function() while true do end end)) end") == kOver);
  CHECK(script.error("coroutine.wrap(function() while true do end end)()") ==
        kOver);
  CHECK(script.error("string.gsub(string.rep('x', 9), 'x', function() while "
                     "true do end end)") == kOver);
  CHECK(script.error("local t <close> = setmetatable({}, {__close = function() "
                     "while true do end end})") == kOver);
  CHECK(script.error("setmetatable({}, {__gc = function() end})") ==
        "script.error: scripts have no finalizers (__gc): use <close> "
        "variables");
  CHECK(script.error("while true do load(function() while true do end end) "
                     "end") == kOver);
  CHECK(script.error("while true do transaction.on_commit(function() while "
                     "true do end end, {robust=true}) end") == kOver);
  CHECK(script.error("getmetatable(json.array{}).__gc = 1")
            .starts_with("script.error: attempt to index a string"));
  CHECK(script.error("type = nil error = nil setmetatable({}, {__gc=1})")
            .starts_with("script.error: scripts have no finalizers"));
  // Each run has a budget of its own.
  CHECK(script.show("1") == "1");
}

TEST_CASE("a script stops in time") {
  Limits limits;
  limits.time = std::chrono::milliseconds(30);
  Script script(settings::Engine::kSqlite, limits);
  CHECK(script.error("while true do pcall(function() while true do end end) "
                     "end") ==
        "script.budget: the script ran for more than 30 ms");
}

TEST_CASE("whoever runs it can stop it") {
  int looks = 0;
  Script script(settings::Engine::kSqlite, {}, [&] {
    if (++looks > 3) throw Error("interrupted", "stopped");
  });
  CHECK(script.error("while true do pcall(function() while true do end end) "
                     "end") == "interrupted: stopped");
}

TEST_CASE("there is no bytecode, and nothing that reaches outside") {
  Script script;
  CHECK(script.show("load('\\27Lua')") ==
        "nil\tattempt to load a binary chunk (mode is 't')");
  CHECK(script.show("load('\\27Lua', 'x', 'b')") ==
        "nil\tattempt to load a binary chunk (mode is 't')");
  CHECK(script.show("load('return 1 + 1')()") == "2");
  CHECK(script.show("load('return x', 'c', 't', {x=3})()") == "3");
  CHECK(script.show("io, debug, package, dofile, loadfile, "
                    "string.dump, os.execute, os.getenv, os.remove, os.exit") ==
        "nil\tnil\tnil\tnil\tnil\tnil\tnil\tnil\tnil\tnil");
  CHECK(script.show("getmetatable(NULL), getmetatable(Book)") ==
        "Value\tModel");
}

TEST_CASE("coroutines may be left in a pcall") {
  Script script;
  CHECK(script.run("local co = coroutine.wrap(function()\n"
                   "  print(pcall(function() coroutine.yield(1) error('x', 0) "
                   "end))\n"
                   "  return 2\n"
                   "end)\n"
                   "print(co(), co())") == "false\tx\n1\t2\n");
}
