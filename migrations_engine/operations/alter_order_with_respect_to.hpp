// AlterOrderWithRespectTo: brings, moves or removes the order that a model's
// rows have below another one, in the column _order.
#pragma once

#include <optional>

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterOrderWithRespectTo : public ModelOptionOperation {
 public:
  /// nullopt: none any more.
  AlterOrderWithRespectTo(std::string name, std::optional<std::string> field);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  /// Sets the option of a model, with the column.
  void apply(orm::ModelDef& model) const;
  const std::optional<std::string>& field() const { return field_; }

  std::string_view type() const override { return "AlterOrderWithRespectTo"; }
  char symbol() const override { return '~'; }
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
  bool references_field(std::string_view model, std::string_view field,
                        std::string_view app) const override;

 private:
  std::optional<std::string> field_;
};

}  // namespace manage::migrations_engine
