// How the rows that a relation leads to are found from a record's values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/query.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

/// The rows of `model` whose `column`, `joins` away from them, has the value
/// that the record has in `own`.
struct Relation {
  std::string name;  ///< as programs call it: "author", "book_set"
  const Model* model = nullptr;
  std::vector<JoinStep> joins;
  const FieldDef* column = nullptr;
  const FieldDef* own = nullptr;
  bool many = false;
  bool forward = false;
  /// Of a GenericRelation: the rows have its content type too.
  const GenericRelation* generic = nullptr;
};

/// By the name of the field, or of a reverse relation its accessor. nullopt: it
/// is no relation of the model.
std::optional<Relation> find_relation(const Model& model,
                                      std::string_view name);
/// Every name that find_relation() knows.
std::vector<std::string> relation_names(const Model& model);

/// Whether records of the model are some of `other` too: the same table, or
/// that of a parent.
bool is_a(const Model& model, const Model& other);

/// The name by which conditions know it.
std::string query_name_of(const Model& model, const Relation& relation);

/// What `column` has for a value of `own`.
Value related_value(const Relation& relation, const Value& own);

/// The column of the related rows' query that is compared with `own`. Leaves in
/// the query only rows that the relation can be about.
ExprPtr relation_column(Query& query, const Relation& relation);

}  // namespace manage::orm
