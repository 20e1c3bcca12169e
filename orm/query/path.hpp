// Paths of names ("author__books__title__icontains") in a query: to joins, a
// column, and what lookups are left. Which joins are made, used again and
// trimmed follows Django 5.2 (names_to_path, setup_joins, trim_joins).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/query/query.hpp"

namespace manage::orm {

/// "author__name" as "author", "name".
std::vector<std::string> split_lookup(std::string_view path);

/// Where the names of a path lead, before any join is made.
struct NamedPath {
  struct Part {
    std::string name;
    std::vector<JoinStep> joins;
  };
  std::vector<Part> parts;
  /// The field at the end; of a relation the one that makes it.
  const FieldDef* field = nullptr;
  const Model* target = nullptr;  ///< of a relation at the end
  const Model* owner = nullptr;   ///< of the field at the end
  /// The column that the path stands for.
  const FieldDef* column = nullptr;
  std::vector<std::string> lookups;  ///< the names after it
  /// The FilteredRelation that it begins with, and which of its joins has the
  /// condition.
  std::string filter = {};
  std::size_t filtered_join = 0;

  std::vector<JoinStep> joins() const;
  bool leads_to_many() const;
  /// The model whose composite key it stands for, as "pk" or as a relation to
  /// such rows; nullptr: it is something else.
  const Model* composite() const;
};

/// Throws Error "query.field" with near names where the first name is no field
/// of the model, or a name after a relation is neither a field nor a lookup.
NamedPath find_path(const Model& model, std::string_view path);
/// The same from the model of a query, whose FilteredRelations it may begin
/// with.
NamedPath find_path(const Query& query, std::string_view path);

/// A path whose joins a query has.
struct JoinedPath {
  ExprPtr column;
  std::vector<int> aliases;  ///< of the column's table and those before it
  Aliases joined;            ///< every join of the path, trimmed ones too
};

/// Makes the joins and leaves out the last ones where the column is at hand
/// without them. `reusable`: the joins to many rows that may be used again;
/// nullptr: all. Those used are added to it.
JoinedPath join_path(Query& query, const NamedPath& path, Aliases* reusable);

}  // namespace manage::orm
