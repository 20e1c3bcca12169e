#include "migrations_engine/stored_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/yaml.hpp"

namespace manage::migrations_engine {

namespace {

/// Numbers, flags and NULL as they are; of other kinds, those that have to be
/// told from a text in a map of one key.
Data parameter_data(const orm::Value& value) {
  if (orm::is_null(value)) return {};
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* json = std::get_if<orm::Json>(&value)) {
    return DataMap{{"json", json->text}};
  }
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    return DataMap{{"decimal", decimal->text()}};
  }
  if (const auto* bytes = std::get_if<orm::Bytes>(&value)) {
    return DataMap{{"bytes", orm::hex_text(bytes->data)}};
  }
  return orm::display(value);
}

Error unreadable(std::string_view what) {
  return Error("migrations.log",
               fmt::format("the plan in manage_migration_log has a wrong {}",
                           what))
      .hint("a newer version of manage wrote it, or somebody changed it");
}

orm::Value parameter_value(const Data& data) {
  if (data.is_null()) return orm::Null{};
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) return *number;
  if (const std::string* text = data.text()) return *text;
  const DataMap* map = data.map();
  auto text_at = [&](std::string_view key) {
    const Data* found = map ? map->find(key) : nullptr;
    return found ? found->text() : nullptr;
  };
  if (const std::string* json = text_at("json")) return orm::Json{*json};
  if (const std::string* decimal = text_at("decimal")) {
    if (auto exact = Decimal::parse(*decimal)) return *exact;
  }
  if (const std::string* bytes = text_at("bytes")) {
    if (auto exact = orm::parse_hex(*bytes)) return orm::Bytes{*exact};
  }
  throw unreadable("parameter");
}

Data statement_data(const orm::Statement& statement) {
  DataMap data{{"sql", statement.sql}};
  DataList parameters;
  for (const orm::Value& value : statement.parameters) {
    parameters.push_back(parameter_data(value));
  }
  if (!parameters.empty()) data.set("parameters", std::move(parameters));
  if (!statement.comment.empty()) data.set("comment", statement.comment);
  data.set("lock", static_cast<int>(statement.lock));
  if (statement.must_be_empty) data.set("must_be_empty", true);
  if (statement.with_previous) data.set("with_previous", true);
  return data;
}

orm::Statement statement_from(const Data& data) {
  const DataMap* map = data.map();
  const Data* sql = map ? map->find("sql") : nullptr;
  if (!sql || !sql->text()) throw unreadable("statement");
  auto flag = [&](std::string_view key) {
    const Data* found = map->find(key);
    return found && found->boolean() && *found->boolean();
  };
  orm::Statement statement;
  statement.sql = *sql->text();
  if (const Data* parameters = map->find("parameters")) {
    if (!parameters->list()) throw unreadable("parameter");
    for (const Data& one : *parameters->list()) {
      statement.parameters.push_back(parameter_value(one));
    }
  }
  if (const Data* comment = map->find("comment"); comment && comment->text()) {
    statement.comment = *comment->text();
  }
  const Data* lock = map->find("lock");
  if (lock && lock->integer()) {
    statement.lock = static_cast<orm::LockLevel>(*lock->integer());
  }
  statement.must_be_empty = flag("must_be_empty");
  statement.with_previous = flag("with_previous");
  return statement;
}

Data item_data(const StoredPlan::Item& item) {
  Data data = statement_data(item.statement);
  if (item.program == 0) return data;
  DataMap& map = *data.map();
  map.set("program", static_cast<std::int64_t>(item.program));
  map.set("outside", item.outside);
  if (item.position_key.is_null()) return data;
  map.set("position_key", item.position_key);
  if (!orm::is_null(item.progress.reached)) {
    map.set("reached", parameter_data(item.progress.reached));
    map.set("end", parameter_data(item.progress.end));
  }
  return data;
}

/// What decides whether it is the same one.
Data identity(const StoredPlan::Item& item) {
  if (item.position_key.is_null()) return item_data(item);
  return DataMap{{"outside", item.outside},
                 {"position_key", item.position_key}};
}

StoredPlan::Item item_from(const Data& data) {
  StoredPlan::Item item;
  item.statement = statement_from(data);
  const Data* program = data.map()->find("program");
  if (program && program->integer()) {
    item.program = static_cast<std::size_t>(*program->integer());
    const Data* outside = data.map()->find("outside");
    item.outside = outside && outside->boolean() && *outside->boolean();
    const Data* key = data.map()->find("position_key");
    if (key) item.position_key = *key;
    const auto value_of = [&](std::string_view name) {
      const Data* found = data.map()->find(name);
      return found ? parameter_value(*found) : orm::Null{};
    };
    item.progress = {value_of("reached"), value_of("end")};
  }
  return item;
}

DataList statements_data(const std::vector<orm::Statement>& statements) {
  DataList list;
  for (const orm::Statement& statement : statements) {
    list.push_back(statement_data(statement));
  }
  return list;
}

const DataList& list_of(const Data& plan, std::string_view key) {
  const Data* list = plan.map() ? plan.map()->find(key) : nullptr;
  if (!list || !list->list()) throw unreadable("list");
  return *list->list();
}

std::vector<orm::Statement> statements_from(const Data& plan,
                                            std::string_view key) {
  std::vector<orm::Statement> statements;
  for (const Data& one : list_of(plan, key)) {
    statements.push_back(statement_from(one));
  }
  return statements;
}

}  // namespace

std::size_t StoredPlan::end_of_group(std::size_t first) const {
  std::size_t end = first + 1;
  while (end < items.size() && items[end].statement.with_previous) ++end;
  return end;
}

StoredPlan flattened(const Plan& plan) {
  StoredPlan flat{plan.before, {}, plan.after};
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const PlannedOperation& operation = plan.operations[i];
    StoredPlan::Item item;
    item.pos = operation.pos;
    item.code = operation.code;
    item.program = operation.code ? i + 1 : 0;
    item.outside = operation.transaction == 0;
    item.position_key =
        operation.code ? operation.code->operation->position_key() : Data();
    for (const orm::Statement& statement : operation.statements) {
      item.statement = statement;
      flat.items.push_back(item);
    }
  }
  for (const orm::Statement& check : plan.checks) {
    flat.items.emplace_back().statement = check;
  }
  return flat;
}

std::string write_plan(const StoredPlan& plan) {
  DataList statements;
  for (const StoredPlan::Item& item : plan.items) {
    statements.push_back(item_data(item));
  }
  return yaml::write(DataMap{{"before", statements_data(plan.before)},
                             {"statements", std::move(statements)},
                             {"after", statements_data(plan.after)}});
}

StoredPlan read_plan(const std::string& text) {
  Data data = yaml::to_data(yaml::parse("manage_migration_log", text).root);
  StoredPlan plan;
  plan.before = statements_from(data, "before");
  for (const Data& one : list_of(data, "statements")) {
    plan.items.push_back(item_from(one));
  }
  plan.after = statements_from(data, "after");
  return plan;
}

bool same_beginning(const StoredPlan& one, const StoredPlan& other,
                    std::size_t count) {
  if (one.items.size() < count || other.items.size() < count) return false;
  const auto same = [](const StoredPlan::Item& a, const StoredPlan::Item& b) {
    return identity(a) == identity(b);
  };
  return std::equal(one.items.begin(),
                    one.items.begin() + static_cast<std::ptrdiff_t>(count),
                    other.items.begin(), same);
}

}  // namespace manage::migrations_engine
