// The entries of `databases`: given by parts, by a url, or both.
#pragma once

#include <filesystem>

#include "settings/layers.hpp"
#include "settings/settings.hpp"

namespace manage::settings {

/// What a database is when nothing is said about it.
inline constexpr std::string_view kDefaultEngine = "sqlite3";
inline constexpr std::string_view kDefaultFile = "db.sqlite3";

/// Letters, digits and _ only, so that variables can name it.
bool is_alias(std::string_view name);

/// Between url and parts the later layer wins: a url drops the parts of
/// earlier layers (but not their password, which the url may lack), an engine
/// drops the url of an earlier layer. `databases` is the merged map.
void drop_superseded(yaml::Node& databases, const Sources& sources);

/// `parts` are the values that are given, by their names in the schema; beside
/// a url they complete or override it. Relative SQLite files are below `root`.
/// What is wrong is a diagnostic "settings.database" or "settings.url".
DatabaseConfig database_config(const std::string& alias,
                               const yaml::Node& entry, const DataMap& parts,
                               const std::filesystem::path& root,
                               const Sources& sources,
                               Diagnostics& diagnostics);

}  // namespace manage::settings
