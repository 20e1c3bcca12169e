#include "contrib/contenttypes/content_types.hpp"

#include <fmt/format.h>

#include "contrib/installed_models.hpp"
#include "orm/statement_builder.hpp"

namespace manage::contrib {

namespace {

orm::StatementBuilder statements(const orm::Connection& connection,
                                 const orm::ModelSet& models) {
  return {connection.dialect(), models.table(models.get(content_type_key()))};
}

}  // namespace

orm::ModelKey content_type_key() { return {"contenttypes", "contenttype"}; }

ContentTypeIds read_content_types(orm::Connection& connection,
                                  const orm::ModelSet& models) {
  ContentTypeIds ids;
  const orm::BoundStatement all =
      statements(connection, models).select_all({"id", "app_label", "model"});
  for (const orm::Row& row : connection.query(all.sql).rows) {
    orm::ModelKey key{std::get<std::string>(row[1]),
                      std::get<std::string>(row[2])};
    ids[std::move(key)] = std::get<std::int64_t>(row[0]);
  }
  return ids;
}

std::vector<orm::ModelKey> missing_content_types(
    const ContentTypeIds& known,
    const std::vector<const orm::ModelDef*>& wanted) {
  std::vector<orm::ModelKey> missing;
  for (const orm::ModelDef* model : wanted) {
    if (!known.contains(model->key())) missing.push_back(model->key());
  }
  return missing;
}

void create_content_types(const orm::MigrateEvent& event,
                          const std::vector<const orm::ModelDef*>& wanted) {
  orm::Connection& connection = event.connection;
  const std::vector<orm::ModelKey> missing = missing_content_types(
      read_content_types(connection, event.models), wanted);
  std::vector<std::string> columns{"app_label", "model"};
  std::vector<orm::Row> rows;
  for (const orm::ModelKey& key : missing) rows.push_back({key.app, key.model});
  // Before contenttypes.0002 there is a name, which must not be null.
  if (event.models.get(content_type_key()).find_field("name")) {
    columns.push_back("name");
    for (orm::Row& row : rows) row.push_back(std::string());
  }
  const orm::OnConflict skip{orm::OnConflict::Action::kNothing, {}, {}};
  for (const orm::BoundStatement& insert :
       statements(connection, event.models).insert(columns, rows, skip)) {
    connection.execute(insert.sql, insert.parameters);
  }
  for (const orm::ModelKey& key : missing) {
    event.note(fmt::format("Added content type {} | {}", key.app, key.model));
  }
}

void rename_content_type(const orm::ModelRenamedEvent& event) {
  orm::Connection& connection = event.connection;
  if (!has_table(connection, event.apps, event.models, content_type_key())) {
    return;
  }
  const ContentTypeIds known = read_content_types(connection, event.models);
  if (known.contains(event.to)) return;
  const std::vector<orm::Row> rows{
      {event.to.app, event.to.model, event.from.app, event.from.model}};
  for (const orm::BoundStatement& update :
       statements(connection, event.models)
           .update({"app_label", "model"}, {"app_label", "model"}, rows)) {
    connection.execute(update.sql, update.parameters);
  }
}

}  // namespace manage::contrib
