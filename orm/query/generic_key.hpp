// GenericForeignKey: a row of any model, named by its content type and its key.
//
// It has no column, so conditions cannot be about it; records follow it, and
// prefetch_related asks once for each content type.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "orm/query/databases.hpp"
#include "orm/query/record.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

struct GenericKey {
  const FieldDef* field = nullptr;
  const FieldDef* type = nullptr;    ///< the foreign key to ContentType
  const FieldDef* object = nullptr;  ///< the field of the other row's key
};

/// nullopt: the model has none of that name. Inherited ones are found.
std::optional<GenericKey> find_generic_key(const Model& model,
                                           std::string_view name);
/// The names of those of a model.
std::vector<std::string> generic_key_names(const Model& model);

/// The key of the content type of the model, which may be a proxy. Throws
/// "query.none" without one.
Value content_type_of(const Model& model, const Registry& registry,
                      Connection& connection);

/// Gives each of the records of one model the row that it points to: none where
/// that, its model or the key is gone. Returns those found.
Records load_generic(const Records& records, const GenericKey& key,
                     const Databases& databases);

}  // namespace manage::orm
