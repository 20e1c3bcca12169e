#include "migrations_engine/checks.hpp"

#include "migrations_engine/file_names.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/reference_checks.hpp"

namespace manage::migrations_engine {

void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models) {
  list.add("migrations", [&](Diagnostics& found) {
    check_file_names(apps, found);
    try {
      Loader loader(apps, models);
      check_heads(loader);
      loader.check_conflicts();
      checked_final_state(loader);
      for (const MigrationKey& key : loader.graph().keys()) {
        check_atomic(loader.graph().get(key));
      }
    } catch (const Error& error) {
      found.add(error);
    }
  });
}

}  // namespace manage::migrations_engine
