#include "orm/condition.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/expression.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string code, std::string message,
                        std::string hint = {}) {
  throw Error(std::move(code), std::move(message)).hint(std::move(hint));
}

struct Comparison {
  std::string_view name;
  std::string_view sql;
};

constexpr Comparison kComparisons[] = {
    {"exact", "="}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="}};

const Comparison* find_comparison(std::string_view name) {
  const auto found = std::find_if(
      std::begin(kComparisons), std::end(kComparisons),
      [&](const Comparison& comparison) { return comparison.name == name; });
  return found == std::end(kComparisons) ? nullptr : found;
}

enum class Connector { kAnd, kOr, kXor };

/// A lookup, or several conditions joined.
struct Condition {
  std::string sql;  ///< of a lookup; empty otherwise
  Connector connector = Connector::kAnd;
  bool negated = false;
  std::vector<Condition> parts;

  static Condition lookup(std::string sql) {
    Condition condition;
    condition.sql = std::move(sql);
    return condition;
  }

  bool is_lookup() const { return !sql.empty(); }

  /// Takes over the parts of what says the same without parentheses.
  void add(Condition part) {
    const bool same = part.connector == connector || part.parts.size() == 1;
    if (part.is_lookup() || part.negated || !same) {
      parts.push_back(std::move(part));
      return;
    }
    for (Condition& inner : part.parts) parts.push_back(std::move(inner));
  }
};

/// Numbers of the years that dates can have.
constexpr std::int64_t kFirstYear = 1, kLastYear = 9999;

class ConditionCompiler {
 public:
  ConditionCompiler(const ModelDef& model, const ModelSet& models,
                    const Dialect& dialect)
      : expressions_(model, models, dialect), dialect_(dialect) {}

  /// `negated`: whether an odd number of `not` stands around it.
  Condition compile(const Data& q, bool negated) const {
    const DataMap* map = q.map();
    if (!map) {
      wrong("conditions.shape",
            fmt::format("{} is no condition", source_text(q)),
            "a condition is a map of lookups: {price__gte: 0}");
    }
    if (map->empty()) wrong("conditions.shape", "a condition is empty");
    Condition all;
    std::vector<const DataMap::Entry*> lookups;
    for (const DataMap::Entry& entry : *map) {
      if (entry.first == "not") {
        all.add(compile_not(entry.second, negated));
      } else if (const auto connector = find_connector(entry.first)) {
        all.add(compile_list(*connector, entry, negated));
      } else {
        lookups.push_back(&entry);
      }
    }
    std::sort(lookups.begin(), lookups.end(),
              [](const DataMap::Entry* a, const DataMap::Entry* b) {
                return a->first < b->first;
              });
    for (const DataMap::Entry* entry : lookups) {
      all.add(compile_lookup(entry->first, entry->second, negated));
    }
    if (all.parts.size() > 1) return all;
    return Condition(std::move(all.parts.front()));
  }

  std::string render(const Condition& condition) const {
    if (condition.is_lookup()) return condition.sql;
    std::vector<std::string> parts;
    for (const Condition& part : condition.parts) parts.push_back(render(part));
    std::string sql;
    bool joined = parts.size() > 1;
    switch (condition.connector) {
      case Connector::kAnd:
        sql = text::join(parts, " AND ");
        break;
      case Connector::kOr:
        sql = text::join(parts, " OR ");
        break;
      case Connector::kXor:
        sql = joined ? render_xor(parts) : parts.front();
        break;
    }
    if (condition.negated) return "NOT (" + sql + ")";
    return joined ? "(" + sql + ")" : sql;
  }

 private:
  static std::optional<Connector> find_connector(std::string_view key) {
    if (key == "and") return Connector::kAnd;
    if (key == "or") return Connector::kOr;
    if (key == "xor") return Connector::kXor;
    return std::nullopt;
  }

  Condition compile_not(const Data& q, bool negated) const {
    Condition inverse;
    inverse.add(compile(q, !negated));
    inverse.negated = true;
    return inverse;
  }

  Condition compile_list(Connector connector, const DataMap::Entry& entry,
                         bool negated) const {
    const DataList* list = entry.second.list();
    if (!list || list->empty()) {
      wrong("conditions.shape",
            fmt::format("{} needs a list of conditions", entry.first),
            fmt::format("{}: [{{a: 1}}, {{b: 2}}]", entry.first));
    }
    Condition joined;
    joined.connector = connector;
    for (const Data& q : *list) joined.add(compile(q, negated));
    return joined;
  }

  /// True if an odd number of the parts is: no database has it as an operator.
  std::string render_xor(const std::vector<std::string>& parts) const {
    std::string sum;
    for (const std::string& part : parts) {
      const std::string one =
          fmt::format("CASE WHEN {} THEN 1 ELSE 0 END", part);
      sum = sum.empty() ? one : fmt::format("({} + {})", sum, one);
    }
    if (parts.size() > 2) sum = fmt::format("(MOD({}, 2))", sum);
    return fmt::format("({}) AND 1 = {}", text::join(parts, " OR "), sum);
  }

  Condition compile_lookup(const std::string& path, const Data& value,
                           bool negated) const {
    ColumnPath column = expressions_.column(path);
    Condition lookup = Condition::lookup(lookup_sql(path, column, value));
    // Inside a negation null must not count as a match.
    const std::string last = column.rest.empty() ? "exact" : column.rest.back();
    const bool about_null = last == "isnull" || value.is_null();
    if (!negated || about_null) return lookup;
    Condition guarded;
    guarded.add(lookup);
    if (column.field->null()) {
      guarded.add(Condition::lookup(column.sql + " IS NOT NULL"));
    }
    if (const FieldDef* other = plain_field(value); other && other->null()) {
      guarded.add(Condition::lookup(dialect_.quote_name(other->column()) +
                                    " IS NOT NULL"));
    }
    return guarded;
  }

  /// The field that `{F: name}` is.
  const FieldDef* plain_field(const Data& value) const {
    const DataMap* map = value.map();
    const Data* f = map && map->size() == 1 ? map->find("F") : nullptr;
    return f && f->text() ? expressions_.column(*f->text()).field : nullptr;
  }

  std::string lookup_sql(const std::string& path, const ColumnPath& column,
                         const Data& value) const {
    std::vector<std::string> rest = column.rest;
    if (!rest.empty() && rest.front() == "year") {
      return year_sql(path, column, value);
    }
    if (rest.empty()) rest = {"exact"};
    if (rest.size() > 1) unknown_lookup(path, rest.front(), column);
    const std::string& name = rest.front();
    if (name == "isnull") return null_sql(path, column, value);
    if (name == "in") return in_sql(path, column, value);
    if (name == "range") return range_sql(path, column, value);
    if (const Comparison* comparison = find_comparison(name)) {
      return comparison_sql(path, *comparison, column, value);
    }
    for (const TextLookup& lookup : dialect_.sql_syntax().text_lookups) {
      if (lookup.name == name) return text_sql(path, lookup, column, value);
    }
    unknown_lookup(path, name, column);
  }

  [[noreturn]] void unknown_lookup(const std::string& path,
                                   const std::string& name,
                                   const ColumnPath& column) const {
    std::vector<std::string> known = {"in", "isnull", "range"};
    for (const Comparison& comparison : kComparisons) {
      known.emplace_back(comparison.name);
    }
    for (const TextLookup& lookup : dialect_.sql_syntax().text_lookups) {
      known.emplace_back(lookup.name);
    }
    if (column.values->kind() == FieldKind::kDate) known.emplace_back("year");
    std::sort(known.begin(), known.end());
    std::string hint = text::did_you_mean(name, known);
    if (hint.empty()) hint = "known are " + text::join(known, ", ");
    wrong("conditions.lookup",
          fmt::format("{}: there is no lookup {} for {} on {}", path, name,
                      column.field->type->name, dialect_.name()),
          std::move(hint));
  }

  /// The right side: an expression, or a value of the column.
  std::string value_sql(const std::string& path, const ColumnPath& column,
                        const Data& value) const {
    if (const DataMap* map = value.map()) {
      return expressions_.expression(*map).sql;
    }
    if (value.list()) {
      wrong("conditions.value", fmt::format("{} cannot be a list", path),
            "use " + column.field->name + "__in");
    }
    if (value.is_null()) {
      wrong("conditions.value", fmt::format("{} cannot be null", path),
            "use " + column.field->name + "__isnull: true");
    }
    return expressions_.literal(value, *column.values, path);
  }

  std::string comparison_sql(const std::string& path,
                             const Comparison& comparison,
                             const ColumnPath& column,
                             const Data& value) const {
    const bool exact = comparison.name == "exact";
    if (exact && value.is_null()) return column.sql + " IS NULL";
    const bool* flag = value.boolean();
    if (exact && flag && column.values->kind() == FieldKind::kBoolean) {
      return *flag ? column.sql : "NOT " + column.sql;
    }
    return fmt::format("{} {} {}", column.sql, comparison.sql,
                       value_sql(path, column, value));
  }

  std::string null_sql(const std::string& path, const ColumnPath& column,
                       const Data& value) const {
    const bool* flag = value.boolean();
    if (!flag) {
      wrong("conditions.value", fmt::format("{} must be true or false", path));
    }
    return column.sql + (*flag ? " IS NULL" : " IS NOT NULL");
  }

  std::string in_sql(const std::string& path, const ColumnPath& column,
                     const Data& value) const {
    const DataList* list = value.list();
    if (!list || list->empty()) {
      wrong("conditions.value", fmt::format("{} needs a list of values", path));
    }
    std::vector<std::string> values;
    for (const Data& item : *list) {
      const std::string sql = value_sql(path, column, item);
      if (std::find(values.begin(), values.end(), sql) == values.end()) {
        values.push_back(sql);
      }
    }
    return fmt::format("{} IN ({})", column.sql, text::join(values, ", "));
  }

  std::string range_sql(const std::string& path, const ColumnPath& column,
                        const Data& value) const {
    const DataList* list = value.list();
    if (!list || list->size() != 2) {
      wrong("conditions.value",
            fmt::format("{} needs a list of two values", path));
    }
    return fmt::format("{} BETWEEN {} AND {}", column.sql,
                       value_sql(path, column, (*list)[0]),
                       value_sql(path, column, (*list)[1]));
  }

  std::string text_sql(const std::string& path, const TextLookup& lookup,
                       const ColumnPath& column, const Data& value) const {
    if (value.is_null() && lookup.name == "iexact") {
      return column.sql + " IS NULL";
    }
    if (value.map() || value.list() || value.is_null()) {
      wrong("conditions.value", fmt::format("{} needs a text", path));
    }
    std::string body = source_text(value);
    if (lookup.escaped) {
      for (std::string_view special : {"\\", "%", "_"}) {
        body = text::replace_all(std::move(body), special,
                                 "\\" + std::string(special));
      }
    }
    const std::string pattern = fmt::format(fmt::runtime(lookup.pattern), body);
    return fmt::format(fmt::runtime(lookup.sql), column.sql,
                       dialect_.literal(pattern));
  }

  /// A year is compared as the dates it begins and ends with.
  std::string year_sql(const std::string& path, const ColumnPath& column,
                       const Data& value) const {
    const std::string name =
        column.rest.size() > 1 ? column.rest[1] : std::string("exact");
    const Comparison* comparison = find_comparison(name);
    if (column.values->kind() != FieldKind::kDate) {
      unknown_lookup(path, "year", column);
    }
    if (!comparison || column.rest.size() > 2) {
      unknown_lookup(path, column.rest.back(), column);
    }
    const std::int64_t* year = value.integer();
    if (!year || *year < kFirstYear || *year > kLastYear) {
      wrong("conditions.value", fmt::format("{} needs a year", path));
    }
    const int number = static_cast<int>(*year);
    const std::string first =
        dialect_.literal(dialect_.to_db(FieldKind::kDate, Date{number, 1, 1}));
    const std::string last = dialect_.literal(
        dialect_.to_db(FieldKind::kDate, Date{number, 12, 31}));
    if (name == "exact") {
      return fmt::format("{} BETWEEN {} AND {}", column.sql, first, last);
    }
    const bool from_end = name == "gt" || name == "lte";
    return fmt::format("{} {} {}", column.sql, comparison->sql,
                       from_end ? last : first);
  }

  ExpressionCompiler expressions_;
  const Dialect& dialect_;
};

}  // namespace

std::string condition_sql(const Data& q, const ModelDef& model,
                          const ModelSet& models, const Dialect& dialect) {
  const ConditionCompiler compiler(model, models, dialect);
  return compiler.render(compiler.compile(q, false));
}

std::string expression_sql(const Data& expression, const ModelDef& model,
                           const ModelSet& models, const Dialect& dialect) {
  return ExpressionCompiler(model, models, dialect).argument(expression).sql;
}

}  // namespace manage::orm
