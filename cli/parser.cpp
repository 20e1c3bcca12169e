#include "cli/parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/options.hpp"

namespace manage::cli {

namespace {

OptionInfo describe(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_snames()) {
    info.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    info.names.push_back("--" + name);
  }
  info.positional = option.get_positional();
  if (info.positional) info.names = {option.get_name(true)};
  if (option.get_items_expected_max() > 0) info.value = option.get_type_name();
  info.help = option.get_description();
  info.takes = takes_of(option);
  info.required = option.get_required();
  info.repeatable =
      option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return info;
}

bool takes_rest(const CLI::Option& option) {
  return option.get_positional() && option.get_items_expected_max() > 1;
}

}  // namespace

Parser::Parser(const Command& command)
    : command_(command),
      invocation_(command.attach()),
      app_(std::make_unique<CLI::App>(command.summary, command.name)) {
  // Help is ours, and so are abbreviations and configuration files: none.
  app_->set_help_flag();
  invocation_->configure(*app_);
  for (CLI::Option* option : app_->get_options()) {
    // Otherwise a list swallows the arguments behind it.
    option->allow_extra_args(false);
    options_.push_back(describe(*option));
  }
}

Parser::~Parser() = default;

std::vector<OptionSpec> Parser::specs() const {
  std::vector<OptionSpec> specs;
  for (const OptionInfo& option : options_) {
    if (!option.positional) {
      specs.push_back({option.names, !option.value.empty()});
    }
  }
  return specs;
}

void Parser::bind(const NormalForm& form) {
  std::size_t places = 0;
  for (CLI::Option* option : app_->get_options()) {
    if (!option->get_positional()) continue;
    if (!takes_rest(*option)) {
      ++places;
    } else if (form.positionals.size() > places) {
      // An exact number: a list of any length would take "[a]" apart.
      auto rest = static_cast<int>(form.positionals.size() - places);
      option->expected(rest);
      places += static_cast<std::size_t>(rest);
    }
  }
  std::string usage = fmt::format("see: manage help {}", command_.name);
  if (form.positionals.size() > places) {
    throw usage_error(fmt::format("{} takes no argument \"{}\"", command_.name,
                                  form.positionals[places]),
                      usage);
  }
  std::vector<std::string> arguments = form.options;
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), form.positionals.begin(),
                   form.positionals.end());
  std::reverse(arguments.begin(), arguments.end());
  try {
    app_->parse(std::move(arguments));
  } catch (const CLI::RequiredError&) {
    for (const CLI::Option* option : app_->get_options()) {
      if (option->get_required() && option->count() == 0) {
        throw usage_error(
            fmt::format("{} needs {}", command_.name, option->get_name(true)),
            usage);
      }
    }
    throw;
  } catch (const CLI::ParseError& error) {
    throw usage_error(error.what(), usage);
  }
}

}  // namespace manage::cli
