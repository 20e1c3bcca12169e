#include "contrib/builtin_apps.hpp"

#include <catch2/catch.hpp>

#include "built_in_project.hpp"

using namespace manage;
using namespace manage::contrib;

namespace {

const std::vector<std::string> kAll{"contenttypes", "auth", "sessions"};

std::string tables(const orm::ModelSet& models) {
  std::string lines;
  for (const auto& [key, model] : models.all()) {
    lines +=
        fmt::format("{} {} {} {}{}\n", model->label(), models.table(*model),
                    model->verbose_name(), model->primary_key()->type->name,
                    model->swapped ? " swapped" : "");
  }
  return lines;
}

}  // namespace

TEST_CASE("the built-in apps have Django's models, with integer ids") {
  CHECK(tables(make_project(kAll, "").models) ==
        "auth.Group auth_group group AutoField\n"
        "auth.Permission auth_permission permission AutoField\n"
        "auth.User auth_user user AutoField\n"
        "contenttypes.ContentType django_content_type content type AutoField\n"
        "sessions.Session django_session session CharField\n");
}

TEST_CASE("a user model of the project's own replaces auth.User") {
  const Project project = make_project(kAll, R"(
models:
  Member:
    inherits: [auth.AbstractUser]
    fields:
      phone: {type: CharField, max_length: 20}
)",
                                       "shop.Member");
  const orm::ModelDef& member = project.models.get({"shop", "member"});
  CHECK(project.models.get({"auth", "user"}).swapped);
  CHECK_FALSE(member.swapped);
  CHECK(member.verbose_name() == "user");
  CHECK(member.primary_key()->type->name == "BigAutoField");
  CHECK(member.natural_key == std::vector<std::string>{"username"});
  CHECK(project.models.field_names(member) ==
        std::vector<std::string>{"id", "password", "last_login", "is_superuser",
                                 "groups", "user_permissions", "username",
                                 "first_name", "last_name", "email", "is_staff",
                                 "is_active", "date_joined", "phone"});
}

TEST_CASE("a relation to the replaced user model is refused") {
  const auto refused = [] {
    make_project(kAll, R"(
models:
  Member:
    inherits: [auth.AbstractUser]
  Order:
    fields:
      buyer: {type: ForeignKey, to: auth.User, on_delete: CASCADE}
)",
                 "shop.Member");
  };
  CHECK(orm::thrown(refused) ==
        "fields.E301: shop.Order.buyer points to auth.User, which shop.member "
        "replaces - use to: auth_user_model");
}

TEST_CASE("auth says which app it misses") {
  CHECK(orm::thrown([] { make_project({"auth"}, ""); }) ==
        "fields.E300: auth.Permission.content_type: there is no model "
        "contenttypes.contenttype - is the app contenttypes in "
        "installed_apps?");
}
