// The installed apps of a project and their models.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_source.hpp"
#include "orm/model_def.hpp"
#include "settings/settings.hpp"

namespace manage::orm {

struct AppConfig {
  std::string label;
  std::string verbose_name;
  std::shared_ptr<const FileSource> source;
  std::string default_auto_field;  ///< "BigAutoField"
  bool builtin = false;
  bool missing = false;  ///< there is no such folder
  SourcePos where;
};

class Apps {
 public:
  void add(AppConfig app) { apps_.push_back(std::move(app)); }
  /// In the order of installed_apps.
  const std::vector<AppConfig>& all() const { return apps_; }
  const AppConfig* find(std::string_view label) const;
  /// Throws a usage error with near names.
  const AppConfig& get(std::string_view label) const;
  std::vector<std::string> labels() const;

 private:
  std::vector<AppConfig> apps_;
};

/// The apps that the settings name. A folder that does not exist is reported as
/// "apps.missing"; `builtin` are those the binary brings (contrib.*).
Apps load_apps(const settings::Settings& settings,
               const std::vector<AppConfig>& builtin, Diagnostics& diagnostics);

/// Reads every app's models.yaml, and reports everything that is wrong or
/// doubtful in all of them, each at its place. The models are of use only if
/// no error was reported.
ModelSet load_models(const Apps& apps, const settings::Settings& settings,
                     Diagnostics& diagnostics);

}  // namespace manage::orm
