// The dependency graph of all migrations.
//
// Nodes are migrations; an edge says that the parent must be applied first.
// Orders are deterministic: among free choices by app label and name, as
// Django's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/migration.hpp"

namespace manage::migrations_engine {

class MigrationGraph {
 public:
  void add(MigrationPtr migration);
  /// REQUIRES: both were added.
  void add_dependency(const MigrationKey& child, const MigrationKey& parent);

  bool contains(const MigrationKey& key) const { return nodes_.contains(key); }
  const Migration& get(const MigrationKey& key) const;
  MigrationPtr find(const MigrationKey& key) const;
  /// Sorted by app and name.
  std::vector<MigrationKey> keys() const;

  /// Those of an app (or of all apps) without a parent / a child in their own
  /// app.
  std::vector<MigrationKey> roots(std::string_view app) const;
  std::vector<MigrationKey> leaves() const;
  std::vector<MigrationKey> leaves(std::string_view app) const;

  /// Everything that must be applied for `target`, itself last.
  std::vector<MigrationKey> forwards_plan(const MigrationKey& target) const;
  /// Everything that must be undone for `target` to be undone, itself last.
  std::vector<MigrationKey> backwards_plan(const MigrationKey& target) const;
  /// Everything, each after what it depends on.
  std::vector<MigrationKey> full_plan() const;

  const std::set<MigrationKey>& parents(const MigrationKey& key) const;
  const std::set<MigrationKey>& children(const MigrationKey& key) const;

  /// Throws Error "migrations.cycle" with the path, if there is one.
  void ensure_no_cycles() const;

 private:
  struct Node {
    MigrationPtr migration;
    std::set<MigrationKey> parents;
    std::set<MigrationKey> children;
  };
  using Neighbours = std::set<MigrationKey> Node::*;

  const Node& node(const MigrationKey& key) const;
  std::vector<MigrationKey> walk(const MigrationKey& from,
                                 Neighbours neighbours) const;

  std::map<MigrationKey, Node> nodes_;
};

}  // namespace manage::migrations_engine
