#include "migrations_engine/optimizer.hpp"

#include <algorithm>
#include <optional>

#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_model.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = Reduction::Kind;

void append(Operations& to, const Operations& from) {
  to.insert(to.end(), from.begin(), from.end());
}

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

Reduction relate(const Operation& operation, const Operation& later,
                 std::string_view app) {
  Reduction reduction = operation.reduce(later, app);
  const bool stays =
      reduction.kind == Kind::kPass && has_old_name(operation, later, app);
  return stays ? Reduction::blocked() : reduction;
}

/// The list with operations `first` and `second` folded into `result`, or
/// nullopt if what lies between them cannot be passed.
std::optional<Operations> fold(const Operations& all, std::size_t first,
                               std::size_t second, const Operations& result,
                               bool first_may_move, std::string_view app) {
  auto at = [&](std::size_t i) {
    return all.begin() + static_cast<std::ptrdiff_t>(i);
  };
  Operations between(at(first + 1), at(second));
  Operations folded(all.begin(), at(first));
  if (first_may_move) {
    append(folded, between);
    append(folded, result);
  } else {
    bool second_may_move = std::all_of(
        between.begin(), between.end(), [&](const OperationPtr& operation) {
          return relate(*operation, *all[second], app).kind == Kind::kPass;
        });
    if (!second_may_move) return std::nullopt;
    append(folded, result);
    append(folded, between);
  }
  folded.insert(folded.end(), at(second + 1), all.end());
  return folded;
}

/// The first fold that is possible, if any.
std::optional<Operations> optimize_once(const Operations& all,
                                        std::string_view app) {
  for (std::size_t first = 0; first < all.size(); ++first) {
    bool first_may_move = true;
    for (std::size_t second = first + 1; second < all.size(); ++second) {
      Reduction reduction = relate(*all[first], *all[second], app);
      if (reduction.kind == Kind::kReplace) {
        if (auto folded = fold(all, first, second, reduction.operations,
                               first_may_move, app)) {
          return folded;
        }
        break;
      }
      if (reduction.kind == Kind::kBlocked) first_may_move = false;
    }
  }
  return std::nullopt;
}

}  // namespace

Operations optimize(Operations operations, std::string_view app) {
  while (auto shorter = optimize_once(operations, app)) {
    operations = std::move(*shorter);
  }
  return operations;
}

}  // namespace manage::migrations_engine
