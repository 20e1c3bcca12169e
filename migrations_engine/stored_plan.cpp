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

DataList statements_data(const std::vector<orm::Statement>& statements) {
  DataList list;
  for (const orm::Statement& statement : statements) {
    list.push_back(statement_data(statement));
  }
  return list;
}

std::vector<orm::Statement> statements_from(const Data& plan,
                                            std::string_view key) {
  std::vector<orm::Statement> statements;
  const Data* list = plan.map() ? plan.map()->find(key) : nullptr;
  if (!list || !list->list()) throw unreadable("list");
  for (const Data& one : *list->list()) {
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
  for (const PlannedOperation& operation : plan.operations) {
    for (const orm::Statement& statement : operation.statements) {
      flat.items.push_back({statement, operation.pos});
    }
  }
  for (const orm::Statement& check : plan.checks) {
    flat.items.push_back({check, {}});
  }
  return flat;
}

std::string write_plan(const StoredPlan& plan) {
  std::vector<orm::Statement> statements;
  for (const StoredPlan::Item& item : plan.items) {
    statements.push_back(item.statement);
  }
  return yaml::write(DataMap{{"before", statements_data(plan.before)},
                             {"statements", statements_data(statements)},
                             {"after", statements_data(plan.after)}});
}

StoredPlan read_plan(const std::string& text) {
  Data data = yaml::to_data(yaml::parse("manage_migration_log", text).root);
  StoredPlan plan;
  plan.before = statements_from(data, "before");
  for (orm::Statement& statement : statements_from(data, "statements")) {
    plan.items.push_back({std::move(statement), {}});
  }
  plan.after = statements_from(data, "after");
  return plan;
}

bool same_beginning(const StoredPlan& one, const StoredPlan& other,
                    std::size_t count) {
  if (one.items.size() < count || other.items.size() < count) return false;
  auto same = [](const StoredPlan::Item& a, const StoredPlan::Item& b) {
    return statement_data(a.statement) == statement_data(b.statement);
  };
  return std::equal(one.items.begin(),
                    one.items.begin() + static_cast<std::ptrdiff_t>(count),
                    other.items.begin(), same);
}

}  // namespace manage::migrations_engine
