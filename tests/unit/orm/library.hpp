// A small library to ask about: its models (library_models.hpp), and databases
// with a few rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "databases.hpp"
#include "library_models.hpp"
#include "models_text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/query_set.hpp"
#include "tables.hpp"

namespace manage::orm {

inline const Registry& registry() {
  static const Registry kRegistry(read_shop(kLibraryModels));
  return kRegistry;
}

inline QuerySet all(const std::string& model) {
  return {registry(), registry().get(model)};
}

/// A condition.
inline Q q(const std::string& yaml_text) {
  return Q::from_data(yaml::to_data(yaml::parse("q.yaml", yaml_text).root));
}

/// A query as SQLite gets it, without quotes and the app's name.
inline std::string sqlite(const QuerySet& rows) {
  const auto statement = rows.statement(sqlite_dialect());
  if (!statement) return "nothing";
  return text::replace_all(text::replace_all(statement->sql, "\"", ""), "shop_",
                           "");
}

/// Steps, one after the other, of all rows of a model.
inline QuerySet steps(const std::string& model, const std::string& yaml_text) {
  const Data data = yaml::to_data(yaml::parse("steps.yaml", yaml_text).root);
  return apply_steps(all(model), *data.list());
}

/// A database with a few rows.
class Library {
 public:
  explicit Library(settings::Engine engine)
      : database_(engine), connection(database_.open()) {
    for (const char* model : {"author", "tag", "book"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    for (const char* statement :
         {"INSERT INTO shop_author VALUES (1, 'Ann', NULL), (2, 'Ben', 1), "
          "(3, 'Cid', 2)",
          "INSERT INTO shop_tag VALUES (1, 'old'), (2, 'new'), (3, '50%')",
          "INSERT INTO shop_book (id, title, price, pages, day, sold, "
          "author_id) VALUES "
          "(1, 'Iron', '10.00', 100, '2020-01-31', true, 1), "
          "(2, 'Gold', '20.50', NULL, NULL, false, 1), "
          "(3, 'Zinc_x', '5.25', 300, '2021-06-01', false, 2), "
          "(4, 'Lead', '10.00', 50, '2019-12-31', true, NULL)",
          "INSERT INTO shop_book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), "
          "(2, 1), (3, 3)"}) {
      run(*connection, statement);
    }
  }

  std::unique_ptr<Connection> open() const { return database_.open(); }
  /// Of PostgreSQL.
  std::string schema() const {
    return *database_.config.options.find("search_path")->text();
  }
  /// Ids, in order.
  std::string ids(const QuerySet& rows) const {
    std::vector<std::string> ids;
    for (const Row& row : rows.values({"id"}).rows(*connection)) {
      ids.push_back(display(row.front()));
    }
    return text::join(ids, " ");
  }
  /// What the rows have: values with a space between them, rows with a comma.
  std::string values(const QuerySet& rows) const {
    std::vector<std::string> lines;
    for (const Row& row : rows.rows(*connection)) {
      std::vector<std::string> parts;
      for (const Value& value : row) parts.push_back(display(value));
      lines.push_back(text::join(parts, " "));
    }
    return text::join(lines, ", ");
  }
  std::string books(const std::string& yaml_text) const {
    return ids(all("Book").filter(q(yaml_text)).order_by({"id"}));
  }
  std::string books_without(const std::string& yaml_text) const {
    return ids(all("Book").exclude(q(yaml_text)).order_by({"id"}));
  }

 private:
  TestDatabase database_;

 public:
  std::unique_ptr<Connection> connection;
};

}  // namespace manage::orm
