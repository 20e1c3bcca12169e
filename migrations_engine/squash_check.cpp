// Whether a squashed migration leads to what the replaced ones led to.
#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/schema_diff.hpp"
#include "migrations_engine/squash.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

namespace {

std::unique_ptr<orm::Connection> in_memory() {
  settings::DatabaseConfig config;
  config.alias = "memory";
  config.engine = settings::Engine::kSqlite;
  config.name = ":memory:";
  return orm::connect(config);
}

/// A database that nobody keeps, and the state that belongs to it.
class Rehearsal {
 public:
  explicit Rehearsal(ProjectState state)
      : connection_(in_memory()), state_(std::move(state)) {}

  void run(const MigrationPtr& migration) {
    orm::Catalog catalog(&introspector());
    Plan plan =
        make_plan({migration, false}, state_, catalog, connection_->dialect());
    run(plan.before);
    for (const PlannedOperation& operation : plan.operations) {
      note_unseen(operation);
      run(operation.statements);
    }
    run(plan.after);
    migration->apply_to(state_);
  }

  orm::Introspector& introspector() {
    if (!introspector_) introspector_ = orm::introspector(*connection_);
    return *introspector_;
  }
  const ProjectState& state() const { return state_; }
  std::vector<std::string> take_unseen() { return std::move(unseen_); }

 private:
  void run(const std::vector<orm::Statement>& statements) {
    for (const orm::Statement& statement : statements) {
      if (statement.must_be_empty) continue;
      connection_->execute(statement.sql, statement.parameters);
    }
  }

  void note_unseen(const PlannedOperation& planned) {
    if (!planned.operation || planned.operation->symbol() != 's') return;
    if (!planned.statements.empty()) return;
    unseen_.push_back(fmt::format("{} ({}) has nothing for SQLite",
                                  planned.operation->describe(),
                                  planned.pos.text()));
  }

  std::unique_ptr<orm::Connection> connection_;
  std::unique_ptr<orm::Introspector> introspector_;
  ProjectState state_;
  std::vector<std::string> unseen_;
};

Data as_data(const orm::ModelDef& model) {
  return CreateModel(model).to_data();
}

void diff_parts(const std::string& label, const Data& before, const Data& after,
                std::string_view part, std::vector<std::string>& lines) {
  const Data* a = before.map()->find(part);
  const Data* b = after.map()->find(part);
  DataMap old_part = a && a->map() ? *a->map() : DataMap();
  DataMap new_part = b && b->map() ? *b->map() : DataMap();
  std::set<std::string> names;
  for (const auto& [name, value] : old_part) names.insert(name);
  for (const auto& [name, value] : new_part) names.insert(name);
  for (const std::string& name : names) {
    const Data* x = old_part.find(name);
    const Data* y = new_part.find(name);
    if (x && y && *x == *y) continue;
    auto shown = [](const Data* data) {
      return data ? std::string(text::trim(yaml::write_flow(*data))) : "none";
    };
    lines.push_back(fmt::format("{}: {}: {} before, {} after", label, name,
                                shown(x), shown(y)));
  }
}

/// The models of the two states: what no database shows is in them too.
std::vector<std::string> diff_states(const ProjectState& before,
                                     const ProjectState& after) {
  std::vector<std::string> lines;
  for (const auto& [key, model] : before.models().all()) {
    const orm::ModelDef* other = after.models().find(key);
    if (!other) {
      lines.push_back(
          fmt::format("model {}: one before, none after", key.text()));
      continue;
    }
    Data a = as_data(*model);
    Data b = as_data(*other);
    if (a == b) continue;
    diff_parts(model->label(), a, b, "fields", lines);
    diff_parts(model->label(), a, b, "options", lines);
  }
  for (const auto& [key, model] : after.models().all()) {
    if (before.models().find(key)) continue;
    lines.push_back(
        fmt::format("model {}: none before, one after", key.text()));
  }
  return lines;
}

}  // namespace

SquashCheck check_squash(const Loader& loader, const Squash& squash) {
  std::set<MigrationKey> replaced;
  for (const MigrationPtr& one : squash.replaced) replaced.insert(one->key);
  MigrationPtr squashed = std::make_shared<Migration>(squash.migration);
  std::vector<MigrationPtr> old_chain;
  std::vector<MigrationPtr> new_chain;
  for (const MigrationKey& key :
       loader.graph().forwards_plan(squash.replaced.back()->key)) {
    old_chain.push_back(loader.graph().find(key));
    if (!replaced.contains(key)) new_chain.push_back(old_chain.back());
  }
  new_chain.push_back(squashed);

  SquashCheck check;
  ProjectState before = loader.empty_state();
  ProjectState after = loader.empty_state();
  Diagnostics wrong;
  ReferenceChecks old_checks(wrong);
  ReferenceChecks new_checks(wrong);
  for (const MigrationPtr& one : old_chain) old_checks.apply(*one, before);
  wrong.throw_if_errors();
  for (const MigrationPtr& one : new_chain) new_checks.apply(*one, after);
  wrong.throw_if_errors();
  check.differences = diff_states(before, after);

  Rehearsal long_way(loader.empty_state());
  try {
    for (const MigrationPtr& one : old_chain) long_way.run(one);
  } catch (const Error& error) {
    // What was written for another database cannot be run here.
    check.unseen.push_back(fmt::format(
        "the tables, because SQLite cannot make them: {}", error.what()));
    return check;
  }
  Rehearsal short_way(loader.empty_state());
  for (const MigrationPtr& one : new_chain) short_way.run(one);
  check.unseen = short_way.take_unseen();
  SchemaDiffOptions options;
  options.expected = "before";
  options.found = "after";
  options.exact = true;
  options.declared = declared_names(after.models());
  for (std::string& line : diff_schemas(long_way.introspector(),
                                        short_way.introspector(), options)) {
    check.differences.push_back(std::move(line));
  }
  return check;
}

}  // namespace manage::migrations_engine
