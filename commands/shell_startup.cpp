#include "commands/shell_startup.hpp"

#include <fmt/format.h>

#include "core/file.hpp"
#include "scripting/modules.hpp"

namespace manage::commands {

namespace {

constexpr const char* kStartup = ".managerc.lua";

void import_module(lua_State* lua, const std::string& module,
                   const SourcePos& where) {
  const std::string name = module.substr(module.rfind('.') + 1);
  if (lua_getglobal(lua, name.c_str()) != LUA_TNIL) {
    throw Error("shell.import",
                fmt::format("shell.imports: {} would be the global {}, which "
                            "is something else already",
                            module, name))
        .at(where)
        .hint(fmt::format("rename the file, or leave it out and write local "
                          "other = require \"{}\" where it is needed",
                          module));
  }
  try {
    scripting::push_module(lua, module);
  } catch (const Error& error) {
    if (error.code() != "script.unknown" || error.diagnostics().front().where) {
      throw;
    }
    Error unknown = error;
    throw Error(unknown.at(where));
  }
  lua_setglobal(lua, name.c_str());
}

bool is_same_file(const std::filesystem::path& one,
                  const std::filesystem::path& other) {
  std::error_code ignored;
  return std::filesystem::equivalent(one, other, ignored);
}

void run_startup(ShellEntries& shell, const std::filesystem::path& path,
                 const std::string& shown) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return;
  shell.attempt([&] {
    shell.scripts().step([&] {
      scripting::State& state = shell.scripts().state();
      state.load(read_source(path, shown));
      state.call(0, 0);
    });
  });
}

}  // namespace

void import_modules(Scripts& scripts, cli::Context& context) {
  const settings::SettingValue& setting =
      context.settings().entry("shell.imports");
  for (const std::string& module : setting.value.texts()) {
    scripts.state().run(
        [&](lua_State* lua) { import_module(lua, module, setting.where); });
  }
}

void run_startup_files(ShellEntries& shell) {
  cli::Context& context = shell.context();
  const auto own = context.settings().root / kStartup;
  run_startup(shell, own, kStartup);
  const auto home = context.environment().find("HOME");
  if (shell.ended || home == context.environment().end() ||
      home->second.empty()) {
    return;
  }
  const auto users = std::filesystem::path(home->second) / kStartup;
  if (!is_same_file(own, users)) {
    run_startup(shell, users, "~/" + std::string(kStartup));
  }
}

}  // namespace manage::commands
