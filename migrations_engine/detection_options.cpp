#include <algorithm>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/alter_model_options.hpp"
#include "migrations_engine/operations/alter_model_table.hpp"
#include "migrations_engine/operations/alter_model_table_comment.hpp"
#include "migrations_engine/operations/alter_order_with_respect_to.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

namespace {

using Lists = std::vector<std::vector<std::string>>;

bool contains(const Lists& lists, const std::vector<std::string>& list) {
  return std::find(lists.begin(), lists.end(), list) != lists.end();
}

/// Lists of `a` that `b` has too, in the order of `a`.
Lists common(const Lists& a, const Lists& b) {
  Lists found;
  for (const std::vector<std::string>& list : a) {
    if (contains(b, list)) found.push_back(list);
  }
  return found;
}

/// The order of the lists does not matter.
bool same(const Lists& a, const Lists& b) {
  return common(a, b).size() == a.size() && common(b, a).size() == b.size();
}

std::optional<std::string> text_option(const orm::ModelDef& model,
                                       std::string_view option) {
  const Data* value = model.options.find(option);
  if (!value || !value->text()) return std::nullopt;
  return *value->text();
}

/// The options that AlterModelOptions covers, less the labels unless tracked.
DataMap altered_options(const orm::ModelDef& model, bool with_labels) {
  DataMap found;
  for (const std::string& key : AlterModelOptions::keys()) {
    const orm::OptionSpec* spec = orm::find_option(key);
    if (spec && spec->label_only && !with_labels) continue;
    if (const Data* value = model.options.find(key)) found.set(key, *value);
  }
  return found;
}

}  // namespace

void Detection::alter_options() {
  for (const orm::ModelKey& key : kept_keys_) {
    bool labels = options_.track_non_db;
    if (altered_options(old_model(key), labels) ==
        altered_options(new_model(key), labels)) {
      continue;
    }
    add(key, std::make_shared<AlterModelOptions>(
                 key.model, altered_options(new_model(key), true)));
  }
}

void Detection::alter_comments() {
  for (const orm::ModelKey& key : kept_tables_) {
    const auto after = text_option(new_model(key), "db_table_comment");
    if (text_option(old_model(key), "db_table_comment") == after) continue;
    add(key, std::make_shared<AlterModelTableComment>(key.model, after));
  }
}

void Detection::alter_tables() {
  for (const orm::ModelKey& key : kept_keys_) {
    const auto after = text_option(new_model(key), "db_table");
    if (text_option(old_model(key), "db_table") == after) continue;
    add(key, std::make_shared<AlterModelTable>(key.model, after));
  }
}

void Detection::alter_orders() {
  for (const orm::ModelKey& key : kept_keys_) {
    const auto after = text_option(new_model(key), "order_with_respect_to");
    if (text_option(old_model(key), "order_with_respect_to") == after) continue;
    OperationDependencies dependencies;
    if (after) {
      dependencies.push_back(
          {key, *after, OperationDependency::Kind::kFieldCreated, false});
    }
    add(key, std::make_shared<AlterOrderWithRespectTo>(key.model, after),
        std::move(dependencies));
  }
}

void Detection::reduce_unique_together() {
  // First to what stays, so that fields in what goes may be removed.
  for (const orm::ModelKey& key : kept_tables_) {
    Lists before = old_model(key).unique_together();
    Lists after = new_model(key).unique_together();
    if (same(before, after) || before.empty()) continue;
    Lists stays = common(before, after);
    if (stays.size() == before.size()) continue;
    add(key,
        std::make_shared<AlterUniqueTogether>(key.model, std::move(stays)));
  }
}

void Detection::extend_unique_together() {
  for (const orm::ModelKey& key : kept_tables_) {
    const orm::ModelDef& model = new_model(key);
    Lists before = old_model(key).unique_together();
    Lists after = model.unique_together();
    if (same(common(after, before), after)) continue;
    OperationDependencies dependencies = late_columns(key);
    // What is made anew beside it goes only after it.
    std::erase_if(dependencies, [&](const OperationDependency& one) {
      return old_fields_.contains({key, one.field}) &&
             !has_field(after, one.field);
    });
    for (const std::vector<std::string>& list : after) {
      for (const std::string& name : list) {
        const orm::FieldDef* field = model.find_field(name);
        if (!field || !field->is_relation()) continue;
        for (OperationDependency& one : relation_dependencies(*field)) {
          dependencies.push_back(std::move(one));
        }
      }
    }
    add(key, std::make_shared<AlterUniqueTogether>(key.model, after),
        std::move(dependencies));
  }
}

}  // namespace manage::migrations_engine
