// A row of a model, with what it is related to.
//
// Values are typed by their fields. What the query did not load (deferred
// fields, related records) is asked for when it is wanted first, and kept; the
// N+1 guard can forbid that. Not thread-safe.
//
// Errors: "query.field" for names that the model does not have, with near ones;
// "query.lazy" for what the guard forbids; "query.none" where a foreign key
// points to a row that is gone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/databases.hpp"
#include "orm/query/expr.hpp"
#include "orm/registry.hpp"
#include "orm/value.hpp"

namespace manage::orm {

class QuerySet;
class Record;
struct GenericKey;
using RecordPtr = std::shared_ptr<Record>;
using Records = std::vector<RecordPtr>;

/// What the records of a query have in common.
struct RecordShape {
  const Registry* registry = nullptr;
  const Model* model = nullptr;
  /// Names of the values: columns by attname ("author_id"), then annotations.
  std::vector<std::string> names;
  /// Values of the model's columns that were not loaded.
  std::vector<std::string> deferred;
  /// The way from the records the query was about: "author__editor".
  std::string path;
  std::string alias = "default";
  LazyLoading lazy_loading = LazyLoading::kAllow;
  const Databases* databases = nullptr;
  /// Of records that are not in the database yet, with the shape that they have
  /// when they are. What is deferred then is for the database to give.
  bool adding = false;
  std::shared_ptr<const RecordShape> saved = nullptr;

  /// Where a value is; nullopt: it was not loaded, or does not exist.
  std::optional<std::size_t> find(std::string_view name) const;
};

class Record : public std::enable_shared_from_this<Record> {
 public:
  Record(std::shared_ptr<const RecordShape> shape, Row values)
      : shape_(std::move(shape)), values_(std::move(values)) {}

  const Model& model() const { return *shape_->model; }
  const RecordShape& shape() const { return *shape_; }
  const std::string& alias() const { return shape_->alias; }

  /// The value of a column ("price", "author_id", "pk") or an annotation.
  const Value& get(std::string_view name);
  /// Of several columns, a JSON list of their values.
  const Value& key() { return get("pk"); }
  /// Whether get() asks nothing.
  bool is_loaded(std::string_view name) const;
  /// Whether it is not in the database yet.
  bool adding() const { return shape_->adding; }

  /// Gives a column ("price", "author_id", "pk") a value, which is written by
  /// save(). A related record of another key is forgotten. Throws "query.field"
  /// for what is no column, and "query.value" for what is no value of it.
  void set(std::string_view name, Value value);
  /// A value that the database computes when the record is saved:
  /// F("stock") + 1. Until then get() is an error.
  void set(std::string_view name, ExprPtr expr);
  /// What a foreign key or a one-to-one field leads to; nullptr: to nothing.
  /// Throws "query.value" for a record of another model.
  void set_related(std::string_view name, RecordPtr record);

  /// What a foreign key, a generic one, or a one-to-one relation, forwards or
  /// backwards, leads to; nullptr if to nothing.
  RecordPtr related(std::string_view name);
  /// What a relation to many rows leads to: what was prefetched, else asked for
  /// now and not kept.
  Records related_all(std::string_view name);
  /// The same as a query set, with the model's default_scope.
  QuerySet related_set(std::string_view name) const;

  /// For those that load: keeps what a relation leads to.
  void keep_related(std::string name, RecordPtr record);
  void keep_all(std::string name, Records records);
  /// The record that keeps this one: known as long as somebody has it, then
  /// asked for as if it never was.
  void keep_owner(std::string name, const RecordPtr& owner);
  bool has_related(std::string_view name) const;
  /// For those that write: what set() was given an expression for, by attname.
  std::map<std::string, ExprPtr, std::less<>> pending() const;
  bool has_pending() const { return kept_ && !kept_->pending.empty(); }
  /// Keeps what the database has: no check, no expression any more.
  void keep_value(std::string_view name, Value value);
  /// In the order of shape().names, for those that write many.
  const Row& values() const { return values_; }
  Value& value_at(std::size_t at) { return values_[at]; }
  /// Whether it knows more than these: related records, late values.
  bool knows_more() const { return kept_ != nullptr; }
  /// It is in that database now.
  void keep_saved(const std::string& alias);
  /// It is not in the database any more.
  void keep_deleted();
  /// What related() was given or has found; nullopt: nothing yet.
  std::optional<RecordPtr> known_related(std::string_view name) const {
    return known(name);
  }
  /// What is known of relations is asked for again.
  void forget_related();
  void forget_related(std::string_view name);

  /// What it is before something that may not happen.
  class Backup;

 private:
  [[noreturn]] void unknown(std::string_view name) const;
  const Value& composite_key();
  const Value& deferred(std::string_view name);
  RecordPtr related_generic(const GenericKey& key);
  void guard(std::string_view name, std::string_view cure) const;
  std::string path_to(std::string_view name) const;

  std::shared_ptr<const RecordShape> shape_;
  Row values_;
  /// Few records of many have it.
  struct Kept {
    std::map<std::string, Value, std::less<>> values;
    std::map<std::string, ExprPtr, std::less<>> pending;
    std::map<std::string, RecordPtr, std::less<>> one;
    std::map<std::string, Records, std::less<>> many;
    /// Back to those that keep this one, which would never be freed if it kept
    /// them too.
    std::map<std::string, std::weak_ptr<Record>, std::less<>> owners;
  };
  Kept& kept();
  /// nullopt: not known; nullptr: known to lead nowhere.
  std::optional<RecordPtr> known(std::string_view name) const;

  std::unique_ptr<Kept> kept_;
};

/// Makes the record what it was at first, unless keep() is called.
class Record::Backup {
 public:
  explicit Backup(Record& record);
  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;
  ~Backup();
  void keep() { kept_ = true; }

 private:
  Record& record_;
  std::shared_ptr<const RecordShape> shape_;
  Row values_;
  std::unique_ptr<Kept> more_;
  bool kept_ = false;
};

/// Their primary keys, in order.
std::vector<Value> keys_of(const Records& records);

}  // namespace manage::orm
