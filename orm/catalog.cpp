#include "orm/catalog.hpp"

#include <algorithm>

namespace manage::orm {

namespace {

template <class Items>
auto find_named(Items& items, std::string_view name) {
  return std::find_if(items.begin(), items.end(),
                      [&](const auto& item) { return item.name == name; });
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class Items, class Predicate>
void erase_if(Items& items, const Predicate& predicate) {
  items.erase(std::remove_if(items.begin(), items.end(), predicate),
              items.end());
}

}  // namespace

std::vector<std::string> TableInfo::names(
    ConstraintKind kind, const std::vector<std::string>& wanted) const {
  std::vector<std::string> found;
  for (const ConstraintInfo& constraint : constraints) {
    if (constraint.kind == kind && constraint.columns == wanted) {
      found.push_back(constraint.name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

ColumnInfo* TableInfo::find_column(std::string_view column) {
  auto found = find_named(columns, column);
  return found == columns.end() ? nullptr : &*found;
}

const ColumnInfo* TableInfo::find_column(std::string_view column) const {
  auto found = find_named(columns, column);
  return found == columns.end() ? nullptr : &*found;
}

const ConstraintInfo* TableInfo::find_constraint(
    std::string_view constraint) const {
  auto found = find_named(constraints, constraint);
  return found == constraints.end() ? nullptr : &*found;
}

bool TableInfo::erase_constraint(std::string_view constraint) {
  auto found = find_named(constraints, constraint);
  if (found == constraints.end()) return false;
  constraints.erase(found);
  return true;
}

void TableInfo::drop_column(std::string_view column) {
  erase_if(columns, [&](const ColumnInfo& c) { return c.name == column; });
  erase_if(constraints,
           [&](const ConstraintInfo& c) { return has(c.columns, column); });
}

TableInfo* Catalog::find(std::string_view table) {
  auto known = tables_.find(table);
  if (known == tables_.end()) {
    std::optional<TableInfo> read;
    if (source_) read = source_->table(table);
    known = tables_.emplace(std::string(table), std::move(read)).first;
  }
  return known->second ? &*known->second : nullptr;
}

TableInfo& Catalog::get(std::string_view table) {
  if (TableInfo* known = find(table)) return *known;
  TableInfo made;
  made.name = table;
  return *(tables_.find(table)->second = std::move(made));
}

void Catalog::put(TableInfo table) {
  std::string name = table.name;
  tables_[std::move(name)] = std::move(table);
}

void Catalog::erase(std::string_view table) {
  tables_[std::string(table)] = std::nullopt;
}

void Catalog::rename(std::string_view from, std::string_view to) {
  if (TableInfo* known = find(from)) {
    TableInfo moved = std::move(*known);
    moved.name = to;
    put(std::move(moved));
  }
  erase(from);
  for (auto& [name, table] : tables_) {
    if (!table) continue;
    for (ConstraintInfo& constraint : table->constraints) {
      if (constraint.target_table == from) constraint.target_table = to;
    }
  }
}

void Catalog::rename_column(std::string_view table, std::string_view from,
                            std::string_view to) {
  TableInfo* renamed = find(table);
  if (!renamed) return;
  if (ColumnInfo* column = renamed->find_column(from)) column->name = to;
  for (ConstraintInfo& constraint : renamed->constraints) {
    std::replace(constraint.columns.begin(), constraint.columns.end(),
                 std::string(from), std::string(to));
  }
  for (auto& [name, known] : tables_) {
    if (!known) continue;
    for (ConstraintInfo& constraint : known->constraints) {
      if (constraint.target_table == table &&
          constraint.target_column == from) {
        constraint.target_column = to;
      }
    }
  }
}

void Catalog::drop_foreign_keys_to(std::string_view table,
                                   std::string_view column) {
  for (auto& [name, known] : tables_) {
    if (!known) continue;
    erase_if(known->constraints, [&](const ConstraintInfo& constraint) {
      return constraint.kind == ConstraintKind::kForeignKey &&
             constraint.target_table == table &&
             (column.empty() || constraint.target_column == column);
    });
  }
}

bool Catalog::uses_name(std::string_view name) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const auto& entry) {
    return entry.second && (entry.first == name ||
                            entry.second->find_constraint(name) != nullptr);
  });
}

const std::vector<ViewInfo>& Catalog::views() {
  if (!views_) {
    views_ = source_ ? source_->views() : std::vector<ViewInfo>{};
  }
  return *views_;
}

}  // namespace manage::orm
