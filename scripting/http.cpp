#include "scripting/http.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "scripting/environment.hpp"
#include "scripting/http_transfer.hpp"
#include "scripting/json.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

template <>
inline constexpr const char* kClass<HttpAnswer> = "Answer";

namespace {

int field(lua_State* lua) {
  const HttpAnswer& answer = get<HttpAnswer>(lua, 1);
  const std::string name = text_at(lua, 2);
  if (name == "status") {
    lua_pushinteger(lua, answer.status);
  } else if (name == "ok") {
    lua_pushboolean(lua, answer.ok() ? 1 : 0);
  } else if (name == "body") {
    push_text(lua, answer.body);
  } else if (name == "headers") {
    lua_createtable(lua, 0, static_cast<int>(answer.headers.size()));
    for (const auto& [key, value] : answer.headers) {
      push_text(lua, value);
      lua_setfield(lua, -2, key.c_str());
    }
  } else {
    lua_pushvalue(lua, 2);
    lua_rawget(lua, lua_upvalueindex(1));
  }
  return 1;
}

int json(lua_State* lua) {
  push_json(lua, get<HttpAnswer>(lua, 1).body);
  return 1;
}

int check(lua_State* lua) {
  const HttpAnswer& answer = get<HttpAnswer>(lua, 1);
  if (!answer.ok()) {
    constexpr std::size_t kShown = 200;
    Error error("http.status",
                fmt::format("{}: status {}", answer.shown, answer.status));
    const std::string begin(text::prefix(answer.body, kShown));
    if (!begin.empty()) error.hint("it answered: " + begin);
    throw Error(error);
  }
  lua_settop(lua, 1);
  return 1;
}

int shown(lua_State* lua) {
  const HttpAnswer& answer = get<HttpAnswer>(lua, 1);
  push_text(lua, fmt::format("{}: status {}", answer.shown, answer.status));
  return 1;
}

int request(lua_State* lua, const char* method) {
  const HttpRequest made = http_request_at(lua, method);
  if (environment(lua).dry_run && !made.is_safe()) {
    throw Error("http.dry-run",
                fmt::format("{} is not sent in a dry run", made.method))
        .hint("ask first: if not ctx.dry_run then … end");
  }
  State& state = State::of(lua);
  push<HttpAnswer>(lua, send(made, [&state] { state.check_interrupted(); }));
  return 1;
}

template <const char* const* Method>
int method(lua_State* lua) {
  return request(lua, *Method);
}

constexpr const char* kGet = "GET";
constexpr const char* kPost = "POST";
constexpr const char* kPut = "PUT";
constexpr const char* kPatch = "PATCH";
constexpr const char* kDelete = "DELETE";
constexpr const char* kHead = "HEAD";

constexpr scripting::Method kFunctions[] = {
    {"delete", wrapped<method<&kDelete>>}, {"get", wrapped<method<&kGet>>},
    {"head", wrapped<method<&kHead>>},     {"patch", wrapped<method<&kPatch>>},
    {"post", wrapped<method<&kPost>>},     {"put", wrapped<method<&kPut>>},
};

constexpr scripting::Method kMethods[] = {
    {"check", wrapped<check>},
    {"json", wrapped<json>},
};

}  // namespace

void define_http(lua_State* lua) {
  new_class<HttpAnswer>(lua);
  lua_pushcfunction(lua, wrapped<shown>);
  lua_setfield(lua, -2, "__tostring");
  lua_newtable(lua);
  add_functions(lua, kMethods);
  lua_pushcclosure(lua, wrapped<field>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
  lua_newtable(lua);
  add_functions(lua, kFunctions);
  lua_setglobal(lua, "http");
}

}  // namespace manage::scripting
