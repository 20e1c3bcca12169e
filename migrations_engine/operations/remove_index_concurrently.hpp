// RemoveIndexConcurrently: an index goes while others use the table.
#pragma once

#include "migrations_engine/operations/remove_index.hpp"

namespace manage::migrations_engine {

class RemoveIndexConcurrently : public RemoveIndex {
 public:
  using RemoveIndex::RemoveIndex;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "RemoveIndexConcurrently"; }
  bool concurrent() const override { return true; }
  std::string describe() const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
};

}  // namespace manage::migrations_engine
