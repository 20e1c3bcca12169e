// Migration files of any bytes, several of them parted by a line "=== APP":
// Error is thrown, or they are read, joined, replayed, looked at, planned for
// both databases in both directions, and written in a form that reads back as
// the same.
#include <cstdlib>
#include <map>
#include <memory>

#include "core/text.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/optimizer.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/script.hpp"
#include "orm/catalog.hpp"
#include "orm/dialect.hpp"

namespace engine = manage::migrations_engine;
namespace orm = manage::orm;

namespace {

constexpr const char* kFirst = R"(initial: true
operations:
  - CreateModel:
      name: Author
      fields:
        id: {type: BigAutoField, primary_key: true}
        name: {type: CharField, max_length: 9}
        code: {type: SlugField, unique: true}
  - CreateModel:
      name: Book
      fields:
        id: {type: BigAutoField, primary_key: true}
        title: {type: CharField, max_length: 9}
        pages: {type: PositiveIntegerField, default: 0}
        author: {type: ForeignKey, to: shop.author, on_delete: CASCADE}
        readers: {type: ManyToManyField, to: shop.author, related_name: read}
      options:
        unique_together: [[title, author]]
        indexes: [{fields: [pages], name: book_pages}]
        constraints: [{type: CheckConstraint, condition: {pages__lt: 9}, name: few}]
  - CreateModel:
      name: Novel
      fields:
        book_ptr: {type: OneToOneField, to: shop.book, on_delete: CASCADE, parent_link: true, primary_key: true, auto_created: true}
      bases: [shop.book]
)";

using Texts = std::map<std::string, std::string>;

class Source : public manage::FileSource {
 public:
  explicit Source(Texts texts) : texts_(std::move(texts)) {}

  std::shared_ptr<const manage::SourceFile> read(
      std::string_view path) const override {
    const auto found = texts_.find(std::string(path));
    if (found == texts_.end()) return nullptr;
    return std::make_shared<manage::SourceFile>(found->first, found->second);
  }
  std::vector<std::string> list(std::string_view folder) const override {
    std::vector<std::string> names;
    for (const auto& [path, text] : texts_) {
      names.push_back(path.substr(folder.size() + 1));
    }
    return names;
  }
  std::optional<std::filesystem::path> folder() const override {
    return std::nullopt;
  }

 private:
  Texts texts_;
};

/// The files of shop and blog: what stands before the first line "===" is
/// shop's second.
std::map<std::string, Texts> split(std::string_view bytes) {
  std::map<std::string, Texts> apps;
  apps["shop"]["migrations/0001_initial.yaml"] = kFirst;
  apps["blog"];
  std::string app = "shop";
  std::string text;
  const auto finish = [&] {
    if (text.empty()) return;
    const std::size_t number = apps[app].size() + 1;
    apps[app]["migrations/000" + std::to_string(number) + "_x.yaml"] =
        std::exchange(text, {});
  };
  for (const std::string& line : manage::text::split(bytes, '\n')) {
    if (line == "=== blog" || line == "=== shop") {
      finish();
      app = line.substr(4);
    } else {
      text += line + "\n";
    }
  }
  finish();
  return apps;
}

/// What we write, we read.
void check_rewriting(const engine::Migration& migration) {
  const std::string text = engine::write_migration(migration, "");
  try {
    const engine::Migration again = engine::read_migration(
        std::make_shared<manage::SourceFile>("again.yaml", text),
        migration.key);
    if (engine::write_migration(again, "") != text) std::abort();
  } catch (const manage::Error&) {
    std::abort();
  }
}

/// What the checks of references let pass, no plan may stumble over.
bool is_missing_reference(const manage::Error& error) {
  return error.code() == "models.unknown" || error.code() == "models.E012" ||
         error.code() == "models.E016";
}

void plan(const engine::MigrationPtr& migration,
          const engine::ProjectState& before) {
  for (const orm::Dialect* dialect :
       {&orm::sqlite_dialect(), &orm::postgresql_dialect()}) {
    orm::Catalog catalog;
    for (const bool backwards : {false, true}) {
      try {
        engine::to_sql(engine::make_plan({migration, backwards}, before,
                                         catalog, *dialect),
                       *dialect);
      } catch (const manage::Error& error) {
        if (!backwards && is_missing_reference(error)) std::abort();
      }
    }
  }
}

void use(const orm::Apps& apps) {
  const engine::Loader loader(apps, {});
  engine::ProjectState state = loader.empty_state();
  for (const engine::MigrationKey& key : loader.graph().full_plan()) {
    const engine::MigrationPtr migration = loader.graph().find(key);
    check_rewriting(*migration);
    engine::optimize(migration->operations, key.app);
    const engine::ProjectState before = state;
    manage::Diagnostics found;
    engine::ReferenceChecks(found).apply(*migration, state);
    found.throw_if_errors();
    plan(migration, before);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  orm::Apps apps;
  for (auto& [label, texts] :
       split({reinterpret_cast<const char*>(bytes), size})) {
    orm::AppConfig app;
    app.label = label;
    app.source = std::make_shared<Source>(texts);
    app.default_auto_field = "BigAutoField";
    apps.add(std::move(app));
  }
  try {
    use(apps);
  } catch (const manage::Error&) {
  }
  return 0;
}
