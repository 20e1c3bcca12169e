// A list of operations in which one finds quickly what may have to do with an
// operation: a long list of changes of many models is folded in it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// An operation at its place in the list.
struct Listed {
  OperationPtr operation;
  ModelNames own;
  std::optional<ModelNames> mentioned;
  /// Takes a name of its models or their fields away.
  bool renames = false;
  /// May change places with a later operation: those of models and fields.
  bool moves = false;
  /// Smaller than that of all behind it.
  std::uint64_t place = 0;
  bool gone = false;
};

struct ByPlace {
  bool operator()(const Listed* a, const Listed* b) const {
    return a->place < b->place;
  }
};
using ListedSet = std::set<Listed*, ByPlace>;

class OperationList {
 public:
  OperationList(const Operations& operations, std::string_view app);
  OperationList(const OperationList&) = delete;
  OperationList& operator=(const OperationList&) = delete;

  const ListedSet& all() const { return all_; }
  const ListedSet& about(const std::string& model) const;
  const ListedSet& elidable() const { return elidable_; }

  /// The next one behind `after` with which `first` may fold: about the same
  /// model, or elidable. nullptr if there is none.
  Listed* next_partner(const Listed& first, Listed* after) const;
  /// Sets in which all are that `first` may not pass.
  std::vector<const ListedSet*> not_passed_by(const Listed& first) const;
  /// Sets in which all are that may not pass `second`.
  std::vector<const ListedSet*> not_passing(const Listed& second) const;

  /// Puts operations in the place of one, and takes the other out.
  std::vector<Listed*> replace(Listed& place, Listed& other,
                               const Operations& operations);
  Operations operations() const;

 private:
  using ByModel = std::map<std::string, ListedSet, std::less<>>;

  Listed* make(OperationPtr operation, std::uint64_t place);
  /// Adds it to every set that it belongs to, or takes it out.
  template <class Change>
  void change_sets(Listed& listed, Change change);
  void insert(Listed& listed);
  void erase(Listed& listed);
  /// Makes room between neighbours.
  void spread();

  std::string app_;
  /// With those that are gone.
  std::deque<Listed> stored_;
  ListedSet all_, elidable_, staying_, mentioning_any_;
  ByModel about_, mentioning_, renaming_;
};

}  // namespace manage::migrations_engine
