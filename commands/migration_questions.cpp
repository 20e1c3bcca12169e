#include "commands/migration_questions.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "orm/field_yaml.hpp"

namespace manage::commands {

namespace {

std::string path_of(const orm::ModelDef& model, const orm::FieldDef& field) {
  return model.label() + "." + field.name;
}

/// The field that "app.Model.field" names. Throws a usage error.
void require_field(const orm::ModelSet& models, const std::string& path,
                   const std::string& given) {
  std::vector<std::string> parts = text::split(path, '.');
  const orm::ModelDef* model =
      parts.size() == 3
          ? models.find(orm::ModelKey::parse(parts[0] + "." + parts[1]))
          : nullptr;
  if (!model || !model->find_field(parts[2])) {
    throw usage_error(fmt::format("{} names no field", given),
                      "write it as --default shop.Author.age=0");
  }
}

/// A value as it would stand in models.yaml.
Data read_value(const std::string& path, const std::string& text,
                const orm::FieldDef& field) {
  yaml::Tree tree = yaml::parse("--default " + path, text);
  Diagnostics diagnostics;
  std::optional<Data> value =
      orm::read_field_value(tree.root, field, path, diagnostics);
  if (diagnostics.empty()) return *value;
  throw Error(diagnostics.all()).exit(ExitCode::kUsage);
}

}  // namespace

CommandQuestioner::CommandQuestioner(
    const std::vector<std::string>& defaults,
    const std::vector<std::string>& not_renamed, const orm::ModelSet& models,
    cli::Prompt& prompt, cli::Output& out)
    : prompt_(prompt), out_(out) {
  for (const std::string& entry : defaults) {
    std::size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      throw usage_error(fmt::format("--default {} has no value", entry),
                        "write it as --default shop.Author.age=0");
    }
    std::string path = entry.substr(0, equals);
    require_field(models, path, "--default " + path);
    defaults_[text::lower(path)] = entry.substr(equals + 1);
  }
  for (const std::string& path : not_renamed) {
    not_renamed_.insert(text::lower(path));
  }
}

std::optional<Data> CommandQuestioner::given(const orm::ModelDef& model,
                                             const orm::FieldDef& field) const {
  std::string path = path_of(model, field);
  auto found = defaults_.find(text::lower(path));
  if (found == defaults_.end()) return std::nullopt;
  return read_value(path, found->second, field);
}

Data CommandQuestioner::default_for_added(const orm::ModelDef& model,
                                          const orm::FieldDef& field) {
  if (auto value = given(model, field)) return *value;
  std::string path = path_of(model, field);
  std::string option = fmt::format("--default {}=VALUE", path);
  if (!prompt_.interactive()) {
    throw Error("migrations.question",
                fmt::format("{} is new and NOT NULL, and has no default: what "
                            "do existing rows get?",
                            path))
        .at(field.pos)
        .hint(fmt::format("say {}, or give the field a default or `null: true`",
                          option))
        .exit(ExitCode::kUsage);
  }
  while (true) {
    try {
      return read_value(
          path,
          prompt_.ask(fmt::format("{} is new and NOT NULL, and has no default. "
                                  "What do existing rows get? ",
                                  path),
                      option),
          field);
    } catch (const Error& error) {
      // A terminal went away: there is nobody to try again.
      if (error.code() == "usage") throw;
      out_.note(error.message());
    }
  }
}

std::optional<Data> CommandQuestioner::default_for_altered(
    const orm::ModelDef& model, const orm::FieldDef& field) {
  if (auto value = given(model, field)) return value;
  std::string path = path_of(model, field);
  out_.warn({"migrations.null-to-not-null",
             fmt::format("{} becomes NOT NULL and has no default: migrate "
                         "fails if a row has NULL there",
                         path),
             field.pos,
             fmt::format("--default {}=VALUE fills such rows", path)});
  return std::nullopt;
}

void CommandQuestioner::confirm_not_renamed(const orm::ModelDef& model,
                                            const orm::FieldDef& old_field,
                                            const orm::FieldDef& new_field) {
  confirm(path_of(model, old_field), path_of(model, new_field), "field",
          new_field.pos);
}

void CommandQuestioner::confirm_not_renamed(const orm::ModelDef& old_model,
                                            const orm::ModelDef& new_model) {
  confirm(old_model.label(), new_model.label(), "model", new_model.pos);
}

void CommandQuestioner::confirm(const std::string& gone,
                                const std::string& added, std::string_view kind,
                                const SourcePos& pos) {
  if (not_renamed_.contains(text::lower(gone))) return;
  std::string option = "--not-renamed " + gone;
  if (prompt_.interactive() &&
      !prompt_.confirm(fmt::format("Was {} renamed to {}?", gone, added),
                       option)) {
    return;
  }
  throw Error("migrations.question",
              fmt::format("{} {} is gone and {} is new with the same "
                          "definition: it was probably renamed",
                          kind, gone, added))
      .at(pos)
      .hint(fmt::format("this version cannot rename; to remove it with its "
                        "data say {}",
                        option))
      .exit(ExitCode::kUsage);
}

}  // namespace manage::commands
