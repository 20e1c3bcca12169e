#!/usr/bin/python3
"""Kills migrate at many moments of a chain of migrations over tables with rows:
what is recorded is there, nothing else is, and the next run does the rest."""

import functools
import os
import subprocess
import sys

from crashing import (HEADER, ITEM, SETTINGS, Difference, check, check_whole,
                      duration, fresh_project, kill_after, moments, rows,
                      settle, start)
from common import Report, manage

ROWS = 20_000
CHAIN = 30
# The migrations after the first, over and over; {n} is the migration's number.
# Most of them make SQLite rebuild the table.
KINDS = (
    "AddField: {{model_name: item, name: f{n}, field: {{type: IntegerField, "
    "default: {n}}}}}",
    "AlterField: {{model_name: item, name: name, field: {{type: CharField, "
    "max_length: {width}}}}}",
    "AddIndex: {{model_name: item, index: {{fields: [day, price], "
    "name: item_{n}_idx}}}}",
    "AddConstraint: {{model_name: item, constraint: {{type: CheckConstraint, "
    "condition: {{price__gte: -{n}}}, name: item_{n}_check}}}}",
    "CreateModel: {{name: Note{n}, fields: {{id: {{type: BigAutoField, "
    "primary_key: true}}, item: {{type: ForeignKey, to: shop.item, "
    "on_delete: CASCADE}}}}}}",
    "RunSQL: {{sql: \"UPDATE shop_item SET note = '{n}' WHERE number % {n} = "
    "0\"}}",
    "AddField: {{model_name: item, name: u{n}, field: {{type: CharField, "
    "max_length: 9, null: true, unique: true}}}}",
    "AlterField: {{model_name: item, name: price, field: {{type: DecimalField, "
    "max_digits: {n}, decimal_places: 2}}}}",
)
FIRST = """\
initial: true
dependencies: []
operations:
  - CreateModel:
      name: Item
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, \
serialize: false, verbose_name: ID}
"""
RECORDED = "SELECT name FROM django_migrations ORDER BY id"
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
ITEMS = "SELECT * FROM shop_item ORDER BY id"


def chain():
    """File name -> text of every migration. The first makes ITEM."""
    fields = ITEM.partition("fields:\n")[2].replace("      ", "        ")
    files, names = {}, ["0001_initial"]
    files["shop/migrations/0001_initial.yaml"] = FIRST + fields
    for number in range(2, CHAIN + 1):
        operation = KINDS[number % len(KINDS)].format(n=number + 8,
                                                      width=60 + number)
        name = f"{number:04}_step"
        files[f"shop/migrations/{name}.yaml"] = (
            f"dependencies:\n  - [shop, {names[-1]}]\n"
            f"operations:\n  - {operation}\n")
        names.append(name)
    return files, names


MIGRATIONS, NAMES = chain()
FILES = {"settings/base.yaml": SETTINGS, "shop/models.yaml": ITEM,
         "items.csv": HEADER + rows(0, ROWS), **MIGRATIONS}


def schema(database):
    """All of it, as text."""
    if database.name == "sqlite":
        return "\n".join(database.query(SCHEMA))
    text = subprocess.run(
        ["pg_dump", "-s", database.url], env={**os.environ, "LC_ALL": "C"},
        text=True, stdout=subprocess.PIPE, check=True).stdout
    # Random words against injection, newer in each dump.
    return "\n".join(line for line in text.splitlines()
                     if not line.startswith(("\\restrict", "\\unrestrict")))


def begin(project, database):
    """The first migration, and rows for the others."""
    manage(project, database, "migrate", "shop", NAMES[0])
    manage(project, database, "import_csv", "items.csv")


@functools.lru_cache
def one_run(database_name):
    """The schema and the rows in the end of a run that nobody disturbs, and how
    long it takes."""
    with fresh_project(database_name, FILES) as (project, database):
        begin(project, database)
        seconds = duration(manage, project, database, "migrate")
        items = database.query(ITEMS)
        check("number of rows", len(items), ROWS)
        return schema(database), items, seconds


def schemas_after_each(database_name):
    with fresh_project(database_name, FILES) as (project, database):
        begin(project, database)
        schemas = [schema(database)]
        for name in NAMES[1:]:
            manage(project, database, "migrate", "shop", name)
            schemas.append(schema(database))
        return schemas


def kill_once(database_name, moment, schemas, items):
    """How many migrations were recorded when it was dead."""
    with fresh_project(database_name, FILES) as (project, database):
        begin(project, database)
        kill_after(start(project, database, "migrate"), moment)
        settle(database)
        check_whole(database)
        recorded = database.query(RECORDED)
        check("recorded migrations", recorded, NAMES[:len(recorded)])
        check(f"schema with {recorded[-1]} recorded", schema(database),
              schemas[len(recorded) - 1])
        manage(project, database, "migrate")
        check("recorded in the end", database.query(RECORDED), NAMES)
        check("schema in the end", schema(database), schemas[-1])
        if database.query(ITEMS) != items:
            raise Difference("the rows in the end are not those of a run that "
                             "nobody killed")
    return len(recorded)


def killed(database_name):
    last, items, seconds = one_run(database_name)
    schemas = schemas_after_each(database_name)
    check("schema after one run", last, schemas[-1])
    counts = [kill_once(database_name, moment, schemas, items)
              for moment in moments(seconds)]
    print(f"migrations recorded after each kill: {counts}, of {CHAIN}")
    if not any(1 < count < CHAIN for count in counts):
        raise Difference("no run was killed in the middle")


def main():
    report = Report()
    report.on_both("migrate killed", killed)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
