// `ctx`, the second argument of a Lua command's handle(args, ctx):
//
//   ctx.dry_run  ctx.verbosity  ctx.json  ctx.interactive   how it was called
//   ctx.command  ctx.project  ctx.env                       what and where
//   ctx:success(text)   ctx:warning(text)   ctx:note(text)  lines with a style
//   ctx:line(text, style)             strong dim good warning bad note
//   ctx:table({"Title", …}, {{…}, …})                       columns and rows
//   ctx:progress(total, what, unit)   an object: bar:update(done), bar:finish()
//   ctx:result(table)                 the document of --format json
//   ctx:confirm(question, option)  ctx:ask(question, option)
//   ctx:call_command(name, …)         as call_command
#pragma once

#include <string>

#include "cli/context.hpp"
#include "commands/scripts.hpp"

namespace manage::commands {

class CommandContext {
 public:
  /// All outlive it, and it the state.
  CommandContext(cli::Context& context, Scripts& scripts, std::string command,
                 bool dry_run)
      : context_(context),
        scripts_(scripts),
        command_(std::move(command)),
        dry_run_(dry_run) {}

  /// Pushes the table.
  void push(lua_State* lua);

 private:
  static CommandContext& self(lua_State* lua);
  template <cli::Style S>
  static int styled(lua_State* lua);
  static int line(lua_State* lua);
  static int table(lua_State* lua);
  static int progress(lua_State* lua);
  static int update(lua_State* lua);
  static int finish(lua_State* lua);
  static int result(lua_State* lua);
  static int confirm(lua_State* lua);
  static int ask(lua_State* lua);
  static int warning(lua_State* lua);
  static int note(lua_State* lua);

  cli::Context& context_;
  Scripts& scripts_;
  std::string command_;
  bool dry_run_;
};

}  // namespace manage::commands
