// A history of schema changes, told in the words of models.yaml: keeps the
// models and a catalog, and hands out the statements of each change.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/schema_editor.hpp"

namespace manage::orm {

using Sql = std::vector<std::string>;

inline FieldDef field_of(const std::string& name, const std::string& yaml,
                         const std::string& model = "item") {
  yaml::Tree tree = yaml::parse("test", yaml);
  Diagnostics diagnostics;
  FieldContext context;
  context.app = "shop";
  context.model = model;
  std::optional<FieldDef> field =
      read_field(name, tree.root, context, diagnostics);
  diagnostics.throw_if_errors();
  return *field;
}

/// The field as it is written after it was read.
inline std::string rewritten_field(const std::string& yaml) {
  return yaml::write_flow(field_to_data(field_of("f", yaml)));
}

inline IndexDef index_of(const std::string& yaml) {
  yaml::Tree tree = yaml::parse("test", yaml);
  Diagnostics diagnostics;
  std::optional<IndexDef> index = read_index(tree.root, diagnostics);
  diagnostics.throw_if_errors();
  return *index;
}

inline ConstraintDef constraint_of(const std::string& yaml) {
  yaml::Tree tree = yaml::parse("test", yaml);
  Diagnostics diagnostics;
  std::optional<ConstraintDef> constraint =
      read_constraint(tree.root, diagnostics);
  diagnostics.throw_if_errors();
  return *constraint;
}

/// Runs a migration as the executor does. A check that finds something throws.
inline void run_migration(Connection& connection,
                          const std::vector<Statement>& statements,
                          const SchemaEditor::Around& around) {
  auto run = [&](const std::vector<Statement>& some) {
    for (const Statement& statement : some) {
      if (!statement.must_be_empty) {
        connection.execute(statement.sql, statement.parameters);
      } else if (!connection.query(statement.sql).rows.empty()) {
        throw Error("test.check", statement.comment);
      }
    }
  };
  run(around.before);
  {
    Transaction transaction(connection);
    run(statements);
    run(around.checks);
    transaction.commit();
  }
  run(around.after);
}

/// All models belong to the app "shop". Without a primary key among the fields
/// a model gets `id: BigAutoField`.
class Story {
 public:
  explicit Story(const Dialect& dialect, Introspector* source = nullptr)
      : catalog(source), dialect_(dialect) {
    models.max_name_length = dialect.max_name_length();
  }

  static ModelKey key(const std::string& name) {
    return ModelKey::parse("shop." + name);
  }
  ModelDef model(const std::string& name) const {
    return models.get(key(name));
  }

  /// `fields`: a map of fields; `meta`: a map of options.
  void create(const std::string& name, const std::string& fields,
              const std::string& meta = "{}") {
    ModelDef made;
    made.app = "shop";
    made.name = name;
    yaml::Tree tree = yaml::parse("test", fields);
    Diagnostics diagnostics;
    FieldContext context;
    context.app = "shop";
    context.model = name;
    for (const yaml::Node::Entry& entry : tree.root.entries) {
      made.fields.push_back(
          *read_field(entry.key, entry.value, context, diagnostics));
    }
    yaml::Tree options = yaml::parse("test", meta);
    read_meta(options.root, made, diagnostics);
    diagnostics.throw_if_errors();
    if (!made.primary_key()) {
      made.fields.insert(made.fields.begin(),
                         field_of("id",
                                  "{type: BigAutoField, primary_key: "
                                  "true, auto_created: true}"));
    }
    models.put(made);
    editor().create_model(made, models);
  }

  void remove_model(const std::string& name) {
    editor().delete_model(model(name), models);
    models.erase(key(name));
  }

  /// `one_off`: the default is not kept in the model.
  void add(const std::string& name, const std::string& field,
           const std::string& yaml, bool one_off = false) {
    FieldDef added = field_of(field, yaml, name);
    const ModelDef from = model(name);
    ModelDef to = from;
    to.fields.push_back(added);
    if (one_off) to.fields.back().arguments.erase("default");
    models.put(to);
    editor().add_field(from, to, added, models);
  }

  void remove(const std::string& name, const std::string& field) {
    const ModelDef from = model(name);
    ModelDef to = from;
    std::erase_if(to.fields,
                  [&](const FieldDef& f) { return f.name == field; });
    const ModelSet before = models;
    models.put(to);
    editor().remove_field(from, to, *from.find_field(field), before);
  }

  void alter(const std::string& name, const std::string& field,
             const std::string& yaml, bool one_off = false) {
    FieldDef altered = field_of(field, yaml, name);
    const ModelSet before = models;
    const ModelDef from = model(name);
    ModelDef to = from;
    *to.find_field(field) = altered;
    if (one_off) to.find_field(field)->arguments.erase("default");
    models.put(to);
    editor().alter_field(from, to, *from.find_field(field), altered, before,
                         models);
  }

  void unique_together(const std::string& name, const std::string& sets) {
    const ModelDef from = model(name);
    ModelDef to = from;
    yaml::Tree tree = yaml::parse("test", "{unique_together: " + sets + "}");
    Diagnostics diagnostics;
    to.options.erase("unique_together");
    read_meta(tree.root, to, diagnostics);
    diagnostics.throw_if_errors();
    models.put(to);
    editor().alter_unique_together(from, to, models);
  }

  void add_index(const std::string& name, const std::string& yaml) {
    ModelDef to = model(name);
    to.indexes.push_back(index_of(yaml));
    models.put(to);
    editor().add_index(to, to.indexes.back(), models);
  }

  void remove_index(const std::string& name, const std::string& index) {
    const ModelDef from = model(name);
    ModelDef to = from;
    std::erase_if(to.indexes,
                  [&](const IndexDef& i) { return i.name() == index; });
    for (const IndexDef& gone : from.indexes) {
      if (gone.name() == index) editor().remove_index(from, gone, models);
    }
    models.put(to);
  }

  void add_constraint(const std::string& name, const std::string& yaml) {
    const ModelDef from = model(name);
    ModelDef to = from;
    to.constraints.push_back(constraint_of(yaml));
    models.put(to);
    editor().add_constraint(from, to, to.constraints.back(), models);
  }

  void remove_constraint(const std::string& name,
                         const std::string& constraint) {
    const ModelDef from = model(name);
    ModelDef to = from;
    std::erase_if(to.constraints, [&](const ConstraintDef& c) {
      return c.name() == constraint;
    });
    models.put(to);
    for (const ConstraintDef& gone : from.constraints) {
      if (gone.name() == constraint) {
        editor().remove_constraint(from, to, gone, models);
      }
    }
  }

  void run_sql(const std::string& sql) { editor().run_sql(sql, {}); }

  SchemaEditor& editor() {
    if (!editor_) editor_ = dialect_.schema_editor(catalog);
    return *editor_;
  }

  /// Ends the migration: all its statements, with those around it.
  std::vector<Statement> finish() {
    std::vector<Statement> all = editor().take();
    for (Statement& last : editor().take_deferred()) {
      all.push_back(std::move(last));
    }
    around = editor().around();
    editor_.reset();
    return all;
  }

  /// Only their SQL.
  Sql sql() {
    Sql texts;
    for (const Statement& statement : finish()) texts.push_back(statement.sql);
    return texts;
  }

  ModelSet models;
  Catalog catalog;
  SchemaEditor::Around around;  ///< of the migration finished last

 private:
  const Dialect& dialect_;
  std::unique_ptr<SchemaEditor> editor_;
};

}  // namespace manage::orm
