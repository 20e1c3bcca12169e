// The schema of a database as data: tables with their columns, constraints,
// indexes, triggers and views.
//
// It is filled from a database by an Introspector, table by table when first
// asked for, or by nobody (offline), and a SchemaEditor keeps it up to date
// with every statement it makes. So the name of an existing constraint is found
// the same way online and in sqlmigrate without a database.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manage::orm {

struct ColumnInfo {
  std::string name;
  std::string type;  ///< as the database spells it
  bool null = false;
  std::optional<std::string> default_sql;
  bool identity = false;  ///< GENERATED … AS IDENTITY
  bool operator==(const ColumnInfo&) const = default;
};

enum class ConstraintKind {
  kPrimaryKey,
  kUnique,  ///< a constraint; a unique index is kIndex with unique = true
  kForeignKey,
  kCheck,
  kIndex,
};

struct ConstraintInfo {
  ConstraintKind kind = ConstraintKind::kIndex;
  /// Empty where the database has none (SQLite's inline constraints).
  std::string name;
  std::vector<std::string> columns;  ///< empty for an expression
  bool unique = false;
  std::string target_table;   ///< of a foreign key
  std::string target_column;  ///< of a foreign key
  /// The statement or clause as the database keeps it, for what must survive a
  /// rebuild: CREATE INDEX …; CHECK's expression.
  std::string sql;
  bool operator==(const ConstraintInfo&) const = default;
};

struct TriggerInfo {
  std::string name;
  std::string sql;  ///< CREATE TRIGGER …
  bool operator==(const TriggerInfo&) const = default;
};

struct TableInfo {
  std::string name;
  std::vector<ColumnInfo> columns;
  std::vector<ConstraintInfo> constraints;
  std::vector<TriggerInfo> triggers;

  /// Names of constraints of that kind on exactly these columns, sorted.
  std::vector<std::string> names(ConstraintKind kind,
                                 const std::vector<std::string>& columns) const;

  /// nullptr if there is none of that name.
  ColumnInfo* find_column(std::string_view column);
  const ColumnInfo* find_column(std::string_view column) const;
  const ConstraintInfo* find_constraint(std::string_view constraint) const;
  /// Whether there was one of that name.
  bool erase_constraint(std::string_view constraint);
  /// The column and every constraint and index that uses it.
  void drop_column(std::string_view column);
};

struct ViewInfo {
  std::string name;
  std::string sql;                    ///< CREATE VIEW …
  std::vector<TriggerInfo> triggers;  ///< INSTEAD OF
  bool operator==(const ViewInfo&) const = default;
};

/// Reads a database's schema. One per open connection; orm/<dialect>/.
class Introspector {
 public:
  virtual ~Introspector() = default;
  virtual std::vector<std::string> tables() = 0;
  /// nullopt if there is no such table.
  virtual std::optional<TableInfo> table(std::string_view name) = 0;
  /// Every view, in an order in which they can be created.
  virtual std::vector<ViewInfo> views() = 0;
};

class Catalog {
 public:
  Catalog() = default;
  /// `source` outlives the catalog; nullptr: offline.
  explicit Catalog(Introspector* source) : source_(source) {}

  /// Whether what it does not know is not there: a database is behind it, and
  /// no statement of the user's may have changed it since.
  bool certain() const { return source_ && !doubtful_; }
  bool doubtful() const { return doubtful_; }
  /// A statement whose effect nobody knows will run.
  void doubt() { doubtful_ = true; }

  /// The table, read when first asked for; nullptr if there is none.
  TableInfo* find(std::string_view table);
  /// The table, made empty if there is none.
  TableInfo& get(std::string_view table);
  void put(TableInfo table);
  void erase(std::string_view table);
  /// Foreign keys of the tables known so far follow.
  void rename(std::string_view from, std::string_view to);
  /// In the columns, constraints and indexes of the table, if it is known, and
  /// in the foreign keys to it of the tables known so far.
  void rename_column(std::string_view table, std::string_view from,
                     std::string_view to);
  /// Removes the foreign keys to `table` (only those to `column`, if given) of
  /// the tables known so far, as DROP … CASCADE does.
  void drop_foreign_keys_to(std::string_view table,
                            std::string_view column = {});
  /// Whether a table known so far, or one of its constraints, has that name.
  bool uses_name(std::string_view name) const;
  /// Every view of the database; none offline.
  const std::vector<ViewInfo>& views();

 private:
  Introspector* source_ = nullptr;
  bool doubtful_ = false;
  /// nullopt: known not to exist.
  std::map<std::string, std::optional<TableInfo>, std::less<>> tables_;
  std::optional<std::vector<ViewInfo>> views_;
};

class Connection;
std::unique_ptr<Introspector> introspector(Connection& connection);

}  // namespace manage::orm
