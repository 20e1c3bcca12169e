// The columns of one table as rows are written to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time_zone.hpp"
#include "orm/callables.hpp"
#include "orm/dialect.hpp"
#include "orm/registry.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// One column of a model's own table; generated ones are only read.
struct WrittenColumn {
  const FieldDef* field = nullptr;
  const FieldDef* own = nullptr;  ///< whose values it holds
  std::string attname;
  std::string column;
};

/// The columns of the model's own table, in order, without those of its
/// parents.
std::vector<WrittenColumn> written_columns(const Model& model,
                                           const ModelSet& models);

/// `value` as the database keeps it. Throws "query.value" where it would not
/// give it back.
Value stored_value(const Model& model, const WrittenColumn& column,
                   const Dialect& dialect, const Value& value);

/// The same into `out`, which keeps its memory where it can.
void store(Value& out, const Model& model, const WrittenColumn& column,
           const Dialect& dialect, const Value& value);

/// What fields have that are not given a value, as in Django: their default,
/// else the empty text in a text field that is NOT NULL, else NULL. Made once
/// for many rows.
class FieldDefaults {
 public:
  explicit FieldDefaults(const ModelSet& models);

  /// Throws "convert.lua" for a default that only scripts know, where there are
  /// none.
  Value initial(const FieldDef& field, const FieldDef& own,
                Callables* callables) const;
  /// Whether initial() is the same each time.
  static bool is_constant(const FieldDef& field);
  /// The present, for auto_now and auto_now_add.
  Value now(const FieldDef& field) const;

 private:
  TimeZone time_zone_;
};

}  // namespace manage::orm
