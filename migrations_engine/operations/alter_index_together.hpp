// AlterIndexTogether: the whole of index_together, which Django 5.1 took out of
// models; histories from before still have it.
#pragma once

#include "migrations_engine/operations/alter_together.hpp"

namespace manage::migrations_engine {

class AlterIndexTogether : public AlterTogether {
 public:
  AlterIndexTogether(std::string name, Lists lists)
      : AlterTogether(std::move(name), std::move(lists)) {}
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AlterIndexTogether"; }
  std::string option() const override { return "index_together"; }
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
};

}  // namespace manage::migrations_engine
