#include "migrations_engine/graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::migrations_engine {

void MigrationGraph::add(MigrationPtr migration) {
  MigrationKey key = migration->key;
  nodes_[std::move(key)].migration = std::move(migration);
}

void MigrationGraph::add_dependency(const MigrationKey& child,
                                    const MigrationKey& parent) {
  nodes_.at(child).parents.insert(parent);
  nodes_.at(parent).children.insert(child);
}

const MigrationGraph::Node& MigrationGraph::node(
    const MigrationKey& key) const {
  return nodes_.at(key);
}

const Migration& MigrationGraph::get(const MigrationKey& key) const {
  return *node(key).migration;
}

MigrationPtr MigrationGraph::find(const MigrationKey& key) const {
  auto found = nodes_.find(key);
  return found == nodes_.end() ? nullptr : found->second.migration;
}

std::vector<MigrationKey> MigrationGraph::keys() const {
  std::vector<MigrationKey> found;
  for (const auto& [key, node] : nodes_) found.push_back(key);
  return found;
}

std::vector<MigrationKey> MigrationGraph::roots(std::string_view app) const {
  std::vector<MigrationKey> found;
  for (const auto& [key, node] : nodes_) {
    bool has_own = std::any_of(node.parents.begin(), node.parents.end(),
                               [&key = key](const MigrationKey& parent) {
                                 return parent.app == key.app;
                               });
    if (key.app == app && !has_own) found.push_back(key);
  }
  return found;
}

std::vector<MigrationKey> MigrationGraph::leaves() const {
  std::vector<MigrationKey> found;
  for (const auto& [key, node] : nodes_) {
    bool has_own = std::any_of(node.children.begin(), node.children.end(),
                               [&key = key](const MigrationKey& child) {
                                 return child.app == key.app;
                               });
    if (!has_own) found.push_back(key);
  }
  return found;
}

std::vector<MigrationKey> MigrationGraph::leaves(std::string_view app) const {
  std::vector<MigrationKey> found = leaves();
  std::erase_if(found, [&](const MigrationKey& key) { return key.app != app; });
  return found;
}

std::vector<MigrationKey> MigrationGraph::walk(const MigrationKey& from,
                                               Neighbours neighbours) const {
  // Depth first without recursion: a long history must not use up the stack.
  std::vector<MigrationKey> order;
  std::set<MigrationKey> seen{from};
  // The last neighbour comes first, as in Django, so that migrations are
  // applied in the order that Django's users know.
  struct Frame {
    MigrationKey key;
    std::set<MigrationKey>::const_reverse_iterator next;
  };
  std::vector<Frame> stack{{from, (node(from).*neighbours).rbegin()}};
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next == (node(top.key).*neighbours).rend()) {
      order.push_back(top.key);
      stack.pop_back();
      continue;
    }
    const MigrationKey& next = *top.next++;
    if (seen.insert(next).second) {
      stack.push_back({next, (node(next).*neighbours).rbegin()});
    }
  }
  return order;
}

std::vector<MigrationKey> MigrationGraph::forwards_plan(
    const MigrationKey& target) const {
  return walk(target, &Node::parents);
}

std::vector<MigrationKey> MigrationGraph::backwards_plan(
    const MigrationKey& target) const {
  return walk(target, &Node::children);
}

std::vector<MigrationKey> MigrationGraph::full_plan() const {
  std::vector<MigrationKey> plan;
  std::set<MigrationKey> seen;
  for (const MigrationKey& leaf : leaves()) {
    for (MigrationKey& key : forwards_plan(leaf)) {
      if (seen.insert(key).second) plan.push_back(std::move(key));
    }
  }
  return plan;
}

const std::set<MigrationKey>& MigrationGraph::parents(
    const MigrationKey& key) const {
  return node(key).parents;
}

const std::set<MigrationKey>& MigrationGraph::children(
    const MigrationKey& key) const {
  return node(key).children;
}

void MigrationGraph::ensure_no_cycles() const {
  std::set<MigrationKey> done;
  for (const auto& [start, ignored] : nodes_) {
    if (done.contains(start)) continue;
    std::vector<MigrationKey> path{start};
    std::vector<std::set<MigrationKey>::const_iterator> next{
        node(start).parents.begin()};
    while (!path.empty()) {
      const MigrationKey current = path.back();
      if (next.back() == node(current).parents.end()) {
        done.insert(current);
        path.pop_back();
        next.pop_back();
        continue;
      }
      const MigrationKey& parent = *next.back()++;
      auto back = std::find(path.begin(), path.end(), parent);
      if (back != path.end()) {
        std::vector<std::string> names;
        for (; back != path.end(); ++back) names.push_back(back->text());
        names.push_back(parent.text());
        throw Error("migrations.cycle",
                    fmt::format("the migrations depend on each other in a "
                                "circle: {}",
                                text::join(names, " -> ")))
            .hint(
                "remove one of these dependencies, splitting a migration "
                "where both are needed");
      }
      if (!done.contains(parent)) {
        next.push_back(node(parent).parents.begin());
        path.push_back(parent);
      }
    }
  }
}

}  // namespace manage::migrations_engine
