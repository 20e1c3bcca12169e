// Compiles the expressions of conditions, indexes and constraints to SQL.
//
// A compiler belongs to one model and one dialect and keeps references to both;
// it has no state of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// A piece of SQL, and what values it has as far as that is known.
struct SqlExpression {
  std::string sql;
  std::optional<FieldKind> kind;
};

/// A column, and the lookups that follow it in "published__year__gt".
struct ColumnPath {
  const FieldDef* field = nullptr;
  std::string sql;                   ///< the quoted column
  const FieldDef* values = nullptr;  ///< whose values it holds
  std::vector<std::string> rest;
};

/// A scalar as it stood in the file; JSON text for lists and maps.
std::string source_text(const Data& data);

/// "author__name" as "author", "name".
std::vector<std::string> split_lookup(std::string_view path);

/// Every class that an expression may be, sorted.
std::vector<std::string> expression_names();

/// Whether a map is an expression: it has a class or an operator among its
/// keys. Else it is a condition.
bool is_expression(const DataMap& map);

class ExpressionCompiler {
 public:
  ExpressionCompiler(const ModelDef& model, const ModelSet& models,
                     const Dialect& dialect)
      : model_(model), models_(models), dialect_(dialect) {}

  /// In an argument's place: a text is a field, a map an expression, anything
  /// else a literal.
  SqlExpression argument(const Data& data) const;
  /// A map of one class or operator, and its keyword arguments.
  SqlExpression expression(const DataMap& map) const;
  /// A field's name, attname or "pk", a foreign key's "author__id", and what
  /// comes after it. Throws "models.E012", "models.E013", "models.E016",
  /// "models.E041".
  ColumnPath column(std::string_view path) const;
  /// A value as that field writes it. Throws "conditions.value".
  std::string literal(const Data& data, const FieldDef& field,
                      std::string_view what) const;

  const Dialect& dialect() const { return dialect_; }

 private:
  class Call;

  std::string plain_literal(const Data& data) const;
  /// The arguments; numbers with a fraction are floats beside floats.
  std::vector<SqlExpression> operands(const DataList& given) const;
  SqlExpression function(const Call& call) const;
  SqlExpression arithmetic(const Call& call) const;
  SqlExpression concat(const Call& call) const;
  SqlExpression cast(const Call& call) const;
  SqlExpression named_function(const Call& call) const;
  /// The field that output_field describes; without a type if there is none.
  FieldDef output_field(const Call& call) const;
  SqlExpression collate(const Call& call) const;
  SqlExpression case_when(const Call& call) const;
  SqlExpression field_of(const Call& call) const;
  /// A computed decimal as the database needs it.
  SqlExpression computed(std::string sql, std::optional<FieldKind> kind) const;
  [[noreturn]] void unknown_field(std::string_view name) const;

  const ModelDef& model_;
  const ModelSet& models_;
  const Dialect& dialect_;
};

}  // namespace manage::orm
