#include "orm/query/reading.hpp"

#include "orm/atomic.hpp"
#include "orm/column_types.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/functions.hpp"

namespace manage::orm {

namespace {

const FieldDef* column_field(const Expr& expr) {
  if (const auto* column = expr.as<ColumnExpr>()) return column->field;
  const auto* named = expr.as<NamedColumnExpr>();
  return named && named->origin ? column_field(*named->origin) : nullptr;
}

/// A number of another type as one of that kind: PostgreSQL's avg() of integers
/// is numeric, its sum() of bigints too.
void convert_number(FieldKind kind, Value& value) {
  if (kind == FieldKind::kFloat) {
    if (const auto* decimal = std::get_if<Decimal>(&value)) {
      value = std::stod(decimal->text());
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      value = static_cast<double>(*integer);
    }
  } else if (kind == FieldKind::kInteger) {
    if (const auto* decimal = std::get_if<Decimal>(&value)) {
      value = static_cast<std::int64_t>(std::stoll(decimal->text()));
    } else if (const auto* real = std::get_if<double>(&value)) {
      value = static_cast<std::int64_t>(*real);
    }
  } else if (kind == FieldKind::kDecimal) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      value = *Decimal::parse(std::to_string(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      if (auto parsed = Decimal::parse(fmt::format("{:.15g}", *real))) {
        value = *parsed;
      }
    }
  }
}

}  // namespace

ColumnReader::ColumnReader(const Expr& expr, const ModelSet& models,
                           const Dialect& dialect)
    : dialect_(dialect), kind_(family(kind_of(expr))) {
  if (const FieldDef* field = column_field(expr)) {
    const FieldDef& own = value_field(*field, models);
    kind_ = own.kind();
    column_ = true;
  }
  // A largest price has the places of a price, whatever the database keeps.
  if (const FieldDef* field = field_of(expr)) {
    places_ = field->integer("decimal_places");
  }
  plain_ = kind_ && column_ && dialect.reads_as_is(*kind_);
}

void ColumnReader::read(Value& value) const {
  if (plain_ || !kind_ || is_null(value)) return;
  value = dialect_.from_db(*kind_, value);
  if (!column_) convert_number(*kind_, value);
  const auto* decimal = std::get_if<Decimal>(&value);
  if (decimal && decimal->scale() != places_) {
    // More places than the field has stay as they are: nothing is lost.
    if (auto scaled = decimal->with_scale(places_)) value = *std::move(scaled);
  }
}

namespace {

/// The readers of what a query has selected.
class RowReader {
 public:
  RowReader(const Query& query, const Dialect& dialect) {
    for (const Selected& one : query.selected) {
      readers_.emplace_back(*one.expr, query.registry->models(), dialect);
    }
  }

  void read(Row& row) const {
    // What is only there for DISTINCT stands behind.
    row.resize(readers_.size());
    for (std::size_t i = 0; i < row.size(); ++i) readers_[i].read(row[i]);
  }

 private:
  std::vector<ColumnReader> readers_;
};

/// nullopt: it has no rows.
std::optional<BoundStatement> statement_for(const Query& query,
                                            Connection& connection) {
  require_usable(connection);
  if (query.lock && connection.dialect().features().row_locks &&
      !connection.in_transaction()) {
    throw Error("query.lock",
                "rows are locked until a transaction ends, and "
                "there is none")
        .hint("begin one before select_for_update");
  }
  return compile_select(query, connection.dialect());
}

}  // namespace

std::vector<Row> read_rows(const Query& query, Connection& connection) {
  const Dialect& dialect = connection.dialect();
  const auto statement = statement_for(query, connection);
  if (!statement) return {};
  const RowReader reader(query, dialect);
  std::vector<Row> rows =
      connection.query(statement->sql, statement->parameters).rows;
  for (Row& row : rows) reader.read(row);
  return rows;
}

void stream_rows(const Query& query, Connection& connection, std::size_t chunk,
                 const std::function<void(Row&)>& see) {
  const Dialect& dialect = connection.dialect();
  const auto statement = statement_for(query, connection);
  if (!statement) return;
  const RowReader reader(query, dialect);
  connection.stream(statement->sql, statement->parameters, chunk,
                    [&](Row& row) {
                      reader.read(row);
                      see(row);
                    });
}

namespace {

Value empty_value(const Expr& expr) {
  if (const auto* aggregate = expr.as<AggregateExpr>()) {
    if (aggregate->function == "Count" || aggregate->function == "RegrCount") {
      return std::int64_t{0};
    }
    return Null{};
  }
  if (const auto* literal = expr.as<LiteralExpr>()) return literal->value;
  const auto* called = expr.as<CallExpr>();
  if (called && called->function == "Coalesce") {
    for (const ExprPtr& one : called->arguments) {
      Value value = empty_value(*one);
      if (!is_null(value)) return value;
    }
  }
  return Null{};
}

}  // namespace

Row empty_aggregates(const Query& query) {
  Row row;
  for (const Selected& one : query.selected) {
    row.push_back(empty_value(*one.expr));
  }
  return row;
}

}  // namespace manage::orm
