// What threads may share: the registry, query sets and expressions. Each has a
// connection of its own.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "library.hpp"
#include "orm/query/record.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::string read(const QuerySet& rows, Connection& connection) {
  std::string all;
  for (const Row& row : rows.rows(connection)) {
    for (const Value& value : row) all += display(value) + " ";
  }
  return all;
}

std::string read_records(const QuerySet& rows, Connection& connection) {
  const Databases databases(connection);
  std::string all;
  for (const RecordPtr& book : rows.records(databases)) {
    const RecordPtr author = book->related("author");
    all += display(book->get("title")) + " " +
           (author ? display(author->get("name")) : "-") + " " +
           std::to_string(book->related_all("tags").size()) + ", ";
  }
  return all;
}

}  // namespace

TEST_CASE("threads ask the same query sets at once") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet counted = steps("Book", R"([
      {filter: {author__name: Ann}}, {annotate: {n: {Count: tags}}},
      {order_by: [title]}, {values: [title, n]}])");
  const QuerySet records = all("Book")
                               .order_by({"id"})
                               .select_related({"author"})
                               .prefetch_related({"tags"});
  const Q old = q("{tags__word: old}");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      const auto connection = library.open();
      for (int turn = 0; turn < 25; ++turn) {
        const bool right =
            read(counted, *connection) == "Gold 1 Iron 2 " &&
            read(counted.exclude(old), *connection).empty() &&
            read_records(records, *connection) ==
                "Iron Ann 2, Gold Ann 1, Zinc_x Ben 1, Lead - 0, ";
        if (!right) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
