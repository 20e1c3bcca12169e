#include "orm/writing/row_saver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/convert.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/relation.hpp"
#include "orm/query/resolve.hpp"
#include "orm/writing/row_values.hpp"

namespace manage::orm {

namespace {

bool among(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_automatic(const FieldDef& field) { return field.type->automatic; }

/// The columns of one row that are written, and those that are read back.
struct RowChange {
  std::vector<const WrittenColumn*> columns;
  std::vector<const WrittenColumn*> returning;
};

/// A record's row in the table of one model: its own, or a parent's.
class RowSaver {
 public:
  RowSaver(Record& record, const Model& model, const SaveOptions& options,
           Connection& connection)
      : record_(record),
        model_(model),
        options_(options),
        connection_(connection),
        models_(record.shape().registry->models()),
        columns_(written_columns(model, models_)),
        defaults_(models_),
        pending_(record.pending()) {}

  /// Whether there was a row already.
  bool save(bool force_insert) {
    give_key();
    const bool keyed = has_key();
    if (!keyed && (options_.force_update || options_.update_fields)) {
      throw Error("write.options",
                  fmt::format("this {} has no key: there is no row to update",
                              model_.label()));
    }
    if (record_.adding() && key_has_default() && !options_.raw &&
        !options_.force_update) {
      force_insert = true;
    }
    if (keyed && !force_insert) {
      if (update()) return true;
      refuse_missing();
    }
    insert();
    return false;
  }

 private:
  std::vector<const WrittenColumn*> keys() const {
    std::vector<const WrittenColumn*> found;
    for (const FieldDef* key : model_.key_columns()) {
      for (const WrittenColumn& column : columns_) {
        if (column.field == key) found.push_back(&column);
      }
    }
    return found;
  }

  bool is_key(const WrittenColumn& column) const {
    const std::vector<const FieldDef*> keys = model_.key_columns();
    return std::find(keys.begin(), keys.end(), column.field) != keys.end();
  }

  bool key_has_default() const {
    const FieldDef& key = model_.primary_key();
    return key.has_default() || key.has_db_default();
  }

  bool has_key() const {
    const auto all = keys();
    return std::all_of(all.begin(), all.end(), [&](const WrittenColumn* key) {
      return record_.is_loaded(key->attname) &&
             !is_null(record_.get(key->attname));
    });
  }

  /// A key that was set to NULL has its default again.
  void give_key() {
    for (const WrittenColumn* key : keys()) {
      const bool none =
          record_.is_loaded(key->attname) && is_null(record_.get(key->attname));
      if (none && key->field->has_default()) {
        record_.keep_value(
            key->attname,
            defaults_.initial(*key->field, *key->own,
                              record_.shape().databases->callables));
      }
    }
  }

  bool is_pending(const WrittenColumn& column) const {
    return pending_.contains(column.attname);
  }

  bool is_wanted(const WrittenColumn& column) const {
    if (!options_.update_fields) return true;
    return among(*options_.update_fields, column.field->name) ||
           among(*options_.update_fields, column.attname);
  }

  /// auto_now and auto_now_add.
  void give_present(const WrittenColumn& column, bool adding) {
    const bool now = column.field->flag("auto_now") ||
                     (adding && column.field->flag("auto_now_add"));
    if (now && !options_.raw && !is_pending(column)) {
      record_.keep_value(column.attname, defaults_.now(*column.field));
    }
  }

  Value stored(const WrittenColumn& column) {
    return stored_value(model_, column, connection_.dialect(),
                        record_.get(column.attname));
  }

  bool update() {
    RowChange change;
    for (const WrittenColumn& column : columns_) {
      if (is_key(column)) continue;
      if (column.field->is_generated()) {
        change.returning.push_back(&column);
        continue;
      }
      if (!is_wanted(column)) continue;
      give_present(column, false);
      if (is_pending(column)) change.returning.push_back(&column);
      if (is_pending(column) || record_.is_loaded(column.attname)) {
        change.columns.push_back(&column);
      }
    }
    if (change.columns.empty()) {
      return options_.update_fields || row().exists(connection_);
    }
    return change.returning.empty() ? update_plain(change)
                                    : update_computed(change);
  }

  bool update_plain(const RowChange& change) {
    std::vector<std::string> names, key_names;
    Row values;
    for (const WrittenColumn* column : change.columns) {
      names.push_back(column->column);
      values.push_back(stored(*column));
    }
    for (const WrittenColumn* key : keys()) {
      key_names.push_back(key->column);
      values.push_back(stored(*key));
    }
    const StatementBuilder builder(connection_.dialect(), model_.table());
    return connection_.execute(builder.update_sql(names, key_names), values) >
           0;
  }

  bool update_computed(const RowChange& change) {
    Query query = row().query();
    const Assignments assignments = assigned(change.columns, query);
    const auto statement = compile_update(
        query, assignments, connection_.dialect(), names(change.returning));
    if (!statement) return false;
    const Result result =
        connection_.query(statement->sql, statement->parameters);
    if (result.rows.empty()) return false;
    keep(change.returning, result.rows.front());
    return true;
  }

  /// The row itself, by its key.
  QuerySet row() {
    const Model& model = model_.concrete();
    Q key;
    for (const WrittenColumn* one : keys()) {
      key = key & Q(one->attname, record_.get(one->attname));
    }
    return QuerySet(*record_.shape().registry, model).filter(key).order_by({});
  }

  Assignments assigned(const std::vector<const WrittenColumn*>& columns,
                       Query& query) {
    Assignments assignments;
    for (const WrittenColumn* column : columns) {
      const auto waiting = pending_.find(column->attname);
      assignments.push_back(
          {column->field,
           waiting == pending_.end()
               ? value(record_.get(column->attname), borrowed(*column->own))
               : resolve(query, waiting->second, nullptr)});
    }
    return assignments;
  }

  void refuse_missing() const {
    if (!options_.force_update && !options_.update_fields) return;
    throw Error(
        "write.not-updated",
        fmt::format("there is no {} with this key to update", model_.label()));
  }

  void insert() {
    refuse_parts();
    give_order();
    RowChange change;
    for (const WrittenColumn& column : columns_) {
      if (!column.field->is_generated()) give_present(column, true);
      if (is_given(column)) change.columns.push_back(&column);
      if (!is_given(column) || is_pending(column)) {
        change.returning.push_back(&column);
      }
    }
    const BoundStatement statement = insert_statement(change);
    if (change.returning.empty()) {
      connection_.execute(statement.sql, statement.parameters);
      return;
    }
    const Result result =
        connection_.query(statement.sql, statement.parameters);
    keep(change.returning, result.rows.front());
  }

  /// A new row of a record that was loaded in part would lose the rest.
  void refuse_parts() const {
    if (record_.adding()) return;
    for (const WrittenColumn& column : columns_) {
      const bool there = column.field->is_generated() || is_pending(column) ||
                         record_.is_loaded(column.attname);
      if (there) continue;
      throw Error("write.options",
                  fmt::format("{}.{} was not loaded: a new row would be "
                              "without it",
                              model_.label(), column.field->name))
          .hint("leave it out of defer(), or name it in only()");
    }
  }

  /// Whether the INSERT has it; if not, the database gives the value.
  bool is_given(const WrittenColumn& column) {
    if (column.field->is_generated()) return false;
    if (is_pending(column)) return true;
    if (!record_.is_loaded(column.attname)) return false;
    const bool numbered =
        is_automatic(*column.field) && is_null(record_.get(column.attname));
    return !numbered;
  }

  BoundStatement insert_statement(const RowChange& change) {
    const Dialect& dialect = connection_.dialect();
    const bool computed =
        std::any_of(change.columns.begin(), change.columns.end(),
                    [&](const auto* one) { return is_pending(*one); });
    if (computed) {
      const Registry& registry = *record_.shape().registry;
      Query query(registry, model_.concrete());
      return compile_insert(registry, model_, assigned(change.columns, query),
                            dialect, names(change.returning));
    }
    Row values;
    for (const WrittenColumn* column : change.columns) {
      values.push_back(stored(*column));
    }
    return StatementBuilder(dialect, model_.table())
        .insert(names(change.columns), {&values, 1}, {},
                names(change.returning))
        .front();
  }

  /// With order_with_respect_to, a new row comes last.
  void give_order() {
    const FieldDef* order = model_.def().find_field("_order");
    const Data* respect = model_.def().options.find("order_with_respect_to");
    if (!order || !respect || !respect->text() || options_.raw) return;
    const FieldDef* owner = model_.def().find_field(*respect->text());
    if (!owner) return;
    const QuerySet rows =
        QuerySet(*record_.shape().registry, model_.concrete())
            .filter(Q(owner->attname(), record_.get(owner->attname())));
    const Row last = rows.aggregate(
        {{"last", make_expr(AggregateExpr{"Max", {f("_order")}})}},
        connection_);
    const auto* number = std::get_if<std::int64_t>(&last.front());
    record_.keep_value("_order", number ? *number + 1 : std::int64_t{0});
  }

  static std::vector<std::string> names(
      const std::vector<const WrittenColumn*>& columns) {
    std::vector<std::string> list;
    for (const WrittenColumn* column : columns) list.push_back(column->column);
    return list;
  }

  void keep(const std::vector<const WrittenColumn*>& columns, const Row& row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      record_.keep_value(columns[i]->attname,
                         value_from_db(connection_.dialect(),
                                       *columns[i]->field, models_, row[i]));
    }
  }

  Record& record_;
  const Model& model_;
  const SaveOptions& options_;
  Connection& connection_;
  const ModelSet& models_;
  std::vector<WrittenColumn> columns_;
  FieldDefaults defaults_;
  std::map<std::string, ExprPtr, std::less<>> pending_;
};

}  // namespace

bool save_row_of(Record& record, const Model& model, const SaveOptions& options,
                 bool force_insert, Connection& connection) {
  return RowSaver(record, model, options, connection).save(force_insert);
}

void take_related_keys(Record& record, const std::vector<std::string>* fields) {
  for (const Model::Column& column : record.model().columns()) {
    const FieldDef& field = *column.field;
    const bool wanted = !fields || among(*fields, field.name) ||
                        among(*fields, field.attname());
    if (!field.is_relation() || !wanted) continue;
    const auto known = record.known_related(field.name);
    if (!known || !*known) continue;
    const auto relation = find_relation(record.model(), field.name);
    if (!relation) continue;
    const std::string key = relation->column->attname();
    Record& other = **known;
    if (is_null(other.get(key))) {
      throw Error("write.unsaved",
                  fmt::format("{}.{} is not saved yet", record.model().label(),
                              field.name))
          .hint("save it first, else it would be lost");
    }
    if (record.is_loaded(field.attname()) &&
        is_null(record.get(field.attname()))) {
      record.keep_value(field.attname(), other.get(key));
    }
  }
}

}  // namespace manage::orm
