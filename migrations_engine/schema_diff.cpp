#include "migrations_engine/schema_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/text.hpp"
#include "orm/names.hpp"

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

/// What an index is on: method, columns with order and operator class,
/// condition.
std::string index_body(const std::string& sql) {
  std::size_t at = sql.find(" USING ");
  if (at == std::string::npos) at = sql.find('(');
  if (at == std::string::npos) return {};
  std::string body = plain(std::string_view(sql).substr(at));
  constexpr std::string_view kUsual = "usingbtree";
  return body.starts_with(kUsual) ? body.substr(kUsual.size()) : body;
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

  bool is_declared(const ConstraintInfo& info) const {
    return options_.declared.contains(info.name);
  }

  /// Whether the two are the same but for their names.
  bool same(const ConstraintInfo& a, const ConstraintInfo& b) const {
    if (a.kind == ConstraintKind::kCheck && !options_.exact) {
      // Which columns it reads is not known everywhere.
      return b.kind == a.kind;
    }
    const bool alike =
        a.kind == b.kind && a.columns == b.columns && a.unique == b.unique &&
        a.target_table == b.target_table && a.target_column == b.target_column;
    if (!alike || !options_.exact) return alike;
    return nameless(a) == nameless(b);
  }

  /// Whether the two are the same and nobody has chosen their names.
  bool same_automatic(const ConstraintInfo& a, const ConstraintInfo& b) const {
    if (is_declared(a) || is_declared(b) || !same(a, b)) return false;
    const bool known = !a.columns.empty() && !b.columns.empty();
    if (a.kind == ConstraintKind::kCheck && known && a.columns != b.columns) {
      return false;
    }
    return a.kind != ConstraintKind::kIndex || a.sql.empty() || b.sql.empty() ||
           index_body(a.sql) == index_body(b.sql);
  }

  /// Its statement, which has its name in it, without it.
  static std::string nameless(const ConstraintInfo& info) {
    std::string sql = plain(info.sql);
    return info.name.empty() ? sql
                             : text::replace_all(sql, plain(info.name), "");
  }

  using Pointers = std::vector<const ConstraintInfo*>;

  static Pointers pointers(const std::vector<ConstraintInfo>& all) {
    Pointers list;
    for (const ConstraintInfo& info : all) list.push_back(&info);
    return list;
  }

  /// Takes out of both lists what `twins` pairs, each expected one with the
  /// first, and tells `pair` of it.
  template <class Twins, class Pair>
  static void match(Pointers& expected, Pointers& found, const Twins& twins,
                    const Pair& pair) {
    std::erase_if(expected, [&](const ConstraintInfo* info) {
      const auto twin = std::find_if(
          found.begin(), found.end(),
          [&](const ConstraintInfo* other) { return twins(*info, *other); });
      if (twin == found.end()) return false;
      pair(*info, **twin);
      found.erase(twin);
      return true;
    });
  }

  void compare_constraints() {
    Pointers missing = pointers(expected_.constraints);
    Pointers left = pointers(found_.constraints);
    using Info = ConstraintInfo;
    const auto agree = [](const Info&, const Info&) {};
    // Those of the same name first: several may be alike but for it.
    match(
        missing, left,
        [&](const Info& a, const Info& b) {
          return a.name == b.name && same(a, b);
        },
        agree);
    match(
        missing, left,
        [&](const Info& a, const Info& b) { return same_automatic(a, b); },
        agree);
    match(
        missing, left, [&](const Info& a, const Info& b) { return same(a, b); },
        [&](const Info& a, const Info& b) { compare_names(a, b); });
    for (const ConstraintInfo* info : missing) {
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
    if (!is_declared(a) && !is_declared(b)) {
      add(fmt::format("{}: {}", describe_constraint(a), both(a.sql, b.sql)));
      return;
    }
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

std::set<std::string> declared_names(const orm::ModelSet& models) {
  std::set<std::string> names;
  const auto add = [&](const std::string& name) {
    names.insert(name);
    names.insert(orm::server_identifier(name));
  };
  for (const auto& [key, model] : models.all()) {
    for (const orm::IndexDef& index : model->indexes) add(index.name());
    for (const orm::ConstraintDef& one : model->constraints) add(one.name());
  }
  return names;
}

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
