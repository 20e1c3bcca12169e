// What differs between two tables: structure first, names second. A name
// counts where a model gives it; an automatic one is that of the time when it
// was given (a renamed table keeps the names of its indexes and keys), so there
// only the structure does.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "orm/catalog.hpp"
#include "orm/model_def.hpp"

namespace manage::migrations_engine {

struct SchemaDiffOptions {
  /// How the two sides are called: "column price: integer expected, found
  /// text".
  std::string expected = "expected";
  std::string found = "found";
  /// A column type as both sides spell it; both as they are without it.
  std::function<std::string(std::string_view)> spell_type;
  /// Compare what defaults and indexes say, not only what they are on: for two
  /// sides that a database has written down.
  bool exact = false;
  /// The names of indexes and constraints that models give: declared_names().
  std::set<std::string> declared;
};

/// The names in indexes and constraints of all models, as a database may keep
/// them.
std::set<std::string> declared_names(const orm::ModelSet& models);

/// One line for each difference, "table: …" before each; empty if there is
/// none. The order of columns does not count.
std::vector<std::string> diff_tables(const orm::TableInfo& expected,
                                     const orm::TableInfo& found,
                                     const SchemaDiffOptions& options);

/// Two whole schemas, tables, triggers and views.
std::vector<std::string> diff_schemas(orm::Introspector& expected,
                                      orm::Introspector& found,
                                      const SchemaDiffOptions& options);

/// "unique constraint on title, author".
std::string describe_constraint(const orm::ConstraintInfo& info);

}  // namespace manage::migrations_engine
