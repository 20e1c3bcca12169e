// Commands that apps bring, <app>/commands/NAME.lua: what such a file declares.
//
//   help = "Closes carts that nobody came back to"
//   arguments = {
//     {"shop", help="Only this shop", required=false},
//     {"--days", "-d", type="integer", default=30, help="Older than that"},
//     {"--mail", type="flag", help="Tell their owners"},
//     {"--level", choices={"low", "high"}, default="low"},
//     {"--tag", multiple=true, metavar="NAME"},
//   }
//   examples = {{"--days 7", "Those of the last week"}}
//   atomic = true          all of it in one transaction
//   function handle(args, ctx) … end
//
// The file may return a table of these instead. It is read without models: what
// it names of them stands for nothing until it is run.
//
// Errors: "command.declaration"; those of the file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/source.hpp"
#include "orm/value.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

struct CommandArgument {
  enum class Type {
    kText,
    kInteger,
    kNumber,
    kDecimal,
    kDate,
    kDateTime,
    kFlag,
    kFile,
    kFolder,
    kModel,
    kApp
  };
  std::vector<std::string> names;  ///< "--days", "-d"; or "shop"
  std::string key;                 ///< what args calls it: "days"
  std::string help;
  std::string metavar;  ///< "DAYS"
  Type type = Type::kText;
  std::vector<std::string> choices;
  bool required = false;
  bool multiple = false;
  bool has_default = false;

  bool positional() const { return !names.front().starts_with('-'); }
};

struct CommandFile {
  struct Example {
    std::string line, what;
  };
  std::string help;
  std::vector<CommandArgument> arguments;
  std::vector<Example> examples;
  bool atomic = false;
};

CommandFile read_command(const std::shared_ptr<const SourceFile>& file);

/// What a person wrote as a value of the argument; nullopt: it is none.
std::optional<orm::Value> argument_value(const CommandArgument& argument,
                                         const std::string& text);
/// "an integer", for messages.
std::string_view type_name(CommandArgument::Type type);

/// Runs the file; pushes its declarations, a table with `handle` among them.
void push_command(lua_State* lua,
                  const std::shared_ptr<const SourceFile>& file);
/// Pushes the default of the argument at `index` (from 0) of the declarations
/// at `at`; nil: it has none.
void push_default(lua_State* lua, int at, std::size_t index);

}  // namespace manage::scripting
