#!/usr/bin/python3
"""Runs the scripts of sqlmigrate by hand on SQLite, with tools that go on after
an error and tools that stop, and looks at every byte of the database.

A script makes what migrate makes, or it changes nothing: whatever is in the way
in the database, whichever of its statements fails, wherever it is interrupted,
and when it is run again. Statements of RunSQL are no part of the promise.
"""

import contextlib
import sqlite3
import subprocess
import sys

from common import Difference, Report, folder, fresh_database, manage

MODELS = """\
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
      age: {type: IntegerField, null: true}
      mentor: {type: ForeignKey, to: self, null: true, on_delete: CASCADE}
  Book:
    fields:
      title: {type: CharField, max_length: 100}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
    meta: {db_table: "a 'book' of 2"}
  Code: {fields: {code: {type: SlugField, primary_key: true}}}
  Shelf: {fields: {n: {type: IntegerField}}}
"""
INITIAL = "dependencies: [[shop, 0001_initial]]\n"
ALTER = """\
  - AlterField: {model_name: author, name: name, field: {type: TextField}}
"""
BEHIND = """\
  - AddField: {model_name: shelf, name: plain,
               field: {type: IntegerField, null: true}}
  - AddField: {model_name: book, name: rank,
               field: {type: IntegerField, default: 3}}
  - RemoveField: {model_name: shelf, name: n}
  - DeleteModel: {name: Code}
"""
ROWS = """\
INSERT INTO shop_author (id, name, age, mentor_id)
  VALUES (1, 'Ann', 50, NULL), (2, 'Bob', 50, 1), (9, 'Cid', 7, 2);
DELETE FROM shop_author WHERE id = 9;
INSERT INTO "a 'book' of 2" (title, author_id) VALUES ('T', 1), ('T', 2);
INSERT INTO shop_code VALUES ('x');
INSERT INTO shop_shelf (n) VALUES (4);
"""
CHECK = """\
  - AddConstraint: {model_name: author, constraint: {type: CheckConstraint,
                    condition: {age__lt: 50}, name: young}}
"""
UNIQUE = """\
  - AlterField: {model_name: author, name: age,
                 field: {type: IntegerField, null: true, unique: true}}
"""
TOGETHER = """\
  - AlterField: {model_name: book, name: title, field: {type: TextField}}
  - AlterUniqueTogether: {name: book, unique_together: [[title]]}
"""
NOT_NULL = """\
  - AlterField: {model_name: author, name: mentor, field: {type: ForeignKey,
                 to: shop.Author, on_delete: CASCADE}}
"""
REMOVE = "  - RemoveField: {model_name: book, name: author}\n" + ALTER
KEYS = "PRAGMA foreign_keys = ON;\n"
# What is in the way: the operations, and the SQL that puts it there.
FAILURES = {
    "NOT NULL": (NOT_NULL, ""),
    "UNIQUE": (UNIQUE, ""),
    "a unique index": (TOGETHER, ""),
    "CHECK": (CHECK, ""),
    "a dangling foreign key":
        (ALTER, "INSERT INTO \"a 'book' of 2\" (title, author_id) VALUES "
                "('U', 77)"),
    "a missing column": (ALTER, "ALTER TABLE shop_author DROP COLUMN age"),
    "a missing column, no rows":
        (ALTER, "DELETE FROM shop_author; DELETE FROM \"a 'book' of 2\"; "
                "ALTER TABLE shop_author DROP COLUMN age"),
    "no such table":
        (ALTER, "DELETE FROM \"a 'book' of 2\"; DROP TABLE shop_author"),
    "a column of somebody else's":
        (ALTER, "ALTER TABLE shop_author ADD COLUMN extra DEFAULT 'x'"),
    "an index of somebody else's":
        (ALTER, "CREATE INDEX mine ON shop_author (upper(name))"),
    "a trigger of somebody else's":
        (ALTER, "CREATE TRIGGER mine AFTER INSERT ON shop_author BEGIN "
                "DELETE FROM shop_shelf; END"),
    "a view of what goes":
        (REMOVE, "CREATE VIEW v AS SELECT author_id FROM \"a 'book' of 2\""),
    "a table where the new one would be":
        (ALTER, "CREATE TABLE new__shop_author AS SELECT * FROM shop_author "
                "WHERE 0"),
    "a column that is there already":
        (ALTER, "ALTER TABLE shop_shelf ADD COLUMN plain"),
}


def shell(path, script):
    subprocess.run(["sqlite3", path], input=script.encode(), check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def executescript(path, script):
    """Stops at the first error, and then closes the connection."""
    with contextlib.closing(sqlite3.connect(path)) as connection, \
            contextlib.suppress(sqlite3.Error):
        connection.executescript(script)


def one_by_one(path, script):
    """Goes on after each error, and commits what is open at the end."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.isolation_level = None
        for statement in statements(script):
            with contextlib.suppress(sqlite3.Error):
                connection.execute(statement).fetchall()
        connection.commit()


GOES_ON = [shell, one_by_one]
TOOLS = [*GOES_ON, executescript]


def statements(script):
    found, begun = [], ""
    for line in script.splitlines(True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found


def dump(path):
    return subprocess.run(["sqlite3", path, ".dump"], check=True,
                          stdout=subprocess.PIPE).stdout.decode()


def same(what, expected, found):
    if expected != found:
        raise Difference(f"{what}:\n--- expected\n{expected}\n--- found\n"
                         f"{found}")


class Shop:
    """A project, and a database before its second migration."""

    def __init__(self, path, operations, atomic=True):
        self.path = path
        self.before = path / "before"
        for name, text in {"settings/base.yaml": "installed_apps: [shop]\n",
                           "shop/models.yaml": MODELS}.items():
            (path / name).parent.mkdir()
            (path / name).write_text(text)
        self.manage("makemigrations", "-q")
        (path / "shop/migrations/0002_x.yaml").write_text(
            ("" if atomic else "atomic: false\n") + INITIAL + "operations:\n" +
            operations)
        executescript(self.before, self.script("0001"))
        self.run_sql(ROWS)
        self.second = self.script("0002")

    def manage(self, *arguments):
        with fresh_database("sqlite", self.path) as database:
            return manage(self.path, database, *arguments)

    def script(self, migration, *options):
        return self.manage("sqlmigrate", "shop", migration, *options)

    def run_sql(self, sql):
        with contextlib.closing(sqlite3.connect(self.before)) as connection:
            connection.executescript(sql)

    def after(self, tool, script=None):
        """The dump of a copy on which the tool ran the script."""
        copy = self.path / "copy"
        copy.write_bytes(self.before.read_bytes())
        tool(copy, self.second if script is None else script)
        return dump(copy)


@contextlib.contextmanager
def shop(operations, atomic=True):
    with folder() as path:
        yield Shop(path, operations, atomic)


def changes_nothing(operations, sql, atomic=True):
    with shop(operations + (BEHIND if atomic else ""), atomic) as project:
        project.run_sql(sql)
        expected = dump(project.before)
        for tool in TOOLS:
            for first in ("", KEYS):
                same(tool.__name__, expected,
                     project.after(tool, first + project.second))


def in_a_transaction():
    """Where foreign keys stay on, the tables dropped would take along the rows
    that refer to them."""
    with shop(ALTER + BEHIND) as project:
        expected = dump(project.before)
        for tool in TOOLS:
            same(tool.__name__, expected, project.after(
                tool, f"{KEYS}BEGIN;\n{project.second}"))


def contents(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        def query(sql):
            return connection.execute(sql).fetchall()

        objects = query("SELECT type, name, tbl_name, sql FROM sqlite_master "
                        "WHERE tbl_name LIKE '%shop%' OR tbl_name LIKE '%book%'"
                        " ORDER BY name")
        rows = [(name, query(f'SELECT * FROM "{name}"'))
                for kind, name, *_ in objects if kind == "table"]
        counters = query("SELECT * FROM sqlite_sequence WHERE name LIKE "
                         "'%shop%' OR name LIKE '%book%' ORDER BY name")
        return "\n".join(map(str, [*objects, *rows, *counters]))


def makes_what_migrate_makes():
    with shop(ALTER + BEHIND) as project:
        with fresh_database("sqlite", project.path) as database:
            path = project.path / "db.sqlite3"
            manage(project.path, database, "migrate", "shop", "0001")
            executescript(path, ROWS)
            manage(project.path, database, "migrate", "shop", "0002")
            expected = contents(path)
        for tool in TOOLS:
            project.after(tool)
            same(tool.__name__, expected, contents(project.path / "copy"))


def undoes():
    operations = ALTER + "".join(BEHIND.splitlines(True)[:4])
    with shop(operations) as project:
        expected = contents(project.before)
        for tool in TOOLS:
            project.after(tool,
                          project.second + project.script("0002", "--backwards"))
            same(tool.__name__, expected, contents(project.path / "copy"))


def twice():
    """Values that came in between stay."""
    with shop(ALTER + BEHIND) as project:
        executescript(project.before, project.second)
        project.run_sql("UPDATE \"a 'book' of 2\" SET rank = id * 10")
        expected = dump(project.before)
        for tool in TOOLS:
            same(tool.__name__, expected, project.after(tool))


def interrupted():
    with shop(ALTER + BEHIND) as project:
        expected = dump(project.before)
        run = ""
        for statement in statements(project.second):
            same(f"before {statement}", expected, project.after(shell, run))
            if statement.endswith("COMMIT;\n"):
                break
            run += statement


def harmless(statement):
    """Nothing depends on whether it runs, if all others do."""
    *_, sql = statement.splitlines()
    return sql.startswith(("PRAGMA ", "SAVEPOINT ", "BEGIN", "DROP TABLE IF",
                           "DROP TABLE temp", "CREATE TEMP TABLE IF NOT",
                           'INSERT INTO "sqlite_sequence"')) \
        or "SELECT count(*) = " in sql


def each_fails():
    """Each of the statements in turn fails, and the tool goes on."""
    with shop(ALTER + BEHIND) as project:
        expected = dump(project.before)
        all_ = statements(project.second)
        if sum(not harmless(one) for one in all_) < 20:
            raise Difference("\n".join(all_))
        for at, failing in enumerate(all_):
            if harmless(failing) or failing.endswith("COMMIT;\n"):
                continue
            script = "".join([*all_[:at], "SELECT * FROM nowhere;\n",
                              *all_[at + 1:]])
            for tool in GOES_ON:
                same(f"{tool.__name__}: without {failing}", expected,
                     project.after(tool, script))


def main():
    report = Report()
    report.run("it makes what migrate makes", makes_what_migrate_makes)
    report.run("it undoes it", undoes)
    for name, (operations, sql) in FAILURES.items():
        report.run(name, changes_nothing, operations, sql)
    report.run("in a migration that is not atomic", changes_nothing, NOT_NULL,
               "", False)
    report.run("in a transaction", in_a_transaction)
    report.run("twice", twice)
    report.run("interrupted", interrupted)
    report.run("each statement fails", each_fails)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
