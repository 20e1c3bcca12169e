#include "orm/sqlite/schema_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

SchemaObject SqliteSchemaSql::unique_together(const std::string& table,
                                              const Columns& columns) const {
  IndexSpec spec;
  spec.name = auto_name(table, columns, "_uniq");
  spec.unique = true;
  for (const std::string& column : columns) {
    spec.parts.push_back({column, quote(column), false, {}});
  }
  return index(table, spec);
}

bool SqliteSchemaSql::supports(const ConstraintDef& constraint) const {
  if (is_exclusion(constraint)) {
    throw Error("schema.unsupported",
                fmt::format("SQLite has no exclusion constraints, such as {}",
                            constraint.name()))
        .at(constraint.pos)
        .hint("use PostgreSQL, or take the constraint out");
  }
  for (std::string_view argument :
       {"include", "deferrable", "nulls_distinct"}) {
    const Data* value = constraint.arguments.find(argument);
    if (value && !value->is_null()) return false;
  }
  return true;
}

std::string SqliteSchemaSql::kept_type(const std::string& type) const {
  // SQLite shows the types it has itself in its own spelling (since 3.37).
  for (std::string_view own :
       {"ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"}) {
    if (text::upper(type) == own) return std::string(own);
  }
  return type;
}

std::string SqliteSchemaSql::collation(const std::string& name) const {
  // A word goes unquoted, as Django writes it.
  bool word = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  return word ? name : quote(name);
}

std::string SqliteSchemaSql::create_index(const std::string& table,
                                          const IndexSpec& spec) const {
  std::vector<std::string> parts;
  for (const IndexPart& part : spec.parts) {
    parts.push_back(part.sql + (part.descending ? " DESC" : ""));
  }
  return fmt::format("CREATE {}INDEX {} ON {} ({}){}",
                     spec.unique ? "UNIQUE " : "", quote(spec.name),
                     quote(table), text::join(parts, ", "),
                     spec.condition.empty() ? "" : " WHERE " + spec.condition);
}

std::string SqliteSchemaSql::unique_clause(const ConstraintDef&,
                                           const Columns& columns) const {
  return "UNIQUE (" + quote_all(columns) + ")";
}

}  // namespace manage::orm
