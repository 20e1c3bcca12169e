// Every key that settings may have: one table, from which the reader, the
// documentation, diffsettings and the JSON Schema are made.
//
// A path is dotted ("databases.default.name"); in the table `*` stands for a
// name that the user chooses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"

namespace manage::settings {

enum class Type {
  kBool,
  kInteger,
  kNumber,  ///< an integer or a number with a fraction, such as seconds
  kText,
  kTexts,  ///< a list of texts
  kList,   ///< a list of texts, or of maps with `item_keys`
  kMap,    ///< a map whose keys are free
};

struct Key {
  std::string_view path;
  Type type;
  Data default_value;                            ///< null: null is allowed
  std::string_view doc;                          ///< one line
  bool secret = false;                           ///< its value is masked
  std::vector<std::string_view> choices = {};    ///< of a text; empty: any
  std::vector<std::string_view> item_keys = {};  ///< of the maps in a list
  bool nullable = false;  ///< a null default is allowed in any case
};

/// In the order of the documentation. Built once; safe to share.
const std::vector<Key>& schema();

/// The row for `path`, else nullptr.
const Key* find_key(std::string_view path);
/// The free map that `path` is below of ("logging" for "logging.root.level"),
/// else nullptr.
const Key* find_free_map(std::string_view path);
/// Whether `path` names a map of keys: "databases", "databases.default",
/// "migrations".
bool is_section(std::string_view path);
/// The names that may stand directly in a section; "" is the top level. Empty
/// where the user chooses them.
std::vector<std::string> names_in(std::string_view section);
/// "a list of texts": what a value of that type is, for messages and docs.
std::string_view type_name(Type type);

}  // namespace manage::settings
