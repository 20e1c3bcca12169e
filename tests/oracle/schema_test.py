#!/usr/bin/python3
"""Migrates the same models with Django 3.2 and with manage, and compares the
schemas.

Projects are examples/bookshop and the folders in projects/. A project's folders
then1, then2, … are its later versions: both sides make migrations for each of
them and apply them. A project with a file only_postgresql is compared there
only. Forgiven are serial against identity, and the order of columns after a
change.

    schema_test.py [PATTERN]    only the projects whose name contains it
"""

import difflib
import sys

from common import (HERE, ROOT, Difference, Report, folder, fresh_database,
                    manage, overlay)
import django_project
import schema_dump

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"

# The comparison must notice each of these.
MODELS = """\
models:
  A:
    fields:
      text: {type: CharField, max_length: 10}
      number: {type: PositiveIntegerField, null: true}
  B:
    fields:
      a: {type: ForeignKey, to: A, on_delete: CASCADE}
      price: {type: DecimalField, max_digits: 5, decimal_places: 2}
    meta:
      indexes:
        - {fields: [price], name: by_price}
      constraints:
        - {type: CheckConstraint, name: some, condition: {price__gt: 0}}
        - {type: UniqueConstraint, name: once, fields: [a, price]}
"""
CHANGES = {
    "another type": ("PositiveIntegerField", "IntegerField"),
    "another length": ("max_length: 10", "max_length: 11"),
    "NULL": (", null: true", ""),
    "a column's name": ("text:", "txt:"),
    "the order of columns": (
        "text: {type: CharField, max_length: 10}\n      number: {type: "
        "PositiveIntegerField, null: true}",
        "number: {type: PositiveIntegerField, null: true}\n      text: {type: "
        "CharField, max_length: 10}"),
    "a unique column": ("max_length: 10", "max_length: 10, unique: true"),
    "an index": ("max_length: 10", "max_length: 10, db_index: true"),
    "an index's name": ("by_price", "on_price"),
    "an index's order": ("fields: [price], name: by",
                         "fields: [-price], name: by"),
    "an index's condition": ("name: by_price",
                             "name: by_price, condition: {price__gt: 1}"),
    "no foreign key": ("on_delete: CASCADE",
                       "on_delete: CASCADE, db_constraint: false"),
    "another check": ("price__gt: 0", "price__gte: 0"),
    "a constraint's name": ("name: once", "name: one"),
    "a constraint's columns": ("[a, price]", "[price, a]"),
    "another table": ("  A:\n", "  A:\n    meta: {db_table: aa}\n"),
}


def compare(expected, actual):
    """Raises the Difference between two dumps."""
    lines = []
    for table in sorted(expected.keys() | actual.keys()):
        lines += difflib.unified_diff(
            expected.get(table, []), actual.get(table, []),
            f"{table} (Django)" if table in expected else "no such table",
            f"{table} (manage)" if table in actual else "no such table",
            lineterm="", n=1)
    if lines:
        more = len(lines) - 80
        raise Difference("\n".join(lines[:80]) +
                         (f"\n… and {more} lines" if more > 0 else ""))


def dump(database, ordered):
    connection = database.connect()
    try:
        return schema_dump.dump(connection, ordered)
    finally:
        connection.close()


def versions(project):
    return [project] + sorted(project.glob("then[0-9]*"))


def same_schema(database_name, project):
    with folder() as scratch:
        theirs, ours = scratch / "django", scratch / "manage"
        theirs.mkdir(), ours.mkdir()
        with fresh_database(database_name, theirs) as their_database, \
                fresh_database(database_name, ours) as our_database:
            for version in versions(project):
                first = version == project
                overlay(version, ours)
                django_project.translate(ours, theirs)
                django_project.run(theirs, their_database.url,
                                   "makemigrations", "migrate")
                try:
                    manage(ours, our_database, "makemigrations")
                    manage(ours, our_database, "migrate")
                    compare(dump(their_database, first),
                            dump(our_database, first))
                    manage(ours, our_database, "makemigrations", "--check")
                    if first:
                        compare({"django_migrations rows":
                                 their_database.query(MIGRATIONS)},
                                {"django_migrations rows":
                                 our_database.query(MIGRATIONS)})
                except Difference as difference:
                    raise Difference(
                        f"{version.name}: {difference}") from None


def django_dump(database_name, models):
    with folder() as scratch:
        (scratch / "settings").mkdir()
        (scratch / "settings/base.yaml").write_text("installed_apps: [shop]\n")
        (scratch / "shop").mkdir()
        (scratch / "shop/models.yaml").write_text(models)
        django_project.translate(scratch, scratch / "django")
        with fresh_database(database_name, scratch) as database:
            django_project.run(scratch / "django", database.url,
                               "makemigrations", "migrate")
            return dump(database, True)


def notices(database_name):
    """The comparison accepts the same models, and no others."""
    expected = django_dump(database_name, MODELS)
    compare(expected, django_dump(database_name, MODELS))
    for what, (old, new) in CHANGES.items():
        if MODELS.count(old) != 1:
            raise Difference(f"{what}: the change does not fit the models")
        try:
            compare(expected, django_dump(database_name,
                                          MODELS.replace(old, new)))
        except Difference:
            continue
        raise Difference(f"the comparison does not notice {what}")


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    report = Report()
    if not pattern:
        report.on_both("what the comparison notices", notices)
    projects = [ROOT / "examples/bookshop", HERE / "openflights",
                *sorted((HERE / "projects").iterdir())]
    for project in projects:
        if pattern not in project.name:
            continue
        if (project / "only_postgresql").exists():
            report.on("postgresql", project.name, same_schema, project)
        else:
            report.on_both(project.name, same_schema, project)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
