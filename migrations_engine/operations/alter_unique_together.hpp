// AlterUniqueTogether: the whole of meta.unique_together.
#pragma once

#include "migrations_engine/operations/alter_together.hpp"

namespace manage::migrations_engine {

class AlterUniqueTogether : public AlterTogether {
 public:
  AlterUniqueTogether(std::string name, Lists lists)
      : AlterTogether(std::move(name), std::move(lists)) {}
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AlterUniqueTogether"; }
  std::string option() const override { return "unique_together"; }
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
};

}  // namespace manage::migrations_engine
