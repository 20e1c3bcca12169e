#include "settings/interpolate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace {

constexpr std::size_t kMaxBytes = 1u << 20;
constexpr int kMaxDepth = 10;

class Expander {
 public:
  explicit Expander(const Variables& variables) : variables_(variables) {}

  std::string expand(std::string_view text, int depth) {
    if (depth > kMaxDepth) {
      throw Error("settings.interpolation",
                  fmt::format("${{}} is nested more than {} deep", kMaxDepth));
    }
    std::string out;
    while (!text.empty()) {
      std::size_t dollar = std::min(text.find('$'), text.size());
      out += text.substr(0, dollar);
      text.remove_prefix(dollar);
      if (text.starts_with("$$")) {
        out += '$';
        text.remove_prefix(2);
      } else if (text.starts_with("${")) {
        std::size_t end = closing_brace(text);
        out += variable(text.substr(2, end - 2), depth);
        text.remove_prefix(end + 1);
      } else if (!text.empty()) {
        out += '$';
        text.remove_prefix(1);
      }
      if (out.size() > kMaxBytes) {
        throw Error("settings.interpolation",
                    "the value with its variables is larger than 1 MiB");
      }
    }
    return out;
  }

 private:
  static std::size_t closing_brace(std::string_view text) {
    int open = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text.substr(at, 2) == "${") ++open;
      if (text[at] == '}' && --open == 0) return at;
    }
    throw Error("settings.interpolation", "${ has no closing }")
        .hint("a dollar is written $$");
  }

  /// What stands between the braces.
  std::string variable(std::string_view inside, int depth) {
    std::size_t operation = inside.find(':');
    std::string name(inside.substr(0, operation));
    std::string_view rest =
        operation == std::string_view::npos ? "" : inside.substr(operation);
    bool has_default = rest.starts_with(":-");
    bool has_message = rest.starts_with(":?");
    if (!text::is_identifier(name) ||
        (!rest.empty() && !has_default && !has_message)) {
      throw Error("settings.interpolation",
                  fmt::format("${{{}}} is none of ${{VAR}}, "
                              "${{VAR:-default}} and ${{VAR:?message}}",
                              inside))
          .hint("a dollar is written $$");
    }
    const std::string* value = variables_.find(name);
    if (value && text::invalid_utf8(*value)) {
      throw Error("settings.interpolation",
                  fmt::format("the variable {} is not valid UTF-8", name));
    }
    if (value && (rest.empty() || !value->empty())) return *value;
    if (has_default) return expand(rest.substr(2), depth + 1);
    std::string message(has_message ? rest.substr(2) : "");
    throw Error("settings.unset-variable",
                message.empty()
                    ? fmt::format("the variable {} is not set", name)
                    : fmt::format("{}: {}", name, message))
        .hint(fmt::format("set {} in the environment or in .env", name));
  }

  const Variables& variables_;
};

}  // namespace

std::optional<std::string> interpolate(std::string_view text,
                                       const Variables& variables,
                                       const SourcePos& where,
                                       Diagnostics& diagnostics) {
  try {
    return Expander(variables).expand(text, 1);
  } catch (Error& error) {
    error.at(where);
    diagnostics.add(error);
    return std::nullopt;
  }
}

}  // namespace manage::settings
