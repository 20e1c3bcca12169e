// SQLite's schema editor: ALTER TABLE where SQLite can, a rebuild of the table
// where it cannot.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "orm/base_schema_editor.hpp"
#include "orm/sqlite/rebuild.hpp"

namespace manage::orm {

class SqliteSchemaEditor final : public BaseSchemaEditor {
 public:
  explicit SqliteSchemaEditor(Catalog& catalog);

  void flush() override;
  Around around() const override;

 protected:
  void add_column(const ModelChange& change, const FieldDef& field) override;
  void drop_column(const ModelChange& change, const FieldDef& field) override;
  void alter_column(const FieldChange& change) override;
  void rename_join_column(const FieldChange& change) override {
    alter_column(change);
  }
  void add_table_constraint(const ModelChange& change,
                            const ConstraintDef& constraint) override;
  void remove_table_constraint(const ModelChange& change,
                               const ConstraintDef& constraint) override;
  void drop_unique_together(const std::string& table,
                            const std::string& name) override;
  std::string drop_index_sql(const std::string& name) const override;
  void drop_table(const std::string& table) override;
  void rename_table(const std::string& from, const std::string& to) override;
  void change_index_name(const std::string& old_name,
                         SchemaObject index) override;
  void before_statement(const std::string& table) override;
  bool join(const ModelDef& to, const ModelSet& models,
            const std::string& reason) override;

 private:
  Rebuild* pending(const std::string& table);
  /// The table's rebuild, begun if there is none. The catalog follows when it
  /// is aimed.
  Rebuild& rebuild(const ModelDef& from, const ModelSet& models);
  void aim(Rebuild& rebuild, const ModelDef& to, const ModelSet& models,
           std::string reason);
  void flush_table(const std::string& table);
  std::string full_definition(const ModelDef& model, const FieldDef& field,
                              const ModelSet& models) const;
  /// The model before the change, with its column renamed.
  ModelDef rename_column(const FieldChange& change);
  /// `always`: even if the definition stays the same.
  void alter_definition(const FieldChange& change, bool always);
  void alter_indexes(const FieldChange& change);
  /// Rebuilds the tables whose foreign keys now have another type.
  void follow_type(const FieldChange& change);

  /// In the order in which they were begun; one per table.
  std::list<Rebuild> pending_;
  /// Whether foreign keys must be off while the statements run.
  bool keys_off_ = false;
};

}  // namespace manage::orm
