// What a model says about one of its fields by name, said with another name:
// options, indexes, constraints, computed fields, conditions, expressions.
#pragma once

#include <string>
#include <string_view>

#include "migrations_engine/state.hpp"
#include "orm/model_def.hpp"

namespace manage::migrations_engine {

class FieldRename {
 public:
  FieldRename(std::string old_name, std::string new_name)
      : old_name_(std::move(old_name)), new_name_(std::move(new_name)) {}

  /// The field itself, and everything in its model that migrations make part
  /// of the database. As in Django `ordering` stays: it has an operation.
  void apply(orm::ModelDef& model) const;
  /// to_field and through_fields of the relations to the model.
  void apply_to_relations(ProjectState& state, const orm::ModelKey& key) const;

 private:
  std::string name(const std::string& given) const;
  /// "author__name": the first part.
  std::string path(const std::string& given) const;
  /// A name, a list of names, or lists of them; "-" for descending stays.
  Data names(const Data& given) const;
  Data argument(const Data& given) const;     ///< a text is a path
  Data value(const Data& given) const;        ///< a text is a text
  Data condition(const Data& given) const;    ///< Q
  Data expression(const DataMap& map) const;  ///< a map of one class
  void apply_to_part(DataMap& arguments) const;

  std::string old_name_, new_name_;
};

}  // namespace manage::migrations_engine
