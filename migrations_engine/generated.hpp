// The operations the autodetector generated, with what each must come after;
// ordering them, and cutting them into migrations.
#pragma once

#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "migrations_engine/graph.hpp"
#include "migrations_engine/migration.hpp"
#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// "After the operation that …"; satisfied if there is none.
struct OperationDependency {
  enum class Kind {
    kModelCreated,  ///< or renamed to this name
    kModelNew,      ///< created, not renamed
    kModelRemoved,
    kFieldCreated,
    kFieldRemoved,
    kFieldAltered,
    kModelRenamed,  ///< to this name
    kFieldRenamed,  ///< to this name
    kTableRenamed,
    kTogetherChanged,  ///< to lists without the field
    kOrderUnset,       ///< order_with_respect_to is another field, or none
    kIndexRemoved,     ///< or a constraint
  };
  orm::ModelKey model;
  std::string field;
  Kind kind = Kind::kModelCreated;
  /// The model is the user model, written as such.
  bool swappable = false;
  /// Django has no such dependency, and its order mostly suits it: it counts
  /// only where that order would break it.
  bool unless_met = false;

  auto operator<=>(const OperationDependency&) const = default;
  /// Whether an operation of app `model.app` is the one.
  bool satisfied_by(const Operation& operation) const;

 private:
  bool satisfied_by_model(const ModelOperation& operation) const;
  bool satisfied_by_field(const FieldOperation& operation) const;
};

using OperationDependencies = std::vector<OperationDependency>;

class GeneratedOperations {
 public:
  void add(const std::string& app, OperationPtr operation,
           OperationDependencies dependencies = {});
  /// Before all others of that app.
  void add_first(const std::string& app, OperationPtr operation,
                 OperationDependencies dependencies = {});
  /// Puts operations immediately before one that was added, unless that one
  /// folds into another.
  void add_before(const OperationPtr& added, const OperationPtr& operation) {
    before_[added.get()].push_back(operation);
  }

  /// Orders each app's operations, cuts them into migrations "auto_1", … with
  /// dependencies, and folds the operations of each. Throws Error
  /// "migrations.circular" if that is impossible.
  std::map<std::string, std::vector<Migration>> migrations(
      const MigrationGraph& graph) &&;

 private:
  struct Item {
    OperationPtr operation;
    OperationDependencies dependencies;
  };
  using Items = std::deque<Item>;
  /// Item `later` comes after item `earlier`.
  struct Edge {
    std::size_t later;
    std::size_t earlier;
    bool unless_met;
  };
  using Edges = std::vector<Edge>;

  /// The order that the dependencies within the app ask for.
  static std::vector<std::size_t> order_of(const std::string& app,
                                           const Items& items);
  /// The same with or without those that are `unless_met`.
  static std::vector<std::size_t> order_of(const Edges& edges,
                                           const Items& items, bool all);
  void sort();
  bool pending(const OperationDependency& dependency) const;
  /// What the migration must depend on for one operation; nullopt if it
  /// cannot come yet.
  std::optional<std::vector<Dependency>> outside(const std::string& app,
                                                 const Item& item,
                                                 const MigrationGraph& graph,
                                                 bool chop) const;
  /// Before a model is gone or has another name or table, every app whose
  /// migrations mention it is at its end: else they could come later in a new
  /// database, or be undone earlier.
  static void add_history(Migration& migration, const MigrationGraph& graph);
  bool cut(const std::string& app, const MigrationGraph& graph, bool chop);
  /// Puts what need not wait for another app before what does; false if there
  /// is nothing of that kind.
  bool bring_forward(const MigrationGraph& graph);
  Operations with_those_before(const Operations& operations) const;
  std::size_t left() const;

  std::map<std::string, Items> items_;
  /// Those of `items_` that are about a model, once they are sorted.
  std::map<orm::ModelKey, Operations> pending_;
  std::map<std::string, std::vector<Migration>> migrations_;
  std::map<const Operation*, Operations> before_;
};

}  // namespace manage::migrations_engine
