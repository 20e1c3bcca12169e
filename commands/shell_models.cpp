#include "commands/shell_models.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/yaml.hpp"

namespace manage::commands {

namespace {

/// "CharField(20)", "DecimalField(6, 2)".
std::string type_of(const orm::FieldDef& field) {
  std::string type(field.type->name);
  if (const auto length = field.max_length()) {
    return fmt::format("{}({})", type, *length);
  }
  if (field.arguments.find("max_digits")) {
    return fmt::format("{}({}, {})", type, field.integer("max_digits"),
                       field.integer("decimal_places"));
  }
  return type;
}

/// "{call: now}"; of a default of the database, the expression.
std::string default_of(const orm::FieldDef& field) {
  if (field.has_default()) return yaml::write_flow(field.default_value());
  if (!field.has_db_default()) return {};
  return "database: " + yaml::write_flow(*field.arguments.find("db_default"));
}

/// Whatever else there is to it: "unique, to shop.Author, on_delete CASCADE".
std::string remarks(const orm::Model& model, const orm::Model* owner,
                    const orm::FieldDef& field) {
  std::vector<std::string> all;
  if (field.primary_key()) {
    all.emplace_back("primary key");
  } else if (field.unique()) {
    all.emplace_back("unique");
  } else if (field.has_column() && field.db_index()) {
    all.emplace_back("index");
  }
  if (field.is_relation()) {
    const auto hop = model.find(field.name);
    const bool known = hop && hop->target;
    all.push_back("to " + (known ? hop->target->label() : field.to()));
  }
  const std::string on_delete = field.text("on_delete");
  if (!on_delete.empty()) all.push_back("on_delete " + on_delete);
  if (field.arguments.find("choices")) all.emplace_back("choices");
  if (owner != &model) all.push_back("from " + owner->label());
  return text::join(all, ", ");
}

void add(cli::Table& table, const orm::Model& model, const orm::Model* owner,
         const orm::FieldDef& field) {
  table.add({field.name, type_of(field), field.null() ? "null" : "",
             default_of(field), remarks(model, owner, field)});
}

/// What an index or a constraint is of, but for its name.
template <class Part>
std::string parts_of(const Part& part) {
  DataMap rest = part.arguments;
  rest.erase("name");
  const std::vector<std::string> fields = part.fields();
  if (rest.size() == 1 && !fields.empty()) return text::join(fields, ", ");
  return yaml::write_flow(rest);
}

void show_parts(const orm::ModelDef& def, ShellOutput& output) {
  cli::Table table({"name", "kind", "of"});
  for (const orm::IndexDef& index : def.indexes) {
    table.add({index.name(), index.type, parts_of(index)});
  }
  for (const orm::ConstraintDef& one : def.constraints) {
    table.add({one.name(), one.type, parts_of(one)});
  }
  for (const auto& fields : def.unique_together()) {
    table.add({"", "unique_together", text::join(fields, ", ")});
  }
  if (table.empty()) return;
  output.line({});
  output.table(table);
}

}  // namespace

void list_models(const orm::ModelSet& models, ShellOutput& output) {
  using Align = cli::Table::Align;
  cli::Table table({"model", "table", {"fields", Align::kRight}});
  for (const auto& [key, model] : models.all()) {
    table.add({model->label(), models.table(*model),
               std::to_string(models.field_names(*model).size())});
  }
  if (table.empty()) return output.line("no models");
  output.table(table);
}

void describe_model(const orm::Model& model, ShellOutput& output) {
  output.line(fmt::format("{}, table {}", model.label(), model.table()));
  cli::Table table({"field", "type", "null", "default", ""});
  for (const orm::Model::Column& column : model.columns()) {
    if (column.owner != &model) {
      add(table, model, column.owner, *column.field);
    }
  }
  for (const orm::FieldDef& field : model.def().fields) {
    add(table, model, &model, field);
  }
  output.table(table);
  show_parts(model.def(), output);
}

}  // namespace manage::commands
