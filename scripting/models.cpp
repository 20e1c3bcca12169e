// Models as objects of Lua, and the manager methods that make rows.
#include <fmt/format.h>

#include <map>

#include "core/text.hpp"
#include "scripting/expressions.hpp"
#include "scripting/operators.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

orm::Manager manager(lua_State* lua) {
  const Environment& world = environment(lua);
  return {world.registry(), *get<ModelRef>(lua, 1).model, world.databases()};
}

/// Book{title="x"} and Book:make{…}: not saved yet.
int make(lua_State* lua) {
  orm::GivenList given;
  if (!lua_isnone(lua, 2)) given = given_at(lua, 2);
  push_record(lua, manager(lua).make(given));
  return 1;
}

int create(lua_State* lua) {
  orm::GivenList given;
  if (!lua_isnone(lua, 2)) given = given_at(lua, 2);
  push_record(lua, manager(lua).create(given));
  return 1;
}

int get_or_create(lua_State* lua) {
  const orm::GivenList given = looked_for(lua, 2);
  return push_made(
      lua, manager(lua).get_or_create(given, part_of(lua, 2, "defaults")));
}

int update_or_create(lua_State* lua) {
  const orm::GivenList given = looked_for(lua, 2);
  std::optional<orm::GivenList> fresh;
  if (has_part(lua, 2, "create_defaults"))
    fresh = part_of(lua, 2, "create_defaults");
  return push_made(lua, manager(lua).update_or_create(
                            given, part_of(lua, 2, "defaults"), fresh));
}

/// Tables of fields, or records that were made.
orm::Records rows_to_make(lua_State* lua) {
  if (!lua_istable(lua, 2)) wrong_type(lua, 2, "a list");
  const orm::Manager rows = manager(lua);
  orm::Records records;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 2));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 2, i);
    const auto record = record_at(lua, -1);
    if (record) take_documents(lua, record);
    records.push_back(record ? record
                             : rows.make(given_at(lua, lua_gettop(lua))));
    lua_pop(lua, 1);
  }
  return records;
}

/// bulk_create({{title="a"}, …}, {batch_size=100, update_conflicts=true, …}):
/// the records.
int bulk_create(lua_State* lua) {
  orm::BulkCreateOptions options;
  for (const std::string& key :
       lua_istable(lua, 3) ? sorted_keys(lua, 3) : std::vector<std::string>{}) {
    lua_getfield(lua, 3, key.c_str());
    const int at = lua_gettop(lua);
    if (key == "batch_size") {
      options.batch_size = static_cast<std::size_t>(integer_at(lua, at));
    } else if (key == "ignore_conflicts") {
      options.ignore_conflicts = flag_at(lua, at);
    } else if (key == "update_conflicts") {
      options.update_conflicts = flag_at(lua, at);
    } else if (key == "update_fields") {
      options.update_fields = texts_at(lua, at);
    } else if (key == "unique_fields") {
      options.unique_fields = texts_at(lua, at);
    } else {
      throw Error("script.argument", fmt::format("bulk_create has no {}", key));
    }
    lua_pop(lua, 1);
  }
  const orm::Records records = rows_to_make(lua);
  manager(lua).bulk_create(records, options);
  lua_createtable(lua, static_cast<int>(records.size()), 0);
  lua_Integer number = 0;
  for (const orm::RecordPtr& record : records) {
    push_record(lua, record);
    lua_rawseti(lua, -2, ++number);
  }
  return 1;
}

/// bulk_update(records, {"price", "stock"}): the number of rows.
int bulk_update(lua_State* lua) {
  const std::size_t size =
      lua_isnone(lua, 4) ? 0 : static_cast<std::size_t>(integer_at(lua, 4));
  lua_settop(lua, 3);
  lua_pushinteger(lua, manager(lua).bulk_update(records_at(lua, 2),
                                                texts_at(lua, 3), size));
  return 1;
}

/// raw("SELECT … WHERE id = %s", {1}): a list of records.
int raw(lua_State* lua) {
  std::vector<orm::Value> parameters;
  if (lua_istable(lua, 3)) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 3));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, 3, i);
      parameters.push_back(value_at(lua, -1));
      lua_pop(lua, 1);
    }
  }
  const orm::Records records = rows_at(lua, 1).raw(
      text_at(lua, 2), parameters, environment(lua).databases());
  lua_newtable(lua);
  lua_Integer number = 0;
  for (const orm::RecordPtr& record : records) {
    push_record(lua, record);
    lua_rawseti(lua, -2, ++number);
  }
  return 1;
}

/// Every row, whatever the model's default_scope leaves out.
int unscoped(lua_State* lua) {
  push_rows(lua, orm::QuerySet(environment(lua).registry(),
                               *get<ModelRef>(lua, 1).model));
  return 1;
}

int label(lua_State* lua) {
  push_text(lua, get<ModelRef>(lua, 1).model->label());
  return 1;
}

/// The names that conditions know, sorted.
int field_names(lua_State* lua) {
  std::vector<std::string> names = get<ModelRef>(lua, 1).model->names();
  std::sort(names.begin(), names.end());
  lua_createtable(lua, static_cast<int>(names.size()), 0);
  lua_Integer number = 0;
  for (const std::string& name : names) {
    push_text(lua, name);
    lua_rawseti(lua, -2, ++number);
  }
  return 1;
}

int shown(lua_State* lua) {
  push_text(lua,
            fmt::format("<Model {}>", get<ModelRef>(lua, 1).model->label()));
  return 1;
}

int equal(lua_State* lua) {
  const ModelRef* a = find<ModelRef>(lua, 1);
  const ModelRef* b = find<ModelRef>(lua, 2);
  lua_pushboolean(lua, a && b && a->model == b->model ? 1 : 0);
  return 1;
}

constexpr Method kMethods[] = {
    {"bulk_create", wrapped<bulk_create>},
    {"bulk_update", wrapped<bulk_update>},
    {"create", wrapped<create>},
    {"field_names", wrapped<field_names>},
    {"get_or_create", wrapped<get_or_create>},
    {"label", wrapped<label>},
    {"make", wrapped<make>},
    {"raw", wrapped<raw>},
    {"unscoped", wrapped<unscoped>},
    {"update_or_create", wrapped<update_or_create>},
};

/// The models of one app by their class names, as `models.shop`.
void push_app(lua_State* lua, const std::vector<const orm::Model*>& models) {
  lua_newtable(lua);
  for (const orm::Model* model : models) {
    push<ModelRef>(lua, {model});
    lua_setfield(lua, -2, model->def().name.c_str());
  }
}

}  // namespace

void define_model_class(lua_State* lua) {
  new_class<ModelRef>(lua);
  refuse_comparison(lua);
  lua_pushcfunction(lua, wrapped<equal>);
  lua_setfield(lua, -2, "__eq");
  lua_pushcfunction(lua, wrapped<shown>);
  lua_setfield(lua, -2, "__tostring");
  lua_pushcfunction(lua, wrapped<make>);
  lua_setfield(lua, -2, "__call");
  lua_newtable(lua);
  add_query_methods(lua);
  add_asking_methods(lua);
  add_writing_methods(lua);
  add_row_methods(lua);
  add_functions(lua, kMethods);
  use_methods(lua, kClass<ModelRef>);
  lua_pop(lua, 1);
}

void define_models(lua_State* lua) {
  Environment& world = environment(lua);
  std::vector<std::string> apps;
  std::map<std::string, std::vector<const orm::Model*>> by_app;
  for (const auto& [key, def] : world.registry().models().all()) {
    const orm::Model* model = world.registry().find(key);
    if (!model || model->auto_created()) continue;
    auto& models = by_app[key.app];
    if (models.empty()) apps.push_back(key.app);
    models.push_back(model);
  }
  lua_newtable(lua);
  std::map<std::string, const orm::Model*> names;
  for (const std::string& app : world.apps.empty() ? apps : world.apps) {
    const auto found = by_app.find(app);
    if (found == by_app.end()) continue;
    push_app(lua, found->second);
    lua_setfield(lua, -2, app.c_str());
    for (const orm::Model* model : found->second) {
      if (!world.global_models) break;
      const auto [known, fresh] = names.emplace(model->def().name, model);
      if (fresh) {
        push<ModelRef>(lua, {model});
        lua_setglobal(lua, model->def().name.c_str());
      } else {
        world.warn(fmt::format("{} is {}; the other one is models.{}",
                               model->def().name, known->second->label(),
                               model->label()));
      }
    }
  }
  lua_setglobal(lua, "models");
}

}  // namespace manage::scripting
