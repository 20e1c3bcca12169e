// The functions that expressions may call, and what kinds of values come out.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "orm/expression.hpp"
#include "orm/field_def.hpp"

namespace manage::orm {

/// What values a function has.
enum class Result {
  kSame,   ///< those of its arguments, if they are of one kind
  kFirst,  ///< those of its first argument
  kText,
  kInteger,
  kNumeric,  ///< decimals if any argument is one, else floats
  kFloat,
  kMoment,
  kUuid,
};

struct FunctionSpec {
  std::string_view name;    ///< Django's class
  std::string_view sql;     ///< empty: not every database has it
  std::size_t least, most;  ///< arguments
  Result result;
};

/// As many arguments as one likes, within reason.
constexpr std::size_t kAny = 64;

/// nullptr if there is none of that name.
const FunctionSpec* find_function(std::string_view name);

/// One kind for all that count as one when results are derived: kInteger for
/// integers, kText for texts.
std::optional<FieldKind> family(std::optional<FieldKind> kind);

/// The family of all parts; nullopt if they differ.
std::optional<FieldKind> common_kind(const std::vector<SqlExpression>& parts);

bool any_of_kind(const std::vector<SqlExpression>& parts, FieldKind kind);

/// REQUIRES: parts is not empty.
std::optional<FieldKind> result_kind(Result result,
                                     const std::vector<SqlExpression>& parts);

}  // namespace manage::orm
