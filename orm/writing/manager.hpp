// New records of a model: Django's (5.2) manager methods that write.
//
// Not thread-safe, as the connections are not; the registry and the databases
// outlive it and its records. Errors are those of save() (saving.hpp) and
// get(); "write.options" for options of bulk_create() that exclude each other.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orm/query/query_set.hpp"
#include "orm/writing/given.hpp"
#include "orm/writing/row_values.hpp"

namespace manage::orm {

struct BulkCreateOptions {
  std::size_t batch_size = 0;  ///< rows per statement; 0: as many as fit
  bool ignore_conflicts = false;
  /// A row whose `unique_fields` are there already takes `update_fields`.
  bool update_conflicts = false;
  std::vector<std::string> update_fields = {}, unique_fields = {};
};

class Manager {
 public:
  /// `alias`: the database; empty: as database_routers say.
  Manager(const Registry& registry, const Model& model,
          const Databases& databases, std::string alias = {});

  const Model& model() const { return *model_; }
  const Databases& databases() const { return *databases_; }
  /// The rows that the model's default_scope leaves.
  QuerySet all() const;

  /// A record that is not saved yet, with defaults for what is not given.
  RecordPtr make(const GivenList& given = {}) const;
  /// make() and save() with an INSERT.
  RecordPtr create(const GivenList& given) const;
  /// The one that meets the conditions, else a new one with `given` and
  /// `defaults`; whether it is new. If another process makes it at the same
  /// time, that one is found: a unique constraint must say what is the same.
  std::pair<RecordPtr, bool> get_or_create(
      const GivenList& given, const GivenList& defaults = {}) const;
  /// The one that meets the conditions, locked and changed to `defaults`, else
  /// a new one with `given` and `create_defaults` (without them, `defaults`).
  std::pair<RecordPtr, bool> update_or_create(
      const GivenList& given, const GivenList& defaults,
      const std::optional<GivenList>& create_defaults = {}) const;

  /// Inserts them in as few statements as possible, all or nothing, in their
  /// order; their keys, and what else the database gives, are read back, except
  /// with ignore_conflicts. No signals; no models that inherit from others.
  void bulk_create(const Records& records,
                   const BulkCreateOptions& options = {}) const;
  /// Writes these fields of records that are there, all or nothing; the number
  /// of rows that were. No signals.
  std::int64_t bulk_update(const Records& records,
                           const std::vector<std::string>& fields,
                           std::size_t batch_size = 0) const;

 private:
  struct Template;

  RecordPtr with_given(const GivenList& lookups,
                       const GivenList& defaults) const;
  Q condition(const GivenList& given) const;
  /// all(), where rows are written.
  QuerySet here() const;

  const Registry* registry_;
  const Model* model_;
  const Databases* databases_;
  bool routed_ = false;  ///< nobody named a database
  std::string alias_;
  std::shared_ptr<const Template> template_;
};

}  // namespace manage::orm
