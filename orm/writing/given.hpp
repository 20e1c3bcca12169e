// What a program gives to a field by its name.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "orm/query/expr.hpp"
#include "orm/query/record.hpp"

namespace manage::orm {

/// A value, an expression that the database computes, or the record that a
/// foreign key shall lead to.
struct Given {
  std::string name;
  std::variant<Value, ExprPtr, RecordPtr> what;

  Given(std::string field, Value value)
      : name(std::move(field)), what(std::move(value)) {}
  Given(std::string field, ExprPtr expr)
      : name(std::move(field)), what(std::move(expr)) {}
  Given(std::string field, RecordPtr record)
      : name(std::move(field)), what(std::move(record)) {}
};

using GivenList = std::vector<Given>;

/// Record::set or set_related.
void give(Record& record, const Given& given);

}  // namespace manage::orm
