// The entries of databases and installed_apps.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "project.hpp"

using manage::settings::AppEntry;
using manage::settings::DatabaseConfig;
using manage::settings::Engine;

namespace {

/// "alias engine name user:password host:port options", one per line.
std::string databases_of(const Project& project) {
  std::string out;
  for (const DatabaseConfig& d : project.load().databases) {
    std::string name = d.name;
    if (name.starts_with(project.root.string() + "/")) {
      name.replace(0, project.root.string().size(), "ROOT");
    }
    out += fmt::format("{} {} {} {}:{} {}:{} {}\n", d.alias,
                       d.engine == Engine::kSqlite ? "sqlite3" : "postgresql",
                       name, d.user, d.password, d.host, d.port,
                       manage::to_json(manage::Data(d.options)));
  }
  return out;
}

std::string databases_of(std::string_view yaml) {
  Project project;
  project.write("settings/base.yaml", yaml);
  return databases_of(project);
}

std::string errors_of(std::string_view yaml) {
  Project project;
  return project.write("settings/base.yaml", yaml).errors();
}

std::string apps_of(std::string_view yaml) {
  Project project;
  project.write("settings/base.yaml", yaml);
  std::string out;
  for (const AppEntry& app : project.load().installed_apps) {
    out += fmt::format("{} at {} path=[{}] builtin={} name=[{}] auto=[{}]\n",
                       app.label, app.where.text(), app.path, app.builtin,
                       app.verbose_name, app.default_auto_field);
  }
  return out;
}

}  // namespace

TEST_CASE("without databases there is one SQLite file") {
  CHECK(databases_of("") == "default sqlite3 ROOT/db.sqlite3 : :0 {}\n");
  CHECK(databases_of("databases: {default: {name: data/../x.db}}") ==
        "default sqlite3 ROOT/x.db : :0 {}\n");
  CHECK(databases_of("databases: {default: {name: ':memory:'}}") ==
        "default sqlite3 :memory: : :0 {}\n");
  CHECK(databases_of("databases: {default: {name: /var/x.db}}") ==
        "default sqlite3 /var/x.db : :0 {}\n");
  Project project;
  project.options.environment["MANAGE_DATABASES__DEFAULT__NAME"] = "x.db";
  CHECK(databases_of(project) == "default sqlite3 ROOT/x.db : :0 {}\n");
  CHECK(project.value("databases.default.engine") == "\"sqlite3\" <default>");
}

TEST_CASE("databases by parts and by url, default first if it is not given") {
  CHECK(databases_of(
            "databases:\n"
            "  main: {engine: postgresql, name: shop, user: ann, password: p,"
            " host: h, port: 5433, options: {sslmode: require}}\n"
            "  replica: {url: \"${X:-postgresql://r:a/b@h:1/shop?a=b}\"}\n"
            "  cache: {url: 'sqlite:///c.db', options: {timeout: 5}}\n") ==
        "default sqlite3 ROOT/db.sqlite3 : :0 {}\n"
        "main postgresql shop ann:p h:5433 {\"sslmode\":\"require\"}\n"
        "replica postgresql shop r:a/b h:1 {\"a\":\"b\"}\n"
        "cache sqlite3 ROOT/c.db : :0 {\"timeout\":5}\n");
}

TEST_CASE("further keys of a database") {
  Project project;
  project.write("settings/base.yaml",
                "databases:\n"
                "  default: {engine: postgresql, pooled: true, conn_max_age: ~,"
                " migration_url: 'postgresql://h/x'}\n"
                "  other: {url: 'postgres://h/y', conn_max_age: 1.5}\n");
  manage::settings::Settings settings = project.load();
  CHECK(settings.databases[0].pooled);
  CHECK(settings.databases[0].conn_max_age < 0);
  CHECK(settings.databases[0].migration_url == "postgresql://h/x");
  CHECK(settings.databases[0].where.text() == "settings/base.yaml:2:12");
  CHECK(settings.database("other").conn_max_age == 1.5);
  CHECK_THROWS_WITH(settings.database("othr"), "there is no database othr");
}

TEST_CASE("between a url and parts the later layer wins") {
  Project project;
  project.write("settings/base.yaml",
                "databases: {default: {engine: sqlite3, name: x.db}}\n");
  auto& environment = project.options.environment;
  environment["MANAGE_DATABASES__DEFAULT__URL"] = "postgresql://u@h/shop";
  CHECK(databases_of(project) == "default postgresql shop u: h:0 {}\n");
  project.write("pw", "from a file\n");
  environment["MANAGE_DATABASES__DEFAULT__PASSWORD_FILE"] = "pw";
  CHECK(databases_of(project) ==
        "default postgresql shop u:from a file h:0 {}\n");
  environment["MANAGE_DATABASES__DEFAULT__URL"] = "postgresql://u:p@h/shop";
  CHECK(databases_of(project) == "default postgresql shop u:p h:0 {}\n");
  project.options.set = {"databases.default.name=test_shop",
                         "databases.default.password=q"};
  CHECK(databases_of(project) == "default postgresql test_shop u:q h:0 {}\n");
  project.options.set = {"databases.default.engine=sqlite3",
                         "databases.default.name=y.db"};
  CHECK(databases_of(project) ==
        "default sqlite3 ROOT/y.db :from a file :0 {}\n");
}

TEST_CASE("what is wrong with databases") {
  CHECK(errors_of("databases: {a: {name: x}}") ==
        "settings/base.yaml:1:16 settings.database: the database a needs an "
        "engine or a url (engine is sqlite3 or postgresql)\n");
  CHECK(errors_of("databases: {a: {engine: sqlite3}}") ==
        "settings/base.yaml:1:16 settings.database: the database a needs a "
        "name (for SQLite it is the file)\n");
  CHECK(errors_of("databases: {a: {engine: postgres}}") ==
        "settings/base.yaml:1:25 settings.type: databases.a.engine must be one "
        "of sqlite3, postgresql, not postgres (did you mean postgresql?)\n");
  CHECK(errors_of("databases: {a: {engine: sqlite3, url: 'postgres://h/x'}}") ==
        "settings/base.yaml:1:25 settings.database: databases.a.engine is "
        "sqlite3, but the url is for postgresql (leave the engine out; the url "
        "names it)\n");
  CHECK(errors_of("databases: {a: {engine: postgresql, port: 70000}}") ==
        "settings/base.yaml:1:43 settings.database: databases.a.port must be "
        "from 1 to 65535, not 70000\n");
  CHECK(errors_of("databases: {a: {url: 'postgres://h', hots: x}, b-c: {}}") ==
        "settings/base.yaml:1:38 settings.unknown-key: there is no setting "
        "databases.a.hots (did you mean host?)\n"
        "settings/base.yaml:1:48 settings.unknown-key: b-c cannot name a "
        "database (an alias has letters, digits and _ only)\n");
  CHECK(errors_of("databases: {default: {url: 'postgres://h',"
                  " migration_url: 'sqlite:///x'}}") ==
        "settings/base.yaml:1:59 settings.database: "
        "databases.default.migration_url is for sqlite3, but the database is "
        "postgresql\n");
  CHECK(errors_of("databases: [x]") ==
        "settings/base.yaml:1:12 settings.type: databases must be a map, not a "
        "list\n");
}

TEST_CASE("apps are paths or maps") {
  CHECK(apps_of("installed_apps:\n"
                "  - contrib.auth\n"
                "  - ./apps/shop/\n"
                "  - {path: apps/old, label: store, verbose_name: The store,"
                " default_auto_field: AutoField}\n") ==
        "auth at settings/base.yaml:2:5 path=[] builtin=true name=[] auto=[]\n"
        "shop at settings/base.yaml:3:5 path=[apps/shop] builtin=false name=[] "
        "auto=[]\n"
        "store at settings/base.yaml:4:5 path=[apps/old] builtin=false "
        "name=[The store] auto=[AutoField]\n");
}

TEST_CASE("what is wrong with apps") {
  CHECK(errors_of("installed_apps: [shop, a/shop, my-app, /abs,"
                  " {label: x}, {path: y, lable: z},"
                  " {path: z, default_auto_field: BigInt}]") ==
        "settings/base.yaml:1:68 settings.type: an item of installed_apps has "
        "no key lable (did you mean label?)\n"
        "settings/base.yaml:1:24 settings.app: two apps have the label shop "
        "(the first is at settings/base.yaml:1:18; give one of them another: "
        "{path: …, label: …})\n"
        "settings/base.yaml:1:32 settings.app: my-app cannot be the label of "
        "an app (a label is an identifier; give one: {path: …, label: …})\n"
        "settings/base.yaml:1:40 settings.app: the app /abs must be a folder "
        "relative to the project\n"
        "settings/base.yaml:1:46 settings.app: an app needs a path (write "
        "{path: apps/shop, label: shop})\n"
        "settings/base.yaml:1:79 settings.app: default_auto_field of the app z "
        "must be one of BigAutoField, AutoField, SmallAutoField, not BigInt\n");
  CHECK(errors_of("installed_apps: shop") ==
        "settings/base.yaml:1:17 settings.type: installed_apps must be a list, "
        "not shop (write [shop])\n");
  CHECK(errors_of("installed_apps: [[shop], ~]") ==
        "settings/base.yaml:1:18 settings.type: an item of installed_apps must "
        "be text or a map, not a list\n"
        "settings/base.yaml:1:26 settings.type: an item of installed_apps must "
        "be text or a map, not null\n");
}

// --- database_routers
// ---------------------------------------------------------

TEST_CASE("the first route that names an app or a model decides") {
  Project project;
  project.write("settings/base.yaml", R"(
databases:
  default: {engine: sqlite3}
  archive: {engine: sqlite3, name: a.db}
  replica: {engine: sqlite3, name: r.db}
database_routers:
  - {models: [shop.Sale], write: archive}
  - {apps: [shop], read: [replica], write: default, migrate: [default, replica]}
  - {apps: [logs], write: archive}
)");
  const auto routes = project.load().routes;
  CHECK(routes.allows_migrate("archive", "shop", "SALE"));
  CHECK_FALSE(routes.allows_migrate("default", "shop", "sale"));
  CHECK(routes.allows_migrate("replica", "shop", "book"));
  CHECK_FALSE(routes.allows_migrate("archive", "shop", "book"));
  CHECK(routes.allows_migrate("default", "shop"));
  // Without migrate: where the rows are written.
  CHECK(routes.allows_migrate("archive", "logs", "entry"));
  CHECK_FALSE(routes.allows_migrate("default", "logs", "entry"));
  // What no entry names lives everywhere.
  CHECK(routes.allows_migrate("archive", "blog", "post"));
}

TEST_CASE("a wrong route is reported at its place") {
  CHECK(errors_of("database_routers:\n"
                  "  - {write: default}\n"
                  "  - {apps: [shop], write: defalt}\n"
                  "  - {models: [Sale], read: default}\n") ==
        "settings/base.yaml:2:5 settings.route: an item of database_routers "
        "needs apps or models (write {apps: [shop], write: default})\n"
        "settings/base.yaml:3:27 settings.route: there is no database defalt "
        "(did you mean default?)\n"
        "settings/base.yaml:4:14 settings.route: Sale is not a model with its "
        "app (write it as shop.Book)\n");
}
