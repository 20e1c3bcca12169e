#include "commands/lua_invocation.hpp"

#include <fmt/format.h>

#include "commands/command_context.hpp"
#include "commands/command_result.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "scripting/values.hpp"

namespace manage::commands {

using scripting::CommandArgument;

namespace {

cli::ValueKind kind_of(CommandArgument::Type type) {
  using Type = CommandArgument::Type;
  switch (type) {
    case Type::kFile:
      return cli::ValueKind::kFile;
    case Type::kFolder:
      return cli::ValueKind::kFolder;
    case Type::kModel:
      return cli::ValueKind::kModel;
    case Type::kApp:
      return cli::ValueKind::kApp;
    default:
      return cli::ValueKind::kAny;
  }
}

/// The file or folder at the top may be opened, or each of a list: who names it
/// wants it to be used.
void allow_named(lua_State* lua) {
  if (lua_istable(lua, -1)) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, -1));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, -1, i);
      allow_named(lua);
      lua_pop(lua, 1);
    }
  } else if (lua_type(lua, -1) == LUA_TSTRING) {
    scripting::environment(lua).files.allow(scripting::text_at(lua, -1));
  }
}

}  // namespace

void LuaInvocation::add(CLI::App& app, const CommandArgument& one,
                        Given& given) {
  const std::string names = text::join(one.names, ",");
  if (one.type == CommandArgument::Type::kFlag) {
    cli::add_flag(app, names, given.flag, one.help);
    return;
  }
  const auto declare = [&](auto& target) {
    return one.positional()
               ? cli::add_argument(app, names, target, one.help)
               : cli::add_option(app, names, one.metavar, target, one.help);
  };
  cli::OptionRef option =
      one.multiple ? declare(given.values) : declare(given.value);
  if (!one.choices.empty()) {
    option.choices(one.choices);
  } else {
    option.takes(kind_of(one.type));
  }
  if (one.required) option.required();
}

void LuaInvocation::push_given(lua_State* lua, const CommandArgument& one,
                               const std::string& text) const {
  const auto value = scripting::argument_value(one, text);
  if (!value) {
    throw usage_error(fmt::format("{}: \"{}\" is not {}", one.names.front(),
                                  text, scripting::type_name(one.type)),
                      fmt::format("see: manage help {}", command_->name));
  }
  scripting::push_value(lua, *value);
}

void LuaInvocation::push_argument(lua_State* lua, std::size_t index,
                                  int declarations) const {
  const CommandArgument& one = command_->declared.arguments[index];
  const Given& given = given_[index];
  if (one.type == CommandArgument::Type::kFlag) {
    lua_pushboolean(lua, given.flag ? 1 : 0);
  } else if (given.value) {
    push_given(lua, one, *given.value);
  } else if (given.values.empty() && (one.has_default || !one.multiple)) {
    scripting::push_default(lua, declarations, index);
  } else {
    lua_createtable(lua, static_cast<int>(given.values.size()), 0);
    for (std::size_t k = 0; k < given.values.size(); ++k) {
      push_given(lua, one, given.values[k]);
      lua_rawseti(lua, -2, static_cast<lua_Integer>(k) + 1);
    }
  }
}

void LuaInvocation::push_arguments(lua_State* lua, int declarations) const {
  using Type = CommandArgument::Type;
  lua_newtable(lua);
  const auto& arguments = command_->declared.arguments;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    push_argument(lua, i, declarations);
    const Type type = arguments[i].type;
    if (type == Type::kFile || type == Type::kFolder) allow_named(lua);
    lua_setfield(lua, -2, arguments[i].key.c_str());
  }
}

ExitCode LuaInvocation::run(cli::Context& context) const {
  Scripts scripts(context, {dry_run_, true, dry_run_});
  CommandContext handed(context, scripts, command_->name, dry_run_);
  ExitCode code = ExitCode::kDone;
  const auto handle = [&](lua_State* lua) {
    scripting::push_command(lua, command_->file);
    const int declarations = lua_gettop(lua);
    scripting::push_own(lua, declarations, "handle");
    push_arguments(lua, declarations);
    handed.push(lua);
    lua_call(lua, 2, 1);
    code = take_result(lua, command_->name, context);
  };
  const auto until_exit = [&](const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.code() != scripting::kExit) throw;
      code = error.exit_code();
    }
  };
  const auto run_all = [&] {
    until_exit([&] { scripts.state().run(handle); });
    scripts.finish();
  };
  if (!command_->declared.atomic) {
    run_all();
    return code;
  }
  orm::Connection& connection = scripts.databases().connection();
  orm::Atomic block(connection);
  run_all();
  // It keeps what it did if it ends well, or says that rows were rejected.
  if (code != ExitCode::kDone && code != ExitCode::kRejected) {
    orm::set_rollback(connection, true);
  }
  // What waits for the commit may end the command too.
  until_exit([&] { block.commit(); });
  return code;
}

}  // namespace manage::commands
