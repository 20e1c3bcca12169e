#include "cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/completion_values.hpp"
#include "cli/parser.hpp"
#include "cli/style.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

/// An option of the command or a global one.
struct KnownOption {
  std::vector<std::string> names;
  std::string value;  ///< empty for a flag
  std::string help;
  Takes takes;
};

/// The command line up to the word being typed.
class Line {
 public:
  Line(const Context& context, std::vector<std::string> before)
      : before_(std::move(before)) {
    const std::vector<OptionSpec> globals = global_specs();
    CommandLine line = find_command(before_, globals);
    form_ = normalise(line.arguments, {}, globals);
    if (line.command) command_ = find_command_of(context, *line.command);
    std::vector<OptionSpec> own;
    if (command_) {
      parser_.emplace(*command_);
      own = parser_->specs();
      add_own_options();
    }
    add_global_options();
    unknown_ = line.command && !command_;
    form_ = normalise(line.arguments, own, globals);
  }

  /// Whether it names a command that does not exist.
  bool unknown() const { return unknown_; }
  bool has_command() const { return command_ != nullptr; }
  /// Whether a `--` came: nothing more is an option.
  bool options_ended() const {
    return std::find(before_.begin(), before_.end(), "--") != before_.end();
  }
  /// The option whose value is being typed, if the last word is one.
  const KnownOption* awaiting() const {
    if (before_.empty() || options_ended()) return nullptr;
    const KnownOption* option = find(before_.back());
    return option && !option->value.empty() ? option : nullptr;
  }

  const std::vector<KnownOption>& options() const { return options_; }
  const KnownOption* find(std::string_view name) const {
    for (const KnownOption& option : options_) {
      for (const std::string& known : option.names) {
        if (known == name) return &option;
      }
    }
    return nullptr;
  }

  /// The argument being typed; nullptr if there is no room for one more.
  const OptionInfo* argument() const {
    const OptionInfo* last = nullptr;
    std::size_t places = form_.positionals.size();
    for (const OptionInfo& option : parser_->options()) {
      if (!option.positional) continue;
      if (places == 0) return &option;
      --places;
      last = &option;
    }
    return last && last->repeatable ? last : nullptr;
  }

  std::string last_argument() const {
    return form_.positionals.empty() ? "" : form_.positionals.back();
  }

  /// The value of an option of the command; empty if it is not given.
  std::string value_of(std::string_view name) const {
    auto found = std::find(form_.options.begin(), form_.options.end(), name);
    bool given =
        found != form_.options.end() && std::next(found) != form_.options.end();
    return given ? *std::next(found) : "";
  }

  /// The project and environment that the line chooses. Throws usage errors.
  Globals globals() const {
    Globals globals;
    apply_globals(form_.globals, globals);
    return globals;
  }

 private:
  std::shared_ptr<const Command> find_command_of(
      const Context& context, const std::string& name) const {
    if (const Command* found = context.commands().find(name)) {
      return {std::shared_ptr<const void>(), found};
    }
    return context.with(globals()).own_command(name);
  }

  void add_own_options() {
    for (const OptionInfo& option : parser_->options()) {
      if (option.positional) continue;
      options_.push_back(
          {option.names, option.value, option.help, option.takes});
    }
  }

  void add_global_options() {
    for (const GlobalOption& option : global_options()) {
      if (find(option.names.front())) continue;  // the command's own wins
      options_.push_back(
          {option.names, option.value, option.help, option.takes});
    }
  }

  std::vector<std::string> before_;
  std::shared_ptr<const Command> command_;
  bool unknown_ = false;
  std::optional<Parser> parser_;
  std::vector<KnownOption> options_;
  NormalForm form_;
};

/// The part of `typed` that stays as it is, by the shape of the value; nullopt
/// if nothing can be offered there.
std::optional<std::size_t> fixed_part(ValueShape shape,
                                      std::string_view typed) {
  std::size_t equals = typed.rfind('=');
  bool assigned = equals != std::string_view::npos;
  switch (shape) {
    case ValueShape::kList:
      return typed.rfind(',') + 1;  // 0 if there is none
    case ValueShape::kBefore:
      return assigned ? std::nullopt : std::optional<std::size_t>(0);
    case ValueShape::kAfter:
      return assigned ? std::optional(equals + 1) : std::nullopt;
    default:
      return 0;
  }
}

/// Offers the values of one option or argument; `prefix` stands before the
/// value in the word, such as "--env=".
Completion complete_value(const Context& context, const Line& line, Takes takes,
                          const std::string& choices, const std::string& prefix,
                          const std::string& typed) {
  if (takes.kind == ValueKind::kFile) return {Completion::From::kFiles, {}};
  if (takes.kind == ValueKind::kFolder) return {Completion::From::kFolders, {}};
  Completion completion;
  std::optional<std::size_t> fixed = fixed_part(takes.shape, typed);
  if (!fixed) return completion;
  Context project = context.with(line.globals());
  ValuePlace place{takes.kind, typed.substr(*fixed), choices,
                   line.last_argument(), line.value_of("--model")};
  for (Candidate& value : values(place, project)) {
    if (takes.shape == ValueShape::kBefore && !value.word.ends_with('.')) {
      value.word += '=';
    }
    value.word = prefix + typed.substr(0, *fixed) + value.word;
    completion.candidates.push_back(std::move(value));
  }
  return completion;
}

Completion complete_option(const Context& context, const Line& line,
                           const std::string& word) {
  std::size_t equals = word.find('=');
  if (equals != std::string::npos) {
    const KnownOption* option = line.find(word.substr(0, equals));
    if (!option) return {};
    return complete_value(context, line, option->takes, option->value,
                          word.substr(0, equals + 1), word.substr(equals + 1));
  }
  Completion completion;
  for (const KnownOption& option : line.options()) {
    for (const std::string& name : option.names) {
      if (name.starts_with("--")) {
        completion.candidates.push_back({name, option.help});
      }
    }
  }
  return completion;
}

Completion all_candidates(const Context& context, const Line& line,
                          const std::string& word) {
  if (line.unknown()) return {};
  if (const KnownOption* option = line.awaiting()) {
    return complete_value(context, line, option->takes, option->value, "",
                          word);
  }
  if (word.starts_with('-') && !line.options_ended()) {
    return complete_option(context, line, word);
  }
  if (!line.has_command()) {
    return complete_value(context, line, {ValueKind::kCommand}, "", "", word);
  }
  const OptionInfo* argument = line.argument();
  if (!argument) return {};
  return complete_value(context, line, argument->takes, argument->value, "",
                        word);
}

std::string_view from_name(Completion::From from) {
  switch (from) {
    case Completion::From::kFiles:
      return "files";
    case Completion::From::kFolders:
      return "folders";
    default:
      return "words";
  }
}

}  // namespace

Completion complete(const Context& context,
                    const std::vector<std::string>& words) {
  if (words.empty()) return {};
  const std::string& word = words.back();
  try {
    Line line(context, {words.begin(), words.end() - 1});
    Completion completion = all_candidates(context, line, word);
    std::erase_if(completion.candidates, [&](const Candidate& candidate) {
      return !candidate.word.starts_with(word);
    });
    return completion;
  } catch (const Error&) {
    return {};  // whoever types is not to be disturbed
  }
}

std::string completion_text(const Completion& completion) {
  std::string text = fmt::format("{}\n", from_name(completion.from));
  for (const Candidate& candidate : completion.candidates) {
    text += safe(candidate.word);
    if (!candidate.about.empty()) text += "\t" + safe(candidate.about);
    text += "\n";
  }
  return text;
}

Document completion_document(const Completion& completion) {
  DataList candidates;
  for (const Candidate& candidate : completion.candidates) {
    candidates.emplace_back(
        Document{{"word", candidate.word}, {"about", candidate.about}});
  }
  return {{"from", from_name(completion.from)},
          {"candidates", std::move(candidates)}};
}

}  // namespace manage::cli
