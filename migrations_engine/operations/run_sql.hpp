// RunSQL: statements of the user's, per database where they differ.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RunSQL : public Operation {
 public:
  /// One statement, with parameters if it has any, or a script of several.
  struct Sql {
    std::string text;
    std::vector<orm::Value> parameters;
    bool script = false;
  };
  /// By vendor; the key "" stands for every database.
  using SqlByVendor = std::map<std::string, std::vector<Sql>, std::less<>>;

  /// No `reverse`: irreversible. An empty list: nothing to do (`noop`).
  RunSQL(SqlByVendor forwards, std::optional<SqlByVendor> backwards,
         bool elidable, std::optional<bool> atomic, Data source);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "RunSQL"; }
  char symbol() const override { return 's'; }
  std::string describe() const override;
  std::string fragment() const override;
  Data to_data() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  bool reversible() const override { return backwards_.has_value(); }
  bool elidable() const override { return elidable_; }
  bool has_transaction() const override;
  std::optional<bool> atomic() const override { return atomic_; }

 private:
  SqlByVendor forwards_;
  std::optional<SqlByVendor> backwards_;
  bool elidable_;
  std::optional<bool> atomic_;
  Data source_;  ///< as the file has it
};

}  // namespace manage::migrations_engine
