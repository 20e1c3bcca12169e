#include "cli/completion_values.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/help.hpp"
#include "cli/model_names.hpp"
#include "core/text.hpp"
#include "settings/root.hpp"
#include "settings/schema.hpp"

namespace manage::cli {

namespace {

using Candidates = std::vector<Candidate>;

Candidates choices(const ValuePlace& place, Context&) {
  Candidates found;
  for (const std::string& choice : text::split(place.choices, '|')) {
    found.push_back({choice, ""});
  }
  return found;
}

Candidates commands(const ValuePlace&, Context& project) {
  Candidates found;
  for (const Command& command : project.all_commands().all()) {
    found.push_back({command.name, command.summary});
  }
  return found;
}

Candidates help(const ValuePlace&, Context& project) {
  Candidates found;
  for (HelpName& name : help_names(project.all_commands(), project.topics())) {
    found.push_back({std::move(name.name), std::move(name.about)});
  }
  return found;
}

Candidates help_entries(const ValuePlace& place, Context& project) {
  Candidates found;
  for (const Topic& topic : project.topics()) {
    if (topic.name != place.previous || !topic.entries) continue;
    for (std::string& name : topic.entries()) {
      found.push_back({std::move(name), ""});
    }
  }
  return found;
}

Candidates apps(const ValuePlace&, Context& project) {
  Candidates found;
  for (const settings::AppEntry& app : project.settings().installed_apps) {
    found.push_back({app.label, app.path == app.label ? "" : app.path});
  }
  return found;
}

/// First the apps, then the models of the one that was chosen: a project may
/// have too many to read them all, and to look through them.
Candidates models(const ValuePlace& place, Context& project) {
  std::size_t dot = place.typed.find('.');
  std::string app = place.typed.substr(0, dot);
  Candidates found;
  if (dot == std::string::npos) {
    found = apps(place, project);
    for (Candidate& candidate : found) candidate.word += '.';
    return found;
  }
  for (const std::string& name : model_names(project.apps(), app)) {
    found.push_back({app + "." + name, ""});
  }
  return found;
}

/// The fields of a model, each behind `prefix`.
Candidates fields_of(const std::string& model, const std::string& prefix,
                     Context& project) {
  Candidates found;
  for (FieldName& field : field_names(project.apps(), model)) {
    found.push_back({prefix + field.name, std::move(field.type)});
  }
  return found;
}

Candidates fields(const ValuePlace& place, Context& project) {
  return fields_of(place.model, "", project);
}

Candidates field_paths(const ValuePlace& place, Context& project) {
  std::size_t dot = place.typed.rfind('.');
  std::string model = place.typed.substr(0, dot);
  if (model.find('.') != std::string::npos) {
    return fields_of(model, model + ".", project);
  }
  Candidates found = models(place, project);
  for (Candidate& candidate : found) {
    if (!candidate.word.ends_with('.')) candidate.word += '.';
  }
  return found;
}

Candidates migrations(const ValuePlace& place, Context& project) {
  Candidates found;
  const orm::AppConfig* app = project.apps().find(place.previous);
  if (!app) return found;
  for (const std::string& name : app->source->list("migrations")) {
    std::filesystem::path file(name);
    if (file.extension() == ".yaml") found.push_back({file.stem(), ""});
  }
  return found;
}

Candidates migration_targets(const ValuePlace& place, Context& project) {
  Candidates found = migrations(place, project);
  found.push_back({"zero", "Undo them all"});
  return found;
}

Candidates environments(const ValuePlace&, Context& project) {
  Candidates found{{"dev", ""}};
  std::filesystem::path root = settings::find_root(project.load_options());
  for (const std::string& name : settings::environments(root)) {
    if (name != "dev") found.push_back({name, ""});
  }
  return found;
}

Candidates databases(const ValuePlace&, Context& project) {
  Candidates found;
  for (const settings::DatabaseConfig& database :
       project.settings().databases) {
    bool sqlite = database.engine == settings::Engine::kSqlite;
    found.push_back({database.alias, sqlite ? "SQLite" : "PostgreSQL"});
  }
  return found;
}

/// Keys of the schema; where the user chooses a name, those of this project.
Candidates setting_keys(const ValuePlace& place, Context& project) {
  constexpr std::string_view kNamed = "databases.*.";
  std::vector<std::string> aliases;
  try {
    for (const Candidate& one : databases(place, project)) {
      aliases.push_back(one.word);
    }
  } catch (const Error&) {
    aliases = {"default"};  // the keys are known without a project
  }
  Candidates found;
  for (const settings::Key& key : settings::schema()) {
    if (!key.path.starts_with(kNamed)) {
      found.push_back({std::string(key.path), std::string(key.doc)});
      continue;
    }
    for (const std::string& alias : aliases) {
      found.push_back({fmt::format("databases.{}.{}", alias,
                                   key.path.substr(kNamed.size())),
                       std::string(key.doc)});
    }
  }
  return found;
}

using Source = Candidates (*)(const ValuePlace&, Context&);

struct KindSource {
  ValueKind kind;
  Source source;
};

constexpr KindSource kSources[] = {
    {ValueKind::kChoice, choices},
    {ValueKind::kCommand, commands},
    {ValueKind::kHelp, help},
    {ValueKind::kHelpEntry, help_entries},
    {ValueKind::kApp, apps},
    {ValueKind::kModel, models},
    {ValueKind::kField, fields},
    {ValueKind::kFieldPath, field_paths},
    {ValueKind::kMigration, migrations},
    {ValueKind::kMigrationTarget, migration_targets},
    {ValueKind::kSetting, setting_keys},
    {ValueKind::kEnvironment, environments},
    {ValueKind::kDatabase, databases},
};

}  // namespace

std::vector<Candidate> values(const ValuePlace& place, Context& project) {
  for (const KindSource& one : kSources) {
    if (one.kind == place.kind) return one.source(place, project);
  }
  return {};
}

}  // namespace manage::cli
