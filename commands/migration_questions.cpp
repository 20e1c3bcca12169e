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
  if (!diagnostics.has_errors()) return *value;
  throw Error(diagnostics.all()).exit(ExitCode::kUsage);
}

/// What `renamed_from` says: with the app where that is another one. Names are
/// "app.Model" or "app.Model.field".
std::string as_renamed_from(const std::string& gone, const std::string& added) {
  const std::vector<std::string> parts = text::split(gone, '.');
  const bool moved = parts.front() != text::split(added, '.').front();
  return moved ? gone : parts.back();
}

}  // namespace

CommandQuestioner::CommandQuestioner(const Given& given,
                                     const orm::ModelSet& models,
                                     cli::Prompt& prompt, cli::Output& out)
    : renamed_(given.renamed, models), prompt_(prompt), out_(out) {
  for (const std::string& entry : given.defaults) {
    std::size_t equals = entry.find('=');
    if (equals == std::string::npos) {
      throw usage_error(fmt::format("--default {} has no value", entry),
                        "write it as --default shop.Author.age=0");
    }
    std::string path = entry.substr(0, equals);
    require_field(models, path, "--default " + path);
    defaults_[text::lower(path)] = entry.substr(equals + 1);
  }
  for (const std::string& path : given.not_renamed) {
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
  std::string question = fmt::format(
      "{} is new and NOT NULL, and has no default. What do existing rows get?",
      path);
  while (true) {
    // Ctrl-C and the end of input end it; only a wrong value is asked again.
    std::string answer = prompt_.ask(question, option);
    try {
      return read_value(path, answer, field);
    } catch (const Error& error) {
      out_.note(error.message());
    }
  }
}

std::optional<Data> CommandQuestioner::default_for_altered(
    const orm::ModelDef& model, const orm::FieldDef& field) {
  if (auto value = given(model, field)) return value;
  std::string path = path_of(model, field);
  out_.report({"migrations.null-to-not-null",
               fmt::format("{} becomes NOT NULL and has no default: migrate "
                           "fails if a row has NULL there",
                           path),
               field.pos,
               fmt::format("--default {}=VALUE fills such rows", path),
               Level::kWarning});
  return std::nullopt;
}

void CommandQuestioner::unique_default(const orm::ModelDef& model,
                                       const orm::FieldDef& field) {
  const std::string path = path_of(model, field);
  out_.report({"migrations.unique-default",
               fmt::format("{} is new and unique, and its default is computed "
                           "once for all rows: migrate fails if there are "
                           "several",
                           path),
               field.pos,
               "add it with `null: true`, fill it with RunLua, then take "
               "`null` away",
               Level::kWarning});
}

std::optional<orm::ModelKey> CommandQuestioner::old_model(
    const orm::ModelDef& new_model) {
  const auto told = renamed_.old_name(new_model.label());
  if (!told) return std::nullopt;
  return orm::ModelKey::parse(*told);
}

std::optional<std::string> CommandQuestioner::old_field(
    const orm::ModelDef& model, const orm::FieldDef& field) {
  return renamed_.old_name(path_of(model, field));
}

bool CommandQuestioner::was_renamed(const orm::ModelDef& model,
                                    const orm::FieldDef& old_field,
                                    const orm::FieldDef& new_field) {
  return confirm(path_of(model, old_field), path_of(model, new_field), "field",
                 new_field.pos);
}

bool CommandQuestioner::was_renamed(const orm::ModelDef& old_model,
                                    const orm::ModelDef& new_model) {
  return confirm(old_model.label(), new_model.label(), "model", new_model.pos);
}

bool CommandQuestioner::confirm(const std::string& gone,
                                const std::string& added, std::string_view kind,
                                const SourcePos& pos) {
  if (not_renamed_.contains(text::lower(gone))) return false;
  const std::string option = fmt::format("--renamed {}={}", gone, added);
  if (prompt_.interactive()) {
    return prompt_.confirm(fmt::format("Was {} renamed to {}?", gone, added),
                           option);
  }
  throw Error(
      std::string(kQuestionCode),
      fmt::format("{} {} is gone and {} is new with the same definition: was "
                  "it renamed?",
                  kind, gone, added))
      .at(pos)
      .hint(fmt::format("if so, say {} or give it `renamed_from: {}` in "
                        "models.yaml; if not, --not-renamed {} removes it with "
                        "its data",
                        option, as_renamed_from(gone, added), gone))
      .exit(ExitCode::kUsage);
}

}  // namespace manage::commands
