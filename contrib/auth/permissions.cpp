#include "contrib/auth/permissions.hpp"

#include <fmt/format.h>

#include <set>

#include "orm/statement_builder.hpp"

namespace manage::contrib {

namespace {

orm::StatementBuilder statements(const orm::Connection& connection,
                                 const orm::ModelSet& models) {
  return {connection.dialect(), models.table(models.get(permission_key()))};
}

std::vector<std::string> default_actions(const orm::ModelDef& model) {
  const Data* given = model.options.find("default_permissions");
  if (given) return given->texts();
  return {"add", "change", "delete", "view"};
}

}  // namespace

orm::ModelKey permission_key() { return {"auth", "permission"}; }

std::vector<Permission> default_permissions(const orm::ModelDef& model) {
  std::vector<Permission> all;
  for (const std::string& action : default_actions(model)) {
    all.push_back({model.key(), fmt::format("{}_{}", action, model.key().model),
                   fmt::format("Can {} {}", action, model.verbose_name())});
  }
  return all;
}

std::vector<Permission> own_permissions(const orm::ModelDef& model) {
  std::vector<Permission> all;
  const Data* given = model.options.find("permissions");
  const DataList* pairs = given ? given->list() : nullptr;
  if (!pairs) return all;
  for (const Data& pair : *pairs) {
    const std::vector<std::string> texts = pair.texts();
    all.push_back({model.key(), texts[0], texts[1]});
  }
  return all;
}

std::vector<Permission> missing_permissions(
    orm::Connection& connection, const orm::ModelSet& models,
    const ContentTypeIds& content_types,
    const std::vector<const orm::ModelDef*>& wanted) {
  std::set<std::pair<std::int64_t, std::string>> known;
  const orm::BoundStatement all =
      statements(connection, models)
          .select_all({"content_type_id", "codename"});
  for (const orm::Row& row : connection.query(all.sql).rows) {
    known.emplace(std::get<std::int64_t>(row[0]),
                  std::get<std::string>(row[1]));
  }
  std::vector<Permission> missing;
  for (const orm::ModelDef* model : wanted) {
    const auto type = content_types.find(model->key());
    for (auto* list : {&default_permissions, &own_permissions}) {
      for (Permission& permission : list(*model)) {
        if (type == content_types.end() ||
            !known.contains({type->second, permission.codename})) {
          missing.push_back(std::move(permission));
        }
      }
    }
  }
  return missing;
}

void create_permissions(const orm::MigrateEvent& event,
                        const std::vector<const orm::ModelDef*>& wanted) {
  orm::Connection& connection = event.connection;
  const ContentTypeIds content_types =
      read_content_types(connection, event.models);
  const std::vector<Permission> missing =
      missing_permissions(connection, event.models, content_types, wanted);
  std::vector<orm::Row> rows;
  for (const Permission& permission : missing) {
    rows.push_back({permission.name, content_types.at(permission.model),
                    permission.codename});
  }
  const orm::OnConflict skip{orm::OnConflict::Action::kNothing, {}, {}};
  for (const orm::BoundStatement& insert :
       statements(connection, event.models)
           .insert({"name", "content_type_id", "codename"}, rows, skip)) {
    connection.execute(insert.sql, insert.parameters);
  }
  for (const Permission& permission : missing) {
    event.note(fmt::format("Added permission {} | {}", permission.model.app,
                           permission.name));
  }
}

}  // namespace manage::contrib
