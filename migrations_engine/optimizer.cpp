#include "migrations_engine/optimizer.hpp"

#include <algorithm>
#include <optional>

#include "migrations_engine/operation_list.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_model.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = Reduction::Kind;

/// Whether a field or a base of `operation` has the name that `later` takes
/// away: behind it, that would lead nowhere. Django 5.2 moves it there.
bool has_old_name(const Operation& operation, const Operation& later,
                  std::string_view app) {
  orm::ModelKey key;
  std::optional<std::string_view> field_name;
  if (auto* rename = dynamic_cast<const RenameModel*>(&later)) {
    key = rename->key(app);
  } else if (auto* field = dynamic_cast<const RenameField*>(&later)) {
    key = field->key(app);
    field_name = field->name();
  } else {
    return false;
  }
  const auto refers = [&](const orm::FieldDef& field) {
    return field_name ? names_field(field, key, *field_name)
                      : field_references(field, key);
  };
  if (auto* made = dynamic_cast<const CreateModel*>(&operation)) {
    const orm::ModelDef& model = made->model();
    const bool inherits =
        !field_name && std::any_of(model.bases.begin(), model.bases.end(),
                                   [&](const std::string& base) {
                                     return orm::ModelKey::parse(base) == key;
                                   });
    return inherits ||
           std::any_of(model.fields.begin(), model.fields.end(), refers);
  }
  auto* changed = dynamic_cast<const FieldOperation*>(&operation);
  return changed && changed->field() && refers(*changed->field());
}

/// Folds a list until nothing folds any more. The first operation that folds
/// with a later one always comes first, and of those the first; what did not
/// fold is looked at again only when something changed for it.
class Folding {
 public:
  Folding(const Operations& operations, std::string_view app)
      : list_(operations, app), app_(app), waiting_(list_.all()) {}

  Operations run() && {
    while (!waiting_.empty()) {
      Listed& first = **waiting_.begin();
      waiting_.erase(waiting_.begin());
      look_for_partner(first);
    }
    return list_.operations();
  }

 private:
  void look_for_partner(Listed& first) {
    Listed* second = &first;
    while ((second = list_.next_partner(first, second))) {
      const Reduction reduction = relate(first, *second);
      if (reduction.kind != Kind::kReplace) continue;
      Listed* stays = find_between(
          list_.not_passed_by(first), first, *second, [&](Listed& between) {
            return relate(first, between).kind == Kind::kBlocked;
          });
      if (!stays) return fold(*second, first, reduction.operations);
      Listed* blocks = find_between(
          list_.not_passing(*second), first, *second, [&](Listed& between) {
            return relate(between, *second).kind != Kind::kPass;
          });
      if (!blocks) return fold(first, *second, reduction.operations);
      for (Listed* one : {second, stays, blocks}) {
        held_by_[one].push_back(&first);
      }
      return;
    }
  }

  Reduction relate(const Listed& operation, const Listed& later) const {
    return migrations_engine::relate(*operation.operation, *later.operation,
                                     app_);
  }

  template <class Test>
  static Listed* find_between(const std::vector<const ListedSet*>& sets,
                              Listed& first, Listed& second, Test test) {
    for (const ListedSet* set : sets) {
      const auto end = set->lower_bound(&second);
      for (auto at = set->upper_bound(&first); at != end; ++at) {
        if (test(**at)) return *at;
      }
    }
    return nullptr;
  }

  void fold(Listed& place, Listed& other, const Operations& result) {
    waiting_.erase(&place);
    waiting_.erase(&other);
    for (Listed* made : list_.replace(place, other, result)) look_again(*made);
    for (Listed* gone : {&place, &other}) {
      for (Listed* held : held_by_[gone]) {
        if (!held->gone) waiting_.insert(held);
      }
      held_by_.erase(gone);
    }
  }

  /// At what is new, and at all before it that it may fold with.
  void look_again(Listed& made) {
    waiting_.insert(&made);
    const auto all_before = [&](const ListedSet& set) {
      waiting_.insert(set.begin(), set.lower_bound(&made));
    };
    if (made.operation->elidable()) all_before(list_.all());
    for (const std::string& model : made.own) all_before(list_.about(model));
  }

  OperationList list_;
  std::string_view app_;
  ListedSet waiting_;
  /// An operation -> those that do not fold as long as it is where it is.
  std::map<const Listed*, std::vector<Listed*>> held_by_;
};

}  // namespace

Reduction relate(const Operation& operation, const Operation& later,
                 std::string_view app) {
  Reduction reduction = operation.reduce(later, app);
  const bool stays =
      reduction.kind == Kind::kPass && has_old_name(operation, later, app);
  return stays ? Reduction::blocked() : reduction;
}

Operations optimize(Operations operations, std::string_view app) {
  return Folding(operations, app).run();
}

}  // namespace manage::migrations_engine
