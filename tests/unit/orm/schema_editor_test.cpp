// Statement lists of whole histories, compared with those of data/*.txt.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "schema_story.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::filesystem::path data_file(const std::string& name) {
  return std::filesystem::path(__FILE__).parent_path() / "data" / name;
}

/// A file of `## title` lines, each followed by indented statements.
class Expected {
 public:
  explicit Expected(const std::string& name) {
    std::ifstream file(data_file(name));
    REQUIRE(file);
    std::string line, title;
    while (std::getline(file, line)) {
      if (line.starts_with("## ")) {
        title = line.substr(3);
        sections_[title];
      } else if (line.starts_with("    ")) {
        sections_[title].push_back(line.substr(4));
      }
    }
  }
  const Sql& operator[](const std::string& title) {
    INFO(title);
    REQUIRE(sections_.contains(title));
    read_.insert(title);
    return sections_[title];
  }
  bool all_read() const { return read_.size() == sections_.size(); }

 private:
  std::map<std::string, Sql> sections_;
  std::set<std::string> read_;
};

/// The history of the data files: one migration for each step.
void tell(Story& story,
          const std::function<void(const std::string& title, const Sql&)>& is) {
  auto step = [&](const std::string& title) { is(title, story.sql()); };
  story.create("Target",
               "{code: {type: CharField, max_length: 10, unique: true}}");
  step("create target");
  story.create("Item",
               "{qty: {type: PositiveIntegerField},"
               " code: {type: CharField, max_length: 9, unique: true},"
               " t: {type: ForeignKey, to: Target, on_delete: CASCADE}}");
  step("create with unique, check, foreign key");
  story.add("Item", "a", "{type: IntegerField, null: true}");
  step("AddField nullable");
  story.add("Item", "b", "{type: IntegerField, default: 3}");
  step("AddField not null with default");
  story.add("Item", "b2", "{type: BooleanField, default: false}", true);
  step("AddField with one-off default");
  story.add("Item", "t2",
            "{type: ForeignKey, to: Target, null: true, on_delete: CASCADE,"
            " related_name: '+'}");
  step("AddField foreign key null");
  story.add("Item", "s", "{type: SlugField, unique: true, null: true}");
  step("AddField unique slug");
  story.alter("Item", "code",
              "{type: CharField, max_length: 20, unique: true}");
  step("AlterField CharField 9 to 20");
  story.alter("Item", "b", "{type: BigIntegerField, default: 3}");
  step("AlterField int to bigint");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: x}");
  step("AlterField int to char");
  story.alter("Item", "a", "{type: IntegerField, default: 0}");
  step("AlterField null to not null with default");
  story.alter("Item", "a", "{type: IntegerField, null: true}");
  step("AlterField not null to null");
  story.alter("Item", "a", "{type: IntegerField}");
  step("AlterField null to not null without default");
  story.alter("Item", "b",
              "{type: CharField, max_length: 5, default: x, db_index: true}");
  step("AlterField add db_index on char");
  story.alter("Item", "b",
              "{type: CharField, max_length: 5, default: x, unique: true}");
  step("AlterField db_index to unique");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: x}");
  step("AlterField unique to plain");
  story.alter("Item", "qty", "{type: IntegerField}");
  step("AlterField Positive to Integer");
  story.alter("Item", "qty", "{type: PositiveIntegerField}");
  step("AlterField Integer to Positive");
  story.alter("Item", "qty", "{type: PositiveIntegerField, help_text: how many}");
  step("AlterField help_text only");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: y}");
  step("AlterField default only");
  story.alter("Target", "id", "{type: AutoField, primary_key: true}");
  step("AlterField primary key of target");
  story.add("Item", "tags", "{type: ManyToManyField, to: Target}");
  step("AddField many to many");
  story.unique_together("Item", "[[a, qty]]");
  step("AlterUniqueTogether");
  story.unique_together("Item", "[]");
  step("AlterUniqueTogether remove");
  story.add_index("Item", "{fields: [a, -qty], name: my_idx}");
  step("AddIndex");
  story.add_index("Item",
                  "{fields: [b], name: my_idx2, condition: {a__gt: 1},"
                  " include: [qty], opclasses: [varchar_pattern_ops]}");
  step("AddIndex with condition, include, opclass");
  story.add_index("Item",
                  "{expressions: [{Lower: b}, {desc: a}], name: my_idx3}");
  step("AddIndex on expressions");
  story.add_constraint("Item",
                       "{type: CheckConstraint, condition: {a__gte: 0},"
                       " name: a_gte}");
  step("AddConstraint check");
  story.add_constraint(
      "Item", "{type: UniqueConstraint, fields: [a, b], name: ab_uq}");
  step("AddConstraint unique");
  story.add_constraint("Item",
                       "{type: UniqueConstraint, fields: [a],"
                       " condition: {b: x}, name: a_uq}");
  step("AddConstraint unique with condition");
  story.add_constraint("Item",
                       "{type: UniqueConstraint, fields: [b],"
                       " deferrable: deferred, name: b_uqd}");
  step("AddConstraint unique deferrable");
  story.remove_constraint("Item", "a_uq");
  step("RemoveConstraint unique with condition");
  story.remove_constraint("Item", "a_gte");
  step("RemoveConstraint check");
  story.remove_index("Item", "my_idx");
  step("RemoveIndex");
  story.remove("Item", "t2");
  step("RemoveField foreign key");
  story.remove("Item", "b2");
  step("RemoveField plain");
  story.remove("Item", "tags");
  step("RemoveField many to many");
  story.alter("Item", "id", "{type: BigIntegerField, primary_key: true}");
  step("AlterField automatic to plain primary key");
  story.remove_model("Item");
  step("DeleteModel");
}

void check_story(const Dialect& dialect, const std::string& file) {
  Story story(dialect);
  // MANAGE_TEST_WRITE=1 writes the file anew; the difference shows in git.
  if (std::getenv("MANAGE_TEST_WRITE")) {
    std::ofstream out(data_file(file));
    tell(story, [&](const std::string& title, const Sql& sql) {
      out << "## " << title << "\n";
      for (const std::string& line : sql) out << "    " << line << "\n";
    });
    return;
  }
  Expected expected(file);
  tell(story, [&](const std::string& title, const Sql& sql) {
    INFO(title);
    CHECK(sql == expected[title]);
  });
  CHECK(expected.all_read());
}

}  // namespace

TEST_CASE("PostgreSQL: every operation gives Django's statements") {
  check_story(postgresql_dialect(), "schema_postgresql.txt");
}

TEST_CASE("SQLite: every operation gives Django's statements, and more") {
  check_story(sqlite_dialect(), "schema_sqlite.txt");
}
