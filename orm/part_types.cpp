#include "orm/part_types.hpp"

#include <algorithm>

namespace manage::orm {

namespace {

using K = PartKind;

/// An argument of the WITH clause.
PartSpec storage(std::string_view name, PartKind kind, std::int64_t low = 0,
                 std::int64_t high = std::numeric_limits<std::int32_t>::max()) {
  return {name, kind, low, high, true};
}

PartSpec fillfactor() { return storage("fillfactor", K::kInt, 10, 100); }

std::vector<PartSpec> index_arguments(std::vector<PartSpec> own = {}) {
  std::vector<PartSpec> all = {
      {"fields", K::kTexts},  {"expressions", K::kList},
      {"name", K::kText},     {"condition", K::kQ},
      {"include", K::kTexts}, {"opclasses", K::kTexts}};
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

PartType index_by(std::string_view name, std::string_view method,
                  std::vector<PartSpec> own) {
  return {name, index_arguments(std::move(own)), method, method,
          method == "btree"};
}

std::vector<PartSpec> constraint_arguments(std::vector<PartSpec> own) {
  own.push_back({"violation_error_code", K::kText});
  own.push_back({"violation_error_message", K::kText});
  return own;
}

}  // namespace

const std::vector<PartType>& index_types() {
  static const std::vector<PartType> kTypes = {
      {"Index", index_arguments()},
      index_by("BTreeIndex", "btree",
               {fillfactor(), storage("deduplicate_items", K::kBool)}),
      index_by("BloomIndex", "bloom",
               {storage("length", K::kInt, 1, 4096),
                storage("columns", K::kInts, 1, 4095)}),
      index_by("BrinIndex", "brin",
               {storage("autosummarize", K::kBool),
                storage("pages_per_range", K::kInt, 1, 131072)}),
      index_by("GinIndex", "gin",
               {storage("gin_pending_list_limit", K::kInt, 64),
                storage("fastupdate", K::kBool)}),
      index_by("GistIndex", "gist",
               {storage("buffering", K::kBool), fillfactor()}),
      index_by("HashIndex", "hash", {fillfactor()}),
      index_by("SpGistIndex", "spgist", {fillfactor()}),
  };
  return kTypes;
}

const std::vector<PartType>& constraint_types() {
  static const std::vector<PartType> kTypes = {
      {"CheckConstraint",
       constraint_arguments({{"condition", K::kQ}, {"name", K::kText}})},
      {"UniqueConstraint",
       constraint_arguments({{"fields", K::kTexts},
                             {"expressions", K::kList},
                             {"name", K::kText},
                             {"condition", K::kQ},
                             {"deferrable", K::kText},
                             {"include", K::kTexts},
                             {"opclasses", K::kTexts},
                             {"nulls_distinct", K::kBool}})},
      {"ExclusionConstraint",
       constraint_arguments({{"expressions", K::kExclusions},
                             {"name", K::kText},
                             {"index_type", K::kText},
                             {"condition", K::kQ},
                             {"deferrable", K::kText},
                             {"include", K::kTexts}})},
  };
  return kTypes;
}

const PartType* find_part_type(const std::vector<PartType>& types,
                               std::string_view name) {
  const auto found =
      std::find_if(types.begin(), types.end(),
                   [&](const PartType& type) { return type.name == name; });
  return found == types.end() ? nullptr : &*found;
}

}  // namespace manage::orm
