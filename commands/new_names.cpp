#include "commands/new_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

struct TakenName {
  std::string_view name;
  std::string_view by;
};

constexpr TakenName kTaken[] = {
    {"auth", "the built-in app contrib.auth"},
    {"contenttypes", "the built-in app contrib.contenttypes"},
    {"sessions", "the built-in app contrib.sessions"},
    {"contrib", "the built-in apps"},
    {"settings", "the folder of the settings"},
};

/// The nearest identifier: my_site_2 for "my-site 2". Empty if nothing of the
/// name would be left in it.
std::string as_identifier(std::string name) {
  auto unfit = [](char c) { return !text::is_identifier(std::string{'_', c}); };
  std::replace_if(name.begin(), name.end(), unfit, '_');
  if (name.find_first_not_of('_') == std::string::npos) return {};
  return text::is_identifier(name) ? name : "_" + name;
}

void check_identifier(const std::string& name, std::string_view what) {
  if (text::is_identifier(name)) return;
  constexpr std::string_view kRule =
      "a name is ASCII letters, digits and underscores, and does not begin "
      "with a digit";
  std::string near = as_identifier(name);
  throw usage_error(
      fmt::format("\"{}\" cannot be the name of {}", name, what),
      near.empty() ? std::string(kRule) : fmt::format("{}: {}", kRule, near));
}

}  // namespace

void check_project_name(const std::string& name) {
  check_identifier(name, "a project");
}

void check_app_name(const std::string& name) {
  check_identifier(name, "an app");
  for (const TakenName& taken : kTaken) {
    if (taken.name != name) continue;
    throw usage_error(
        fmt::format("an app cannot be called {}: that is the name of {}", name,
                    taken.by),
        "choose another name");
  }
}

}  // namespace manage::commands
