// What differs between databases, as data and small functions. Nothing above
// orm/ compares a dialect's name: it asks a capability.
//
// Dialects are stateless singletons, safe in any thread, and work offline.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/features.hpp"
#include "orm/field_def.hpp"
#include "orm/statement_manner.hpp"
#include "orm/value.hpp"
#include "settings/settings.hpp"

namespace manage::orm {

class Catalog;
class Connection;
class Introspector;
class ModelSet;
class QuerySql;
class SchemaEditor;
struct SqlSyntax;

class Dialect {
 public:
  virtual ~Dialect() = default;

  /// "sqlite" or "postgresql": the key of RunSQL's vendor maps.
  virtual std::string_view name() const = 0;

  /// As people write it: "PostgreSQL".
  virtual std::string_view title() const = 0;
  virtual Features features() const = 0;

  /// Bytes an identifier may have; 0: no limit.
  virtual int max_name_length() const = 0;
  /// Parameters one statement may have.
  virtual int max_parameters() const = 0;
  /// Whether a change of the schema must be made by rebuilding the table with
  /// foreign keys switched off outside the transaction.
  virtual bool rebuilds_tables() const = 0;
  /// Whether text is compared by pattern indexes (the _like indexes).
  virtual bool has_pattern_indexes() const = 0;

  /// The placeholder of parameter `number`, 1-based: "?1" or "$1".
  virtual std::string placeholder(int number) const = 0;
  /// The same where all the statement's parameters stand in their order, each
  /// once. SQLite is slow at thousands that have numbers.
  virtual std::string placeholder_in_order(int number) const {
    return placeholder(number);
  }
  /// The statement that keeps other writers out of a table until the end of the
  /// transaction; empty where every transaction that writes does so by itself.
  virtual std::string lock_table(std::string_view table) const = 0;
  /// The query after which the database numbers new rows of `table` above all
  /// those it has, never below what it has reached already; empty where it does
  /// so by itself. REQUIRES: the table has a row.
  virtual std::string advance_numbering(std::string_view table,
                                        std::string_view column) const = 0;
  /// The statement that copies the whole database into a new file, outside a
  /// transaction; empty where a database is no file.
  virtual std::string copy_into(std::string_view) const { return {}; }
  /// The command that runs a script and stops at its first error.
  virtual std::string_view script_command() const = 0;
  /// In double quotes unless it is so already.
  std::string quote_name(std::string_view name) const;
  /// As it stands in DDL: 'it''s', 3, NULL. The value is already to_db's.
  virtual std::string literal(const Value& value) const = 0;

  /// The column type of a field ("varchar(100)"), without NULL and keys; of a
  /// relation, that of the field it points to. Empty without a column.
  virtual std::string column_type(const FieldDef& field,
                                  const ModelSet& models) const = 0;
  /// A type of column_type() in the words in which introspection gives it.
  virtual std::string stored_type(std::string_view type) const {
    return std::string(type);
  }
  /// The CHECK that the type itself brings ("\"qty\" >= 0"), or empty.
  virtual std::string type_check(const FieldDef& field) const = 0;

  /// A field's value as this database stores it: on SQLite dates, decimals and
  /// uuids become text, durations microseconds, as Django writes them.
  virtual Value to_db(FieldKind kind, const Value& value) const = 0;
  /// The way back, from a driver's value.
  virtual Value from_db(FieldKind kind, const Value& value) const = 0;
  /// Whether from_db() gives back what it is given.
  virtual bool reads_as_is(FieldKind kind) const = 0;
  /// Why this database would not give back the value it was given, as a reason
  /// ("has more than 15 digits, …"); empty if it would.
  virtual std::string storage_problem(FieldKind kind,
                                      const Value& value) const = 0;

  /// How a statement must be run.
  virtual StatementManner manner(std::string_view sql) const = 0;
  /// Whether a statement that is outside transactions, and was perhaps
  /// interrupted, has taken effect; what a half one left is removed. nullopt:
  /// nobody can tell. REQUIRES: not in a transaction.
  virtual std::optional<bool> took_effect(Connection& connection,
                                          std::string_view sql) const = 0;
  /// The statement that sets a limit, for the rest of the transaction if
  /// `local`, else for the session. nullopt: as the session began; 0: none.
  /// Empty where the connection's own options are all there is.
  virtual std::string set_timeout(Timeout which,
                                  std::optional<std::int64_t> milliseconds,
                                  bool local) const = 0;

  /// What stands before a query to be told how it would be run. Throws
  /// "query.expression" for options that the database does not have.
  virtual std::string explain(
      const std::vector<std::string>& options) const = 0;

  /// How conditions and expressions are spelt.
  virtual const SqlSyntax& sql_syntax() const = 0;
  /// How queries are, where a template does not do.
  virtual const QuerySql& query_sql() const = 0;

  /// Turns changes of models into statements of this database; `catalog` says
  /// which names exist and is kept up to date by the editor.
  virtual std::unique_ptr<SchemaEditor> schema_editor(
      Catalog& catalog) const = 0;
  /// Reads the schema of an open database of this kind.
  virtual std::unique_ptr<Introspector> introspector(
      Connection& connection) const = 0;
};

const Dialect& sqlite_dialect();
const Dialect& postgresql_dialect();
const Dialect& dialect_of(settings::Engine engine);
/// By name; nullptr if there is none.
const Dialect* find_dialect(std::string_view name);

}  // namespace manage::orm
