#include "contrib/builtin_apps.hpp"

#include "contrib/embedded_source.hpp"

namespace manage::contrib {

namespace {

orm::AppConfig app(std::string label, std::string verbose_name) {
  orm::AppConfig made;
  made.source = embedded_source(label);
  made.label = std::move(label);
  made.verbose_name = std::move(verbose_name);
  // Whatever the project's default is: their tables are Django's.
  made.default_auto_field = "AutoField";
  made.builtin = true;
  return made;
}

}  // namespace

std::vector<orm::AppConfig> builtin_apps() {
  return {app("contenttypes", "Content Types"),
          app("auth", "Authentication and Authorization"),
          app("sessions", "Sessions")};
}

}  // namespace manage::contrib
