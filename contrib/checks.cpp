#include "contrib/checks.hpp"

#include <fmt/format.h>

#include <set>

#include "contrib/auth/permissions.hpp"
#include "contrib/installed_models.hpp"
#include "core/text.hpp"

namespace manage::contrib {

namespace {

// What the columns hold, in characters.
constexpr std::size_t kMaxModel = 100;
constexpr std::size_t kMaxCodename = 100;
constexpr std::size_t kMaxPermission = 255;

/// What is wrong with the permissions of one model.
class PermissionChecks {
 public:
  PermissionChecks(const orm::ModelDef& model, Diagnostics& found)
      : model_(model), found_(found) {}

  void run() {
    std::set<std::string> defaults;
    for (const Permission& permission : default_permissions(model_)) {
      check_default(permission);
      defaults.insert(permission.codename);
    }
    std::set<std::string> own;
    for (const Permission& permission : own_permissions(model_)) {
      check_own(permission);
      if (defaults.contains(permission.codename)) {
        report("auth.E005",
               fmt::format("the permission {} is one that every model has",
                           permission.codename),
               "choose another name, or take it out of default_permissions");
      } else if (!own.insert(permission.codename).second) {
        report("auth.E006", fmt::format("the permission {} stands there twice",
                                        permission.codename));
      }
    }
  }

 private:
  void check_default(const Permission& permission) {
    check_length("auth.E007", "verbose_name makes the name of the permission",
                 permission.name, kMaxPermission);
    check_length("auth.E011",
                 "the model's name makes the codename of the permission",
                 permission.codename, kMaxCodename);
  }

  void check_own(const Permission& permission) {
    check_length("auth.E008", "the name of the permission", permission.name,
                 kMaxPermission);
    check_length("auth.E012", "the codename of the permission",
                 permission.codename, kMaxCodename);
  }

  void check_length(std::string code, std::string_view what,
                    const std::string& text, std::size_t most) {
    const std::size_t length = text::length(text);
    if (length <= most) return;
    report(std::move(code),
           fmt::format("{} {} too long: {} characters, {} are allowed", what,
                       text, length, most));
  }

  void report(std::string code, std::string_view problem,
              std::string hint = {}) {
    found_.add(std::move(code), model_.pos,
               fmt::format("model {}: {}", model_.label(), problem),
               std::move(hint));
  }

  const orm::ModelDef& model_;
  Diagnostics& found_;
};

void check_name(const orm::ModelDef& model, Diagnostics& found) {
  const std::size_t length = text::length(model.name);
  if (length <= kMaxModel) return;
  found.add("contenttypes.E005", model.pos,
            fmt::format("model {}: a name has at most {} characters, this one "
                        "{}",
                        model.label(), kMaxModel, length));
}

}  // namespace

void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models) {
  const auto is_builtin = [&](std::string_view label) {
    const orm::AppConfig* app = apps.find(label);
    return app && app->builtin;
  };
  const bool has_types = is_builtin("contenttypes");
  const bool has_auth = is_builtin("auth");
  list.add("models", [&apps, &models, has_types, has_auth](Diagnostics& found) {
    for (const orm::ModelDef* model : installed_models(apps, models)) {
      if (has_types) check_name(*model, found);
      if (has_auth) PermissionChecks(*model, found).run();
    }
  });
}

}  // namespace manage::contrib
