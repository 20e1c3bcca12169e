#include "cli/prompt.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cli/interrupt.hpp"
#include "cli/style.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::cli {

Prompt::Prompt(const Globals& globals, Surroundings& surroundings,
               Progress& progress)
    : surroundings_(surroundings),
      progress_(progress),
      interactive_(!globals.no_input && surroundings.in.is_terminal() &&
                   variable(surroundings, "CI").empty()) {}

void Prompt::require(std::string_view question,
                     std::string_view answered_by) const {
  if (interactive_) return;
  Error error("input.needed", fmt::format("an answer is needed: {}", question));
  throw error.hint(fmt::format("give {}", answered_by)).exit(ExitCode::kUsage);
}

std::string Prompt::answer(std::string_view question,
                           std::string_view answered_by) {
  require(question, answered_by);
  progress_.hide();
  surroundings_.out.flush();
  surroundings_.err.write(fmt::format("{} ", safe(question, true)));
  surroundings_.err.flush();
  std::optional<std::string> line = surroundings_.in.read_line();
  if (line) return *line;
  surroundings_.err.write("\n");
  Error error("input.ended", fmt::format("no answer to: {}", question));
  throw error.hint(fmt::format("give {}", answered_by)).exit(ExitCode::kUsage);
}

std::string Prompt::ask(std::string_view question,
                        std::string_view answered_by) {
  return answer(question, answered_by);
}

bool Prompt::confirm(std::string_view question, std::string_view answered_by) {
  require(question, answered_by);
  while (true) {
    std::string typed = text::lower(
        text::trim(answer(fmt::format("{} [y/N]", question), answered_by)));
    if (typed == "y" || typed == "yes") return true;
    if (typed.empty() || typed == "n" || typed == "no") return false;
  }
}

std::size_t Prompt::choose(std::string_view question,
                           const std::vector<std::string>& choices,
                           std::string_view answered_by) {
  require(question, answered_by);
  std::string list = fmt::format("{}\n", question);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    list += fmt::format(" {}) {}\n", i + 1, choices[i]);
  }
  while (true) {
    std::string line =
        answer(fmt::format("{}Number from 1 to {}:", list, choices.size()),
               answered_by);
    std::string_view typed = text::trim(line);
    std::size_t number = 0;
    auto [end, error] =
        std::from_chars(typed.data(), typed.data() + typed.size(), number);
    bool whole = error == std::errc() && end == typed.data() + typed.size();
    if (whole && number >= 1 && number <= choices.size()) return number - 1;
    list.clear();
  }
}

std::string Prompt::password(std::string_view question,
                             std::string_view answered_by) {
  require(question, answered_by);
  std::string typed;
  if (std::optional<int> descriptor = surroundings_.in.descriptor()) {
    HideTyping hidden(*descriptor);
    typed = answer(question, answered_by);
  } else {
    typed = answer(question, answered_by);
  }
  // The key that ended the line was not shown either.
  surroundings_.err.write("\n");
  surroundings_.err.flush();
  return typed;
}

}  // namespace manage::cli
