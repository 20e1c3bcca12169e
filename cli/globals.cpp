#include "cli/globals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.hpp"

namespace manage::cli {

namespace {

template <class Value>
Value choose(std::string_view option, const std::string& given,
             const std::vector<std::pair<std::string, Value>>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (name == given) return value;
    names.push_back(name);
  }
  throw usage_error(fmt::format("{} cannot be \"{}\"", option, given),
                    fmt::format("it is one of: {}", text::join(names, ", ")));
}

void set_format(Globals& globals, const std::string& value) {
  globals.format = choose<Format>(
      "--format", value, {{"text", Format::kText}, {"json", Format::kJson}});
}

void set_verbosity(Globals& globals, const std::string& value) {
  globals.verbosity = choose<int>("--verbosity", value,
                                  {{"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}});
}

void set_progress(Globals& globals, const std::string& value) {
  globals.progress = choose<When>("--progress", value,
                                  {{"auto", When::kAuto},
                                   {"always", When::kAlways},
                                   {"never", When::kNever}});
}

void set_annotations(Globals& globals, const std::string& value) {
  globals.github = choose<bool>("--annotations", value, {{"github", true}});
}

void add_setting(Globals& globals, const std::string& value) {
  std::size_t equals = value.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw usage_error(fmt::format("--set {} is not KEY=VALUE", value),
                      "for example: --set debug=true");
  }
  globals.set.push_back(value);
}

using G = Globals;
using Text = const std::string&;

std::vector<GlobalOption> project_options() {
  return {
      {{"--project"},
       "DIR",
       "The project's folder, instead of searching upwards",
       {ValueKind::kFolder},
       [](G& g, Text value) { g.project = value; }},
      {{"--env"},
       "NAME",
       "Which settings to use: settings/NAME.yaml (else MANAGE_ENV, else dev)",
       {ValueKind::kEnvironment},
       [](G& g, Text value) { g.env = value; }},
      {{"--set"},
       "KEY=VALUE",
       "Override a setting (repeatable)",
       {ValueKind::kSetting, ValueShape::kBefore},
       add_setting},
  };
}

std::vector<GlobalOption> output_options() {
  return {
      {{"--verbosity", "-v"},
       "0..3",
       "How much to tell: 0 little, 1 normal, 2 more, 3 everything",
       {},
       set_verbosity},
      {{"--quiet", "-q"},
       "",
       "As --verbosity 0",
       {},
       [](G& g, Text) { g.verbosity = 0; }},
      {{"--format"},
       "text|json",
       "json: one JSON document on standard output, also on failure",
       {ValueKind::kChoice},
       set_format},
      {{"--annotations"},
       "github",
       "Report errors as annotations too (also when GITHUB_ACTIONS is set)",
       {ValueKind::kChoice},
       set_annotations},
      {{"--no-color"},
       "",
       "No colours (also when NO_COLOR is set)",
       {},
       [](G& g, Text) { g.color = false; }},
      {{"--force-color"},
       "",
       "Colours without a terminal too (also when FORCE_COLOR is set)",
       {},
       [](G& g, Text) { g.color = true; }},
      {{"--no-input", "--noinput"},
       "",
       "Never ask (also without a terminal, or when CI is set)",
       {},
       [](G& g, Text) { g.no_input = true; }},
      {{"--progress"},
       "auto|always|never",
       "When to show a progress bar",
       {ValueKind::kChoice},
       set_progress},
      {{"--version"},
       "",
       "Print the version and end",
       {},
       [](G& g, Text) { g.version = true; }},
      {{"--help", "-h"},
       "",
       "Print the help and end",
       {},
       [](G& g, Text) { g.help = true; }},
  };
}

}  // namespace

const std::vector<GlobalOption>& global_options() {
  static const std::vector<GlobalOption> kOptions = [] {
    std::vector<GlobalOption> all = project_options();
    std::vector<GlobalOption> more = output_options();
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
  }();
  return kOptions;
}

std::vector<OptionSpec> global_specs() {
  std::vector<OptionSpec> specs;
  for (const GlobalOption& option : global_options()) {
    specs.push_back({option.names, !option.value.empty()});
  }
  return specs;
}

void apply_globals(
    const std::vector<std::pair<std::string, std::string>>& given,
    Globals& globals) {
  for (const auto& [name, value] : given) {
    for (const GlobalOption& option : global_options()) {
      if (option.names.front() == name) option.apply(globals, value);
    }
  }
}

}  // namespace manage::cli
