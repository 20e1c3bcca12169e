#include "contrib/signal_handlers.hpp"

#include "contrib/auth/permissions.hpp"
#include "contrib/contenttypes/content_types.hpp"
#include "contrib/installed_models.hpp"

namespace manage::contrib {

namespace {

void describe_models(const orm::MigrateEvent& event) {
  orm::Connection& connection = event.connection;
  if (!has_table(connection, event.apps, event.models, content_type_key())) {
    return;
  }
  const bool with_permissions =
      has_table(connection, event.apps, event.models, permission_key());
  const std::vector<const orm::ModelDef*> models =
      installed_models(event.apps, event.models);
  const ContentTypeIds known = read_content_types(connection, event.models);
  if (missing_content_types(known, models).empty() &&
      (!with_permissions ||
       missing_permissions(connection, event.models, known, models).empty())) {
    return;
  }
  orm::Transaction transaction(connection);
  create_content_types(event, models);
  if (with_permissions) create_permissions(event, models);
  transaction.commit();
}

}  // namespace

void connect_handlers(orm::Signals& signals) {
  signals.post_migrate.connect(describe_models);
  signals.model_renamed.connect(rename_content_type);
}

}  // namespace manage::contrib
