#include "migrations_engine/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migrations_engine/asking.hpp"

namespace manage::migrations_engine {

namespace {

/// The states before and after each operation of a migration. A long one has
/// too many to hold them all: each n-th is kept, and those of the part between
/// two of these that is looked at.
class States {
 public:
  States(const Migration& migration, const ProjectState& before)
      : migration_(migration) {
    const std::size_t count = migration.operations.size();
    while (stride_ * stride_ < count) ++stride_;
    kept_.push_back(before);
    for (std::size_t end = stride_; end < count; end += stride_) {
      ProjectState state = kept_.back();
      for (std::size_t i = end - stride_; i < end; ++i) apply(i, state);
      kept_.push_back(std::move(state));
    }
  }

  struct Pair {
    const ProjectState& before;
    const ProjectState& after;
  };
  /// Those around an operation, until the next call.
  Pair around(std::size_t operation) {
    const std::size_t first = operation / stride_ * stride_;
    if (part_.empty() || first != first_) read_part(first);
    return {part_[operation - first], part_[operation - first + 1]};
  }

 private:
  void apply(std::size_t operation, ProjectState& state) const {
    apply_to_state(*migration_.operations[operation], migration_.key.app,
                   state);
  }

  void read_part(std::size_t first) {
    first_ = first;
    part_ = {kept_[first / stride_]};
    const std::size_t end =
        std::min(first + stride_, migration_.operations.size());
    for (std::size_t i = first; i < end; ++i) {
      ProjectState next = part_.back();
      apply(i, next);
      part_.push_back(std::move(next));
    }
  }

  const Migration& migration_;
  std::size_t stride_ = 1;
  std::vector<ProjectState> kept_, part_;
  std::size_t first_ = 0;
};

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

std::vector<int> transactions(const Migration& migration, bool backwards) {
  std::vector<int> numbers;
  int last = 0;
  bool open = false;
  const auto add = [&](bool inside) {
    // Where the migration is no transaction, each operation is one for itself.
    if (inside && !(open && migration.atomic)) ++last;
    open = inside;
    numbers.push_back(inside ? last : 0);
  };
  const std::size_t count = migration.operations.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = backwards ? count - 1 - i : i;
    add(migration.operations[at]->atomic().value_or(migration.atomic));
  }
  add(migration.atomic);
  return numbers;
}

void check_atomic(const Migration& migration) {
  for (const OperationPtr& operation : migration.operations) {
    if (!operation->atomic().value_or(migration.atomic)) continue;
    if (operation->has_transaction()) {
      throw Error("migrations.atomic",
                  fmt::format("{} begins or ends a transaction, but {} is one "
                              "already",
                              operation->type(),
                              migration.atomic ? migration.key.text() : "it"))
          .at(operation->pos)
          .hint(migration.atomic
                    ? "take BEGIN, COMMIT and ROLLBACK out, or say `atomic: "
                      "false` in this migration"
                    : "take BEGIN, COMMIT and ROLLBACK out, or `atomic: true`");
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

namespace {

/// What belongs to one transaction is run together.
void tie_transactions(Plan& plan) {
  int open = 0;
  const auto tie = [&](std::vector<orm::Statement>& statements, int number) {
    for (orm::Statement& statement : statements) {
      if (number != 0 && number == open) statement.with_previous = true;
      open = number;
    }
  };
  for (PlannedOperation& operation : plan.operations) {
    tie(operation.statements, operation.transaction);
  }
  tie(plan.checks, plan.checks_transaction);
}

}  // namespace

std::shared_ptr<const PlannedCode> planned_code(const Step& step,
                                                const ProjectState& state,
                                                std::size_t index) {
  const Migration& migration = *step.migration;
  const std::size_t count = migration.operations.size();
  if (index >= count) return nullptr;
  const std::size_t at = step.backwards ? count - 1 - index : index;
  const OperationPtr& operation = migration.operations[at];
  if (!operation->is_code()) return nullptr;
  const ProjectState before = States(migration, state).around(at).before;
  return std::make_shared<const PlannedCode>(PlannedCode{
      operation, migration.key.app, step.backwards, before.models()});
}

Plan make_plan(const Step& step, const ProjectState& state,
               orm::Catalog& catalog, const orm::Dialect& dialect,
               const TableFilter& has_tables, orm::Callables* callables) {
  const Migration& migration = *step.migration;
  Plan plan;
  plan.migration = step.migration;
  plan.backwards = step.backwards;
  std::unique_ptr<orm::SchemaEditor> editor = dialect.schema_editor(catalog);
  std::optional<AskedOnce> once;
  if (callables) {
    once.emplace(*callables);
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    editor->set_defaults(
        {{std::chrono::duration_cast<std::chrono::microseconds>(since).count()},
         {},
         &*once});
  }
  States states(migration, state);
  const std::vector<int> numbers = transactions(migration, step.backwards);
  std::size_t count = migration.operations.size();
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = step.backwards ? count - 1 - i : i;
    const OperationPtr& operation = migration.operations[at];
    PlannedOperation planned = plan_operation(operation, step.backwards);
    if (!has_tables ||
        has_tables(migration.key.app, operation->model_lower())) {
      const auto [before, after] = states.around(at);
      run_editor(*operation, step.backwards, migration.key.app, *editor, before,
                 after);
    }
    // What several operations may share is held back to their end; a single
    // one has it to itself.
    if (count == 1 || numbers[i] != numbers[i + 1]) editor->flush();
    planned.statements = editor->take();
    if (operation->is_code() && !planned.statements.empty()) {
      planned.code = std::make_shared<const PlannedCode>(
          PlannedCode{operation, migration.key.app, step.backwards,
                      states.around(at).before.models()});
    }
    planned.transaction = numbers[i];
    plan.operations.push_back(std::move(planned));
  }
  check_atomic(migration);
  PlannedOperation last;
  last.description = "At the end of the migration";
  last.pos = {migration.file, 0, 0};
  last.statements = editor->take_deferred();
  last.transaction = plan.checks_transaction = numbers.back();
  if (!last.statements.empty()) plan.operations.push_back(std::move(last));
  orm::SchemaEditor::Around around = editor->around();
  plan.before = std::move(around.before);
  plan.checks = std::move(around.checks);
  plan.after = std::move(around.after);
  if (!plan.atomic()) tie_transactions(plan);
  return plan;
}

}  // namespace manage::migrations_engine
