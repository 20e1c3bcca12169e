#include "orm/writing/row_values.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core/error.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/query/functions.hpp"

namespace manage::orm {

std::vector<WrittenColumn> written_columns(const Model& model,
                                           const ModelSet& models) {
  std::vector<WrittenColumn> columns;
  for (const FieldDef* field : model.concrete().def().columns()) {
    columns.push_back({field, &value_field(*field, models), field->attname(),
                       field->column()});
  }
  return columns;
}

Value stored_value(const Model& model, const WrittenColumn& column,
                   const Dialect& dialect, const Value& value) {
  Value out;
  store(out, model, column, dialect, value);
  return out;
}

void store(Value& out, const Model& model, const WrittenColumn& column,
           const Dialect& dialect, const Value& value) {
  const FieldKind kind = column.own->kind();
  const std::string problem = dialect.storage_problem(kind, value);
  if (!problem.empty()) {
    throw Error("query.value", fmt::format("{}.{}: {}", model.label(),
                                           column.field->name, problem));
  }
  const bool as_it_is = std::holds_alternative<std::string>(value) ||
                        std::holds_alternative<std::int64_t>(value) ||
                        is_null(value);
  if (as_it_is) {
    out = value;
  } else {
    out = dialect.to_db(kind, value);
  }
}

namespace {

DateTime present() {
  return DateTime{std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()};
}

bool is_text(const FieldDef& field) {
  return family(field.kind()) == FieldKind::kText;
}

}  // namespace

FieldDefaults::FieldDefaults(const ModelSet& models)
    : time_zone_(TimeZone::find(models.time_zone).value_or(TimeZone())) {}

Value FieldDefaults::initial(const FieldDef& field, const FieldDef& own,
                             Callables* callables) const {
  if (field.has_default()) {
    FieldDef typed = own;
    typed.name = field.name;
    typed.pos = field.pos;
    typed.arguments.set("default", field.default_value());
    return default_value(typed, {present(), time_zone_, callables});
  }
  const bool empty_text =
      is_text(field) && !field.null() && !field.has_db_default();
  return empty_text ? Value(std::string()) : Value(Null{});
}

bool FieldDefaults::is_constant(const FieldDef& field) {
  if (!field.has_default()) return true;
  const DataMap* map = field.default_value().map();
  return !map || !(map->find("call") || map->find("lua"));
}

Value FieldDefaults::now(const FieldDef& field) const {
  FieldDef clock = field;
  clock.arguments.set("default", DataMap{{"call", "now"}});
  return default_value(clock, {present(), time_zone_});
}

}  // namespace manage::orm
