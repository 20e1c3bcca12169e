// Rows of models as objects of Lua: models, query sets and related managers
// have the same methods, which are those of orm::QuerySet.
//
//   for book in Book:filter{price__gt=10}:order_by("-price"):limit(5) do … end
//   local list = Book:values("id", "title")      list[1].title, #list
//
// Rows are asked for when they are first looked at, and kept by the object.
#pragma once

#include <memory>
#include <optional>

#include "orm/query/query_set.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"
#include "scripting/environment.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

struct ModelRef {
  const orm::Model* model = nullptr;
};

/// What a relation to many leads to.
struct Related {
  orm::RecordPtr record;
  std::string name;
};

struct Rows {
  orm::QuerySet set;
  /// limit() and offset() may come in either order.
  std::optional<std::int64_t> limit = {};
  std::int64_t offset = 0;
  /// Each row is one value (values_list with flat), or a list of them.
  bool flat = false, lists = false;
  /// What was asked for; of rows that are no records, a list that the object
  /// keeps (user value 1).
  std::shared_ptr<const orm::Records> records = nullptr;
  std::vector<std::int64_t> cursors = {};  ///< of loops over that list
};

struct RecordRef {
  orm::RecordPtr record;
  /// Where it stands in the rows that gave it, for loops.
  const orm::Records* from = nullptr;
  std::size_t at = 0;
};

template <>
inline constexpr const char* kClass<ModelRef> = "Model";
template <>
inline constexpr const char* kClass<Related> = "RelatedManager";
template <>
inline constexpr const char* kClass<Rows> = "QuerySet";
template <>
inline constexpr const char* kClass<RecordRef> = "Record";

bool is_rows(lua_State* lua, int at);
/// Of a model or a related manager, those that its default_scope leaves.
orm::QuerySet rows_at(lua_State* lua, int at);
void push_rows(lua_State* lua, orm::QuerySet rows);
/// The first of these values, in the form of those at `at`, or NULL.
void push_first_value(lua_State* lua, int at, const orm::QuerySet& rows);

/// nullptr: no record stands there.
orm::RecordPtr record_at(lua_State* lua, int at);
/// What was changed in place of its documents becomes the record's.
void take_documents(lua_State* lua, const orm::RecordPtr& record);
/// NULL for nullptr.
void push_record(lua_State* lua, const orm::RecordPtr& record);
/// Records of a list, a query set, or the one that stands there.
orm::Records records_at(lua_State* lua, int at);

/// What a table gives to fields, but for the keys `without`.
orm::GivenList given_at(lua_State* lua, int at,
                        std::initializer_list<std::string_view> without = {});
/// What the table has under that name for fields; nothing without it.
orm::GivenList part_of(lua_State* lua, int at, const char* name);
bool has_part(lua_State* lua, int at, const char* name);
/// What a table asks for, beside its defaults. Throws "script.empty" for
/// nothing: nil vanishes, and any row would be meant.
orm::GivenList looked_for(lua_State* lua, int at);
/// A record, and whether it is new.
int push_made(lua_State* lua, const std::pair<orm::RecordPtr, bool>& made);
/// The total, and a table of the numbers by model.
int push_deleted(lua_State* lua, const orm::Deleted& done);

/// Texts: one, several arguments from there on, or a list.
std::vector<std::string> texts_at(lua_State* lua, int at);

// Methods that query sets, models and related managers share.
void add_query_methods(lua_State* lua);    ///< what gives other rows
void add_asking_methods(lua_State* lua);   ///< what asks the database
void add_writing_methods(lua_State* lua);  ///< what changes rows
void add_row_methods(lua_State* lua);      ///< what gives lists of them

// The metatables.
void define_rows(lua_State* lua);
void define_records(lua_State* lua);
void define_related(lua_State* lua);
void define_model_class(lua_State* lua);
void define_transactions(lua_State* lua);

/// Every model by its name, and `models`.
void define_models(lua_State* lua);

/// The class has methods only: their table is on top of the stack, the
/// metatable below. Pops the first.
void use_methods(lua_State* lua, const char* name);

}  // namespace manage::scripting
