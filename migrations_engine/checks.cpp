#include "migrations_engine/checks.hpp"

#include "migrations_engine/file_names.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/reference_checks.hpp"

namespace manage::migrations_engine {

namespace {

void check_programs(const Migration& migration, CodeRunner& runner,
                    Diagnostics& found) {
  for (const OperationPtr& operation : migration.operations) {
    try {
      operation->check_code(&runner);
    } catch (const Error& error) {
      found.add(error);
    }
  }
}

}  // namespace

void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models,
                std::shared_ptr<CodeRunner> runner) {
  list.add("migrations",
           [&apps, &models, runner = std::move(runner)](Diagnostics& found) {
             check_file_names(apps, found);
             try {
               Loader loader(apps, models);
               check_heads(loader);
               loader.check_conflicts();
               checked_final_state(loader);
               for (const MigrationKey& key : loader.graph().keys()) {
                 const Migration& migration = loader.graph().get(key);
                 check_atomic(migration);
                 check_programs(migration, *runner, found);
               }
             } catch (const Error& error) {
               found.add(error);
             }
           });
}

}  // namespace manage::migrations_engine
