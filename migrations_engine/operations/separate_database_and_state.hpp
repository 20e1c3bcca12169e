// SeparateDatabaseAndState: one thing for the database, another for the state,
// where the two need different steps.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class SeparateDatabaseAndState : public Operation {
 public:
  SeparateDatabaseAndState(Operations database, Operations state);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const Operations& database_operations() const { return database_; }
  const Operations& state_operations() const { return state_; }

  std::string_view type() const override { return "SeparateDatabaseAndState"; }
  char symbol() const override { return '~'; }
  std::string describe() const override;
  std::string fragment() const override;
  Data to_data() const override;
  /// Those that the state changes.
  ModelNames own_models() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  bool reversible() const override;
  bool concurrent() const override;
  bool has_transaction() const override;

 private:
  Operations database_, state_;
};

}  // namespace manage::migrations_engine
