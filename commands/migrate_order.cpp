#include "commands/migrate_order.hpp"

#include <fmt/format.h>

#include "migrations_engine/out_of_order.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

Diagnostic describe(const engine::OutOfOrder& one, bool refuse) {
  Diagnostic diagnostic;
  diagnostic.code = "migrations.out-of-order";
  diagnostic.message = fmt::format(
      "{} is out of order: it does not depend on {}, which is "
      "applied already",
      one.migration->key.text(), one.applied.text());
  diagnostic.where = one.pos;
  diagnostic.hint =
      fmt::format("let it depend on {}, if no other database has it yet",
                  one.applied.text());
  if (refuse) {
    diagnostic.hint +=
        "; or apply it as it is: --set migrations.out_of_order=allow";
  }
  diagnostic.level = refuse ? Level::kError : Level::kWarning;
  return diagnostic;
}

}  // namespace

void judge_order(const MigrateWork& work, const engine::Loader& loader,
                 TellOrder tell, cli::Context& context) {
  const std::string& policy =
      *context.settings().entry("migrations.out_of_order").value.text();
  const bool refuse = policy == "refuse";
  if (policy == "allow" || (!refuse && tell == TellOrder::kErrors)) return;
  std::vector<Diagnostic> found;
  for (const engine::OutOfOrder& one :
       engine::out_of_order(loader, work.applied, work.steps)) {
    if (work.half && work.half->key == one.migration->key) continue;
    found.push_back(describe(one, refuse));
  }
  if (refuse && !found.empty()) throw Error(std::move(found));
  for (Diagnostic& one : found) context.out().report(std::move(one));
}

}  // namespace manage::commands
