// Models and query sets in Lua, on both databases.
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;
using orm::engines;

namespace {

constexpr const char* kRows = R"(
local ann = Author:create{name="Ann", born=date"1970-02-01"}
local ben = Author:create{name="Ben"}
Book:bulk_create{
  {title="Iron", author=ann, price=decimal"12.50", stock=3, pages=100},
  {title="Gold", author=ann, price=decimal"8.00", stock=0},
  {title="Salt", author=ben, price=decimal"20.00", stock=7, pages=300},
}
local rare = Tag:create{word="rare"}
Book:get{title="Iron"}.tags:add(rare, Tag:create{word="new"})
)";

/// The titles of rows.
std::string titles(Script& script, const std::string& rows) {
  std::string all = script.run("for b in " + rows + " do print(b.title) end");
  return text::join(text::split(all, '\n'), " ");
}

}  // namespace

TEST_CASE("rows are filtered, ordered and cut") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(titles(script, "Book:all()") == "Iron Gold Salt ");
  CHECK(titles(script, "Book:filter{price__gt=10}") == "Iron Salt ");
  CHECK(titles(script, "Book:filter{price__gt=decimal'12.50'}") == "Salt ");
  CHECK(titles(script, "Book:filter{author__name='Ann'}:order_by('-price')") ==
        "Iron Gold ");
  CHECK(titles(script, "Book:filter{author=Author:get{name='Ben'}}") ==
        "Salt ");
  CHECK(titles(script, "Book:filter{id__in={1, 3}}:reverse()") == "Salt Iron ");
  CHECK(titles(script, "Book:limit(1):offset(1)") == "Gold ");
  CHECK(titles(script, "Book:offset(1):limit(5)") == "Gold Salt ");
  CHECK(titles(script, "Book:filter{pages=NULL}") == "Gold ");
  CHECK(titles(script,
               "Book:filter{author__in=Author:filter{born__year=1970}"
               "}") == "Iron Gold ");
}

TEST_CASE("conditions are joined by & | ~") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(titles(script, "Book:filter(Q{title='Iron'} | Q{stock=0})") ==
        "Iron Gold ");
  CHECK(titles(script, "Book:filter{Q{stock__gt=0} & ~Q{title='Iron'}}") ==
        "Salt ");
  CHECK(titles(script, "Book:exclude(Q{title='Iron'} | ~Q{stock__lt=F'id'})") ==
        "Gold ");
  CHECK(titles(script, "Book:filter(F'price':gt(10) & F'stock':in_{3})") ==
        "Iron ");
  CHECK(titles(script, "Book:filter(F'price':gt(10))") == "Iron Salt ");
  CHECK(titles(script, "Book:filter(Exists(Tag:filter{books=OuterRef'pk'}))") ==
        "Iron ");
}

TEST_CASE("what Lua cannot say is an error, not another meaning") {
  Script script;
  script.run(kRows);
  CHECK(script.error("return Book:filter{F'price' > 100}") ==
        "script.operator: an Expression has no < or > in Lua - write "
        "Book:filter{price__gt=100}, or F\"price\":gt(100)");
  CHECK(script.error("return F'a' == F'b'").starts_with("script.operator"));
  CHECK(script.error("return Book:all() == Book:all()")
            .starts_with("script.operator"));
  CHECK(script.error("return #Book:all()") ==
        "script.operator: a QuerySet has no # in Lua - write rows:count(), or "
        "#rows:list()");
  CHECK(script.error("return Q{a=1} .. 'x'").starts_with("script.operator"));
  const std::string empty =
      "script.empty: an empty table is no condition - nil vanishes from "
      "tables: write NULL, or x__isnull=true; all rows are Book:all()";
  CHECK(script.error("local parent = nil\n"
                     "return Book:filter{author=parent}") == empty);
  CHECK(script.error("return Book:exclude{}") == empty);
  CHECK(script.error("return Q{}") == empty);
  CHECK(script.error("return Book:get{}") == empty);
  CHECK(script.error("Book:delete()") ==
        "script.argument: delete needs to be told of which rows - write "
        ":filter{…}:delete() or :all():delete()");
  CHECK(script.error("Book:update{stock=1}").starts_with("script.argument"));
  CHECK(script.error("return Book.all()") ==
        "script.type: expected a QuerySet, got nothing - methods are called "
        "with a colon: Book:all()");
  CHECK(script.error("return Book:filtr{a=1}") ==
        "script.name: a Model has no filtr - did you mean filter?");
  CHECK(script.error("return Book:filter{titel='x'}")
            .starts_with("query.field: titel: shop.Book has no field titel"));
  CHECK(script.error("return Book:limit(-1)").starts_with("script.argument"));
  CHECK(script.show("Book:count()") == "3");
}

TEST_CASE("values are tables, lists, or values") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(script.run("local rows = Book:values('id', 'title')\n"
                   "print(#rows, rows[2].title)\n"
                   "for row in rows do print(row.id, row.title) end\n"
                   "for i, row in ipairs(rows) do print(i, row.title) end") ==
        "3\tGold\n1\tIron\n2\tGold\n3\tSalt\n1\tIron\n2\tGold\n3\tSalt\n");
  CHECK(script.run("for t in Book:values_list{'title', flat=true} do print(t) "
                   "end") == "Iron\nGold\nSalt\n");
  CHECK(script.run("for t in Book:values_list('title', 'stock') do "
                   "print(t[1], t[2]) end") == "Iron\t3\nGold\t0\nSalt\t7\n");
  CHECK(script.run("for r in Book:values{'title', more=F'stock' + 1} do "
                   "print(r.title, r.more) end") ==
        "Iron\t4\nGold\t1\nSalt\t8\n");
  CHECK(script.run("for s in Book:filter{stock__gt=1}:order_by():"
                   "values_list{'author_id', flat=true}:distinct():"
                   "order_by('author_id') do print(s) end") == "1\n2\n");
  CHECK(script.show("Book:values('title'):first().title, "
                    "Book:values_list('title', 'stock'):last()[2], "
                    "Book:order_by('title'):values_list{'title', "
                    "flat=true}:first(), Book:values('id'):limit(2):first().id,"
                    "Book:filter{stock=99}:values('id'):first()") ==
        "Iron\t7\tGold\t1\tNULL");
}

TEST_CASE("loops over one object do not disturb each other") {
  Script script;
  script.run(kRows);
  script.log.clear();
  CHECK(script.run("local rows = Book:all()\n"
                   "for a in rows do\n"
                   "  for b in rows do if b.id == 2 then break end end\n"
                   "  local s = '' for b in rows do s = s .. b.title end\n"
                   "  print(a.title, s)\n"
                   "end") ==
        "Iron\tIronGoldSalt\nGold\tIronGoldSalt\nSalt\tIronGoldSalt\n");
  CHECK(script.log.size() == 1);
  CHECK(script.run("local rows = Book:values_list{'stock', flat=true}\n"
                   "for a in rows do for b in rows do end print(a) end") ==
        "3\n0\n7\n");
  // Equal values too.
  CHECK(script.run("Book:all():update{stock=1}\n"
                   "local rows = Book:values_list{'stock', flat=true}\n"
                   "local n = 0\n"
                   "for a in rows do for b in rows do n = n + 1 end end\n"
                   "print(n)") == "9\n");
  CHECK(script.error("return Book:limit(2):only('id'):offset(1)")
            .starts_with("query.sliced"));
}

TEST_CASE("a record as a condition is one that the relation leads to") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(titles(script, "Book:filter{author__in={Author:get{name='Ben'}}}") ==
        "Salt ");
  CHECK(titles(script, "Book:exclude{author=Author:get{name='Ann'}}") ==
        "Salt ");
  CHECK(script.error("return Book:filter{author=Author{name='x'}}") ==
        "write.unsaved: this shop.Author is not in the database - save it "
        "first");
  CHECK(script.error("return Book:filter{author=Tag:first()}") ==
        "query.value: author leads to shop.Author, not to shop.Tag");
}

TEST_CASE("tables in circles and endless expressions are errors") {
  Script script;
  for (const char* text :
       {"local t = {} t[1] = t return Q(t)",
        "local t = {} t[1] = t return Count(t)",
        "local t = {} t.a = t return Count{t}",
        "local x = F'id' for i = 1, 100000 do x = x + 1 end",
        "local x = F'id' for i = 1, 100 do x = x + x end",
        "local x = Q{id=1} for i = 1, 100000 do x = ~x & Q{id=i} end",
        "local s = Book:all() for i = 1, 5000 do s = Book:filter{id__in=s} "
        "end"}) {
    INFO(text);
    CHECK(script.error(text).starts_with("script.expression"));
  }
}

TEST_CASE("the database computes") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(script.run("local t = Book:aggregate{n=Count'id', most=Max'price'}\n"
                   "print(t.n, t.most)") == "3\t20.00\n");
  CHECK(
      script.run("for a in Author:annotate{n=Count'books', good=Count{'books', "
                 "filter=Q{books__stock__gt=0}}}:order_by('name') do "
                 "print(a.name, a.n, a.good) end") == "Ann\t2\t1\nBen\t1\t1\n");
  CHECK(script.run(
            "for b in Book:annotate{kind=Case{When(Q{stock=0}, Value'none'), "
            "When({stock__gt=5}, Value'many'), default=Value'some'}} do "
            "print(b.kind) end") == "some\nnone\nmany\n");
  CHECK(script.run("for b in Book:annotate{s=Concat(Upper'title', Value' ', "
                   "'author__name')} do print(b.s) end") ==
        "IRON Ann\nGOLD Ann\nSALT Ben\n");
  CHECK(script.run("for b in Book:annotate{first=Subquery(Tag:filter{books="
                   "OuterRef'pk'}:order_by('word'):values('word'):limit(1))} "
                   "do print(b.first) end") == "new\nNULL\nNULL\n");
  CHECK(titles(script, "Book:order_by(F'pages':desc{nulls_last=true})") ==
        "Salt Iron Gold ");
  CHECK(titles(script, "Book:order_by(F'price' * F'stock')") ==
        "Gold Iron Salt ");
}

TEST_CASE("one row is asked for") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(script.show("Book:first(), Book:last().title, Book:filter{stock=99}:"
                    "first()") == "Book 1\tSalt\tNULL");
  CHECK(script.show("Book:latest('price').title, Book:earliest('price').title"
                    ", Book:exists(), Book:count()") == "Salt\tGold\ttrue\t3");
  CHECK(script.show("Tag:in_bulk({'new'}, 'word').new.id, "
                    "Book:contains(Book:first())") == "2\ttrue");
  CHECK(script.error("return Book:get{title='x'}").starts_with("query.none"));
  CHECK(script.error("return Book:get{author=1}").starts_with("query.several"));
  CHECK(script.run("Book:all():each(function(b) print(b.title) end, 2)") ==
        "Iron\nGold\nSalt\n");
  CHECK(script.show("Book:all()") == "<QuerySet [Book 1, Book 2, Book 3]>");
  CHECK(script.show("#Book:all():list(), Book:all()[2].title") == "3\tGold");
}

TEST_CASE("rows are changed and deleted") {
  Script script(GENERATE(from_range(engines())));
  script.run(kRows);
  CHECK(script.show("Book:filter{stock=0}:update{stock=F'stock' + 10}") == "1");
  CHECK(script.show("Book:get{title='Gold'}.stock") == "10");
  CHECK(script.run("local n, by = Author:filter{name='Ann'}:delete()\n"
                   "print(n, by['shop.Book'])") == "5\t2\n");
  CHECK(script.show("(Book:all():delete()), Book:count()") == "1\t0");
}

TEST_CASE("the statement is shown with its values") {
  Script script;
  CHECK(script.show("Tag:filter{word='a\\'b'}:sql()") ==
        "SELECT \"shop_tag\".\"id\" AS \"id\", \"shop_tag\".\"word\" AS "
        "\"word\" FROM \"shop_tag\" WHERE \"shop_tag\".\"word\" = 'a''b'");
  // Whatever order the keys of a table come in.
  const std::string sql = script.show(
      "Book:filter{stock=1, title='x', pages=2,"
      " price=3}:sql()");
  for (int i = 0; i < 5; ++i) {
    Script other;
    CHECK(other.show("Book:filter{title='x', pages=2, price=3, stock=1}:"
                     "sql()") == sql);
  }
}
