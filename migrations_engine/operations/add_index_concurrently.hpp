// AddIndexConcurrently: an index that is built while others write (PostgreSQL).
// Where the database cannot do that, it is built as AddIndex builds it.
#pragma once

#include "migrations_engine/operations/add_index.hpp"

namespace manage::migrations_engine {

class AddIndexConcurrently : public AddIndex {
 public:
  using AddIndex::AddIndex;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AddIndexConcurrently"; }
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
