// Records as objects of Lua: book.title, book.author.name, book:save().
//
// Methods come before fields of the same name: these are asked for with
// book:get("save").
#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/cleaning.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/saving.hpp"
#include "scripting/expressions.hpp"
#include "scripting/json.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::RecordPtr;

namespace {

/// Its address is the key of the documents in the registry.
const char kDocuments = 0;

/// Pushes the documents of a record that were looked at, tables that may be
/// changed in place: by the record's address, for as long as it lives, whatever
/// object of Lua leads to it. nil: none yet, unless `make`.
void push_documents(lua_State* lua, const RecordPtr& record, bool make) {
  Environment& world = environment(lua);
  const auto known = world.documents.find(record.get());
  const bool there = known != world.documents.end();
  if (there && known->second.lock() != record) world.documents.erase(known);
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &kDocuments);
  if (there && world.documents.contains(record.get())) {
    lua_rawgetp(lua, -1, record.get());
  } else if (make) {
    world.documents[record.get()] = record;
    lua_newtable(lua);
    lua_pushvalue(lua, -1);
    lua_rawsetp(lua, -3, record.get());
  } else {
    lua_pushnil(lua);
  }
  lua_remove(lua, -2);
}

/// Those of records that are gone are forgotten now and then.
void tidy_documents(lua_State* lua) {
  Environment& world = environment(lua);
  if (world.documents.size() < world.most_documents) return;
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &kDocuments);
  std::erase_if(world.documents, [&](const auto& one) {
    if (!one.second.expired()) return false;
    lua_pushnil(lua);
    lua_rawsetp(lua, -2, one.first);
    return true;
  });
  lua_pop(lua, 1);
  world.most_documents = 2 * world.documents.size() + 1000;
}

void forget_documents(lua_State* lua, const RecordPtr& record) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &kDocuments);
  lua_pushnil(lua);
  lua_rawsetp(lua, -2, record.get());
  lua_pop(lua, 1);
  environment(lua).documents.erase(record.get());
}

void push_column(lua_State* lua, const RecordPtr& record,
                 const std::string& name, const orm::Value& value) {
  if (!std::holds_alternative<orm::Json>(value)) return push_value(lua, value);
  push_documents(lua, record, true);
  lua_getfield(lua, -1, name.c_str());
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    push_value(lua, value);
    if (lua_istable(lua, -1)) {
      lua_pushvalue(lua, -1);
      lua_setfield(lua, -3, name.c_str());
    }
  }
  lua_remove(lua, -2);
  tidy_documents(lua);
}

void push_relation(lua_State* lua, const RecordPtr& record,
                   const std::string& name) {
  const auto relation = orm::find_relation(record->model(), name);
  // What prefetch_related kept may have a name of its own.
  const bool one = record->known_related(name).has_value();
  const bool many =
      relation ? relation->many : !one && record->has_related(name);
  if (many) {
    push<Related>(lua, {record, name});
  } else {
    push_record(lua, record->related(name));
  }
}

void push_field(lua_State* lua, int object, const std::string& name) {
  const RecordPtr& record = get<RecordRef>(lua, object).record;
  const auto at = record->shape().find(name);
  if (at && !record->has_pending()) {
    return push_column(lua, record, name, record->values()[*at]);
  }
  const auto known = [&] {
    const auto names = orm::relation_names(record->model());
    return record->has_related(name) ||
           std::find(names.begin(), names.end(), name) != names.end();
  };
  if (name != "pk" && !record->is_loaded(name) && known()) {
    return push_relation(lua, record, name);
  }
  push_column(lua, record, name, record->get(name));
}

int index(lua_State* lua) {
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  push_field(lua, 1, text_at(lua, 2));
  return 1;
}

void set_field(lua_State* lua, int object, const std::string& name, int at) {
  const RecordPtr& record = get<RecordRef>(lua, object).record;
  if (const auto* expr = find<orm::ExprPtr>(lua, at)) {
    record->set(name, *expr);
  } else if (const auto other = record_at(lua, at)) {
    record->set_related(name, other);
  } else if (is_null_at(lua, at) && !record->model().find(name)) {
    record->set_related(name, nullptr);
  } else {
    orm::give(*record, {name, value_at(lua, at)});
  }
  // The document that was looked at is not the record's any more.
  push_documents(lua, record, false);
  if (lua_istable(lua, -1)) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, name.c_str());
  }
  lua_pop(lua, 1);
}

int new_index(lua_State* lua) {
  set_field(lua, 1, text_at(lua, 2), 3);
  return 0;
}

int get_field(lua_State* lua) {
  push_field(lua, 1, text_at(lua, 2));
  return 1;
}

int set_by_name(lua_State* lua) {
  set_field(lua, 1, text_at(lua, 2), 3);
  return 0;
}

/// The options of a method, in a table or left out.
void require_options(lua_State* lua,
                     std::initializer_list<std::string_view> known) {
  if (lua_isnone(lua, 2)) return;
  if (!lua_istable(lua, 2)) wrong_type(lua, 2, "a table of options");
  for (const std::string& key : sorted_keys(lua, 2)) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    throw Error("script.argument", "there is no option " + key)
        .hint(text::did_you_mean(key, {known.begin(), known.end()}));
  }
}

bool option(lua_State* lua, const char* name) {
  if (!lua_istable(lua, 2)) return false;
  lua_getfield(lua, 2, name);
  const bool on = !lua_isnil(lua, -1) && flag_at(lua, -1);
  lua_pop(lua, 1);
  return on;
}

/// save(), save{update_fields={"title"}, force_insert=true, using="other"}.
int save(lua_State* lua) {
  orm::Record& record = *get<RecordRef>(lua, 1).record;
  take_documents(lua, get<RecordRef>(lua, 1).record);
  require_options(lua,
                  {"force_insert", "force_update", "update_fields", "using"});
  orm::SaveOptions options;
  options.force_insert = option(lua, "force_insert");
  options.force_update = option(lua, "force_update");
  if (lua_istable(lua, 2)) {
    lua_getfield(lua, 2, "update_fields");
    if (!lua_isnil(lua, -1)) {
      options.update_fields = texts_at(lua, lua_gettop(lua));
    }
    lua_getfield(lua, 2, "using");
    if (!lua_isnil(lua, -1)) options.alias = text_at(lua, -1);
  }
  orm::save(record, options);
  lua_settop(lua, 1);
  return 1;
}

int remove(lua_State* lua) {
  require_options(lua, {"hard", "keep_parents"});
  orm::RemoveOptions options;
  options.hard = option(lua, "hard");
  options.keep_parents = option(lua, "keep_parents");
  return push_deleted(lua, orm::remove(get<RecordRef>(lua, 1).record, options));
}

int restore(lua_State* lua) {
  lua_pushinteger(lua, orm::restore(get<RecordRef>(lua, 1).record));
  return 1;
}

int refresh(lua_State* lua) {
  orm::refresh(*get<RecordRef>(lua, 1).record, texts_at(lua, 2));
  forget_documents(lua, get<RecordRef>(lua, 1).record);
  return 0;
}

int full_clean(lua_State* lua) {
  orm::Record& record = *get<RecordRef>(lua, 1).record;
  take_documents(lua, get<RecordRef>(lua, 1).record);
  require_options(lua, {"exclude"});
  orm::CleanOptions options;
  if (lua_istable(lua, 2)) {
    lua_getfield(lua, 2, "exclude");
    if (!lua_isnil(lua, -1)) options.exclude = texts_at(lua, lua_gettop(lua));
  }
  orm::full_clean(record, options);
  return 0;
}

int model_of(lua_State* lua) {
  push<ModelRef>(lua, {&get<RecordRef>(lua, 1).record->model()});
  return 1;
}

/// As Django: of one model and with one key.
int equal(lua_State* lua) {
  const RecordRef* a = find<RecordRef>(lua, 1);
  const RecordRef* b = find<RecordRef>(lua, 2);
  bool same = a && b && a->record == b->record;
  if (a && b && !same) {
    same = &a->record->model().concrete() == &b->record->model().concrete() &&
           !orm::is_null(a->record->key()) &&
           a->record->key() == b->record->key();
  }
  lua_pushboolean(lua, same ? 1 : 0);
  return 1;
}

/// The model's `str`: "{title} by {author}".
std::string described(lua_State* lua, orm::Record& record) {
  const std::string& pattern = record.model().def().str;
  std::string shown;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char sign = pattern[at];
    if ((sign == '{' || sign == '}') &&
        pattern.substr(at, 2) == std::string(2, sign)) {
      shown += sign;
      ++at;
      continue;
    }
    const std::size_t end = pattern.find('}', at);
    if (sign != '{' || end == std::string::npos) {
      shown += sign;
      continue;
    }
    const int top = lua_gettop(lua);
    push_field(lua, 1, pattern.substr(at + 1, end - at - 1));
    shown += luaL_tolstring(lua, -1, nullptr);
    lua_settop(lua, top);
    at = end;
  }
  return shown;
}

int shown(lua_State* lua) {
  orm::Record& record = *get<RecordRef>(lua, 1).record;
  if (!record.model().def().str.empty()) {
    push_text(lua, described(lua, record));
  } else {
    push_text(lua, fmt::format(
                       "{} {}", record.model().def().name,
                       record.adding() ? "(new)" : orm::display(record.key())));
  }
  return 1;
}

constexpr Method kObject[] = {
    {"__eq", wrapped<equal>},
    {"__newindex", wrapped<new_index>},
    {"__tostring", wrapped<shown>},
};

constexpr Method kMethods[] = {
    {"delete", wrapped<remove>},   {"full_clean", wrapped<full_clean>},
    {"get", wrapped<get_field>},   {"model", wrapped<model_of>},
    {"refresh", wrapped<refresh>}, {"restore", wrapped<restore>},
    {"save", wrapped<save>},       {"set", wrapped<set_by_name>},
};

}  // namespace

void take_documents(lua_State* lua, const RecordPtr& record) {
  push_documents(lua, record, false);
  if (lua_istable(lua, -1)) {
    const int table = lua_gettop(lua);
    for (const std::string& name : sorted_keys(lua, table)) {
      lua_getfield(lua, table, name.c_str());
      record->set(name, orm::Json{json_at(lua, -1)});
      lua_pop(lua, 1);
    }
  }
  lua_pop(lua, 1);
}

RecordPtr record_at(lua_State* lua, int at) {
  const RecordRef* ref = find<RecordRef>(lua, at);
  return ref ? ref->record : nullptr;
}

void push_record(lua_State* lua, const RecordPtr& record) {
  if (!record) return push_null(lua);
  push<RecordRef>(lua, {record});
}

void define_records(lua_State* lua) {
  lua_newtable(lua);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kDocuments);
  new_class<RecordRef>(lua);
  add_functions(lua, kObject);
  lua_newtable(lua);
  add_functions(lua, kMethods);
  lua_pushcclosure(lua, wrapped<index>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace manage::scripting
