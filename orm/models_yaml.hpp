// models.yaml: from the files of all apps to one set of models.
//
// Three steps: each file by itself (models_yaml.cpp), then what models take
// over from the models they inherit from (model_inheritance.cpp), then what
// only the whole shows (model_checks.cpp). All that is wrong in all files is
// reported at once.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// The models.yaml of one app.
struct ModelsFile {
  std::string app;
  std::string default_auto_field;  ///< "BigAutoField"
  std::shared_ptr<const SourceFile> file;
};

/// What of the settings decides how models are read.
struct ModelsContext {
  std::string auth_user_model = "auth.User";
  std::string default_auto_field = "BigAutoField";  ///< the project's
  const Dialect* dialect = &sqlite_dialect();       ///< of the default database
  /// Apps without a file that could be read: nothing that may be declared there
  /// is reported as missing.
  std::set<std::string> unread = {};
  bool routed = false;  ///< there are database_routers
  std::string time_zone = "UTC";
};

/// Reports everything that is wrong or doubtful, each at its place. The models
/// are of use only if no error was reported.
ModelSet read_models(const std::vector<ModelsFile>& files,
                     const ModelsContext& context, Diagnostics& diagnostics);

/// One entry of a file, before inheritance.
struct ModelSource {
  ModelDef model;  ///< its own fields and options only
  bool abstract = false;
  std::string default_auto_field;
  std::vector<std::string> inherits;  ///< "app.model"
  std::set<std::string> removed;      ///< fields given as null
  std::set<std::string> broken;       ///< fields that could not be read
  /// Where an option stands, by its name; `inherits`, `natural_key`, `indexes`
  /// and `constraints` too.
  std::map<std::string, const yaml::Node*> nodes;

  /// Where `name` stands inside that option, as near as is known.
  SourcePos where(const std::string& option, std::string_view name) const;
  /// As where, inside the entry `key` of a map (`scopes`); with an empty key
  /// the whole map.
  SourcePos where_below(const std::string& option, std::string_view key,
                        std::string_view name) const;
  /// As where, inside the one entry of a list (`indexes`) that begins at `pos`.
  SourcePos where_in(const std::string& option, const SourcePos& pos,
                     std::string_view name) const;
};

using ModelSources = std::map<ModelKey, ModelSource>;

/// Adds the models of one file. `root` must outlive the sources.
void read_models_file(const yaml::Node& root, const ModelsFile& file,
                      const ModelsContext& context, ModelSources& sources,
                      Diagnostics& diagnostics);

/// Every source with what it inherits, abstract ones included: fields, meta,
/// primary key.
ModelSources inherit(const ModelSources& sources, const ModelsContext& context,
                     Diagnostics& diagnostics);

}  // namespace manage::orm
