// The table of classes that meta.indexes and meta.constraints may hold: names
// and arguments are Django's.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace manage::orm {

/// How an argument of an index or constraint is read.
enum class PartKind {
  kBool,
  kInt,
  kInts,
  kTexts,
  kText,
  kList,
  kQ,
  kExclusions,  ///< pairs of an expression and an operator
};

struct PartSpec {
  std::string_view name;
  PartKind kind;
  /// Of numbers.
  std::int64_t low = 0;
  std::int64_t high = std::numeric_limits<std::int32_t>::max();
  /// Whether it stands in the index's WITH clause, by its name.
  bool storage = false;
};

/// A class: its arguments in the writer's order, which is that of the WITH
/// clause too.
struct PartType {
  std::string_view name;
  std::vector<PartSpec> arguments;
  std::string_view method = {};     ///< of an index: USING
  std::string_view suffix = "idx";  ///< of its automatic name
  bool ordered = true;              ///< whether columns may be descending
};

const std::vector<PartType>& index_types();
const std::vector<PartType>& constraint_types();
/// nullptr if there is none of that name.
const PartType* find_part_type(const std::vector<PartType>& types,
                               std::string_view name);

}  // namespace manage::orm
