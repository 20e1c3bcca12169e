#!/usr/bin/python3
"""Migrates contenttypes, auth and sessions with Django 3.2 and with manage, and
compares what is in the databases.

Projects are the folders in contrib/. Compared are the schema (forgiven are
serial against identity, and the order of columns after a change), the migrations
in the order in which they were applied, the content types and the permissions
with their ids; again after each of STEPS, back and forth. At the end each of the
two migrates what the other made, and must find nothing to do.

Between Django 3.2 and 5.2 these models and migrations differ in nothing that is
compared. One difference from Django is on purpose: undoing contenttypes.0002
writes the model's name in lower case, where Django writes the class's.
"""

import sys

from common import (HERE, Difference, Report, folder, fresh_database, manage,
                    overlay)
from schema_test import compare, dump
import django_project

ROWS = {
    "migrations": "SELECT id, app, name FROM django_migrations ORDER BY id",
    "content types":
        "SELECT id, app_label, model FROM django_content_type ORDER BY id",
    "permissions": "SELECT id, name, content_type_id, codename "
                   "FROM auth_permission ORDER BY id",
    "names": "SELECT id, lower(name) FROM django_content_type ORDER BY id",
}

STEPS = ["migrate contenttypes 0001", "migrate", "migrate auth 0007",
         "migrate", "migrate auth zero", "migrate",
         "migrate contenttypes zero", "migrate sessions zero", "migrate"]


def content(database):
    return {**dump(database, False),
            **{what: database.query(sql) for what, sql in ROWS.items()}}


def same_rows(database_name, project):
    with folder() as scratch:
        ours, theirs = scratch / "ours", scratch / "theirs"
        ours.mkdir()
        theirs.mkdir()
        overlay(project, ours)
        django_project.translate(ours, theirs)
        with fresh_database(database_name, theirs) as their_database, \
                fresh_database(database_name, ours) as our_database:
            django_project.run(theirs, their_database.url,
                               "makemigrations", "migrate")
            manage(ours, our_database, "makemigrations")
            manage(ours, our_database, "migrate")
            compare(content(their_database), content(our_database))
            manage(ours, our_database, "makemigrations", "--check")
            for step in STEPS:
                django_project.run(theirs, their_database.url, step)
                manage(ours, our_database, *step.split())
                try:
                    compare(content(their_database), content(our_database))
                except Difference as difference:
                    raise Difference(f"{step}: {difference}") from None
            before = content(our_database)
            django_project.run(theirs, our_database.url, "migrate")
            # Ours has four slashes before a path from the root.
            url = their_database.url.replace("sqlite:///", "sqlite:////")
            manage(ours, our_database, "migrate", "--set",
                   f"databases.default.url={url}")
            compare(before, content(our_database))
            compare(before, content(their_database))


def main():
    report = Report()
    for project in sorted((HERE / "contrib").iterdir()):
        report.on_both(project.name, same_rows, project)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
