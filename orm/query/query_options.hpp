// What the methods of QuerySet are given beside conditions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orm/query/databases.hpp"
#include "orm/query/expr.hpp"

namespace manage::orm {

/// A name, or a name for an expression.
struct Named {
  std::string name;
  ExprPtr expr = nullptr;

  Named(const char* path) : name(path) {}
  Named(std::string path) : name(std::move(path)) {}
  Named(std::string alias, ExprPtr value)
      : name(std::move(alias)), expr(std::move(value)) {}
};

/// select_for_update()'s arguments; `of` are paths to relations, "self" among
/// them.
struct LockOptions {
  bool nowait = false;
  bool skip_locked = false;
  bool no_key = false;
  std::vector<std::string> of = {};
};

class QuerySet;

/// Related rows that are asked for at once for all records: "books__tags".
/// `rows` narrows them, `to_attr` is where they are kept instead.
struct Prefetch {
  std::string path;
  std::shared_ptr<const QuerySet> rows = nullptr;
  std::string to_attr = {};

  Prefetch(const char* name) : path(name) {}
  Prefetch(std::string name) : path(std::move(name)) {}
  Prefetch(std::string name, const QuerySet& narrowed, std::string attr = {});
};

/// What records are made of beside the model's own columns.
struct Loading {
  std::vector<std::string> related;  ///< select_related
  bool all_related = false;          ///< select_related without names
  std::vector<std::string> deferred, only;
  std::vector<Prefetch> prefetch;
  std::string alias = "default";
  /// Whether database_routers may name another one.
  bool routed = true;
  std::optional<LazyLoading> lazy;
};

}  // namespace manage::orm
