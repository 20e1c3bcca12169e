#include "commands/command_style.hpp"

#include <array>

#include "core/text.hpp"

namespace manage::commands {

namespace {

struct StyleName {
  std::string_view name;
  cli::Style style;
};

constexpr std::array kStyles{
    StyleName{"strong", cli::Style::kStrong},
    StyleName{"dim", cli::Style::kDim},
    StyleName{"good", cli::Style::kGood},
    StyleName{"warning", cli::Style::kWarning},
    StyleName{"bad", cli::Style::kBad},
    StyleName{"note", cli::Style::kNote},
};

}  // namespace

cli::Style style_at(lua_State* lua, int at) {
  if (lua_isnoneornil(lua, at)) return cli::Style::kPlain;
  const std::string name = scripting::text_at(lua, at);
  std::vector<std::string> known;
  for (const StyleName& one : kStyles) {
    if (one.name == name) return one.style;
    known.emplace_back(one.name);
  }
  throw Error("script.argument", "there is no style " + name)
      .hint("one of: " + text::join(known, ", "));
}

}  // namespace manage::commands
