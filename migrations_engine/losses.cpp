#include "migrations_engine/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_field.hpp"

namespace manage::migrations_engine {

namespace {

using orm::FieldDef;
using orm::FieldKind;

constexpr std::array kIntegers = {FieldKind::kInteger,
                                  FieldKind::kBigInteger,
                                  FieldKind::kSmallInteger,
                                  FieldKind::kPositiveInteger,
                                  FieldKind::kPositiveBigInteger,
                                  FieldKind::kPositiveSmallInteger};

bool is_integer(const FieldDef& field) {
  return std::find(kIntegers.begin(), kIntegers.end(), field.kind()) !=
         kIntegers.end();
}

bool is_text(const FieldDef& field) {
  return field.kind() == FieldKind::kText || field.max_length().has_value();
}

/// What may become of a column's values when it gets a narrower type without
/// the database refusing it: "be cut to 50 characters". Empty: nothing.
std::string narrowing(const FieldDef& from, const FieldDef& to) {
  const FieldKind before = from.kind();
  const FieldKind after = to.kind();
  if (is_text(from) && !from.max_length() && to.max_length()) {
    return fmt::format(
        "be cut to {}",
        text::count(static_cast<std::size_t>(*to.max_length()), "character"));
  }
  if (before == FieldKind::kDecimal && after == FieldKind::kDecimal) {
    const int places = to.integer("decimal_places");
    if (places >= from.integer("decimal_places")) return {};
    return fmt::format(
        "be rounded to {}",
        text::count(static_cast<std::size_t>(places), "decimal place"));
  }
  const bool fractions =
      before == FieldKind::kDecimal || before == FieldKind::kFloat;
  if (fractions && is_integer(to)) return "be rounded to whole numbers";
  if (before != FieldKind::kDateTime) return {};
  if (after == FieldKind::kDate) return "lose their time of day";
  if (after == FieldKind::kTime) return "lose their day";
  return {};
}

/// Walks through the migrations with the state that each operation meets.
class LossFinder {
 public:
  LossFinder(const std::vector<Migration>& migrations, ProjectState before)
      : state_(std::move(before)) {
    for (const Migration& migration : migrations) {
      for (const OperationPtr& operation : migration.operations) {
        if (auto* gone = dynamic_cast<const DeleteModel*>(operation.get())) {
          deleted_.insert(gone->key(migration.key.app));
        }
      }
    }
  }

  std::vector<std::string> losses_of(const Migration& migration) {
    std::vector<std::string> found;
    const std::string& app = migration.key.app;
    for (const OperationPtr& operation : migration.operations) {
      std::string loss = loss_of(*operation, app);
      if (!loss.empty()) found.push_back(std::move(loss));
      apply_to_state(*operation, app, state_);
    }
    return found;
  }

 private:
  std::string loss_of(const Operation& operation, const std::string& app) {
    if (auto* made = dynamic_cast<const CreateModel*>(&operation)) {
      created_.insert(made->key(app));
    }
    if (auto* gone = dynamic_cast<const DeleteModel*>(&operation)) {
      const orm::ModelDef* model = with_rows(gone->key(app));
      if (!model) return {};
      return fmt::format("the rows of {} will be deleted", model->label());
    }
    auto* change = dynamic_cast<const FieldOperation*>(&operation);
    if (!change) return {};
    const orm::ModelDef* model = with_rows(change->key(app));
    const FieldDef* field = model ? model->find_field(change->name()) : nullptr;
    if (!field) return {};
    const std::string label = model->label() + "." + field->name;
    if (dynamic_cast<const RemoveField*>(&operation)) {
      return removal(*model, *field, label);
    }
    auto* altered = dynamic_cast<const AlterField*>(&operation);
    const std::string less =
        altered ? narrowing(*field, *altered->field()) : std::string();
    if (less.empty()) return {};
    return fmt::format("values of {} may {}", label, less);
  }

  /// nullptr if it has no table, or none with rows.
  const orm::ModelDef* with_rows(const orm::ModelKey& key) const {
    const orm::ModelDef* model = state_.models().find(key);
    return model && has_table(*model) && !created_.contains(key) ? model
                                                                 : nullptr;
  }

  std::string removal(const orm::ModelDef& model, const FieldDef& field,
                      const std::string& label) const {
    if (deleted_.contains(model.key())) return {};
    // What is computed can be computed again.
    if (field.has_column() && !field.is_generated()) {
      return fmt::format("the values of {} will be deleted", label);
    }
    if (field.kind() == FieldKind::kManyToMany &&
        field.text("through").empty()) {
      return fmt::format("the links of {} will be deleted", label);
    }
    return {};
  }

  ProjectState state_;
  std::set<orm::ModelKey> created_;
  std::set<orm::ModelKey> deleted_;
};

}  // namespace

std::vector<std::vector<std::string>> find_losses(
    const std::vector<Migration>& migrations, ProjectState before) {
  LossFinder finder(migrations, std::move(before));
  std::vector<std::vector<std::string>> found;
  for (const Migration& migration : migrations) {
    found.push_back(finder.losses_of(migration));
  }
  return found;
}

}  // namespace manage::migrations_engine
