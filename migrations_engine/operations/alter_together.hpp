// What AlterUniqueTogether and AlterIndexTogether have in common: the whole of
// an option that is a list of lists of field names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterTogether : public ModelOptionOperation {
 public:
  using Lists = std::vector<std::vector<std::string>>;

  /// "unique_together" or "index_together".
  virtual std::string option() const = 0;
  const Lists& lists() const { return lists_; }
  /// Sets the option of a model.
  void apply(orm::ModelDef& model) const;

  char symbol() const override { return '~'; }
  std::string describe() const override;
  std::string fragment() const override;
  Data to_data() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  bool references_field(std::string_view model, std::string_view field,
                        std::string_view app) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 protected:
  AlterTogether(std::string name, Lists lists);

 private:
  Lists lists_;
};

/// Whether one of the lists has the field.
bool has_field(const AlterTogether::Lists& lists, std::string_view field);

}  // namespace manage::migrations_engine
