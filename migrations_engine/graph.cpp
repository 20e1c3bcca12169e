#include "migrations_engine/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

/// `path` ends where the circle closes: at `again`, which is in it.
Error cycle(const std::vector<std::string>& path, const std::string& again) {
  auto start = std::find(path.begin(), path.end(), again);
  std::vector<std::string> names(start, path.end());
  names.push_back(again);
  return Error("migrations.cycle",
               fmt::format("the migrations depend on each other in a circle: "
                           "{}",
                           text::join(names, " -> ")))
      .hint(
          "remove one of these dependencies, splitting a migration where both "
          "are needed");
}

}  // namespace

MigrationGraph::Id MigrationGraph::add_node(MigrationKey key,
                                            MigrationPtr migration) {
  auto [place, is_new] = ids_.try_emplace(key, static_cast<Id>(nodes_.size()));
  if (is_new) nodes_.push_back({std::move(key), nullptr, {}, {}});
  if (migration) nodes_[place->second].migration = std::move(migration);
  return place->second;
}

void MigrationGraph::add(MigrationPtr migration) {
  MigrationKey key = migration->key;
  add_node(std::move(key), std::move(migration));
}

void MigrationGraph::add_absent(const MigrationKey& key) {
  add_node(key, nullptr);
}

void MigrationGraph::add_dependency(const MigrationKey& child,
                                    const MigrationKey& parent) {
  link(id(child), id(parent));
}

void MigrationGraph::link(Id child, Id parent) {
  insert(nodes_[child].parents, parent);
  insert(nodes_[parent].children, child);
}

void MigrationGraph::insert(std::vector<Id>& list, Id id) {
  auto place = std::lower_bound(list.begin(), list.end(), id, [&](Id a, Id b) {
    return nodes_[a].key < nodes_[b].key;
  });
  if (place == list.end() || *place != id) list.insert(place, id);
}

MigrationGraph::Node MigrationGraph::remove(const MigrationKey& key) {
  Id gone = id(key);
  ids_.erase(key);
  Node node = std::move(nodes_[gone]);
  nodes_[gone] = {};
  for (Id parent : node.parents) std::erase(nodes_[parent].children, gone);
  for (Id child : node.children) std::erase(nodes_[child].parents, gone);
  return node;
}

void MigrationGraph::replace(const MigrationKey& squashed,
                             const std::vector<MigrationKey>& replaced) {
  Id place = id(squashed);
  // Edges among those that go vanish with the second of the two.
  for (const MigrationKey& key : replaced) {
    if (!contains(key)) continue;
    Node node = remove(key);
    for (Id child : node.children) {
      if (child != place) link(child, place);
    }
    for (Id parent : node.parents) {
      if (parent != place) link(place, parent);
    }
  }
}

void MigrationGraph::leave_out(const MigrationKey& squashed,
                               const std::vector<MigrationKey>& replaced) {
  std::set<Id> last;
  std::set<Id> followed;
  for (const MigrationKey& key : replaced) {
    if (!contains(key)) continue;
    last.insert(id(key));
    const std::vector<Id>& parents = nodes_[id(key)].parents;
    followed.insert(parents.begin(), parents.end());
  }
  for (Id child : remove(squashed).children) {
    for (Id one : last) {
      if (!followed.contains(one)) link(child, one);
    }
  }
}

const Migration& MigrationGraph::get(const MigrationKey& key) const {
  return *nodes_[id(key)].migration;
}

MigrationPtr MigrationGraph::find(const MigrationKey& key) const {
  auto found = ids_.find(key);
  return found == ids_.end() ? nullptr : nodes_[found->second].migration;
}

std::vector<MigrationKey> MigrationGraph::keys() const {
  std::vector<MigrationKey> found;
  found.reserve(ids_.size());
  for (const auto& [key, id] : ids_) found.push_back(key);
  return found;
}

std::vector<MigrationKey> MigrationGraph::absent() const {
  std::vector<MigrationKey> found;
  for (const auto& [key, id] : ids_) {
    if (!nodes_[id].migration) found.push_back(key);
  }
  return found;
}

std::pair<MigrationGraph::Index::const_iterator,
          MigrationGraph::Index::const_iterator>
MigrationGraph::range(std::string_view app) const {
  auto first = ids_.lower_bound({std::string(app), {}});
  auto last = std::find_if(first, ids_.end(), [&](const auto& item) {
    return item.first.app != app;
  });
  return {first, last};
}

bool MigrationGraph::has_own(const Node& node, Neighbours neighbours) const {
  const std::vector<Id>& list = node.*neighbours;
  return std::any_of(list.begin(), list.end(), [&](Id other) {
    return nodes_[other].key.app == node.key.app;
  });
}

std::vector<MigrationKey> MigrationGraph::roots(std::string_view app) const {
  std::vector<MigrationKey> found;
  auto [first, last] = range(app);
  for (; first != last; ++first) {
    const Node& node = nodes_[first->second];
    if (!has_own(node, &Node::parents)) found.push_back(node.key);
  }
  return found;
}

std::vector<MigrationKey> MigrationGraph::leaves() const {
  std::vector<MigrationKey> found;
  for (const auto& [key, id] : ids_) {
    if (!has_own(nodes_[id], &Node::children)) found.push_back(key);
  }
  return found;
}

std::vector<MigrationKey> MigrationGraph::leaves(std::string_view app) const {
  std::vector<MigrationKey> found;
  auto [first, last] = range(app);
  for (; first != last; ++first) {
    const Node& node = nodes_[first->second];
    if (!has_own(node, &Node::children)) found.push_back(node.key);
  }
  return found;
}

void MigrationGraph::walk(Id from, Neighbours neighbours,
                          std::vector<bool>& seen,
                          std::vector<MigrationKey>& order) const {
  if (seen[from]) return;
  seen[from] = true;
  // Depth first without recursion: a long history must not use up the stack.
  // The last neighbour comes first, as in Django, so that migrations are
  // applied in the order that Django's users know.
  struct Frame {
    Id id;
    std::size_t left;
  };
  std::vector<Frame> stack{{from, (nodes_[from].*neighbours).size()}};
  while (!stack.empty()) {
    Frame& top = stack.back();
    const Node& node = nodes_[top.id];
    if (top.left == 0) {
      order.push_back(node.key);
      stack.pop_back();
      continue;
    }
    Id next = (node.*neighbours)[--top.left];
    if (seen[next]) continue;
    seen[next] = true;
    stack.push_back({next, (nodes_[next].*neighbours).size()});
  }
}

std::vector<MigrationKey> MigrationGraph::forwards_plan(
    const MigrationKey& target) const {
  std::vector<MigrationKey> order;
  std::vector<bool> seen(nodes_.size());
  walk(id(target), &Node::parents, seen, order);
  return order;
}

std::vector<MigrationKey> MigrationGraph::backwards_plan(
    const MigrationKey& target) const {
  std::vector<MigrationKey> order;
  std::vector<bool> seen(nodes_.size());
  walk(id(target), &Node::children, seen, order);
  return order;
}

std::vector<MigrationKey> MigrationGraph::full_plan() const {
  // Shared by all leaves: what one of them needs, others need not visit again.
  std::vector<MigrationKey> plan;
  std::vector<bool> seen(nodes_.size());
  for (const MigrationKey& leaf : leaves()) {
    walk(id(leaf), &Node::parents, seen, plan);
  }
  return plan;
}

std::vector<MigrationKey> MigrationGraph::keys_of(
    const std::vector<Id>& ids) const {
  std::vector<MigrationKey> keys;
  for (Id one : ids) keys.push_back(nodes_[one].key);
  return keys;
}

std::vector<MigrationKey> MigrationGraph::parents(
    const MigrationKey& key) const {
  return keys_of(nodes_[id(key)].parents);
}

std::vector<MigrationKey> MigrationGraph::children(
    const MigrationKey& key) const {
  return keys_of(nodes_[id(key)].children);
}

void MigrationGraph::ensure_no_cycles() const {
  enum class Mark : char { kNew, kOnPath, kDone };
  std::vector<Mark> marks(nodes_.size(), Mark::kNew);
  for (const auto& [ignored, start] : ids_) {
    if (marks[start] != Mark::kNew) continue;
    struct Frame {
      Id id;
      std::size_t next;
    };
    std::vector<Frame> path{{start, 0}};
    marks[start] = Mark::kOnPath;
    while (!path.empty()) {
      Frame& top = path.back();
      const Node& node = nodes_[top.id];
      if (top.next == node.parents.size()) {
        marks[top.id] = Mark::kDone;
        path.pop_back();
        continue;
      }
      Id parent = node.parents[top.next++];
      if (marks[parent] == Mark::kOnPath) {
        std::vector<std::string> names;
        for (const Frame& one : path)
          names.push_back(nodes_[one.id].key.text());
        throw cycle(names, nodes_[parent].key.text());
      }
      if (marks[parent] == Mark::kDone) continue;
      marks[parent] = Mark::kOnPath;
      path.push_back({parent, 0});
    }
  }
}

}  // namespace manage::migrations_engine
