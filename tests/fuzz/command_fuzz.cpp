// Files of commands of any text: an Error is thrown, or what they declare can
// be asked for, and values of their arguments are taken or not.
#include <cstdint>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "scripting/command_file.hpp"

namespace scripting = manage::scripting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const scripting::CommandFile file = scripting::read_command(
        std::make_shared<manage::SourceFile>("fuzz.lua", text));
    for (const scripting::CommandArgument& one : file.arguments) {
      if (one.key.empty() || one.names.empty()) __builtin_trap();
      scripting::argument_value(one, text.substr(0, 40));
    }
  } catch (const manage::Error& error) {
    // Whoever wrote it is told where.
    if (!error.diagnostics().front().where) __builtin_trap();
  }
  return 0;
}
