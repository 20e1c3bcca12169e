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

  /// Where a value is; nullopt: it was not loaded, or does not exist.
  std::optional<std::size_t> find(std::string_view name) const;
};

class Record {
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

 private:
  [[noreturn]] void unknown(std::string_view name) const;
  const Value& composite_key();
  RecordPtr related_generic(const GenericKey& key);
  void guard(std::string_view name, std::string_view cure) const;
  std::string path_to(std::string_view name) const;

  std::shared_ptr<const RecordShape> shape_;
  Row values_;
  /// Few records of many have it.
  struct Kept {
    std::map<std::string, Value, std::less<>> values;
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

}  // namespace manage::orm
