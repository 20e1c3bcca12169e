"""How fast 1,000 migrations are read and replayed, against a parser that drops
the same bytes, and how that grows with their number; and applied to an empty
database, against the database's own shell with the same statements in the same
transactions, and against Django 3.2 with the same migrations. The folder of
temporary files should be in memory.

usage: history.py MANAGE YAML_EVENTS [APPS [MIGRATIONS]]
"""

import contextlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

from measure import (ROOT, Run, environment, fresh_database, in_turns, ratio,
                     server)

sys.path.insert(1, str(ROOT / "tests/oracle"))

import django_project  # noqa: E402

APPS, MIGRATIONS = 20, 50
ROUNDS = 15
MIGRATE_ROUNDS = 9
DJANGO_ROUNDS = 3
# Field -> its definition for us and for Django.
FIELDS = {"name": ("{type: CharField, max_length: 100}",
                   "CharField(max_length=100)"),
          "code": ("{type: SlugField, unique: true}", "SlugField(unique=True)"),
          "price": ("{type: DecimalField, max_digits: 9, decimal_places: 2}",
                    "DecimalField(max_digits=9, decimal_places=2)"),
          "created": ("{type: DateTimeField, auto_now_add: true}",
                      "DateTimeField(auto_now_add=True)")}
ID = ("{type: BigAutoField, primary_key: true, auto_created: true, serialize: "
      "false, verbose_name: ID}",
      "BigAutoField(primary_key=True, auto_created=True, serialize=False, "
      "verbose_name='ID')")
ADDED = ("{type: IntegerField, null: true}", "IntegerField(null=True)")
# The tables that record what was applied; each has a row per migration.
RECORDS = ("django_migrations", "manage_migration_log")


def foreign_key(target, related_name):
    ours = f"related_name: {related_name}, on_delete: CASCADE, null: true"
    return (f"{{type: ForeignKey, to: {target}, {ours}}}",
            f"ForeignKey(to={target!r}, related_name={related_name!r}, "
            "on_delete=models.CASCADE, null=True)")


def operation(models, number, app, before):
    """For us and for Django. Every fifth makes a model, which refers to the one
    before it and to one of the app before; the others give it a field."""
    count = number // 5
    model = f"Model{count}"
    if number % 5 == 0:
        models[model] = dict(FIELDS)
        if count:
            models[model]["before"] = foreign_key(f"{app}.Model{count - 1}",
                                                  "after")
        if before:
            models[model]["other"] = foreign_key(f"{before}.Model0",
                                                 f"{app}_{count}")
        fields = {"id": ID, **models[model]}
        return ("\n".join([f"  - CreateModel:\n      name: {model}\n"
                           "      fields:",
                           *(f"        {name}: {ours}"
                             for name, (ours, _) in fields.items())]),
                f"migrations.CreateModel({model!r}, [" + ", ".join(
                    f"({name!r}, models.{theirs})"
                    for name, (_, theirs) in fields.items()) + "])")
    field = f"field{number}"
    models[model][field] = ADDED
    return (f"  - AddField: {{model_name: {model.lower()}, name: {field}, "
            f"field: {ADDED[0]}}}",
            f"migrations.AddField({model.lower()!r}, {field!r}, "
            f"models.{ADDED[1]})")


class Histories:
    """The same project with the same migrations, for both sides."""

    def __init__(self, manage, folder, apps, count):
        self.manage = manage
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        names = [f"app{number:02}" for number in range(apps)]
        (self.ours / "settings").mkdir(parents=True)
        (self.ours / "settings/base.yaml").write_text(
            f"installed_apps: [{', '.join(names)}]\n")
        for app, before in zip(names, [None, *names]):
            self.write_app(app, before, count)
        django_project.translate(self.ours, self.theirs)

    def write_app(self, app, before, count):
        models, last = {}, None
        for number in range(count):
            needed = [(app, last)] if last else []
            if before and not last:
                needed.append((before, "0001_step"))
            last = f"{number + 1:04}_step"
            self.write_migration(app, last, needed, 
                                 operation(models, number, app, before))
        lines = ["models:"]
        for model, fields in models.items():
            lines += [f"  {model}:", "    fields:",
                      *(f"      {name}: {ours}"
                        for name, (ours, _) in fields.items())]
        (self.ours / app / "models.yaml").write_text("\n".join(lines) + "\n")

    def write_migration(self, app, name, needed, operations):
        ours, theirs = [root / app / "migrations"
                        for root in (self.ours, self.theirs)]
        for folder in (ours, theirs):
            folder.mkdir(parents=True, exist_ok=True)
        pairs = ", ".join(f"[{label}, {other}]" for label, other in needed)
        (ours / f"{name}.yaml").write_text(
            "# Generated by manage 1.0.0 on 2026-11-20 10:00\n"
            f"dependencies: [{pairs}]\noperations:\n{operations[0]}\n")
        (theirs / f"{name}.py").write_text(
            "from django.db import migrations, models\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = {needed!r}\n"
            f"    operations = [{operations[1]}]\n")

    def run(self, *arguments, url=None):
        subprocess.run([self.manage, *arguments], cwd=self.ours, check=True,
                       env=environment(url), stdout=subprocess.DEVNULL)

    def script(self, url=None):
        return subprocess.run(
            [self.manage, "migrate", "--dry-run"], cwd=self.ours, check=True,
            env=environment(url), text=True, stdout=subprocess.PIPE).stdout

    def django(self, command):
        django_project.run(self.theirs, f"sqlite://{self.theirs}/db.sqlite3",
                           command)

    def forget_files(self):
        for path in [*self.ours.glob("*.sqlite3*"),
                     *self.theirs.glob("*.sqlite3*")]:
            path.unlink()


def with_records(tables, script, rows):
    """The script of a dry run with the rows of the records, each in the
    transaction of its migration."""
    parts = script.split("COMMIT;")
    lines = [tables]
    for part, recorded in zip(parts, rows, strict=False):
        lines += [part, *recorded, "COMMIT;"]
    return "\n".join([*lines, parts[-1]]) + "\n"


def inserts(query, quote, columns_of):
    """The rows of each migration, as statements."""
    columns = [" || ', ' || ".join(f"{quote}({column})"
                                   for column in columns_of(table))
               for table in RECORDS]
    lists = [query(f"SELECT 'INSERT INTO {table} VALUES (' || {all_} || ');' "
                   f"FROM {table} ORDER BY id")
             for table, all_ in zip(RECORDS, columns)]
    return zip(*lists)


def sqlite_script(histories):
    script = histories.script()
    histories.run("migrate")
    path = histories.ours / "db.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as database:
        def query(sql, *values):
            return [row[0] for row in database.execute(sql, values)]

        tables = ";\n".join(
            query("SELECT sql FROM sqlite_master WHERE type = 'table' AND name "
                  "IN (?, ?)", *RECORDS)) + ";"
        return with_records(tables, script, inserts(
            query, "quote", lambda table: query(
                "SELECT name FROM pragma_table_info(?)", table)))


# What makes a migration safe beside other tools: a lock, a limit, a look.
SAFETY = """BEGIN;
LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE;
SET LOCAL lock_timeout = '5000ms';
SELECT name FROM django_migrations WHERE app = 'app00' AND name = '0001_step';
"""


def postgresql_script(histories, url):
    script = histories.script(url)
    histories.run("migrate", url=url)

    def query(sql):
        return subprocess.run(["psql", url, "-qXAt", "-c", sql], check=True,
                              text=True, stdout=subprocess.PIPE
                              ).stdout.splitlines()

    tables = subprocess.run(
        ["pg_dump", "--schema-only", "--no-owner",
         *(f"--table={table}" for table in RECORDS), url], check=True,
        text=True, stdout=subprocess.PIPE).stdout
    return with_records(
        tables + "SET search_path = DEFAULT;", script, inserts(
            query, "quote_nullable", lambda table: query(
                "SELECT column_name FROM information_schema.columns WHERE "
                f"table_name = '{table}' ORDER BY ordinal_position")))


def measure_reading(histories, events, work):
    files = sorted([*histories.ours.glob("*/migrations/*.yaml"),
                    *histories.ours.glob("*/models.yaml")])
    ours = Run("manage makemigrations --check",
               lambda: histories.run("makemigrations", "--check"),
               rounds=ROUNDS)
    least = Run("bare parser events",
                lambda: subprocess.run([events, *files], check=True),
                rounds=ROUNDS)
    in_turns(ours, least)
    return [ratio(f"makemigrations --check of {work}, against the events of a "
                  "YAML parser", ours, least, 0.67)]


def measure_growth(histories, longer, work):
    once, twice = [Run(f"makemigrations --check in {one.ours.parent.name}",
                       lambda one=one: one.run("makemigrations", "--check"),
                       rounds=ROUNDS) for one in (histories, longer)]
    in_turns(twice, once)
    return [ratio(f"makemigrations --check of twice {work}, against once",
                  twice, once, 0.455)]


def measure_sqlite(histories, work):
    script = histories.ours / "same.sql"
    script.write_text(sqlite_script(histories))

    def shell():
        with script.open() as source:
            subprocess.run(["sqlite3", histories.ours / "shell.sqlite3"],
                           check=True, stdin=source, stdout=subprocess.DEVNULL)

    ours = Run("manage migrate", lambda: histories.run("migrate"),
               histories.forget_files, MIGRATE_ROUNDS)
    least = Run("sqlite3 shell", shell, histories.forget_files, MIGRATE_ROUNDS)
    # Django takes minutes.
    django = Run("django migrate", lambda: histories.django("migrate"),
                 histories.forget_files, DJANGO_ROUNDS)
    in_turns(ours, least, django)
    return [ratio(f"migrate through {work} on SQLite, against the sqlite3 "
                  "shell", ours, least, 0.67),
            ratio(f"migrate through {work} on SQLite, against Django's", ours,
                  django, 20)]


def measure_postgresql(histories, work):
    with server() as base:
        url = f"{base.rpartition('/')[0]}/bench_history"
        fresh_database(url)
        script = histories.ours / "same.sql"
        script.write_text(postgresql_script(histories, url))
        safe = histories.ours / "safe.sql"
        safe.write_text(script.read_text().replace("BEGIN;\n", SAFETY))
        ours = Run("manage migrate, PostgreSQL",
                   lambda: histories.run("migrate", url=url),
                   lambda: fresh_database(url), MIGRATE_ROUNDS)
        least, same = [
            Run(name, lambda file=file: subprocess.run(
                ["psql", url, "-qX", "-v", "ON_ERROR_STOP=1", "-f", file],
                check=True, stdout=subprocess.DEVNULL),
                lambda: fresh_database(url), MIGRATE_ROUNDS)
            for name, file in (("psql", script),
                               ("psql, with lock, limit and look", safe))]
        in_turns(least, ours, same)
    return [ratio(f"migrate through {work} on PostgreSQL, against psql", ours,
                  least, 0.83),
            ratio(f"migrate through {work} on PostgreSQL, against psql that "
                  "locks and looks too", ours, same, None)]


def main():
    manage, events = [pathlib.Path(path).resolve() for path in sys.argv[1:3]]
    apps = int(sys.argv[3]) if len(sys.argv) > 3 else APPS
    count = int(sys.argv[4]) if len(sys.argv) > 4 else MIGRATIONS
    work = f"{apps * count} migrations"
    with tempfile.TemporaryDirectory() as name:
        histories = Histories(manage, pathlib.Path(name) / "once", apps, count)
        longer = Histories(manage, pathlib.Path(name) / "twice", apps,
                           2 * count)
        print(json.dumps([*measure_reading(histories, events, work),
                          *measure_growth(histories, longer, work),
                          *measure_sqlite(histories, work),
                          *measure_postgresql(histories, work)], indent=1))


if __name__ == "__main__":
    main()
