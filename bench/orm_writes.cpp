// Times what the ORM needs to write, in turns with the least that the
// database's own library needs for the same:
//
//   orm_writes DATABASE ROUNDS
//
// DATABASE is a SQLite file or a postgresql:// URL, and empty. Prints JSON:
// {"create": [[ours, theirs], …], "update": …, "delete": …}, in seconds. All of
// it happens in a transaction that is rolled back.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include "bench/turns.hpp"
#include "core/yaml.hpp"
#include "orm/catalog.hpp"
#include "orm/models_yaml.hpp"
#include "orm/query_log.hpp"
#include "orm/schema_editor.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"

using namespace manage;

namespace {

constexpr const char* kModels = R"(
models:
  Author:
    fields: {name: {type: CharField, max_length: 50}}
  Book:
    fields:
      title: {type: CharField, max_length: 50}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2}
      pages: {type: IntegerField, null: true}
      day: {type: DateField}
      made: {type: DateTimeField}
      sold: {type: BooleanField}
  Review:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: CASCADE}
      text: {type: CharField, max_length: 50}
)";
constexpr std::int64_t kAuthors = 10'000;
constexpr std::int64_t kBooks = 100'000;
/// Of each author that is deleted, and reviews of each such book.
constexpr std::int64_t kEach = 2;
constexpr const char* kColumns =
    "title, author_id, price, pages, day, made, sold";

/// A row as a program by hand has it.
struct Book {
  std::string title;
  std::int64_t author = 0;
  std::string price;
  std::optional<std::int64_t> pages;
  std::string day, made;
  bool sold = false;
};

Book book_number(std::int64_t id) {
  return {fmt::format("Book number {}", id),
          id % kAuthors + 1,
          fmt::format("{}.{:02}", id % 900, id % 100),
          id % 7 == 0 ? std::nullopt : std::optional(id % 1000),
          fmt::format("20{:02}-01-31", id % 50),
          fmt::format("2020-01-01 10:{:02}:{:02}", id % 60, id % 59),
          id % 3 == 0};
}

class ByHand {
 public:
  virtual ~ByHand() = default;
  virtual void run(const std::string& sql) = 0;
  /// In the transaction that run("BEGIN") began.
  virtual void insert(const std::vector<Book>& books) = 0;
};

class SqliteByHand final : public ByHand {
 public:
  explicit SqliteByHand(const std::string& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) std::abort();
    run("PRAGMA foreign_keys = ON");
  }
  SqliteByHand(const SqliteByHand&) = delete;
  SqliteByHand& operator=(const SqliteByHand&) = delete;
  ~SqliteByHand() override { sqlite3_close(database_); }

  void run(const std::string& sql) override {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
      std::abort();
    }
  }

  /// A prepared INSERT of a hundred rows, again and again.
  void insert(const std::vector<Book>& books) override {
    constexpr std::size_t kRows = 100;
    std::string sql =
        fmt::format("INSERT INTO shop_book ({}) VALUES ", kColumns);
    for (std::size_t i = 0; i < kRows; ++i) {
      sql += i == 0 ? "(?,?,?,?,?,?,?)" : ", (?,?,?,?,?,?,?)";
    }
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
    for (std::size_t at = 0; at < books.size(); at += kRows) {
      int number = 0;
      const auto text = [&](const std::string& value) {
        sqlite3_bind_text(statement, ++number, value.data(),
                          static_cast<int>(value.size()), SQLITE_STATIC);
      };
      for (std::size_t i = at; i < at + kRows; ++i) {
        const Book& book = books[i];
        text(book.title);
        sqlite3_bind_int64(statement, ++number, book.author);
        text(book.price);
        ++number;
        if (book.pages) {
          sqlite3_bind_int64(statement, number, *book.pages);
        } else {
          sqlite3_bind_null(statement, number);
        }
        text(book.day);
        text(book.made);
        sqlite3_bind_int(statement, ++number, book.sold ? 1 : 0);
      }
      if (sqlite3_step(statement) != SQLITE_DONE) std::abort();
      sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
  }

 private:
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

  void run(const std::string& sql) override {
    PGresult* result = PQexec(database_, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) std::abort();
    PQclear(result);
  }

  /// A prepared INSERT of a hundred rows, again and again.
  void insert(const std::vector<Book>& books) override {
    constexpr std::size_t kRows = 100;
    prepare(kRows);
    std::vector<std::string> texts;
    std::vector<const char*> values;
    for (std::size_t at = 0; at < books.size(); at += kRows) {
      texts.clear();
      for (std::size_t i = at; i < at + kRows; ++i) {
        const Book& book = books[i];
        for (const std::string& text :
             {book.title, std::to_string(book.author), book.price,
              book.pages ? std::to_string(*book.pages) : std::string(),
              book.day, book.made, std::string(book.sold ? "t" : "f")}) {
          texts.push_back(text);
        }
      }
      values.clear();
      for (const std::string& text : texts) {
        values.push_back(text.empty() ? nullptr : text.c_str());
      }
      PGresult* result =
          PQexecPrepared(database_, "books", static_cast<int>(values.size()),
                         values.data(), nullptr, nullptr, 0);
      if (PQresultStatus(result) != PGRES_COMMAND_OK) std::abort();
      PQclear(result);
    }
    run("DEALLOCATE books");
  }

  void prepare(std::size_t rows) {
    std::string sql =
        fmt::format("INSERT INTO shop_book ({}) VALUES ", kColumns);
    int number = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      sql += row == 0 ? "(" : ", (";
      for (int column = 0; column < 7; ++column) {
        sql += fmt::format("{}${}", column == 0 ? "" : ", ", ++number);
      }
      sql += ")";
    }
    PQclear(PQprepare(database_, "books", sql.c_str(), 0, nullptr));
  }

 private:
  PGconn* database_;
};

void require(bool condition) {
  if (!condition) throw Error("bench", "not what was to be written");
}

class Bench {
 public:
  Bench(const settings::DatabaseConfig& config, int rounds)
      : rounds_(rounds),
        registry_(models()),
        connection_(orm::logged(orm::connect(config),
                                [this](const orm::LoggedStatement& one) {
                                  if (keeping_) keep(one);
                                })),
        databases_(*connection_) {
    create_tables();
    if (config.engine == settings::Engine::kSqlite) {
      by_hand_ = std::make_unique<SqliteByHand>(config.name);
    } else {
      by_hand_ = std::make_unique<PostgresqlByHand>(config.name);
    }
    fill();
  }

  std::string run() {
    return fmt::format("{{{}, {}, {}}}", create(), update(), remove());
  }

 private:
  static orm::ModelSet models() {
    Diagnostics diagnostics;
    orm::ModelsContext context;
    orm::ModelSet read = orm::read_models(
        {{"shop", "BigAutoField",
          std::make_shared<SourceFile>("models.yaml", kModels)}},
        context, diagnostics);
    diagnostics.throw_if_errors();
    return read;
  }

  void create_tables() {
    orm::Catalog catalog;
    auto editor = connection_->dialect().schema_editor(catalog);
    for (const char* model : {"author", "book", "review"}) {
      editor->create_model(registry_.models().get({"shop", model}),
                           registry_.models());
    }
    for (const auto& statements : {editor->take(), editor->take_deferred()}) {
      for (const orm::Statement& statement : statements) {
        connection_->execute(statement.sql);
      }
    }
  }

  orm::Manager of(const char* model) {
    return {registry_, registry_.get(model), databases_};
  }

  /// Authors with two books each, and those with two reviews each.
  void fill() {
    orm::Records authors, books, reviews;
    for (std::int64_t id = 0; id < kAuthors; ++id) {
      authors.push_back(
          of_author_.make({{"name", fmt::format("Author {}", id)}}));
    }
    of_author_.bulk_create(authors);
    for (std::int64_t id = 0; id < kAuthors * kEach; ++id) {
      books.push_back(record(id));
    }
    of_book_.bulk_create(books);
    for (const orm::RecordPtr& book : books) {
      for (std::int64_t i = 0; i < kEach; ++i) {
        reviews.push_back(of_review_.make(
            {{"book_id", book->key()}, {"text", std::string("good")}}));
      }
    }
    of_review_.bulk_create(reviews);
    connection_->execute("ANALYZE");
  }

  orm::RecordPtr record(std::int64_t id) {
    const Book book = book_number(id);
    return of_book_.make({{"title", book.title},
                          {"author_id", book.author},
                          {"price", book.price},
                          {"pages", book.pages ? orm::Value(*book.pages)
                                               : orm::Value(orm::Null{})},
                          {"day", book.day},
                          {"made", book.made + "+00:00"},
                          {"sold", book.sold}});
  }

  template <class Work>
  double ours(const Work& work) {
    orm::Transaction transaction(*connection_);
    return seconds_of(work);
  }
  template <class Work>
  double theirs(const Work& work) {
    by_hand_->run("BEGIN");
    const double seconds = seconds_of(work);
    by_hand_->run("ROLLBACK");
    return seconds;
  }

  /// `prepare` is not timed.
  template <class Prepare, class Ours, class Theirs>
  std::string pairs(std::string_view name, const Prepare& prepare,
                    const Ours& our, const Theirs& their) {
    std::vector<std::string> list;
    for (int round = 0; round < rounds_; ++round) {
      prepare();
      const double own = ours(our);
      list.push_back(fmt::format("[{}, {}]", own, theirs(their)));
    }
    return fmt::format("\"{}\": [{}]", name, text::join(list, ", "));
  }

  std::string create() {
    std::vector<Book> books;
    for (std::int64_t id = 0; id < kBooks; ++id) {
      books.push_back(book_number(id));
    }
    orm::Records records;
    return pairs(
        "create",
        [&] {
          records.clear();
          for (std::int64_t id = 0; id < kBooks; ++id) {
            records.push_back(record(id));
          }
        },
        [&] { of_book_.bulk_create(records); },
        [&] { by_hand_->insert(books); });
  }

  /// Of two columns.
  std::string update() {
    orm::Records records;
    for (std::int64_t id = 0; id < kBooks; ++id) records.push_back(record(id));
    of_book_.bulk_create(records);
    const auto change = [&] {
      for (const orm::RecordPtr& one : records) {
        const std::int64_t id = std::get<std::int64_t>(one->key());
        one->set("pages", id % 500);
        one->set("price", fmt::format("{}.50", id % 800));
      }
    };
    std::string made = pairs(
        "update", change,
        [&] {
          require(of_book_.bulk_update(records, {"pages", "price"}) == kBooks);
        },
        [&] { by_hand_->run(update_sql(records)); });
    connection_->execute("DELETE FROM shop_book WHERE id > 20000");
    return made;
  }

  static std::string update_sql(const orm::Records& records) {
    std::string sql =
        "UPDATE shop_book SET pages = v.column2, price = v.column3 FROM "
        "(VALUES ";
    for (const orm::RecordPtr& one : records) {
      if (sql.back() == ')') sql += ", ";
      const std::int64_t id = std::get<std::int64_t>(one->key());
      fmt::format_to(std::back_inserter(sql), "({}, {}, {}.50)", id, id % 500,
                     id % 800);
    }
    return sql + ") AS v WHERE shop_book.id = v.column1";
  }

  /// Against the same statements, made already.
  std::string remove() {
    const orm::QuerySet authors(registry_, registry_.get("Author"));
    const auto work = [&] {
      const orm::Deleted done = orm::remove(authors, databases_);
      require(done.total == kAuthors * (1 + kEach + kEach * kEach));
    };
    keeping_ = true;
    ours(work);
    keeping_ = false;
    std::vector<std::string> list;
    for (int round = 0; round < rounds_; ++round) {
      const double own = ours(work);
      const double alone = ours([&] {
        for (const auto& [sql, parameters] : kept_) {
          if (sql.starts_with("SELECT")) {
            connection_->query(sql, parameters);
          } else {
            connection_->execute(sql, parameters);
          }
        }
      });
      list.push_back(fmt::format("[{}, {}]", own, alone));
    }
    return fmt::format("\"delete\": [{}]", text::join(list, ", "));
  }

  void keep(const orm::LoggedStatement& one) {
    if (!one.sql.starts_with("SELECT") && !one.sql.starts_with("DELETE")) {
      return;
    }
    kept_.emplace_back(one.sql,
                       orm::Row(one.parameters.begin(), one.parameters.end()));
  }

  int rounds_;
  orm::Registry registry_;
  bool keeping_ = false;
  std::vector<std::pair<std::string, orm::Row>> kept_;
  std::unique_ptr<orm::Connection> connection_;
  orm::Databases databases_;
  std::unique_ptr<ByHand> by_hand_;
  orm::Manager of_author_ = of("Author"), of_book_ = of("Book"),
               of_review_ = of("Review");
};

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
    std::cout << Bench(config, std::atoi(argv[2])).run() << "\n";
  } catch (const Error& error) {
    std::cerr << error.message() << "\n";
    return 1;
  }
}
