#include "scripting/expressions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/lookup.hpp"
#include "orm/query/path.hpp"
#include "orm/query/relation.hpp"
#include "scripting/extent.hpp"
#include "scripting/operators.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::ExprPtr;
using orm::Q;

namespace {

/// Of tables in tables, which may be a circle.
constexpr int kDeepest = 100;

void require_depth(lua_State* lua, int depth) {
  luaL_checkstack(lua, 8, nullptr);
  if (depth <= kDeepest) return;
  throw Error("script.expression",
              fmt::format("tables deeper than {}, or in a circle", kDeepest));
}

/// Throws for a record that is not saved: NULL would mean others.
orm::Value key_of(orm::Record& record) {
  if (!record.adding() && !orm::is_null(record.key())) return record.key();
  throw Error("write.unsaved", fmt::format("this {} is not in the database",
                                           record.model().label()))
      .hint("save it first");
}

bool holds_record(lua_State* lua, int at) {
  if (record_at(lua, at)) return true;
  if (!lua_istable(lua, at)) return false;
  lua_rawgeti(lua, at, 1);
  const bool first = record_at(lua, -1) != nullptr;
  lua_pop(lua, 1);
  return first;
}

std::pair<std::string, orm::Operand> lookup_at(lua_State* lua, int at,
                                               const std::string& path);

void push_condition(lua_State* lua, Q q) {
  require_small(q);
  push<Q>(lua, std::move(q));
}

void push_expression(lua_State* lua, ExprPtr expr) {
  require_small(*expr);
  push<ExprPtr>(lua, std::move(expr));
}

Q conditions_of(lua_State* lua, int at, int depth);

int make_q(lua_State* lua) {
  push_condition(lua, condition_at(lua, 1));
  return 1;
}

Q part_at(lua_State* lua, int at, int depth = 0) {
  if (lua_istable(lua, at)) return conditions_of(lua, at, depth);
  if (const ExprPtr* expr = find<ExprPtr>(lua, at)) return Q(*expr);
  return get<Q>(lua, at);
}

int both(lua_State* lua) {
  push_condition(lua, part_at(lua, 1) & part_at(lua, 2));
  return 1;
}
int either(lua_State* lua) {
  push_condition(lua, part_at(lua, 1) | part_at(lua, 2));
  return 1;
}
int one_of_two(lua_State* lua) {
  push_condition(lua, part_at(lua, 1) ^ part_at(lua, 2));
  return 1;
}
int neither(lua_State* lua) {
  push_condition(lua, ~part_at(lua, 1));
  return 1;
}

constexpr Method kQ[] = {
    {"__band", wrapped<both>},
    {"__bnot", wrapped<neither>},
    {"__bor", wrapped<either>},
    {"__bxor", wrapped<one_of_two>},
};

int make_f(lua_State* lua) {
  push_expression(lua, orm::f(text_at(lua, 1)));
  return 1;
}

int make_outer(lua_State* lua) {
  push_expression(lua, orm::outer_ref(text_at(lua, 1)));
  return 1;
}

int make_value(lua_State* lua) {
  push_expression(lua, orm::value(value_at(lua, 1)));
  return 1;
}

template <const char* const& Sign>
int combined(lua_State* lua) {
  push_expression(
      lua, orm::call(Sign, {expression_at(lua, 1), expression_at(lua, 2)}));
  return 1;
}

constexpr const char* kAdd = "+";
constexpr const char* kSubtract = "-";
constexpr const char* kMultiply = "*";
constexpr const char* kDivide = "/";
constexpr const char* kRemainder = "%";
constexpr const char* kPower = "^";

int negative(lua_State* lua) {
  push_expression(lua, orm::call("*", {expression_at(lua, 1),
                                       orm::value(std::int64_t{-1})}));
  return 1;
}

int ordered(lua_State* lua, bool descending) {
  orm::OrderTerm term{expression_at(lua, 1), descending};
  for (const std::string& key :
       lua_istable(lua, 2) ? sorted_keys(lua, 2) : std::vector<std::string>{}) {
    if (key != "nulls_first" && key != "nulls_last") {
      throw Error("script.argument", fmt::format("an order has no {}", key));
    }
    lua_getfield(lua, 2, key.c_str());
    if (flag_at(lua, -1)) term.nulls_first = key == "nulls_first";
    lua_pop(lua, 1);
  }
  push<orm::OrderTerm>(lua, std::move(term));
  return 1;
}
int ascending(lua_State* lua) { return ordered(lua, false); }
int descending(lua_State* lua) { return ordered(lua, true); }

/// F"price":gt(100): the lookup's name is in the upvalue.
int compared(lua_State* lua) {
  const auto* field = get<ExprPtr>(lua, 1)->as<orm::FieldExpr>();
  const std::string lookup = text_at(lua, lua_upvalueindex(1));
  if (!field) {
    throw Error("script.operator", fmt::format("only a field has {}", lookup))
        .hint("give the expression a name: rows:annotate{n=…}:filter{n__gt=1}");
  }
  auto [path, operand] = lookup_at(lua, 2, field->path + "__" + lookup);
  push_condition(lua, Q(std::move(path), std::move(operand)));
  return 1;
}

int expression_index(lua_State* lua) {
  const std::string key = text_at(lua, 2);
  if (key == "asc" || key == "desc") {
    lua_pushcfunction(lua,
                      key == "asc" ? wrapped<ascending> : wrapped<descending>);
  } else {
    // `in` is a word of Lua.
    push_text(lua, key == "in_" ? "in" : key);
    lua_pushcclosure(lua, wrapped<compared>, 1);
  }
  return 1;
}

constexpr Method kExpression[] = {
    {"__add", wrapped<combined<kAdd>>},
    {"__sub", wrapped<combined<kSubtract>>},
    {"__mul", wrapped<combined<kMultiply>>},
    {"__div", wrapped<combined<kDivide>>},
    {"__mod", wrapped<combined<kRemainder>>},
    {"__pow", wrapped<combined<kPower>>},
    {"__unm", wrapped<negative>},
    {"__band", wrapped<both>},
    {"__bnot", wrapped<neither>},
    {"__bor", wrapped<either>},
    {"__bxor", wrapped<one_of_two>},
    {"__index", wrapped<expression_index>},
};

/// A value of Lua as the data of an expression; what is no plain data is given
/// beside it.
class DataOf {
 public:
  explicit DataOf(lua_State* lua) : lua_(lua) {}

  Data at(int index) {
    const int type = lua_type(lua_, index);
    if (type == LUA_TSTRING) return text_at(lua_, index);
    if (type == LUA_TBOOLEAN) return lua_toboolean(lua_, index) != 0;
    if (type == LUA_TNUMBER && lua_isinteger(lua_, index)) {
      return std::int64_t{lua_tointeger(lua_, index)};
    }
    if (type == LUA_TTABLE) return table(lua_absindex(lua_, index));
    if (is_null_at(lua_, index)) return nullptr;
    if (const Q* q = find<Q>(lua_, index)) return give(orm::condition(*q));
    return give(expression_at(lua_, index));
  }

  const orm::ExprList& given() const { return given_; }

 private:
  Data give(ExprPtr expr) {
    given_.push_back(std::move(expr));
    return DataMap{{std::string(orm::kGiven),
                    static_cast<std::int64_t>(given_.size() - 1)}};
  }

  Data table(int index) {
    require_depth(lua_, ++depth_);
    Data made = table_at(index);
    --depth_;
    return made;
  }

  Data table_at(int index) {
    const std::vector<std::string> keys = sorted_keys(lua_, index);
    if (keys.empty()) {
      DataList list;
      const auto count = static_cast<lua_Integer>(lua_rawlen(lua_, index));
      for (lua_Integer i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, index, i);
        list.push_back(at(-1));
        lua_pop(lua_, 1);
      }
      return list;
    }
    DataMap map;
    for (const std::string& key : keys) {
      lua_getfield(lua_, index, key.c_str());
      map.set(key, at(-1));
      lua_pop(lua_, 1);
    }
    return map;
  }

  lua_State* lua_;
  orm::ExprList given_;
  int depth_ = 0;
};

/// A function of the ORM, whose name is in the upvalue: called with arguments,
/// or one table of arguments and keywords.
int function(lua_State* lua) {
  const std::string name = text_at(lua, lua_upvalueindex(1));
  DataOf data(lua);
  DataList arguments;
  DataMap map;
  const bool keywords = lua_gettop(lua) == 1 && lua_istable(lua, 1);
  if (!keywords) {
    for (int at = 1; at <= lua_gettop(lua); ++at) {
      arguments.push_back(data.at(at));
    }
  } else {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 1));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, 1, i);
      arguments.push_back(data.at(-1));
      lua_pop(lua, 1);
    }
  }
  if (name == "JSONObject" && keywords) {
    map.set(name, data.at(1));
  } else {
    map.set(name, std::move(arguments));
  }
  if (keywords && name != "JSONObject") {
    for (const std::string& key : sorted_keys(lua, 1)) {
      lua_getfield(lua, 1, key.c_str());
      map.set(key, data.at(-1));
      lua_pop(lua, 1);
    }
  }
  const orm::Registry& registry = environment(lua).registry();
  push_expression(lua,
                  orm::expression_from_data(map, {&registry, &data.given()}));
  return 1;
}

/// When(condition, value): a branch of Case.
int make_branch(lua_State* lua) {
  if (lua_gettop(lua) != 2) {
    throw Error("script.argument", "When takes a condition and a value");
  }
  push_condition(lua, condition_at(lua, 1));
  lua_createtable(lua, 0, 2);
  lua_insert(lua, -2);
  lua_setfield(lua, -2, "when");
  lua_pushvalue(lua, 2);
  lua_setfield(lua, -2, "then");
  return 1;
}

template <ExprPtr (*Make)(const orm::QuerySet&)>
int of_rows(lua_State* lua) {
  push_expression(lua, Make(rows_at(lua, 1)));
  return 1;
}
ExprPtr scalar(const orm::QuerySet& rows) { return rows.subquery(); }
ExprPtr exists(const orm::QuerySet& rows) { return rows.exists_subquery(); }
ExprPtr array(const orm::QuerySet& rows) { return rows.array_subquery(); }

constexpr Method kMakers[] = {
    {"ArraySubquery", wrapped<of_rows<array>>},
    {"Exists", wrapped<of_rows<exists>>},
    {"F", wrapped<make_f>},
    {"OuterRef", wrapped<make_outer>},
    {"Q", wrapped<make_q>},
    {"Subquery", wrapped<of_rows<scalar>>},
    {"Value", wrapped<make_value>},
    {"When", wrapped<make_branch>},
};

bool takes_list(std::string_view path) {
  return path.ends_with("__in") || path.ends_with("__range");
}

/// author=ann is author__pk=ann.pk, whatever column the key points to.
std::pair<std::string, orm::Operand> lookup_at(lua_State* lua, int at,
                                               const std::string& path) {
  const bool list = path.ends_with("__in");
  const bool exact = path.ends_with("__exact");
  const std::string relation = path.substr(0, path.size() - (list    ? 4
                                                             : exact ? 7
                                                                     : 0));
  const bool key = relation == "pk" || relation.ends_with("__pk") ||
                   relation.ends_with("_id");
  if (!holds_record(lua, at) || key) return {path, operand_at(lua, at, path)};
  return {relation + "__pk" + (list ? "__in" : ""), operand_at(lua, at, path)};
}

Q conditions_of(lua_State* lua, int at, int depth) {
  require_depth(lua, depth);
  const int table = lua_absindex(lua, at);
  Q all;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, table));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, table, i);
    all = all & part_at(lua, lua_gettop(lua), depth + 1);
    lua_pop(lua, 1);
  }
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    auto [path, operand] = lookup_at(lua, lua_gettop(lua), key);
    all = all & Q(std::move(path), std::move(operand));
    lua_pop(lua, 1);
  }
  if (all.empty()) {
    throw Error("script.empty", "an empty table is no condition")
        .hint(
            "nil vanishes from tables: write NULL, or x__isnull=true; all "
            "rows are Book:all()");
  }
  return all;
}

/// Throws "query.value" for a record of a model that the relation does not lead
/// to: its key would mean another row.
void require_models(lua_State* lua, int at, const orm::Model& model) {
  const int table = lua_absindex(lua, at);
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    const orm::RecordPtr record = record_at(lua, -1);
    lua_pop(lua, 1);
    if (!record) continue;
    const orm::Model* target = orm::find_path(model, key).target;
    if (!target || orm::is_a(record->model(), *target)) continue;
    throw Error("query.value",
                fmt::format("{} leads to {}, not to {}", key, target->label(),
                            record->model().label()));
  }
}

}  // namespace

Q condition_at(lua_State* lua, int at, const orm::Model* model) {
  if (model && lua_istable(lua, at)) require_models(lua, at, *model);
  Q made = lua_istable(lua, at) ? conditions_of(lua, at, 0) : part_at(lua, at);
  require_small(made);
  return made;
}

orm::Operand operand_at(lua_State* lua, int at, std::string_view path) {
  if (const ExprPtr* expr = find<ExprPtr>(lua, at)) return *expr;
  if (const Q* q = find<Q>(lua, at)) return orm::condition(*q);
  if (is_rows(lua, at)) return rows_at(lua, at).subquery();
  if (const auto record = record_at(lua, at)) return key_of(*record);
  if (!lua_istable(lua, at) || !takes_list(path)) return value_at(lua, at);
  const int table = lua_absindex(lua, at);
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, table));
  if (!sorted_keys(lua, table).empty()) wrong_type(lua, at, "a list");
  std::vector<orm::Value> values;
  orm::ExprList expressions;
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, table, i);
    if (const ExprPtr* expr = find<ExprPtr>(lua, -1)) {
      expressions.push_back(*expr);
    } else if (const auto record = record_at(lua, -1)) {
      values.push_back(key_of(*record));
    } else {
      values.push_back(value_at(lua, -1));
    }
    lua_pop(lua, 1);
  }
  if (expressions.empty()) return values;
  for (orm::Value& one : values) expressions.push_back(orm::value(one));
  return expressions;
}

ExprPtr expression_at(lua_State* lua, int at) {
  if (const ExprPtr* expr = find<ExprPtr>(lua, at)) return *expr;
  if (const Q* q = find<Q>(lua, at)) return orm::condition(*q);
  if (is_rows(lua, at)) return rows_at(lua, at).subquery();
  if (lua_type(lua, at) == LUA_TSTRING) return orm::f(text_at(lua, at));
  return orm::value(value_at(lua, at));
}

orm::Ordering ordering_at(lua_State* lua, int at) {
  if (lua_type(lua, at) == LUA_TSTRING) return text_at(lua, at);
  if (const auto* term = find<orm::OrderTerm>(lua, at)) return *term;
  return orm::OrderTerm{get<ExprPtr>(lua, at)};
}

std::vector<orm::Named> named_at(lua_State* lua, int at) {
  if (!lua_istable(lua, at)) wrong_type(lua, at, "a table of names");
  const int table = lua_absindex(lua, at);
  std::vector<orm::Named> list;
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    list.emplace_back(key, expression_at(lua, -1));
    lua_pop(lua, 1);
  }
  return list;
}

void define_expressions(lua_State* lua) {
  new_class<Q>(lua);
  add_functions(lua, kQ);
  refuse_comparison(lua);
  lua_pop(lua, 1);
  new_class<ExprPtr>(lua);
  add_functions(lua, kExpression);
  refuse_comparison(lua);
  lua_pop(lua, 1);
  new_class<orm::OrderTerm>(lua);
  lua_pop(lua, 1);
  for (const std::string& name : orm::expression_names()) {
    push_text(lua, name);
    lua_pushcclosure(lua, wrapped<function>, 1);
    lua_setglobal(lua, name.c_str());
  }
  for (const Method& one : kMakers) {
    lua_pushcfunction(lua, one.function);
    lua_setglobal(lua, one.name);
  }
}

}  // namespace manage::scripting
