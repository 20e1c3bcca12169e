// Records, related managers and transactions in Lua, on both databases.
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;
using orm::engines;

TEST_CASE("records are made, changed, saved and deleted") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run("local b = Book{title='Iron'}\n"
                   "print(b, b.id == NULL, b.price)\n"
                   "b:save() print(b, b.id)\n"
                   "b.title = 'Steel' b.stock = F'stock' + 5 b:save()\n"
                   "print(Book:get{id=b.id}.title, b.stock)\n"
                   "b.pages = 3 b:refresh() print(b.pages)\n"
                   "print((b:delete()), Book:count())") ==
        "Book (new)\ttrue\t1.00\nBook 1\t1\nSteel\t5\nNULL\n1\t0\n");
  CHECK(script.error("Book:create{titel='x'}")
            .starts_with("query.field: shop.Book has no titel"));
  CHECK(script.error("Book:create{title=nil}.title = nil") ==
        "script.type: expected a value, got nil - where NULL is meant, write "
        "NULL");
}

TEST_CASE("values keep their kind") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run(
            "Book:create{title='x', pages=math.maxinteger, weight=0.1, "
            "price=decimal'12.5', made=datetime'2026-01-31 10:00:00+02:00', "
            "code=uuid'f47ac10b-58cc-4372-a567-0e02b2c3d479'}\n"
            "local b = Book:get()\n"
            "print(b.pages == math.maxinteger, b.weight, b.price, b.made, "
            "b.code)") ==
        "true\t0.1\t12.50\t2026-01-31 08:00:00\t"
        "f47ac10b-58cc-4372-a567-0e02b2c3d479\n");
  // A float is no decimal, an integer with a fraction no integer.
  CHECK(script.error("Book:create{title='x', price=12.5}")
            .starts_with("query.value"));
  CHECK(script.error("Book:create{title='x', stock=1.5}")
            .starts_with("query.value"));
  CHECK(
      script.error("Book:create{title='x', stock='1'}").starts_with("nothing"));
  CHECK(script.error("Book:create{title='x', stock=1 << 40}")
            .starts_with("query.value"));
}

TEST_CASE("documents are tables that may be changed in place") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run("local b = Book:create{title='x', extra={a={1, 2}, b={}}}\n"
                   "b.extra.a[3] = NULL b.extra.c = 'd' b:save()\n"
                   "print(json.encode(Book:get().extra))\n"
                   "b.extra = {e=1} b.extra.f = 2 b:save()\n"
                   "print(json.encode(Book:get().extra))\n"
                   "print(Book:filter{extra__e=1}:count())") ==
        "{\"a\":[1,2,null],\"b\":{},\"c\":\"d\"}\n{\"e\":1,\"f\":2}\n1\n");
}

TEST_CASE("a changed document is kept, whatever leads to its record") {
  Script script(GENERATE(from_range(engines())));
  script.run(
      "Book:create{title='a', extra={n=1}} Book:create{title='b', "
      "extra={n=1}}");
  CHECK(script.run("local rows = Book:all()\n"
                   "rows[1].extra.n = 2 rows[1]:save()\n"
                   "local b = Book:get{title='b'} b.extra.n = 3\n"
                   "Book:bulk_update({b}, {'extra'})\n"
                   "for b in Book:all() do print(b.extra.n) end") == "2\n3\n");
}

TEST_CASE("options have names") {
  Script script;
  CHECK(script.error("Tag:create{word='a'}:save{update_field={'word'}}") ==
        "script.argument: there is no option update_field - did you mean "
        "update_fields?");
  CHECK(script.error("Tag:create{word='b'}:save('word')")
            .starts_with("script.type"));
}

TEST_CASE("methods come before fields of their name") {
  Script script;
  CHECK(script.run("local o = Order:create{name='x'}\n"
                   "print(o:get('save'), type(o.save))\n"
                   "o:set('save', 'y') o:save()\n"
                   "print(Order:get():get('save'))") == "kept\tfunction\ny\n");
}

TEST_CASE("relations are followed both ways") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run("local ann = Author:create{name='Ann'}\n"
                   "local b = ann.books:create{title='Iron'}\n"
                   "print(b.author, b.author.name, ann.books:count(), "
                   "b.author == ann)\n"
                   "b.author = NULL b:save() print(b.author, "
                   "ann.books:count())\n"
                   "ann.books:add(b) print(ann.books:first().title)\n"
                   "b.tags:add({Tag:create{word='a'}, Tag:create{word='b'}})\n"
                   "b.tags:create{word='c'}\n"
                   "b.tags:remove(Tag:get{word='a'})\n"
                   "for t in b.tags:order_by('word') do print(t.word) end\n"
                   "b.tags:set{Tag:get{word='a'}} print(b.tags:count())\n"
                   "print(b.tags:get_or_create{word='d'})\n"
                   "b.tags:clear() print(b.tags:exists())") ==
        "Ann\tAnn\t1\ttrue\nNULL\t0\nIron\nb\nc\n1\nTag 4\ttrue\nfalse\n");
}

TEST_CASE("related rows come with the query") {
  Script script(GENERATE(from_range(engines())));
  script.run(
      "local ann = Author:create{name='Ann'}\n"
      "for i = 1, 3 do local b = ann.books:create{title='B' .. i} "
      "b.tags:create{word='t' .. i} end");
  script.log.clear();
  CHECK(script.run("for b in Book:select_related('author'):"
                   "prefetch_related('tags'):lazy_loading('raise') do\n"
                   "  for t in b.tags:all() do print(b.author.name, t.word) "
                   "end\nend") == "Ann\tt1\nAnn\tt2\nAnn\tt3\n");
  CHECK(script.log.size() == 2);
  CHECK(script
            .error("for b in Book:lazy_loading('raise') do "
                   "print(b.author.name) end")
            .starts_with("query.lazy"));
}

TEST_CASE("one or another") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run("print(Tag:get_or_create{word='a'})\n"
                   "print(Tag:get_or_create{word='a', defaults={id=9}})\n"
                   "local b, new = Book:update_or_create{title='x', "
                   "defaults={stock=2}}\n"
                   "print(b.stock, new)\n"
                   "b, new = Book:update_or_create{title='x', "
                   "defaults={stock=3}, create_defaults={stock=4}}\n"
                   "print(b.stock, new)") ==
        "Tag 1\ttrue\nTag 1\tfalse\n2\ttrue\n3\tfalse\n");
  CHECK(script.error("Tag:get_or_create{word=nil, defaults={word='x'}}")
            .starts_with("script.empty"));
  CHECK(script
            .error("Author:create{name='A'}.books:update_or_create{title=nil,"
                   " defaults={stock=1}}")
            .starts_with("script.empty"));
  CHECK(script.error("Book:all():update{author=nil}")
            .starts_with("script.empty"));
}

TEST_CASE("a transaction happens as a whole or not at all") {
  Script script(GENERATE(from_range(engines())));
  CHECK(
      script.run("print(transaction.atomic(function()\n"
                 "  Tag:create{word='a'}\n"
                 "  transaction.on_commit(function() print('committed') end)\n"
                 "  local ok, e = pcall(transaction.atomic, function()\n"
                 "    Tag:create{word='b'} Tag:create{word='a'} end)\n"
                 "  print(ok, e.code, Tag:count())\n"
                 "  return 7\n"
                 "end))") == "false\tdatabase.unique\t1\ncommitted\n7\n");
  CHECK(script.error("transaction.atomic(function() Tag:create{word='c'} "
                     "error('no', 0) end)") == "script.error: no");
  CHECK(script.show("Tag:count()") == "1");
  CHECK(script
            .error("transaction.atomic(function() transaction.atomic("
                   "function() end, {durable=true}) end)")
            .starts_with("transaction.durable"));
}

TEST_CASE("what waits for a commit may outlive its script") {
  Script script(GENERATE(from_range(engines())));
  script.databases.connection().execute("BEGIN");
  CHECK(script.run("transaction.on_commit(function() print('late') end)")
            .empty());
  // The state goes before the connection, at the end.
}

TEST_CASE("rows with marks are hidden, restored and deleted") {
  Script script(GENERATE(from_range(engines())));
  CHECK(script.run("local o = Order:create{name='x'}\n"
                   "o:delete() print(Order:count(), Order:unscoped():count())\n"
                   "Order:unscoped():restore() print(Order:count())\n"
                   "Order:get():delete{hard=true}\n"
                   "print(Order:unscoped():count())") == "0\t1\n1\n0\n");
}
