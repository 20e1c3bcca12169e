// How the rows of one kind of relation come and go (related_manager.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "orm/query/record.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/related_manager.hpp"

namespace manage::orm {

class RelatedRows {
 public:
  virtual ~RelatedRows() = default;

  virtual const Model& model() const = 0;
  virtual void add(const Records& records, const AddOptions& options) = 0;
  virtual void add_keys(std::vector<Value> keys, const AddOptions& options) = 0;
  virtual void remove(const Records& records) = 0;
  virtual void clear() = 0;
  /// What set() does when a row cannot go.
  virtual bool can_remove() const = 0;
  /// What a new row must have to be one of them.
  virtual GivenList given() const { return {}; }
};

/// REQUIRES: the relation is to many.
std::unique_ptr<RelatedRows> pointing_rows(const RecordPtr& record,
                                           const Relation& relation);
std::unique_ptr<RelatedRows> generic_rows(const RecordPtr& record,
                                          const Relation& relation);
std::unique_ptr<RelatedRows> joined_rows(const RecordPtr& record,
                                         const Relation& relation);

/// The value of a record that the relation is about. Throws "write.unsaved".
const Value& saved_value(Record& record, const std::string& attname,
                         const std::string& name);
/// Throws "query.value" for a record of another model, or of a database that
/// has nothing to do with that of `owner`.
void require_model(const Record& record, const Model& model,
                   const Record& owner, const std::string& name);

}  // namespace manage::orm
