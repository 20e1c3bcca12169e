#include "migrations_engine/operation_list.hpp"

#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_model.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::uint64_t kGap = 1U << 20;

template <class To>
bool is(const Operation& operation) {
  return dynamic_cast<const To*>(&operation) != nullptr;
}

template <class Map>
const ListedSet& find(const Map& map, const std::string& model) {
  static const ListedSet kNone;
  const auto found = map.find(model);
  return found == map.end() ? kNone : found->second;
}

}  // namespace

OperationList::OperationList(const Operations& operations, std::string_view app)
    : app_(app) {
  for (const OperationPtr& operation : operations) {
    insert(*make(operation, (stored_.size() + 1) * kGap));
  }
}

Listed* OperationList::make(OperationPtr operation, std::uint64_t place) {
  const Operation& one = *operation;
  stored_.push_back(
      {std::move(operation), one.own_models(), one.mentioned_models(app_),
       is<RenameModel>(one) || is<RenameField>(one),
       is<ModelOperation>(one) || is<FieldOperation>(one), place, false});
  return &stored_.back();
}

template <class Change>
void OperationList::change_sets(Listed& listed, Change change) {
  change(all_);
  if (listed.operation->elidable()) change(elidable_);
  if (!listed.moves) change(staying_);
  for (const std::string& model : listed.own) {
    change(about_[model]);
    if (listed.renames) change(renaming_[model]);
  }
  if (!listed.mentioned) {
    change(mentioning_any_);
    return;
  }
  for (const std::string& model : *listed.mentioned) {
    change(mentioning_[model]);
  }
}

void OperationList::insert(Listed& listed) {
  change_sets(listed, [&](ListedSet& set) { set.insert(&listed); });
}

void OperationList::erase(Listed& listed) {
  change_sets(listed, [&](ListedSet& set) { set.erase(&listed); });
  listed.gone = true;
}

const ListedSet& OperationList::about(const std::string& model) const {
  return find(about_, model);
}

Listed* OperationList::next_partner(const Listed& first, Listed* after) const {
  Listed* found = nullptr;
  const auto look_into = [&](const ListedSet& set) {
    const auto next = set.upper_bound(after);
    if (next == set.end()) return;
    if (!found || ByPlace()(*next, found)) found = *next;
  };
  look_into(first.operation->elidable() ? all_ : elidable_);
  for (const std::string& model : first.own) look_into(about(model));
  return found;
}

std::vector<const ListedSet*> OperationList::not_passed_by(
    const Listed& first) const {
  if (!first.moves) return {&all_};
  std::vector<const ListedSet*> found{&mentioning_any_};
  for (const std::string& model : first.own) {
    found.push_back(&find(mentioning_, model));
  }
  // Behind a new name an old one would lead nowhere.
  if (!first.mentioned) return found;
  for (const std::string& model : *first.mentioned) {
    found.push_back(&find(renaming_, model));
  }
  return found;
}

std::vector<const ListedSet*> OperationList::not_passing(
    const Listed& second) const {
  if (!second.mentioned) return {&all_};
  std::vector<const ListedSet*> found{&staying_};
  for (const std::string& model : *second.mentioned) {
    found.push_back(&about(model));
  }
  if (!second.renames) return found;
  for (const std::string& model : second.own) {
    found.push_back(&find(mentioning_, model));
  }
  return found;
}

std::vector<Listed*> OperationList::replace(Listed& place, Listed& other,
                                            const Operations& operations) {
  erase(other);
  const auto room = [&] {
    const auto at = all_.find(&place);
    const std::uint64_t before =
        at == all_.begin() ? 0 : (*std::prev(at))->place;
    return place.place - before;
  };
  if (room() < operations.size()) spread();
  const std::uint64_t last = place.place;
  const std::uint64_t step =
      operations.empty() ? 0 : room() / operations.size();
  erase(place);
  std::vector<Listed*> made;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    made.push_back(
        make(operations[i], last - step * (operations.size() - 1 - i)));
    insert(*made.back());
  }
  return made;
}

void OperationList::spread() {
  // The order stays, so the sets need not know.
  std::uint64_t place = 0;
  for (Listed* listed : all_) listed->place = place += kGap;
}

Operations OperationList::operations() const {
  Operations found;
  for (const Listed* listed : all_) found.push_back(listed->operation);
  return found;
}

}  // namespace manage::migrations_engine
