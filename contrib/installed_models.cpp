#include "contrib/installed_models.hpp"

#include <algorithm>
#include <tuple>

#include "orm/catalog.hpp"

namespace manage::contrib {

namespace {

auto place(const orm::ModelDef& model) {
  const SourcePos& pos = model.pos;
  return std::tuple(
      pos.file ? std::string_view(pos.file->name()) : std::string_view(),
      pos.line, pos.column);
}

}  // namespace

std::vector<const orm::ModelDef*> installed_models(
    const orm::Apps& apps, const orm::ModelSet& models) {
  std::vector<const orm::ModelDef*> all;
  for (const orm::AppConfig& app : apps.all()) {
    const auto first = static_cast<std::ptrdiff_t>(all.size());
    for (const auto& [key, model] : models.all()) {
      if (key.app == app.label && !model->swapped) all.push_back(model.get());
    }
    std::stable_sort(all.begin() + first, all.end(),
                     [](const orm::ModelDef* one, const orm::ModelDef* other) {
                       return place(*one) < place(*other);
                     });
  }
  return all;
}

bool has_table(orm::Connection& connection, const orm::Apps& apps,
               const orm::ModelSet& models, const orm::ModelKey& key) {
  const orm::AppConfig* app = apps.find(key.app);
  const orm::ModelDef* model = models.find(key);
  if (!app || !app->builtin || !model) return false;
  const std::vector<std::string> tables =
      orm::introspector(connection)->tables();
  return std::find(tables.begin(), tables.end(), models.table(*model)) !=
         tables.end();
}

}  // namespace manage::contrib
