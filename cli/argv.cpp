#include "cli/argv.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::cli {

namespace {

using Specs = std::vector<OptionSpec>;

const OptionSpec* find_spec(const Specs& specs, std::string_view name) {
  for (const OptionSpec& spec : specs) {
    for (const std::string& known : spec.names) {
      if (known == name) return &spec;
    }
  }
  return nullptr;
}

/// A lone "-" is a value: standard input.
bool looks_like_option(std::string_view argument) {
  return argument.size() > 1 && argument.front() == '-';
}

struct Piece {
  enum class Kind { kOption, kPositional, kUnknown, kMissingValue, kNoValue };
  Kind kind = Kind::kPositional;
  std::string name;   ///< of the option, as given
  std::string value;  ///< of the option, or the positional
  const OptionSpec* spec = nullptr;
  bool global = false;
};

/// Reads a command line piece by piece.
class Scanner {
 public:
  /// `own` wins over `globals`.
  Scanner(const std::vector<std::string>& arguments, const Specs& own,
          const Specs& globals)
      : arguments_(arguments), own_(own), globals_(globals) {}

  bool at_end() const { return at_ == arguments_.size() && cluster_.empty(); }
  /// The index after the last argument that was read.
  std::size_t position() const { return at_; }

  /// REQUIRES: not at_end(). nullopt for the `--` itself.
  std::optional<Piece> next() {
    if (!cluster_.empty()) return short_option(std::exchange(cluster_, {}));
    std::string_view argument = arguments_[at_++];
    if (only_positionals_ || !looks_like_option(argument)) {
      Piece piece;
      piece.value = argument;
      return piece;
    }
    if (argument == "--") {
      only_positionals_ = true;
      return std::nullopt;
    }
    if (argument[1] == '-') return long_option(argument);
    return short_option(std::string(argument.substr(1)));
  }

 private:
  Piece named(std::string_view name) const {
    Piece piece;
    piece.name = name;
    piece.kind = Piece::Kind::kOption;
    piece.spec = find_spec(own_, name);
    if (!piece.spec) {
      piece.spec = find_spec(globals_, name);
      piece.global = piece.spec != nullptr;
    }
    if (!piece.spec) piece.kind = Piece::Kind::kUnknown;
    return piece;
  }

  Piece long_option(std::string_view argument) {
    std::size_t equals = argument.find('=');
    Piece piece = named(argument.substr(0, equals));
    if (!piece.spec) return piece;
    if (equals == std::string_view::npos) {
      if (piece.spec->takes_value) take_value(piece);
    } else if (piece.spec->takes_value) {
      piece.value = argument.substr(equals + 1);
    } else {
      piece.kind = Piece::Kind::kNoValue;
    }
    return piece;
  }

  /// `letters` is a cluster without its dash; a value may follow its option
  /// directly: -v2.
  Piece short_option(std::string letters) {
    Piece piece = named(std::string{'-', letters[0]});
    if (!piece.spec) {
      piece.name = "-" + letters;
    } else if (!piece.spec->takes_value) {
      cluster_ = letters.substr(1);
    } else if (letters.size() > 1) {
      piece.value = letters.substr(letters[1] == '=' ? 2 : 1);
    } else {
      take_value(piece);
    }
    return piece;
  }

  /// The next argument is the value, unless it is an option itself: of
  /// `--name --dry-run` nobody wants a migration called "--dry-run".
  void take_value(Piece& piece) {
    if (at_ == arguments_.size() || is_known_option(arguments_[at_])) {
      piece.kind = Piece::Kind::kMissingValue;
      return;
    }
    piece.value = arguments_[at_++];
  }

  bool is_known_option(std::string_view argument) const {
    if (!looks_like_option(argument)) return false;
    if (argument == "--") return true;
    std::string_view name = argument.substr(0, argument.find('='));
    return find_spec(own_, name) || find_spec(globals_, name);
  }

  const std::vector<std::string>& arguments_;
  const Specs& own_;
  const Specs& globals_;
  std::size_t at_ = 0;
  std::string cluster_;
  bool only_positionals_ = false;
};

/// "did you mean …?" among the long names: any letter is near any other.
std::string near_names(std::string_view typed, const Specs& own,
                       const Specs& globals) {
  std::vector<std::string> names;
  for (const Specs* specs : {&own, &globals}) {
    for (const OptionSpec& spec : *specs) {
      for (const std::string& name : spec.names) {
        if (name.size() > 2) names.push_back(name);
      }
    }
  }
  return typed.size() > 2 ? text::did_you_mean(typed, names) : std::string();
}

Error problem_with(const Piece& piece, const Specs& own, const Specs& globals) {
  switch (piece.kind) {
    case Piece::Kind::kMissingValue:
      return usage_error(fmt::format("{} needs a value", piece.name),
                         fmt::format("a value that begins with a dash is "
                                     "written {}=VALUE",
                                     piece.name));
    case Piece::Kind::kNoValue:
      return usage_error(fmt::format("{} takes no value", piece.name));
    default:
      return usage_error(fmt::format("unknown option {}", piece.name),
                         near_names(piece.name, own, globals));
  }
}

}  // namespace

CommandLine find_command(const std::vector<std::string>& arguments,
                         const Specs& globals) {
  const Specs none;
  CommandLine line{std::nullopt, arguments};
  Scanner scanner(arguments, none, globals);
  while (!scanner.at_end()) {
    std::optional<Piece> piece = scanner.next();
    if (!piece || piece->kind != Piece::Kind::kPositional) continue;
    line.command = piece->value;
    line.place = scanner.position() - 1;
    line.arguments.erase(line.arguments.begin() +
                         static_cast<std::ptrdiff_t>(line.place));
    break;
  }
  return line;
}

NormalForm normalise(const std::vector<std::string>& arguments,
                     const Specs& options, const Specs& globals) {
  NormalForm form;
  Scanner scanner(arguments, options, globals);
  while (!scanner.at_end()) {
    std::optional<Piece> piece = scanner.next();
    if (!piece) continue;
    if (piece->kind == Piece::Kind::kPositional) {
      form.positionals.push_back(std::move(piece->value));
    } else if (piece->kind != Piece::Kind::kOption) {
      if (!form.problem) form.problem = problem_with(*piece, options, globals);
    } else if (piece->global) {
      form.globals.emplace_back(piece->spec->names.front(),
                                std::move(piece->value));
    } else {
      form.options.push_back(std::move(piece->name));
      if (piece->spec->takes_value) {
        form.options.push_back(std::move(piece->value));
      }
    }
  }
  return form;
}

}  // namespace manage::cli
