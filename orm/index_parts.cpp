#include "orm/index_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/definition.hpp"

namespace manage::orm {

namespace {

/// An entry taken apart.
struct Entry {
  const Data* expression = nullptr;
  bool descending = false;
  std::string opclass;
  std::string sign;  ///< the operator of an exclusion
};

std::vector<std::string> texts(const DataMap& arguments, std::string_view key) {
  const Data* value = arguments.find(key);
  return value ? value->texts() : std::vector<std::string>{};
}

std::string text_of(const DataMap& map, std::string_view key) {
  const Data* value = map.find(key);
  return value && value->text() ? *value->text() : std::string();
}

/// `{desc: x}`, `{asc: x}`: takes the order off.
void take_order(Entry& entry) {
  const DataMap* map = entry.expression->map();
  if (!map) return;
  for (std::string_view order : {"asc", "desc"}) {
    const Data* inner = map->find(order);
    if (!inner) continue;
    entry.descending = order == "desc";
    entry.expression = inner;
    return;
  }
}

void take_opclass(Entry& entry) {
  const DataMap* map = entry.expression->map();
  const Data* inner = map ? map->find("OpClass") : nullptr;
  if (!inner) return;
  entry.opclass = text_of(*map, "name");
  // A list holds the one argument.
  const DataList* list = inner->list();
  entry.expression = list && list->size() == 1 ? &list->front() : inner;
}

Entry entry_of(const Data& data) {
  Entry entry;
  entry.expression = &data;
  if (const DataList* pair = data.list(); pair && pair->size() == 2) {
    entry.expression = &pair->front();
    if (pair->back().text()) entry.sign = *pair->back().text();
  }
  take_order(entry);
  take_opclass(entry);
  return entry;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           c == '.';
  });
}

/// The name of the field an index expression is, if it is only that.
const std::string* plain_field(const Data& expression) {
  if (const std::string* name = expression.text()) return name;
  const DataMap* map = expression.map();
  const Data* f = map && map->size() == 1 ? map->find("F") : nullptr;
  return f ? f->text() : nullptr;
}

IndexPart column_part(const SchemaSql& sql, const std::string& column) {
  return {column, sql.quote(column), false, {}};
}

IndexPart part_of(const SchemaSql& sql, const Entry& entry,
                  const ModelDef& model, const ModelSet& models) {
  IndexPart part;
  if (const std::string* name = plain_field(*entry.expression)) {
    part = column_part(sql, sql.columns(model, {*name}, models).front());
  } else {
    part.sql = "(" +
               expression_sql(*entry.expression, model, models, sql.dialect()) +
               ")";
  }
  part.descending = entry.descending;
  part.opclass = entry.opclass;
  return part;
}

std::vector<IndexPart> index_parts(const SchemaSql& sql,
                                   const DataMap& arguments,
                                   const ModelDef& model,
                                   const ModelSet& models) {
  std::vector<IndexPart> parts;
  for (std::string field : texts(arguments, "fields")) {
    const bool descending = field.starts_with('-');
    if (descending) field.erase(0, 1);
    parts.push_back(
        column_part(sql, sql.columns(model, {field}, models).front()));
    parts.back().descending = descending;
  }
  const Data* given = arguments.find("expressions");
  const DataList* expressions = given ? given->list() : nullptr;
  for (const Data& item : expressions ? *expressions : DataList{}) {
    parts.push_back(part_of(sql, entry_of(item), model, models));
  }
  const std::vector<std::string> opclasses = texts(arguments, "opclasses");
  for (std::size_t i = 0; i < opclasses.size() && i < parts.size(); ++i) {
    parts[i].opclass = opclasses[i];
  }
  return parts;
}

std::string condition_of(const SchemaSql& sql, const DataMap& arguments,
                         const ModelDef& model, const ModelSet& models) {
  const Data* condition = arguments.find("condition");
  if (!condition || condition->is_null()) return {};
  return condition_sql(*condition, model, models, sql.dialect());
}

}  // namespace

const Data& bare_expression(const Data& entry) {
  const Entry taken = entry_of(entry);
  const DataMap* map = entry.map();
  const bool has_class =
      !taken.opclass.empty() || (map && map->find("OpClass"));
  if (has_class && !is_plain_name(taken.opclass)) {
    throw Error("query.expression",
                "OpClass needs the name of an operator class")
        .hint("write it as {OpClass: title, name: varchar_pattern_ops}");
  }
  return *taken.expression;
}

IndexSpec index_spec(const SchemaSql& sql, const DataMap& arguments,
                     const ModelDef& model, const ModelSet& models) {
  IndexSpec spec;
  spec.parts = index_parts(sql, arguments, model, models);
  spec.include = sql.columns(model, texts(arguments, "include"), models);
  spec.condition = condition_of(sql, arguments, model, models);
  const Data* nulls = arguments.find("nulls_distinct");
  if (nulls && nulls->boolean()) spec.nulls_distinct = *nulls->boolean();
  return spec;
}

std::string storage_parameters(const PartType& type, const DataMap& arguments) {
  std::vector<std::string> all;
  for (const PartSpec& spec : type.arguments) {
    const Data* value = spec.storage ? arguments.find(spec.name) : nullptr;
    if (!value) continue;
    if (const bool* flag = value->boolean()) {
      all.push_back(fmt::format("{} = {}", spec.name, *flag ? "on" : "off"));
    } else if (const std::int64_t* number = value->integer()) {
      all.push_back(fmt::format("{} = {}", spec.name, *number));
    } else if (const DataList* list = value->list()) {
      // Bits by column: col1, col2, ….
      for (std::size_t i = 0; i < list->size(); ++i) {
        all.push_back(fmt::format("col{} = {}", i + 1, *(*list)[i].integer()));
      }
    }
  }
  return text::join(all, ", ");
}

std::string exclusion_clause(const SchemaSql& sql, const DataMap& arguments,
                             const ModelDef& model, const ModelSet& models) {
  std::vector<std::string> parts;
  const Data* expressions = arguments.find("expressions");
  for (const Data& item : *expressions->list()) {
    const Entry entry = entry_of(item);
    const IndexPart part = part_of(sql, entry, model, models);
    parts.push_back(part.sql +
                    (part.opclass.empty() ? "" : " " + part.opclass) +
                    " WITH " + entry.sign);
  }
  const std::string method = text_of(arguments, "index_type");
  std::string clause = fmt::format(
      "EXCLUDE USING {} ({})", method.empty() ? "GIST" : text::upper(method),
      text::join(parts, ", "));
  const Columns include =
      sql.columns(model, texts(arguments, "include"), models);
  if (!include.empty()) clause += " INCLUDE (" + sql.quote_all(include) + ")";
  const std::string condition = condition_of(sql, arguments, model, models);
  if (!condition.empty()) clause += " WHERE (" + condition + ")";
  const std::string when = text_of(arguments, "deferrable");
  if (!when.empty()) clause += " DEFERRABLE INITIALLY " + text::upper(when);
  return clause;
}

}  // namespace manage::orm
