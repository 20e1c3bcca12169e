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

/// Documents are tables that may be changed in place: the object keeps them
/// (user value 1) until the record is saved. Pushes the one of `name`; nothing
/// if there is none.
bool push_kept(lua_State* lua, int object, const std::string& name) {
  if (lua_getiuservalue(lua, object, 1) == LUA_TTABLE) {
    lua_getfield(lua, -1, name.c_str());
    lua_remove(lua, -2);
    if (!lua_isnil(lua, -1)) return true;
  }
  lua_pop(lua, 1);
  return false;
}

/// Keeps the table on top of the stack.
void keep(lua_State* lua, int object, const std::string& name) {
  if (lua_getiuservalue(lua, object, 1) != LUA_TTABLE) {
    lua_pop(lua, 1);
    lua_newtable(lua);
    lua_pushvalue(lua, -1);
    lua_setiuservalue(lua, object, 1);
  }
  lua_pushvalue(lua, -2);
  lua_setfield(lua, -2, name.c_str());
  lua_pop(lua, 1);
}

void forget_kept(lua_State* lua, int object) {
  lua_pushnil(lua);
  lua_setiuservalue(lua, object, 1);
}

/// What was changed in place becomes the record's.
void take_kept(lua_State* lua, int object, orm::Record& record) {
  if (lua_getiuservalue(lua, object, 1) == LUA_TTABLE) {
    const int table = lua_gettop(lua);
    for (const std::string& name : sorted_keys(lua, table)) {
      lua_getfield(lua, table, name.c_str());
      record.set(name, orm::Json{json_at(lua, -1)});
      lua_pop(lua, 1);
    }
  }
  lua_pop(lua, 1);
}

void push_column(lua_State* lua, int object, const std::string& name,
                 const orm::Value& value) {
  if (!std::holds_alternative<orm::Json>(value)) return push_value(lua, value);
  if (push_kept(lua, object, name)) return;
  push_value(lua, value);
  if (lua_istable(lua, -1)) keep(lua, object, name);
}

void push_relation(lua_State* lua, const RecordPtr& record,
                   const std::string& name) {
  const auto relation = orm::find_relation(record->model(), name);
  // What prefetch_related kept may have a name of its own.
  const bool many = relation ? relation->many : record->has_related(name);
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
    return push_column(lua, object, name, record->values()[*at]);
  }
  const auto known = [&] {
    const auto names = orm::relation_names(record->model());
    return record->has_related(name) ||
           std::find(names.begin(), names.end(), name) != names.end();
  };
  if (name != "pk" && !record->is_loaded(name) && known()) {
    return push_relation(lua, record, name);
  }
  push_column(lua, object, name, record->get(name));
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
  // The document that was kept under the name is not the record's any more.
  if (push_kept(lua, object, name)) {
    lua_pop(lua, 1);
    lua_getiuservalue(lua, object, 1);
    lua_pushnil(lua);
    lua_setfield(lua, -2, name.c_str());
    lua_pop(lua, 1);
  }
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
  take_kept(lua, 1, record);
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
  orm::RemoveOptions options;
  options.hard = option(lua, "hard");
  options.keep_parents = option(lua, "keep_parents");
  const orm::Deleted done = orm::remove(get<RecordRef>(lua, 1).record, options);
  lua_pushinteger(lua, done.total);
  lua_newtable(lua);
  for (const auto& [label, count] : done.by_model) {
    lua_pushinteger(lua, count);
    lua_setfield(lua, -2, label.c_str());
  }
  return 2;
}

int restore(lua_State* lua) {
  lua_pushinteger(lua, orm::restore(get<RecordRef>(lua, 1).record));
  return 1;
}

int refresh(lua_State* lua) {
  orm::refresh(*get<RecordRef>(lua, 1).record, texts_at(lua, 2));
  forget_kept(lua, 1);
  return 0;
}

int full_clean(lua_State* lua) {
  orm::Record& record = *get<RecordRef>(lua, 1).record;
  take_kept(lua, 1, record);
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

RecordPtr record_at(lua_State* lua, int at) {
  const RecordRef* ref = find<RecordRef>(lua, at);
  return ref ? ref->record : nullptr;
}

void push_record(lua_State* lua, const RecordPtr& record) {
  if (!record) return push_null(lua);
  push<RecordRef>(lua, {record}, 1);
}

void define_records(lua_State* lua) {
  new_class<RecordRef>(lua);
  add_functions(lua, kObject);
  lua_newtable(lua);
  add_functions(lua, kMethods);
  lua_pushcclosure(lua, wrapped<index>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace manage::scripting
