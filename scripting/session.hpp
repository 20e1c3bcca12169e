// Lines that a person types, one after the other: what they show, and whether
// more must come.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/data.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

/// Rows with equal columns.
struct Grid {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  bool more = false;  ///< there are rows that are not shown
};
using Shown = std::variant<std::string, Grid>;

class Session {
 public:
  /// Of a query set so many rows are shown.
  static constexpr std::size_t kRows = 20;

  explicit Session(State& state) : state_(state) {}

  enum class Took {
    kRan,
    kUnfinished,  ///< a block or a long string goes on in the next line
  };
  /// Runs the text as an expression, whose values are shown, or as statements;
  /// messages name it. `before` is put in front of it, for Lua only. Throws
  /// what the script raises, and "script.syntax".
  Took enter(const std::shared_ptr<const SourceFile>& entry,
             const std::function<void(const Shown&)>& show,
             const std::string& before = {});

 private:
  struct Showing {
    Session* session;
    const std::function<void(const Shown&)>* show;
  };
  static int show_values(lua_State* lua);
  bool load(const std::shared_ptr<const SourceFile>& entry,
            const std::string& before);
  Shown shown(int at);

  State& state_;
};

/// `settings["site.name"]`: what is not there is an error. Secrets are masked
/// by whoever gives them.
void define_settings(lua_State* lua, const DataMap& settings);

/// The name that a chunk's messages have, and its text.
std::shared_ptr<const SourceFile> chunk(std::string name, std::string text);

}  // namespace manage::scripting
