// Times what the ORM needs for queries, in turns with the least that the
// database's own library needs for the same:
//
//   orm_queries DATABASE ROUNDS
//
// DATABASE is a SQLite file or a postgresql:// URL, and empty. Makes 10,000
// authors and 100,000 books in it, and prints JSON:
// {"read": [[ours, theirs], …], "prefetch": …, "compile": …}, in seconds.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include "bench/turns.hpp"
#include "core/text.hpp"
#include "core/yaml.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/query/query_set.hpp"
#include "orm/schema_editor.hpp"

using namespace manage;

namespace {

constexpr const char* kModels = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 50}
      editor: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true}
  Book:
    fields:
      title: {type: CharField, max_length: 50}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, related_name: books}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2}
      pages: {type: IntegerField, null: true}
      day: {type: DateField}
      made: {type: DateTimeField}
      sold: {type: BooleanField}
)";
constexpr std::int64_t kAuthors = 10'000;
constexpr std::int64_t kBooks = 100'000;
constexpr int kCompilations = 2'000;

orm::ModelSet models() {
  Diagnostics diagnostics;
  orm::ModelsContext context;
  orm::ModelSet read =
      orm::read_models({{"shop", "BigAutoField",
                         std::make_shared<SourceFile>("models.yaml", kModels)}},
                       context, diagnostics);
  diagnostics.throw_if_errors();
  return read;
}

void create(orm::Connection& connection, const orm::ModelSet& models) {
  orm::Catalog catalog;
  auto editor = connection.dialect().schema_editor(catalog);
  for (const char* model : {"author", "book"}) {
    editor->create_model(models.get({"shop", model}), models);
  }
  for (const auto& statements : {editor->take(), editor->take_deferred()}) {
    for (const orm::Statement& statement : statements) {
      connection.execute(statement.sql);
    }
  }
}

void fill(orm::Connection& connection) {
  const auto text = [](std::string_view kind, std::int64_t number) {
    return fmt::format("{} number {}", kind, number);
  };
  const orm::Dialect& dialect = connection.dialect();
  const auto to_db = [&](orm::FieldKind kind, orm::Value value) {
    return dialect.to_db(kind, value);
  };
  orm::Transaction transaction(connection);
  auto authors =
      connection.bulk_writer("shop_author", {"id", "name", "editor_id"});
  for (std::int64_t id = 1; id <= kAuthors; ++id) {
    authors->add(std::vector<orm::Value>{
        id, text("Author", id),
        id > 1 ? orm::Value(id / 2) : orm::Value(orm::Null{})});
  }
  authors->finish();
  auto books = connection.bulk_writer(
      "shop_book",
      {"id", "title", "author_id", "price", "pages", "day", "made", "sold"});
  const Date first = *Date::parse("2000-01-01");
  const DateTime moment = *DateTime::parse("2000-01-01 10:20:30+00:00");
  for (std::int64_t id = 1; id <= kBooks; ++id) {
    DateTime made = moment;
    made.micros += id * 1'000'003;
    books->add(std::vector<orm::Value>{
        id, text("Book", id), id % kAuthors + 1,
        to_db(orm::FieldKind::kDecimal,
              *Decimal::parse(fmt::format("{}.{:02}", id % 900, id % 100))),
        id % 7 == 0 ? orm::Value(orm::Null{}) : orm::Value(id % 1000),
        to_db(orm::FieldKind::kDate, first),
        to_db(orm::FieldKind::kDateTime, made),
        to_db(orm::FieldKind::kBoolean, id % 3 == 0)});
  }
  books->finish();
  transaction.commit();
}

/// What a program by hand would read a row into.
struct Book {
  std::int64_t id = 0;
  std::string title;
  std::int64_t author = 0;
  std::string price;
  std::optional<std::int64_t> pages;
  std::string day;
  std::string made;
  bool sold = false;
};

constexpr const char* kSelect =
    "SELECT id, title, author_id, price, pages, day, made, sold FROM shop_book";

class ByHand {
 public:
  virtual ~ByHand() = default;
  virtual std::vector<Book> read() = 0;
  virtual void compile(const std::string&) {}
};

class SqliteByHand final : public ByHand {
 public:
  explicit SqliteByHand(const std::string& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) std::abort();
  }
  SqliteByHand(const SqliteByHand&) = delete;
  SqliteByHand& operator=(const SqliteByHand&) = delete;
  ~SqliteByHand() override { sqlite3_close(database_); }

  std::vector<Book> read() override {
    sqlite3_stmt* statement = prepare(kSelect);
    std::vector<Book> books;
    const auto text = [&](int column) {
      return std::string(
          reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
          static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    };
    while (sqlite3_step(statement) == SQLITE_ROW) {
      Book& book = books.emplace_back();
      book.id = sqlite3_column_int64(statement, 0);
      book.title = text(1);
      book.author = sqlite3_column_int64(statement, 2);
      book.price = text(3);
      if (sqlite3_column_type(statement, 4) != SQLITE_NULL) {
        book.pages = sqlite3_column_int64(statement, 4);
      }
      book.day = text(5);
      book.made = text(6);
      book.sold = sqlite3_column_int(statement, 7) != 0;
    }
    sqlite3_finalize(statement);
    return books;
  }

  void compile(const std::string& sql) override {
    sqlite3_finalize(prepare(sql.c_str()));
  }

 private:
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) !=
        SQLITE_OK) {
      std::abort();
    }
    return statement;
  }

  sqlite3* database_ = nullptr;
};

/// libpq's functions are there once a connection of ours was opened.
class PostgresqlByHand final : public ByHand {
 public:
  explicit PostgresqlByHand(const std::string& url)
      : database_(PQconnectdb(url.c_str())) {
    if (PQstatus(database_) != CONNECTION_OK) std::abort();
  }
  PostgresqlByHand(const PostgresqlByHand&) = delete;
  PostgresqlByHand& operator=(const PostgresqlByHand&) = delete;
  ~PostgresqlByHand() override { PQfinish(database_); }

  std::vector<Book> read() override {
    PGresult* result = PQexec(database_, kSelect);
    const int rows = PQntuples(result);
    std::vector<Book> books;
    const auto text = [&](int row, int column) {
      return std::string(
          PQgetvalue(result, row, column),
          static_cast<std::size_t>(PQgetlength(result, row, column)));
    };
    const auto number = [&](int row, int column) {
      return std::strtoll(PQgetvalue(result, row, column), nullptr, 10);
    };
    for (int row = 0; row < rows; ++row) {
      Book& book = books.emplace_back();
      book.id = number(row, 0);
      book.title = text(row, 1);
      book.author = number(row, 2);
      book.price = text(row, 3);
      if (!PQgetisnull(result, row, 4)) book.pages = number(row, 4);
      book.day = text(row, 5);
      book.made = text(row, 6);
      book.sold = *PQgetvalue(result, row, 7) == 't';
    }
    PQclear(result);
    return books;
  }

 private:
  PGconn* database_;
};

void require(bool condition) {
  if (!condition) throw Error("bench", "what was read is not what was written");
}

std::vector<std::string> measure(const settings::DatabaseConfig& config,
                                 int rounds) {
  const orm::Registry registry(models());
  const auto connection = orm::connect(config);
  create(*connection, registry.models());
  fill(*connection);
  connection->execute("ANALYZE");
  const orm::Databases databases(*connection);
  const bool sqlite = config.engine == settings::Engine::kSqlite;
  std::unique_ptr<ByHand> by_hand;
  if (sqlite) {
    by_hand = std::make_unique<SqliteByHand>(config.name);
  } else {
    by_hand = std::make_unique<PostgresqlByHand>(config.name);
  }
  const orm::QuerySet books(registry, registry.get("shop.Book"));
  const orm::QuerySet authors(registry, registry.get("shop.Author"));
  std::vector<std::string> found;
  found.push_back(turns(
      "read", rounds,
      [&] { require(books.records(databases).size() == kBooks); },
      [&] { require(by_hand->read().size() == kBooks); }));
  std::vector<orm::Value> keys;
  for (std::int64_t id = 1; id <= kAuthors; ++id) keys.emplace_back(id);
  found.push_back(turns(
      "prefetch", rounds,
      [&] {
        const orm::Records all =
            authors.prefetch_related({"books"}).records(databases);
        require(all.front()->related_all("books").size() == kBooks / kAuthors);
      },
      [&] {
        const orm::Records all = authors.records(databases);
        const orm::Records related =
            books.filter(orm::Q("author__in", keys)).records(databases);
        require(all.size() == kAuthors && related.size() == kBooks);
      }));
  if (!sqlite) return found;
  const auto statement = [&] {
    return books
        .filter(orm::Q("author__name", orm::Value("a")) &
                orm::Q("author__editor__name", orm::Value("b")))
        .statement(connection->dialect());
  };
  const std::string sql = statement()->sql;
  found.push_back(turns(
      "compile", rounds,
      [&] {
        for (int i = 0; i < kCompilations; ++i)
          require(statement().has_value());
      },
      [&] {
        for (int i = 0; i < kCompilations; ++i) by_hand->compile(sql);
      }));
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  settings::DatabaseConfig config;
  config.alias = "default";
  config.name = argv[1];
  config.engine = config.name.starts_with("postgres")
                      ? settings::Engine::kPostgresql
                      : settings::Engine::kSqlite;
  try {
    std::cout << "{" << text::join(measure(config, std::atoi(argv[2])), ", ")
              << "}\n";
  } catch (const Error& error) {
    std::cerr << error.message() << "\n";
    return 1;
  }
}
