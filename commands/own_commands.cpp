#include "commands/own_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "commands/executable_command.hpp"
#include "commands/lua_command.hpp"

namespace manage::commands {

namespace {

constexpr std::string_view kSuffix = ".lua";

/// Letters, digits, dashes and underscores; files of editors are none.
bool is_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.front() != '_' &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_');
         });
}

struct Found {
  std::string name;
  std::string path;  ///< in the app: "commands/report.lua"
  bool lua = false;
};

std::vector<Found> found_in(const orm::AppConfig& app) {
  std::vector<Found> all;
  for (const std::string& file : app.source->list("commands")) {
    Found one{file, "commands/" + file, file.ends_with(kSuffix)};
    if (one.lua) one.name.resize(file.size() - kSuffix.size());
    if (!is_name(one.name)) continue;
    const auto folder = app.source->folder();
    const bool runs =
        one.lua || (folder && access((*folder / one.path).c_str(), X_OK) == 0);
    if (runs) all.push_back(std::move(one));
  }
  return all;
}

/// The file, for messages.
SourcePos place_of(const orm::AppConfig& app, const Found& one) {
  if (!one.lua) return {};
  return {app.source->read(one.path), 0, 0};
}

cli::Command made(const orm::AppConfig& app, const Found& one) {
  return one.lua
             ? lua_command(one.name, app.source->read(one.path))
             : executable_command(one.name, *app.source->folder() / one.path,
                                  app.label + "/" + one.path);
}

cli::Command broken(const Found& one, const Error& error) {
  cli::Command command;
  command.name = one.name;
  command.group = cli::Group::kApps;
  command.summary = "cannot be read: " + error.message();
  return command;
}

}  // namespace

std::vector<cli::Command> own_commands(const orm::Apps& apps,
                                       std::string_view name) {
  std::vector<cli::Command> commands;
  for (const orm::AppConfig& app : apps.all()) {
    for (const Found& one : found_in(app)) {
      if (!name.empty() && one.name != name) continue;
      if (!name.empty()) return {made(app, one)};
      try {
        commands.push_back(made(app, one));
      } catch (const Error& error) {
        commands.push_back(broken(one, error));
      }
    }
  }
  return commands;
}

void check_own_commands(const orm::Apps& apps, const cli::CommandTable& known,
                        Diagnostics& found) {
  for (const orm::AppConfig& app : apps.all()) {
    for (const Found& one : found_in(app)) {
      if (known.find(one.name)) {
        found.warn("manage.W007", place_of(app, one),
                   fmt::format("{}/{} is never run: manage has a command {}",
                               app.label, one.path, one.name),
                   "give it another name");
        continue;
      }
      try {
        made(app, one);
      } catch (const Error& error) {
        found.add(error);
      }
    }
  }
}

}  // namespace manage::commands
