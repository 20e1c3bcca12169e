// AlterModelTableComment: the comment on a table. Where the database has no
// comments, only the state changes.
#pragma once

#include <optional>

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterModelTableComment : public ModelOptionOperation {
 public:
  AlterModelTableComment(std::string name, std::optional<std::string> comment);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AlterModelTableComment"; }
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

 private:
  std::optional<std::string> comment_;
};

}  // namespace manage::migrations_engine
