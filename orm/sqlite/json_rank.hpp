// JSON values of SQLite, compared as PostgreSQL compares those of jsonb.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace manage::orm {

/// Bytes whose order is that of the values (PostgreSQL 15, "jsonb Indexing":
/// null, texts, numbers, booleans, arrays, objects; longer lists come after
/// shorter ones), and that are equal if the values are: 1 and 1.0 are, and the
/// order of keys does not count. Texts are in the order of their bytes. Numbers
/// are exact up to 64 bits, beyond that as doubles. nullopt if that is no JSON.
std::optional<std::string> json_rank(std::string_view json);

/// Whether an object has the key, an array the text, or a text is it: the
/// operator ? of jsonb.
bool json_has(std::string_view json, std::string_view key);
/// The same for one, or each, of a JSON list of texts.
bool json_has_any(std::string_view json, std::string_view keys);
bool json_has_all(std::string_view json, std::string_view keys);

}  // namespace manage::orm
