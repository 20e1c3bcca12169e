// The dependency graph of all migrations.
//
// Nodes are migrations; an edge says that the parent must be applied first.
// Orders are deterministic: among free choices by app label and name, as
// Django's. A squashed migration and those it replaces are all added; replace()
// or leave_out() then decides which of them the graph keeps.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/migration.hpp"

namespace manage::migrations_engine {

class MigrationGraph {
 public:
  void add(MigrationPtr migration);
  /// A migration without a file, which others depend on. It must be gone after
  /// the replacements; absent() tells.
  void add_absent(const MigrationKey& key);
  /// REQUIRES: both were added.
  void add_dependency(const MigrationKey& child, const MigrationKey& parent);

  /// The squashed migration takes the place of those it replaces, as far as
  /// they are there. REQUIRES: contains(squashed).
  void replace(const MigrationKey& squashed,
               const std::vector<MigrationKey>& replaced);
  /// Removes the squashed migration; what depended on it depends on the last of
  /// those it would have replaced. REQUIRES: contains(squashed).
  void leave_out(const MigrationKey& squashed,
                 const std::vector<MigrationKey>& replaced);

  bool contains(const MigrationKey& key) const { return ids_.contains(key); }
  const Migration& get(const MigrationKey& key) const;
  MigrationPtr find(const MigrationKey& key) const;
  /// Sorted by app and name.
  std::vector<MigrationKey> keys() const;
  /// Those that were added as absent, and are still there.
  std::vector<MigrationKey> absent() const;

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

  /// Sorted.
  std::vector<MigrationKey> parents(const MigrationKey& key) const;
  std::vector<MigrationKey> children(const MigrationKey& key) const;

  /// Throws Error "migrations.cycle" with the path, if there is one.
  void ensure_no_cycles() const;

 private:
  using Id = std::uint32_t;
  struct Node {
    MigrationKey key;
    MigrationPtr migration;   ///< nullptr: absent
    std::vector<Id> parents;  ///< sorted by key, as the children
    std::vector<Id> children;
  };
  using Neighbours = std::vector<Id> Node::*;
  using Index = std::map<MigrationKey, Id>;

  Id id(const MigrationKey& key) const { return ids_.at(key); }
  Id add_node(MigrationKey key, MigrationPtr migration);
  void link(Id child, Id parent);
  void insert(std::vector<Id>& list, Id id);
  /// Takes it out, with its edges.
  Node remove(const MigrationKey& key);
  std::pair<Index::const_iterator, Index::const_iterator> range(
      std::string_view app) const;
  bool has_own(const Node& node, Neighbours neighbours) const;
  std::vector<MigrationKey> keys_of(const std::vector<Id>& ids) const;
  /// What can be reached from `from`, itself last; what is `seen` is left out.
  void walk(Id from, Neighbours neighbours, std::vector<bool>& seen,
            std::vector<MigrationKey>& order) const;

  std::vector<Node> nodes_;  ///< removed ones too
  Index ids_;
};

}  // namespace manage::migrations_engine
