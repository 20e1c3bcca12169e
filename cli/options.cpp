#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <charconv>
#include <type_traits>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

using Setter = std::function<void(const std::string&)>;

/// "--name" of "-n,--name": what messages call the option.
std::string shown_name(const std::string& names) {
  std::vector<std::string> all = text::split(names, ',');
  for (const std::string& name : all) {
    if (name.starts_with("--")) return name;
  }
  return all.front();
}

template <class Number>
Number parse_number(const std::string& name, const std::string& text,
                    std::string_view kind) {
  Number number{};
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) {
    throw usage_error(
        fmt::format("{} must be {}, not \"{}\"", name, kind, text));
  }
  return number;
}

template <class Target>
OptionRef add_integer(CLI::App& app, const std::string& names,
                      const std::string& value, Target& target,
                      const std::string& help) {
  using Number =
      std::conditional_t<std::is_same_v<Target, int>, int, std::int64_t>;
  return add_option(
      app, names, value,
      [&target, name = shown_name(names)](const std::string& text) {
        target = parse_number<Number>(name, text, "a whole number");
      },
      help);
}

OptionRef declare(CLI::App& app, const std::string& names, Setter set,
                  const std::string& help) {
  CLI::Option* option = app.add_option(
      names,
      [set = std::move(set)](const CLI::results_t& results) {
        for (const std::string& text : results) set(text);
        return true;
      },
      help);
  return {option->take_last(), shown_name(names)};
}

}  // namespace

OptionRef& OptionRef::required() {
  option_->required();
  return *this;
}

OptionRef& OptionRef::choices(const std::vector<std::string>& values) {
  option_->type_name(text::join(values, "|"));
  takes(ValueKind::kChoice);
  option_->check([name = shown_, values](const std::string& given) {
    if (std::find(values.begin(), values.end(), given) == values.end()) {
      std::string hint = text::did_you_mean(given, values);
      if (hint.empty()) hint = "it is one of: " + text::join(values, ", ");
      throw usage_error(fmt::format("{} cannot be \"{}\"", name, given), hint);
    }
    return std::string();
  });
  return *this;
}

OptionRef& OptionRef::at_least(std::int64_t minimum) {
  option_->check([name = shown_, minimum](const std::string& given) {
    if (parse_number<std::int64_t>(name, given, "a whole number") < minimum) {
      throw usage_error(
          fmt::format("{} must be at least {}, not {}", name, minimum, given));
    }
    return std::string();
  });
  return *this;
}

OptionRef& OptionRef::takes(ValueKind kind, ValueShape shape) {
  // CLI11 has groups for its own help, which nobody sees: a place to keep it.
  option_->group(
      fmt::format("{} {}", static_cast<int>(kind), static_cast<int>(shape)));
  return *this;
}

Takes takes_of(const CLI::Option& option) {
  std::vector<std::string> parts = text::split(option.get_group(), ' ');
  if (parts.size() != 2) return {};
  return {static_cast<ValueKind>(std::stoi(parts[0])),
          static_cast<ValueShape>(std::stoi(parts[1]))};
}

void add_flag(CLI::App& app, const std::string& names, bool& target,
              const std::string& help) {
  app.add_flag_function(
      names, [&target](std::int64_t) { target = true; }, help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, Setter set,
                     const std::string& help) {
  OptionRef option = declare(app, names, std::move(set), help);
  app.get_option(shown_name(names))->type_name(value);
  return option;
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::string& target,
                     const std::string& help) {
  return add_option(
      app, names, value, [&target](const std::string& text) { target = text; },
      help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value,
                     std::optional<std::string>& target,
                     const std::string& help) {
  return add_option(
      app, names, value, [&target](const std::string& text) { target = text; },
      help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, int& target,
                     const std::string& help) {
  return add_integer(app, names, value, target, help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::int64_t& target,
                     const std::string& help) {
  return add_integer(app, names, value, target, help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value,
                     std::optional<std::int64_t>& target,
                     const std::string& help) {
  return add_integer(app, names, value, target, help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::optional<double>& target,
                     const std::string& help) {
  return add_option(
      app, names, value,
      [&target, name = shown_name(names)](const std::string& text) {
        target = parse_number<double>(name, text, "a number");
      },
      help);
}

OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::vector<std::string>& target,
                     const std::string& help) {
  OptionRef option = add_option(
      app, names, value,
      [&target](const std::string& text) { target.push_back(text); }, help);
  app.get_option(shown_name(names))->take_all();
  return option;
}

OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::string& target, const std::string& help) {
  return declare(
      app, name, [&target](const std::string& text) { target = text; }, help);
}

OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::optional<std::string>& target,
                       const std::string& help) {
  return declare(
      app, name, [&target](const std::string& text) { target = text; }, help);
}

OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::vector<std::string>& target,
                       const std::string& help) {
  OptionRef argument = declare(
      app, name, [&target](const std::string& text) { target.push_back(text); },
      help);
  app.get_option(name)->take_all()->expected(0, -1)->allow_extra_args(false);
  return argument;
}

}  // namespace manage::cli
