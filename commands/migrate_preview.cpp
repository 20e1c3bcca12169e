#include "commands/migrate_preview.hpp"

#include <fmt/format.h>

#include "commands/migration_names.hpp"
#include "commands/plan_document.hpp"
#include "core/text.hpp"
#include "migrations_engine/script.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

void show_plan(const std::vector<engine::Step>& steps, cli::Context& context) {
  cli::Output& out = context.out();
  DataList documents;
  if (steps.empty()) out.line("Nothing to do.");
  for (const engine::Step& step : steps) {
    out.line(step.migration->key.text() + (step.backwards ? " (undo)" : ""));
    DataList operations;
    const engine::Operations& all = step.migration->operations;
    const auto numbers = engine::transactions(*step.migration, step.backwards);
    int open = 0;
    const auto enter = [&](int transaction) {
      // One transaction for all of it goes without saying.
      if (transaction == open || step.migration->one_transaction()) return;
      if (open != 0) out.line("    COMMIT");
      if (transaction != 0) out.line("    BEGIN");
      open = transaction;
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
      const engine::Operation& operation =
          *all[step.backwards ? all.size() - 1 - i : i];
      enter(numbers[i]);
      out.line(fmt::format("    {}{} {}", step.backwards ? "Undo: " : "",
                           operation.symbol(), operation.describe()));
      operations.push_back(operation_document(operation));
    }
    enter(0);
    DataMap document = step_document(step);
    document.set("operations", std::move(operations));
    documents.push_back(std::move(document));
  }
  out.document().set("plan", std::move(documents));
}

void show_sql(const std::vector<engine::Plan>& plans,
              const orm::Dialect& dialect, cli::Context& context) {
  cli::Output& out = context.out();
  DataList documents;
  if (plans.empty()) out.line("-- Nothing to do.");
  for (const engine::Plan& plan : plans) {
    if (&plan != &plans.front()) out.line();
    out.line(fmt::format("-- {} {}", plan.backwards ? "Undo" : "Apply",
                         plan.migration->key.text()));
    std::string sql = engine::to_sql(plan, dialect);
    for (const std::string& line : text::split(text::trim(sql), '\n')) {
      out.line(line);
    }
    documents.push_back(plan_document(plan, dialect));
  }
  out.document().set("plans", std::move(documents));
}

}  // namespace manage::commands
