#include "scripting/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/text.hpp"
#include "orm/callable_names.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

namespace {

/// Lua 5.4's reserved words.
constexpr std::array<std::string_view, 22> kWords = {
    "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while"};

void check_names(const orm::ModelSet& models, Diagnostics& found) {
  for (const auto& [key, model] : models.all()) {
    for (const orm::FieldDef& field : model->fields) {
      if (std::find(kWords.begin(), kWords.end(), field.name) == kWords.end()) {
        continue;
      }
      found.warn("manage.W006", field.pos,
                 fmt::format("the field {} of {} is a word of Lua", field.name,
                             model->label()),
                 fmt::format("scripts have to write record[\"{0}\"] and "
                             "{{[\"{0}\"]=…}}; another name is easier",
                             field.name));
    }
  }
}

/// The file of a function; its name as messages show it in `shown`.
std::shared_ptr<const SourceFile> file_of(const orm::Apps& apps,
                                          const std::string& name,
                                          std::string& shown) {
  std::vector<std::string> parts = text::split(name, '.');
  const orm::AppConfig* app = apps.find(parts.front());
  parts.erase(parts.begin());
  parts.pop_back();
  const std::string path = text::join(parts, "/") + ".lua";
  shown = name.substr(0, name.find('.')) + "/" + path;
  return app ? app->source->read(path) : nullptr;
}

void check_functions(const orm::Apps& apps, const orm::ModelSet& models,
                     Diagnostics& found) {
  for (const orm::Callable& one : orm::named_callables(models)) {
    std::string shown;
    if (file_of(apps, one.name, shown)) continue;
    found.add("manage.E003", one.pos,
              fmt::format("{} is no function: there is no {}", one.name, shown),
              "the name is that of an installed app, of a file, and of a "
              "function in it");
  }
}

/// Text that is no Lua is told before it is needed.
void check_files(const orm::Apps& apps, const orm::ModelSet& models,
                 Diagnostics& found) {
  std::map<std::string, std::shared_ptr<const SourceFile>> files;
  for (const orm::AppConfig& app : apps.all()) {
    for (const std::string& name : app.source->list("")) {
      if (!name.ends_with(".lua")) continue;
      files[app.label + "/" + name] = app.source->read(name);
    }
  }
  for (const orm::Callable& one : orm::named_callables(models)) {
    std::string shown;
    if (auto file = file_of(apps, one.name, shown)) files[shown] = file;
  }
  for (const auto& [shown, file] : files) {
    try {
      State state;
      state.load(file);
    } catch (const Error& error) {
      found.add(error);
    }
  }
}

}  // namespace

void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models) {
  list.add("models", [&](Diagnostics& found) {
    check_names(models, found);
    check_functions(apps, models, found);
  });
  list.add("scripts",
           [&](Diagnostics& found) { check_files(apps, models, found); });
}

}  // namespace manage::scripting
