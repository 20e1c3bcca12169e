// Rows that foreign keys refer to, looked up many at a time and remembered.
//
// A small table is read once as a whole; of a large one the latest keys are
// kept.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "loaders/import_plan.hpp"
#include "orm/connection.hpp"

namespace manage::loaders {

class RelatedRows {
 public:
  enum class Found { kNone, kOne, kMany };
  struct Answer {
    Found found = Found::kNone;
    orm::Value target;  ///< the value for the foreign key's column
  };

  /// `planned` is a foreign key. All outlive this.
  RelatedRows(orm::Connection& connection, const orm::ModelSet& models,
              const PlannedField& planned);

  /// Makes the answers for these values known. For a model whose rows may come
  /// and go meanwhile, everything older is forgotten.
  void load(const std::vector<const orm::Value*>& wanted);
  /// REQUIRES: `value` was among the last load's.
  const Answer& find(const orm::Value& value) const;

 private:
  void load_small_table();
  void remember(const orm::Row& row);

  orm::Connection& connection_;
  const PlannedField& planned_;
  std::string table_;
  std::vector<std::string> columns_;  ///< lookup and target
  orm::FieldKind target_kind_;
  bool tried_small_ = false;
  bool complete_ = false;  ///< what is not here does not exist
  std::unordered_map<std::string, Answer> known_;
};

}  // namespace manage::loaders
