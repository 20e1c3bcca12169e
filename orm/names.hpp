// Names of schema objects, computed exactly as Django computes them, and those
// PostgreSQL gives by itself.
//
// Pure functions. Lengths are counted in Unicode code points, as Django counts
// them; only the server_* functions count bytes, as PostgreSQL does.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manage::orm {

/// The first `length` hexadecimal digits of the MD5 of all parts, joined
/// without a separator.
std::string names_digest(const std::vector<std::string>& parts,
                         std::size_t length);

/// `a"."b`, with or without the outer quotes, as ("a", "b"); anything else as
/// ("", name). Quotes at the ends of each part are removed.
std::pair<std::string, std::string> split_identifier(std::string_view name);

/// Without the quotes, if there is one at both ends.
std::string_view strip_quotes(std::string_view name);

/// `name` if it is not longer than `limit` (0: no limit), else cut to it with a
/// digest of `hash_length` at the end.
std::string truncate_name(std::string_view name, int limit,
                          int hash_length = 4);

/// The name of an automatic index or constraint: table, columns, digest and
/// `suffix` ("", "_like", "_uniq", "_fk_shop_target_id", …), shortened to
/// `limit`; 0, no limit, shortens to 200 as Django does.
std::string auto_name(std::string_view table,
                      const std::vector<std::string>& columns,
                      std::string_view suffix, int limit);

/// The name of an index of meta.indexes that was not given one. `descending`
/// is as long as `columns`; `suffix` is the index type's: "idx", "gin", ….
/// REQUIRES: columns is not empty.
std::string index_name(std::string_view table,
                       const std::vector<std::string>& columns,
                       const std::vector<bool>& descending,
                       std::string_view suffix = "idx");

/// What PostgreSQL names an object that a statement leaves without a name:
/// `table` and `column` (may be empty) shortened so that the whole fits 63
/// bytes, then `label`: "pkey", "key", "check", "seq".
std::string server_object_name(std::string_view table, std::string_view column,
                               std::string_view label);

/// An identifier as PostgreSQL keeps it: cut to 63 bytes, never inside a
/// character.
std::string server_identifier(std::string_view name);

}  // namespace manage::orm
