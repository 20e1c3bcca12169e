#include "scripting/command_file.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <set>

#include "core/text.hpp"
#include "scripting/environment.hpp"
#include "scripting/modules.hpp"
#include "scripting/state.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

using Type = CommandArgument::Type;

struct TypeName {
  std::string_view name;  ///< as files have it
  Type type;
  std::string_view shown;
  std::string_view metavar;
};

constexpr std::array kTypes{
    TypeName{"text", Type::kText, "a text", "TEXT"},
    TypeName{"integer", Type::kInteger, "an integer", "N"},
    TypeName{"number", Type::kNumber, "a number", "NUMBER"},
    TypeName{"decimal", Type::kDecimal, "a decimal number", "NUMBER"},
    TypeName{"date", Type::kDate, "a date such as 2026-01-31", "DATE"},
    TypeName{"datetime", Type::kDateTime,
             "a moment such as 2026-01-31T12:30:00", "MOMENT"},
    TypeName{"flag", Type::kFlag, "a flag", ""},
    TypeName{"file", Type::kFile, "a file", "FILE"},
    TypeName{"folder", Type::kFolder, "a folder", "DIR"},
    TypeName{"model", Type::kModel, "a model such as shop.Book", "APP.MODEL"},
    TypeName{"app", Type::kApp, "an app", "APP"},
};

const TypeName& of(Type type) {
  for (const TypeName& one : kTypes) {
    if (one.type == type) return one;
  }
  return kTypes.front();
}

/// What models and the like are while only declarations are read: rows without
/// end would take until the time is up, so that there are none.
constexpr const char* kStandIns = R"(
local anything = {}
local function give() return anything end
local function no() return false end
local function nothing() end
local meta = {
  __index = give,
  -- A loop calls what it goes over with nil.
  __call = function(_, ...)
    if select("#", ...) ~= 2 or ... ~= nil then return anything end
  end,
  __pairs = function() return nothing end, __len = function() return 0 end,
  __concat = function() return "" end, __tostring = function() return "" end,
  __lt = no, __le = no, __newindex = nothing, __close = nothing,
}
for name in ("add sub mul div mod pow unm idiv band bor bxor shl shr bnot")
    :gmatch("%a+") do
  meta["__" .. name] = give
end
setmetatable(anything, meta)
local next_of, ipairs_of = next, ipairs
function next(t, key) if t ~= anything then return next_of(t, key) end end
function ipairs(t)
  if t == anything then return nothing end
  return ipairs_of(t)
end
setmetatable(_G, {__index = give})
)";

Error wrong(std::string message, std::string hint = {}) {
  return Error("command.declaration", std::move(message)).hint(std::move(hint));
}

std::string key_of(const std::vector<std::string>& names) {
  std::string longest;
  for (const std::string& name : names) {
    if (name.size() > longest.size()) longest = name;
  }
  longest.erase(0, longest.find_first_not_of('-'));
  return text::replace_all(longest, "-", "_");
}

/// One of `arguments`, the table on top of the stack.
class ArgumentDeclaration {
 public:
  ArgumentDeclaration(lua_State* lua, int place)
      : lua_(lua), at_(lua_gettop(lua)), place_(place) {
    if (!lua_istable(lua, at_)) {
      throw wrong(fmt::format("argument {} is {}", place, type_of(lua, at_)),
                  "write {\"--days\", type=\"integer\", help=\"…\"}");
    }
  }

  CommandArgument read() {
    read_names();
    read_keys();
    const bool option = !made_.positional();
    if (!says_required_) {
      made_.required = !option && !made_.has_default && !made_.multiple;
    }
    if (made_.type == Type::kFlag && !option) {
      throw wrong(fmt::format("{} is a flag without dashes", made_.key));
    }
    if (made_.metavar.empty()) {
      made_.metavar =
          made_.choices.empty() ? std::string(of(made_.type).metavar) : "VALUE";
    }
    return std::move(made_);
  }

 private:
  void read_names() {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua_, at_));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua_, at_, i);
      made_.names.push_back(text_at(lua_, -1));
      lua_pop(lua_, 1);
    }
    if (made_.names.empty()) {
      throw wrong(
          fmt::format("argument {} has no name", place_),
          "write {\"--days\", …}, or {\"shop\", …} for one by its place");
    }
    made_.key = key_of(made_.names);
    if (!text::is_identifier(made_.key)) {
      throw wrong(fmt::format("\"{}\" is no name of an argument", made_.key));
    }
    const bool positional = made_.positional();
    for (const std::string& name : made_.names) {
      if (name.find('_') != std::string::npos && !positional) {
        throw wrong(fmt::format("the option {} has an underscore", name),
                    "options are written with dashes; args has underscores");
      }
      const std::size_t dashes = name.find_first_not_of('-');
      const bool good = positional ? made_.names.size() == 1
                                   : (dashes == 2 && name.size() > 3) ||
                                         (dashes == 1 && name.size() == 2);
      if (good) continue;
      throw wrong(
          fmt::format("\"{}\" is no name of an option", name),
          "long ones have two dashes and at least two letters, short ones "
          "one of each");
    }
    if (made_.key == "dry_run") {
      throw wrong("every command has --dry-run already",
                  "ask for it: ctx.dry_run");
    }
  }

  void read_keys() {
    for (lua_pushnil(lua_); lua_next(lua_, at_) != 0; lua_pop(lua_, 1)) {
      if (lua_type(lua_, -2) != LUA_TSTRING) continue;
      const std::string key = text_at(lua_, -2);
      if (key == "help") {
        made_.help = text_at(lua_, -1);
      } else if (key == "metavar") {
        made_.metavar = text_at(lua_, -1);
      } else if (key == "type") {
        read_type(text_at(lua_, -1));
      } else if (key == "required") {
        made_.required = flag_at(lua_, -1);
        says_required_ = true;
      } else if (key == "multiple") {
        made_.multiple = flag_at(lua_, -1);
      } else if (key == "default") {
        made_.has_default = true;
      } else if (key == "choices") {
        read_choices();
      } else {
        throw wrong(
            fmt::format("{}: there is no key {}", made_.key, key),
            text::did_you_mean(key, {"help", "metavar", "type", "required",
                                     "multiple", "default", "choices"}));
      }
    }
  }

  void read_type(const std::string& name) {
    std::vector<std::string> known;
    for (const TypeName& one : kTypes) {
      if (one.name == name) {
        made_.type = one.type;
        return;
      }
      known.emplace_back(one.name);
    }
    std::string hint = text::did_you_mean(name, known);
    if (hint.empty()) hint = "one of: " + text::join(known, ", ");
    throw wrong(fmt::format("{}: there is no type {}", made_.key, name), hint);
  }

  void read_choices() {
    if (!lua_istable(lua_, -1)) {
      throw wrong(fmt::format("{}: choices are a list", made_.key));
    }
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua_, -1));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua_, -1, i);
      made_.choices.push_back(shown_text(lua_, -1));
      lua_pop(lua_, 1);
    }
  }

  lua_State* lua_;
  int at_;
  int place_;
  bool says_required_ = false;
  CommandArgument made_;
};

std::vector<CommandFile::Example> read_examples(lua_State* lua, int at) {
  std::vector<CommandFile::Example> found;
  if (push_own(lua, at, "examples") != LUA_TNIL) {
    if (!lua_istable(lua, -1)) throw wrong("examples are a list");
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, -1));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, -1, i);
      if (!lua_istable(lua, -1)) {
        throw wrong("an example is {\"arguments\", \"what it does\"}");
      }
      lua_rawgeti(lua, -1, 1);
      lua_rawgeti(lua, -2, 2);
      found.push_back(
          {text_at(lua, -2), lua_isnil(lua, -1) ? "" : text_at(lua, -1)});
      lua_pop(lua, 3);
    }
  }
  lua_pop(lua, 1);
  return found;
}

CommandFile declared(lua_State* lua, int at) {
  CommandFile made;
  if (push_own(lua, at, "handle") != LUA_TFUNCTION) {
    throw wrong("the command has no function handle(args, ctx)");
  }
  if (push_own(lua, at, "help") == LUA_TSTRING) {
    made.help = text::trim(text_at(lua, -1));
    made.help = made.help.substr(0, made.help.find('\n'));
  }
  if (push_own(lua, at, "atomic") != LUA_TNIL) {
    made.atomic = flag_at(lua, -1);
  }
  made.examples = read_examples(lua, at);
  if (push_own(lua, at, "arguments") == LUA_TNIL) return made;
  if (!lua_istable(lua, -1)) throw wrong("arguments are a list");
  const int list = lua_gettop(lua);
  std::set<std::string> keys;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, list));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, list, i);
    CommandArgument one = ArgumentDeclaration(lua, static_cast<int>(i)).read();
    lua_settop(lua, list);
    bool fresh = keys.insert(one.key).second;
    for (const std::string& name : one.names) {
      fresh =
          keys.insert(one.positional() ? one.key + " " : name).second && fresh;
    }
    if (!fresh) {
      throw wrong(fmt::format("there are two arguments {}", one.key));
    }
    for (const CommandArgument& before : made.arguments) {
      if (!one.positional() || !before.positional()) continue;
      if (before.multiple) {
        throw wrong(fmt::format("{} takes all that is left: nothing follows it",
                                before.key));
      }
      if (!before.required && one.required) {
        throw wrong(fmt::format("{} may be left out, but not {} behind it",
                                before.key, one.key));
      }
    }
    made.arguments.push_back(std::move(one));
  }
  return made;
}

template <class T>
std::optional<orm::Value> as_value(std::optional<T> parsed) {
  if (!parsed) return std::nullopt;
  return orm::Value(*std::move(parsed));
}

template <class Number>
std::optional<orm::Value> number(const std::string& text) {
  Number made{};
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, made);
  if (problem != std::errc() || stop != end) return std::nullopt;
  return orm::Value(made);
}

}  // namespace

void push_command(lua_State* lua,
                  const std::shared_ptr<const SourceFile>& file) {
  push_names(lua);
  run_file(lua, file);
  if (lua_istable(lua, -1)) {
    lua_remove(lua, -2);
  } else {
    lua_pop(lua, 1);
  }
}

void push_default(lua_State* lua, int at, std::size_t index) {
  push_own(lua, at, "arguments");
  lua_rawgeti(lua, -1, static_cast<lua_Integer>(index) + 1);
  push_own(lua, -1, "default");
  lua_replace(lua, -3);
  lua_pop(lua, 1);
}

CommandFile read_command(const std::shared_ptr<const SourceFile>& file) {
  Limits limits;
  limits.memory = std::size_t{64} << 20;
  limits.time = std::chrono::milliseconds(300);
  State state(limits);
  CommandFile made;
  try {
    state.run(define_values);
    state.load(std::make_shared<SourceFile>("stand-ins", kStandIns));
    state.call(0, 0);
    state.run([&](lua_State* lua) {
      push_command(lua, file);
      made = declared(lua, lua_gettop(lua));
    });
  } catch (const Error& error) {
    if (error.diagnostics().front().where) throw;
    throw Error(error).at({file, 0, 0});
  }
  return made;
}

std::optional<orm::Value> argument_value(const CommandArgument& argument,
                                         const std::string& text) {
  switch (argument.type) {
    case Type::kInteger:
      return number<std::int64_t>(text);
    case Type::kNumber:
      return number<double>(text);
    case Type::kDecimal:
      return as_value(Decimal::parse(text));
    case Type::kDate:
      return as_value(Date::parse(text));
    case Type::kDateTime:
      return as_value(DateTime::parse(text));
    default:
      return orm::Value(text);
  }
}

std::string_view type_name(CommandArgument::Type type) {
  return of(type).shown;
}

}  // namespace manage::scripting
