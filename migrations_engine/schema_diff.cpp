#include "migrations_engine/schema_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

using orm::ColumnInfo;
using orm::ConstraintInfo;
using orm::ConstraintKind;
using orm::TableInfo;
using Lines = std::vector<std::string>;

std::string_view kind_name(const ConstraintInfo& info) {
  switch (info.kind) {
    case ConstraintKind::kPrimaryKey:
      return "primary key";
    case ConstraintKind::kUnique:
      return "unique constraint";
    case ConstraintKind::kForeignKey:
      return "foreign key";
    case ConstraintKind::kCheck:
      return "check";
    case ConstraintKind::kIndex:
      return info.unique ? "unique index" : "index";
  }
  return "";
}

/// White space and quotes come and go with rebuilds.
std::string plain(std::string_view sql) {
  std::string text;
  for (char c : sql) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '"') text += c;
  }
  return text::lower(text);
}

class TableDiff {
 public:
  TableDiff(const TableInfo& expected, const TableInfo& found,
            const SchemaDiffOptions& options)
      : expected_(expected), found_(found), options_(options) {}

  Lines lines() {
    compare_columns();
    compare_constraints();
    return std::move(lines_);
  }

 private:
  void add(const std::string& text) {
    lines_.push_back(fmt::format("{}: {}", expected_.name, text));
  }

  /// "integer expected, found text"
  std::string both(std::string_view expected, std::string_view found) const {
    return fmt::format("{} {}, {} {}", expected, options_.expected,
                       options_.found, found);
  }

  std::string spelled(const std::string& type) const {
    return options_.spell_type ? options_.spell_type(type) : type;
  }

  void compare_columns() {
    for (const ColumnInfo& column : expected_.columns) {
      if (const ColumnInfo* other = found_.find_column(column.name)) {
        compare(column, *other);
      } else {
        add(fmt::format("column {}: {}", column.name,
                        both(spelled(column.type), "none")));
      }
    }
    for (const ColumnInfo& column : found_.columns) {
      if (expected_.find_column(column.name)) continue;
      add(fmt::format("column {}: {}", column.name,
                      both("none", spelled(column.type))));
    }
  }

  void compare(const ColumnInfo& a, const ColumnInfo& b) {
    if (spelled(a.type) != spelled(b.type)) {
      add(fmt::format("column {}: {}", a.name,
                      both(spelled(a.type), spelled(b.type))));
    }
    if (a.null != b.null) {
      add(fmt::format(
          "column {}: {}", a.name,
          both(a.null ? "NULL" : "NOT NULL", b.null ? "NULL" : "NOT NULL")));
    }
    if (!options_.exact) return;
    if (a.default_sql != b.default_sql) {
      add(fmt::format("default of column {}: {}", a.name,
                      both(a.default_sql.value_or("none"),
                           b.default_sql.value_or("none"))));
    }
  }

  /// Whether the two are the same but for their names.
  bool same(const ConstraintInfo& a, const ConstraintInfo& b) const {
    if (a.kind == ConstraintKind::kCheck && !options_.exact) {
      // Which columns it reads is not known everywhere.
      return b.kind == a.kind;
    }
    bool alike = a.kind == b.kind && a.columns == b.columns &&
                 a.unique == b.unique && a.target_table == b.target_table &&
                 a.target_column == b.target_column;
    if (!alike || !options_.exact) return alike;
    return nameless(a) == nameless(b);
  }

  /// Its statement, which has its name in it, without it.
  static std::string nameless(const ConstraintInfo& info) {
    std::string sql = plain(info.sql);
    return info.name.empty() ? sql
                             : text::replace_all(sql, plain(info.name), "");
  }

  void compare_constraints() {
    std::vector<const ConstraintInfo*> left;
    for (const ConstraintInfo& info : found_.constraints) left.push_back(&info);
    std::vector<const ConstraintInfo*> unmatched;
    // Those of the same name first: several may be alike but for it.
    for (bool by_name : {true, false}) {
      for (const ConstraintInfo& info : expected_.constraints) {
        bool open = by_name || std::find(unmatched.begin(), unmatched.end(),
                                         &info) != unmatched.end();
        if (!open) continue;
        auto twin = std::find_if(
            left.begin(), left.end(), [&](const ConstraintInfo* other) {
              return same(info, *other) &&
                     (!by_name || info.name == other->name);
            });
        if (twin != left.end()) {
          if (!by_name) compare_names(info, **twin);
          left.erase(twin);
          std::erase(unmatched, &info);
        } else if (by_name) {
          unmatched.push_back(&info);
        }
      }
    }
    for (const ConstraintInfo* info : unmatched) {
      add(fmt::format("{}: {}", describe_constraint(*info),
                      both("one", "none")));
    }
    for (const ConstraintInfo* info : left) {
      add(fmt::format("{}: {}", describe_constraint(*info),
                      both("none", "one")));
    }
  }

  void compare_names(const ConstraintInfo& a, const ConstraintInfo& b) {
    // Where one side has no name, the database gives or hides it.
    if (a.name.empty() || b.name.empty()) return;
    add(fmt::format("name of the {}: {}", describe_constraint(a),
                    both(a.name, b.name)));
  }

  const TableInfo& expected_;
  const TableInfo& found_;
  const SchemaDiffOptions& options_;
  Lines lines_;
};

void diff_views(orm::Introspector& expected, orm::Introspector& found,
                const SchemaDiffOptions& options, Lines& lines) {
  std::map<std::string, std::string> theirs;
  for (const orm::ViewInfo& view : found.views()) theirs[view.name] = view.sql;
  for (const orm::ViewInfo& view : expected.views()) {
    auto other = theirs.find(view.name);
    if (other == theirs.end()) {
      lines.push_back(fmt::format("view {}: one {}, {} none", view.name,
                                  options.expected, options.found));
    } else if (plain(view.sql) != plain(other->second)) {
      lines.push_back(fmt::format("view {}: {} {}, {} {}", view.name, view.sql,
                                  options.expected, options.found,
                                  other->second));
    }
    theirs.erase(view.name);
  }
  for (const auto& [name, sql] : theirs) {
    lines.push_back(fmt::format("view {}: none {}, {} one", name,
                                options.expected, options.found));
  }
}

void diff_triggers(const TableInfo& expected, const TableInfo& found,
                   const SchemaDiffOptions& options, Lines& lines) {
  auto names = [](const TableInfo& table) {
    Lines names;
    for (const orm::TriggerInfo& trigger : table.triggers) {
      names.push_back(trigger.name);
    }
    std::sort(names.begin(), names.end());
    return names.empty() ? std::string("none") : text::join(names, ", ");
  };
  if (names(expected) == names(found)) return;
  lines.push_back(fmt::format("{}: triggers: {} {}, {} {}", expected.name,
                              names(expected), options.expected, options.found,
                              names(found)));
}

}  // namespace

std::string describe_constraint(const orm::ConstraintInfo& info) {
  std::string text(kind_name(info));
  if (info.kind == ConstraintKind::kCheck || info.columns.empty()) {
    return info.name.empty() ? fmt::format("{} {}", text, info.sql)
                             : fmt::format("{} {}", text, info.name);
  }
  text += " on " + text::join(info.columns, ", ");
  if (info.kind != ConstraintKind::kForeignKey) return text;
  return fmt::format("{} to {}.{}", text, info.target_table,
                     info.target_column);
}

std::vector<std::string> diff_tables(const orm::TableInfo& expected,
                                     const orm::TableInfo& found,
                                     const SchemaDiffOptions& options) {
  return TableDiff(expected, found, options).lines();
}

std::vector<std::string> diff_schemas(orm::Introspector& expected,
                                      orm::Introspector& found,
                                      const SchemaDiffOptions& options) {
  Lines lines;
  Lines theirs = found.tables();
  std::set<std::string> left(theirs.begin(), theirs.end());
  for (const std::string& name : expected.tables()) {
    if (left.erase(name) == 0) {
      lines.push_back(fmt::format("table {}: one {}, {} none", name,
                                  options.expected, options.found));
      continue;
    }
    TableInfo a = *expected.table(name);
    TableInfo b = *found.table(name);
    for (std::string& line : diff_tables(a, b, options)) {
      lines.push_back(std::move(line));
    }
    diff_triggers(a, b, options, lines);
  }
  for (const std::string& name : left) {
    lines.push_back(fmt::format("table {}: none {}, {} one", name,
                                options.expected, options.found));
  }
  diff_views(expected, found, options, lines);
  return lines;
}

}  // namespace manage::migrations_engine
