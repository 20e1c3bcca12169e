#include "migrations_engine/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

/// The states at every point of a migration: before it, and after each of its
/// operations.
std::vector<ProjectState> states_of(const Migration& migration,
                                    const ProjectState& before) {
  std::vector<ProjectState> states{before};
  for (const OperationPtr& operation : migration.operations) {
    ProjectState next = states.back();
    apply_to_state(*operation, migration.key.app, next);
    states.push_back(std::move(next));
  }
  return states;
}

PlannedOperation plan_operation(const OperationPtr& operation, bool backwards) {
  PlannedOperation planned;
  planned.operation = operation;
  planned.reversible = operation->reversible();
  planned.pos = operation->pos;
  planned.description =
      backwards ? "Undo: " + operation->describe() : operation->describe();
  return planned;
}

}  // namespace

void check_atomic(const Migration& migration) {
  if (!migration.atomic) return;
  for (const OperationPtr& operation : migration.operations) {
    if (operation->has_transaction()) {
      throw Error("migrations.atomic",
                  fmt::format("{} begins or ends a transaction, but {} is one "
                              "already",
                              operation->type(), migration.key.text()))
          .at(operation->pos)
          .hint(
              "take BEGIN, COMMIT and ROLLBACK out, or say `atomic: false` in "
              "this migration");
    }
    if (!operation->concurrent()) continue;
    throw Error("migrations.atomic",
                fmt::format("{} cannot run in a transaction, as {} asks for",
                            operation->type(), migration.key.text()))
        .at(operation->pos)
        .hint(
            "say `atomic: false` in this migration, and leave other changes "
            "to another one");
  }
}

namespace {

/// Has the operation make its statements; errors name its place, and what is
/// undone that of the operation, not of what comes back.
void run_editor(const Operation& operation, bool backwards,
                const std::string& app, orm::SchemaEditor& editor,
                const ProjectState& before, const ProjectState& after) {
  try {
    if (backwards) {
      operation.database_backwards(app, editor, after, before);
    } else {
      operation.database_forwards(app, editor, before, after);
    }
  } catch (const Error& error) {
    const bool placed = !backwards && error.diagnostics().front().where;
    if (placed || !operation.pos) throw;
    throw Error(error).at(operation.pos);
  }
}

}  // namespace

bool Plan::empty() const {
  return std::all_of(operations.begin(), operations.end(),
                     [](const PlannedOperation& operation) {
                       return operation.statements.empty();
                     });
}

Plan make_plan(const Step& step, const ProjectState& state,
               orm::Catalog& catalog, const orm::Dialect& dialect,
               const TableFilter& has_tables) {
  const Migration& migration = *step.migration;
  Plan plan;
  plan.migration = step.migration;
  plan.backwards = step.backwards;
  std::unique_ptr<orm::SchemaEditor> editor = dialect.schema_editor(catalog);
  std::vector<ProjectState> states = states_of(migration, state);
  check_atomic(migration);
  std::size_t count = migration.operations.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = step.backwards ? count - 1 - i : i;
    const OperationPtr& operation = migration.operations[at];
    PlannedOperation planned = plan_operation(operation, step.backwards);
    if (!has_tables ||
        has_tables(migration.key.app, operation->model_lower())) {
      run_editor(*operation, step.backwards, migration.key.app, *editor,
                 states[at], states[at + 1]);
    }
    // What several operations may share is held back to the end; a single
    // one has it to itself.
    if (count == 1) editor->flush();
    planned.statements = editor->take();
    plan.operations.push_back(std::move(planned));
  }
  PlannedOperation last;
  last.description = "At the end of the migration";
  last.pos = {migration.file, 0, 0};
  last.statements = editor->take_deferred();
  if (!last.statements.empty()) plan.operations.push_back(std::move(last));
  orm::SchemaEditor::Around around = editor->around();
  plan.before = std::move(around.before);
  plan.checks = std::move(around.checks);
  plan.after = std::move(around.after);
  return plan;
}

namespace {

/// The statement with its values where its placeholders are.
std::string with_values(const orm::Statement& statement,
                        const orm::Dialect& dialect) {
  const std::string& sql = statement.sql;
  if (statement.parameters.empty()) return sql;
  const char sign = dialect.placeholder(1).front();
  std::string out;
  char quote = '\0';
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const char c = sql[at];
    if (quote == '\0' && c == sign) {
      std::size_t number = 0;
      std::size_t end = at + 1;
      for (; end < sql.size() && sql[end] >= '0' && sql[end] <= '9'; ++end) {
        number = number * 10 + static_cast<std::size_t>(sql[end] - '0');
      }
      if (number > 0 && number <= statement.parameters.size()) {
        out += dialect.literal(statement.parameters[number - 1]);
        at = end - 1;
        continue;
      }
    }
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    }
    out += c;
  }
  return out;
}

void append_statements(std::string& out,
                       const std::vector<orm::Statement>& statements,
                       const orm::Dialect& dialect) {
  for (const orm::Statement& statement : statements) {
    if (!statement.comment.empty()) {
      out += fmt::format("-- {}\n", statement.comment);
    }
    out += with_values(statement, dialect) + ";\n";
  }
}

/// Whether a step of it is only right if the one before it was: then a script
/// must not go on after an error.
bool has_checks(const Plan& plan) {
  const auto checks = [](const std::vector<orm::Statement>& statements) {
    return std::any_of(
        statements.begin(), statements.end(),
        [](const orm::Statement& one) { return one.must_be_empty; });
  };
  return checks(plan.checks) ||
         std::any_of(plan.operations.begin(), plan.operations.end(),
                     [&](const PlannedOperation& operation) {
                       return checks(operation.statements);
                     });
}

}  // namespace

std::string to_sql(const Plan& plan, const orm::Dialect& dialect) {
  std::string out;
  if (has_checks(plan)) {
    out += "-- it must stop at the first error: sqlite3 -bail FILE\n";
  }
  append_statements(out, plan.before, dialect);
  if (plan.atomic()) out += "BEGIN;\n";
  for (const PlannedOperation& operation : plan.operations) {
    out += fmt::format("--\n-- {}\n--\n", operation.description);
    if (operation.statements.empty()) out += "-- (no statement here)\n";
    append_statements(out, operation.statements, dialect);
  }
  append_statements(out, plan.checks, dialect);
  if (plan.atomic()) out += "COMMIT;\n";
  append_statements(out, plan.after, dialect);
  return out;
}

}  // namespace manage::migrations_engine
