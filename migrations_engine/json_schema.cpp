#include "migrations_engine/json_schema.hpp"

#include "core/json_schema.hpp"
#include "orm/json_schema.hpp"

namespace manage::migrations_engine {

namespace {

namespace js = json_schema;

Data sql_schema() {
  Data statement = js::either({js::text(), js::list(js::anything())});
  Data list = js::list_or_one(statement);
  return js::either({list, js::map(list)});
}

/// An argument of an operation. A test compares the table with the readers.
struct Argument {
  std::string_view operation, name;
  Data schema;
  bool required = true;
};

constexpr bool kOptional = false;

/// Of the operations on models.
std::vector<Argument> model_arguments() {
  Data text = js::text();
  Data options = js::reference("options");
  Data together = js::or_null(js::list(js::list_or_one(text)));
  return {
      {"CreateModel", "name", text},
      {"CreateModel", "fields", js::map(js::reference("field"))},
      {"CreateModel", "options", options, kOptional},
      {"CreateModel", "bases", js::list(text), kOptional},
      {"DeleteModel", "name", text},
      {"AlterUniqueTogether", "name", text},
      {"AlterUniqueTogether", "unique_together", together},
      {"AlterModelOptions", "name", text},
      {"AlterModelOptions", "options", options, kOptional},
      {"RenameModel", "old_name", text},
      {"RenameModel", "new_name", text},
      {"AlterModelTable", "name", text},
      {"AlterModelTable", "table", js::or_null(text)},
      {"AlterModelTableComment", "name", text},
      {"AlterModelTableComment", "table_comment", js::or_null(text)},
      {"AlterIndexTogether", "name", text},
      {"AlterIndexTogether", "index_together", together},
      {"AlterOrderWithRespectTo", "name", text},
      {"AlterOrderWithRespectTo", "order_with_respect_to", js::or_null(text)},
  };
}

/// Of the operations on fields.
std::vector<Argument> field_arguments() {
  Data text = js::text();
  Data field = js::reference("field");
  return {
      {"AddField", "model_name", text},
      {"AddField", "name", text},
      {"AddField", "field", field},
      {"AddField", "preserve_default", js::boolean(), kOptional},
      {"AddField", "not_valid", js::boolean(), kOptional},
      {"RemoveField", "model_name", text},
      {"RemoveField", "name", text},
      {"AlterField", "model_name", text},
      {"AlterField", "name", text},
      {"AlterField", "field", field},
      {"AlterField", "preserve_default", js::boolean(), kOptional},
      {"AlterField", "not_valid", js::boolean(), kOptional},
      {"RenameField", "model_name", text},
      {"RenameField", "old_name", text},
      {"RenameField", "new_name", text},
      {"ValidateForeignKey", "model_name", text},
      {"ValidateForeignKey", "name", text},
  };
}

/// Of the operations on indexes and constraints.
std::vector<Argument> index_arguments() {
  Data text = js::text();
  Data index = js::reference("index");
  Data constraint = js::reference("constraint");
  return {
      {"AddIndex", "model_name", text},
      {"AddIndex", "index", index},
      {"RemoveIndex", "model_name", text},
      {"RemoveIndex", "name", text},
      {"AddConstraint", "model_name", text},
      {"AddConstraint", "constraint", constraint},
      {"RemoveConstraint", "model_name", text},
      {"RemoveConstraint", "name", text},
      {"RenameIndex", "model_name", text},
      {"RenameIndex", "new_name", text},
      {"RenameIndex", "old_name", text, kOptional},
      {"RenameIndex", "old_fields", js::list(text), kOptional},
      {"AlterConstraint", "model_name", text},
      {"AlterConstraint", "name", text},
      {"AlterConstraint", "constraint", constraint},
      {"AddIndexConcurrently", "model_name", text},
      {"AddIndexConcurrently", "index", index},
      {"RemoveIndexConcurrently", "model_name", text},
      {"RemoveIndexConcurrently", "name", text},
      {"AddConstraintConcurrently", "model_name", text},
      {"AddConstraintConcurrently", "constraint", constraint},
      {"AddConstraintNotValid", "model_name", text},
      {"AddConstraintNotValid", "constraint", constraint},
      {"ValidateConstraint", "model_name", text},
      {"ValidateConstraint", "name", text},
  };
}

/// Of all others.
std::vector<Argument> other_arguments() {
  Data text = js::text();
  Data operations = js::or_null(js::list(js::reference("operation")));
  return {
      {"SeparateDatabaseAndState", "database_operations", operations,
       kOptional},
      {"SeparateDatabaseAndState", "state_operations", operations, kOptional},
      {"CreateExtension", "name", text},
      {"CreateCollation", "name", text},
      {"CreateCollation", "locale", text},
      {"CreateCollation", "provider", text, kOptional},
      {"CreateCollation", "deterministic", js::boolean(), kOptional},
      {"RemoveCollation", "name", text},
      {"RemoveCollation", "locale", text},
      {"RemoveCollation", "provider", text, kOptional},
      {"RemoveCollation", "deterministic", js::boolean(), kOptional},
      {"RunSQL", "sql", sql_schema()},
      {"RunSQL", "reverse_sql", js::or_null(sql_schema()), kOptional},
      {"RunSQL", "elidable", js::boolean(), kOptional},
      {"RunSQL", "atomic", js::boolean(), kOptional},
      {"RunLua", "code", text},
      {"RunLua", "reverse_code", js::or_null(text), kOptional},
      {"RunLua", "elidable", js::boolean(), kOptional},
      {"RunLua", "atomic", js::boolean(), kOptional},
      {"Backfill", "model_name", text},
      {"Backfill", "set", js::map(js::anything())},
      {"Backfill", "where", js::anything(), kOptional},
      {"Backfill", "batch_size", js::integer(), kOptional},
      {"Backfill", "pause_ms", js::integer(), kOptional},
  };
}

std::vector<Argument> arguments() {
  std::vector<Argument> all;
  for (auto part :
       {model_arguments, field_arguments, index_arguments, other_arguments}) {
    for (Argument& argument : part()) all.push_back(std::move(argument));
  }
  return all;
}

/// A map of one operation and its arguments.
Data operation_schema() {
  std::vector<std::pair<std::string_view, js::Object>> objects;
  for (const Argument& argument : arguments()) {
    if (objects.empty() || objects.back().first != argument.operation) {
      objects.emplace_back(argument.operation, js::Object());
    }
    js::Object& object = objects.back().second;
    if (argument.required) {
      object.required(argument.name, argument.schema);
    } else {
      object.key(argument.name, argument.schema);
    }
  }
  DataList operations;
  for (const auto& [name, object] : objects) {
    operations.push_back(js::Object().required(name, object.build()).build());
  }
  return js::either(std::move(operations));
}

Data dependency_schema() {
  return js::either({js::list(js::text()),
                     js::Object().required("swappable", js::text()).build()});
}

}  // namespace

Data migration_json_schema() {
  Data dependencies = js::or_null(js::list(dependency_schema()));
  Data root = js::Object()
                  .key("initial", js::boolean())
                  .key("atomic", js::boolean())
                  .key("dependencies", dependencies)
                  .key("run_before", dependencies)
                  .key("replaces", js::or_null(js::list(js::list(js::text()))))
                  .key("lint_ignore", js::or_null(js::map(js::text())))
                  .required("operations",
                            js::or_null(js::list(js::reference("operation"))))
                  .build();
  DataMap definitions = orm::json_schema_definitions();
  definitions.erase("meta");
  definitions.set("options", orm::history_options_json_schema());
  definitions.set("operation", operation_schema());
  return js::document("A migration of a manage app", root,
                      std::move(definitions));
}

}  // namespace manage::migrations_engine
