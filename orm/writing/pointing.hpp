// What points to the rows of a model, and what its on_delete says.
#pragma once

#include <string>
#include <vector>

#include "orm/registry.hpp"
#include "orm/value.hpp"
#include "orm/writing/deletion.hpp"

namespace manage::orm {

/// "CASCADE"; of {SET: value}, "SET".
std::string on_delete(const FieldDef& field);
/// What SET_DEFAULT and SET write.
Value replacement(const FieldDef& field, const ModelSet& models,
                  Callables* callables);
/// "shop.Book.author".
std::string name_of(const Model::Incoming& by);
/// Adds the model and those that it inherits from.
void add_line(const Model& model, std::vector<const Model*>& line);
/// What must be loaded of rows of the model to go on from them.
std::vector<std::string> names_to_follow(const Model& model);
/// Everything that points to rows of the model, or to those of its parents:
/// then not the links of those that inherit from them.
std::vector<const Model::Incoming*> pointing_to(const Model& model,
                                                bool keep_parents);
/// Throws ProtectedError.
[[noreturn]] void refuse_deletion(const std::string& code, const Model& model,
                                  std::vector<std::string> fields,
                                  Records records);

}  // namespace manage::orm
