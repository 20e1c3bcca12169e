// Records of SQL that its caller answers for, and scopes by their names.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/loading.hpp"
#include "orm/query/query_set.hpp"

namespace manage::orm {

namespace {

/// The columns of an answer, each as a field of the model or as it is.
class RawColumns {
 public:
  RawColumns(const Registry& registry, const Model& model,
             const Dialect& dialect, RecordShape& shape)
      : registry_(registry), model_(model), dialect_(dialect), shape_(shape) {}

  void add(const std::string& name) {
    const FieldDef* field = find(name);
    shape_.names.push_back(field ? field->attname() : name);
    readers_.push_back(field ? reader(*field) : std::nullopt);
  }

  /// What the answer lacks can be asked for later, by the key.
  void finish() {
    for (const Model::Column& column : model_.columns()) {
      if (!among(shape_.names, column.field->attname())) {
        shape_.deferred.push_back(column.field->attname());
      }
    }
    for (const FieldDef* key : model_.key_columns()) {
      if (among(shape_.names, key->attname())) continue;
      throw Error("query.raw", fmt::format("raw() needs the key of {}, {}",
                                           model_.label(), key->attname()))
          .hint("select it too");
    }
  }

  void read(Row& row) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (readers_[i]) readers_[i]->read(row[i]);
    }
  }

 private:
  static bool among(const std::vector<std::string>& list,
                    const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  }

  const FieldDef* find(const std::string& name) const {
    for (const Model::Column& column : model_.columns()) {
      const FieldDef& field = *column.field;
      const bool known = field.column() == name || field.attname() == name;
      if (known && !among(shape_.names, field.attname())) return &field;
    }
    return nullptr;
  }

  std::optional<ColumnReader> reader(const FieldDef& field) const {
    const ModelSet& models = registry_.models();
    const ExprPtr column =
        make_expr(ColumnExpr{0, &field, &value_field(field, models), 0});
    return ColumnReader(*column, models, dialect_);
  }

  const Registry& registry_;
  const Model& model_;
  const Dialect& dialect_;
  RecordShape& shape_;
  std::vector<std::optional<ColumnReader>> readers_;
};

}  // namespace

Records QuerySet::raw(const std::string& sql,
                      const std::vector<Value>& parameters,
                      const Databases& databases) const {
  Connection& connection = databases.connection(loading_->alias);
  const BoundStatement statement =
      compile_raw({sql, parameters}, registry(), connection.dialect());
  Result result = connection.query(statement.sql, statement.parameters);
  const auto shape = new_shape(*this, databases, model(), "");
  RawColumns columns(registry(), model(), connection.dialect(), *shape);
  for (const std::string& name : result.columns) columns.add(name);
  columns.finish();
  Records records;
  for (Row& row : result.rows) {
    columns.read(row);
    records.push_back(std::make_shared<Record>(shape, std::move(row)));
  }
  manage::orm::prefetch_related(records, loading_->prefetch, databases);
  return records;
}

QuerySet QuerySet::scope(std::string_view name) const {
  const DataMap* scopes = model().def().scopes.map();
  const Data* found = scopes ? scopes->find(name) : nullptr;
  if (!found || !found->map()) {
    std::vector<std::string> known;
    for (const auto& [one, ignored] : scopes ? *scopes : DataMap{}) {
      known.push_back(one);
    }
    throw Error("query.scope",
                fmt::format("{} has no scope {}", model().label(), name))
        .hint(text::did_you_mean(name, known));
  }
  DataList steps;
  for (const char* step : {"filter", "exclude", "order_by", "limit"}) {
    if (const Data* given = found->map()->find(step)) {
      DataMap one;
      one.set(step, *given);
      steps.emplace_back(std::move(one));
    }
  }
  return apply_steps(*this, steps);
}

}  // namespace manage::orm
