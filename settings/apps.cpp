#include "settings/apps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/text.hpp"

namespace manage::settings {

namespace {

constexpr std::string_view kBuiltin = "contrib.";

/// "apps/shop/" and "./apps/shop" are "apps/shop".
std::string normal_path(const std::string& path) {
  std::string normal =
      std::filesystem::path(path).lexically_normal().generic_string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

class AppReader {
 public:
  AppReader(Converter& converter, Diagnostics& diagnostics)
      : converter_(converter), diagnostics_(diagnostics) {}

  /// nullopt after a diagnostic.
  std::optional<AppEntry> read(const yaml::Node& item) {
    AppEntry app;
    app.where = item.pos();
    if (item.is_map()) {
      read_key(item, "label", app.label);
      read_key(item, "verbose_name", app.verbose_name);
      read_key(item, "default_auto_field", app.default_auto_field);
      if (!item.find("path")) return without_path(app);
      if (!read_key(item, "path", app.path)) return std::nullopt;
    } else if (!read_text(item, "an item of installed_apps", app.path)) {
      return std::nullopt;
    }
    if (app.path.empty()) return without_path(app);
    if (!set_label(app)) return std::nullopt;
    check_auto_field(app);
    return app;
  }

 private:
  void complain(const SourcePos& where, std::string message,
                std::string hint = {}) {
    diagnostics_.add("settings.app", where, std::move(message),
                     std::move(hint));
  }

  std::optional<AppEntry> without_path(const AppEntry& app) {
    complain(app.where, "an app needs a path",
             "write {path: apps/shop, label: shop}");
    return std::nullopt;
  }

  bool read_text(const yaml::Node& node, const std::string& what,
                 std::string& target) {
    auto text = converter_.text(node, what);
    if (text) target = std::move(*text);
    return text.has_value();
  }

  bool read_key(const yaml::Node& map, std::string_view key,
                std::string& target) {
    const yaml::Node* node = map.find(key);
    return node && read_text(*node, fmt::format("{} of an app", key), target);
  }

  bool set_label(AppEntry& app) {
    app.builtin = app.path.starts_with(kBuiltin);
    std::string last;
    if (app.builtin) {
      last = app.path.substr(kBuiltin.size());
      app.path.clear();
    } else {
      app.path = normal_path(app.path);
      last = app.path.substr(app.path.rfind('/') + 1);
      if (app.path.starts_with('/')) {
        complain(app.where,
                 fmt::format("the app {} must be a folder relative to the "
                             "project",
                             app.path));
        return false;
      }
    }
    if (app.label.empty()) app.label = last;
    if (text::is_identifier(app.label)) return true;
    complain(app.where,
             fmt::format("{} cannot be the label of an app", app.label),
             "a label is an identifier; give one: {path: …, label: …}");
    return false;
  }

  void check_auto_field(const AppEntry& app) {
    const std::vector<std::string_view> choices =
        find_key("default_auto_field")->choices;
    if (app.default_auto_field.empty() ||
        std::find(choices.begin(), choices.end(), app.default_auto_field) !=
            choices.end()) {
      return;
    }
    std::vector<std::string> names(choices.begin(), choices.end());
    complain(
        app.where,
        fmt::format("default_auto_field of the app {} must be one of {}, "
                    "not {}",
                    app.label, text::join(names, ", "), app.default_auto_field),
        text::did_you_mean(app.default_auto_field, names));
  }

  Converter& converter_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::vector<AppEntry> app_entries(const yaml::Node& list, Converter& converter,
                                  Diagnostics& diagnostics) {
  AppReader reader(converter, diagnostics);
  std::vector<AppEntry> apps;
  for (const yaml::Node& item : list.items) {
    // Such an item is reported as one of the wrong type.
    if (item.is_sequence() || item.is_null()) continue;
    std::optional<AppEntry> app = reader.read(item);
    if (!app) continue;
    auto twin = std::find_if(apps.begin(), apps.end(), [&](const AppEntry& a) {
      return a.label == app->label;
    });
    if (twin != apps.end()) {
      diagnostics.add("settings.app", app->where,
                      fmt::format("two apps have the label {}", app->label),
                      fmt::format("the first is at {}; give one of them "
                                  "another: {{path: …, label: …}}",
                                  twin->where.text()));
      continue;
    }
    apps.push_back(std::move(*app));
  }
  return apps;
}

}  // namespace manage::settings
