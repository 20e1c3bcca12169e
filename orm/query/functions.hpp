// The functions, aggregates and window functions that expressions may call, by
// Django's class names, and what kinds of values come out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/field_def.hpp"

namespace manage::orm {

/// Where a function may stand.
enum class FunctionRole {
  kScalar,     ///< anywhere
  kAggregate,  ///< of many rows, also in a window
  kWindow,     ///< only in a window
};

/// What values a function has.
enum class Gives {
  kSame,     ///< those of its arguments, if they are of one kind
  kFirst,    ///< those of its first argument
  kNumeric,  ///< decimals if any argument is one, else floats
  kTotal,    ///< those of its argument, integers of every size as one
  kArrayOf,  ///< lists of those of its argument
  kEnds,     ///< those that a range has between its ends
  kText,
  kInteger,
  kFloat,
  kBoolean,
  kDate,
  kTime,
  kMoment,
  kUuid,
  kJson,
  kSearch,
};

struct FunctionSpec {
  std::string_view name;  ///< Django's class
  /// NAME, or a template of the arguments: "SUBSTR({0}, 1, {1})". Empty: only
  /// where a dialect spells it, or the compiler does.
  std::string_view sql;
  std::size_t least, most;  ///< arguments
  Gives gives;
  FunctionRole role = FunctionRole::kScalar;
  bool distinct = true;  ///< of an aggregate: whether it takes DISTINCT
  /// Keyword arguments beside output_field, separated by spaces.
  std::string_view options = {};
};

/// As many arguments as one likes, within reason.
constexpr std::size_t kAny = 64;

/// nullptr if there is none of that name.
const FunctionSpec* find_function(std::string_view name);
/// Names of every function, sorted.
std::vector<std::string> function_names();
/// Whether a function takes that keyword argument.
bool takes_option(const FunctionSpec& spec, std::string_view name);

using Kinds = std::vector<std::optional<FieldKind>>;

/// One kind for all that count as one when results are derived: kInteger for
/// integers, kText for texts.
std::optional<FieldKind> family(std::optional<FieldKind> kind);

/// The family of all parts; nullopt if they differ. Unknown ones do not count.
std::optional<FieldKind> common_kind(const Kinds& parts);

/// What a function of such arguments gives.
std::optional<FieldKind> result_kind(Gives gives, const Kinds& parts);

/// What an operator between two values gives: "+", "-", "*", "/", "%", "^",
/// "&", "|", "#" (exclusive or), "<<", ">>". nullopt where Django asks for an
/// output_field.
std::optional<FieldKind> operator_kind(std::string_view sign,
                                       std::optional<FieldKind> left,
                                       std::optional<FieldKind> right);
bool is_operator(std::string_view name);

}  // namespace manage::orm
