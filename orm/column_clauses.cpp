#include "orm/column_clauses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/query/definition.hpp"
#include "orm/query/from_data.hpp"

namespace manage::orm {

namespace {

const Data& db_default(const FieldDef& field) {
  return *field.arguments.find("db_default");
}

/// The map of an expression; nullptr for a value. `{Value: x}` is a value.
const DataMap* expression_of(const Data& data) {
  const DataMap* map = data.map();
  if (!map || !is_expression_map(*map)) return nullptr;
  return map->size() == 1 && map->find("Value") ? nullptr : map;
}

/// Whether a path such as "author_id" or "published__year" begins with it.
bool begins_with(std::string_view path, std::string_view field) {
  if (!path.starts_with(field)) return false;
  const std::string_view rest = path.substr(field.size());
  return rest.empty() || rest == "_id" || rest.starts_with("__");
}

bool mentions(const Data& data, std::string_view field) {
  if (const std::string* text = data.text()) return begins_with(*text, field);
  if (const DataList* list = data.list()) {
    return std::any_of(list->begin(), list->end(),
                       [&](const Data& item) { return mentions(item, field); });
  }
  const DataMap* map = data.map();
  return map && std::any_of(map->begin(), map->end(),
                            [&](const DataMap::Entry& entry) {
                              return begins_with(entry.first, field) ||
                                     mentions(entry.second, field);
                            });
}

}  // namespace

bool is_computed_from(const FieldDef& field, std::string_view source) {
  const Data* expression = field.arguments.find("expression");
  return field.is_generated() && expression && mentions(*expression, source);
}

bool has_literal_db_default(const FieldDef& field) {
  return expression_of(db_default(field)) == nullptr;
}

std::string db_default_sql(const FieldDef& field, const ModelSet& models,
                           const Dialect& dialect) {
  const Data& data = db_default(field);
  if (!expression_of(data)) {
    const FieldDef& own = value_field(field, models);
    return dialect.literal(
        dialect.to_db(own.kind(), value_from_data(own, data)));
  }
  // The database knows no row yet: a model without fields makes every column
  // an error.
  const ModelDef none;
  try {
    return "(" + expression_sql(data, none, models, dialect) + ")";
  } catch (const Error& error) {
    if (error.code() != "models.E012") throw;
    throw Error("fields.E012",
                "a database's default cannot use columns: it is computed "
                "before there is a row")
        .hint("a text is {Value: text}");
  }
}

std::string generated_clause(const ModelDef& model, const FieldDef& field,
                             const ModelSet& models, const Dialect& dialect) {
  const Data& given = *field.arguments.find("expression");
  const DataMap* map = given.map();
  const std::string sql = map && !is_expression_map(*map)
                              ? condition_sql(given, model, models, dialect)
                              : expression_sql(given, model, models, dialect);
  return fmt::format("GENERATED ALWAYS AS ({}) {}", sql,
                     field.flag("db_persist") ? "STORED" : "VIRTUAL");
}

}  // namespace manage::orm
