#!/usr/bin/python3
"""Writes random sequences with Django 3.2 and with the ORM, each to a database
of its own, and compares what each operation came to, errors by their kind, and
the rows that are there in the end (random_writes.py says what is written).

    writes_test.py [SEED]    only the sequence of that seed

    RANDOM_WRITES            how many (200 on each database)
    RANDOM_WRITES_SEED       the first seed (1); the others follow it
"""

import json
import os
import shutil
import subprocess
import sys

from common import HERE, ROOT, Difference, Report, folder, fresh_database
import django_project
import random_writes

TOOL = ROOT / "build/release/tests/write_rows"
SOURCE = HERE / "writes"


def write_project(path):
    (path / "settings").mkdir(parents=True)
    (path / "settings/base.yaml").write_text("installed_apps: [shop]\n")
    (path / "shop").mkdir()
    shutil.copy(SOURCE / "models.yaml", path / "shop/models.yaml")
    django_project.translate(path, path / "django")
    shutil.copy(SOURCE / "apply.py", path / "django/apply.py")


def django_lines(path, database, file):
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "apply.py", file], cwd=path / "django",
        env={**os.environ, "ORACLE_DATABASE": database.url,
             "DJANGO_SETTINGS_MODULE": "settings"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        check=True)
    return done.stdout.splitlines()


def our_lines(database, file):
    name = database.url.removeprefix("sqlite://")
    return subprocess.run([TOOL, SOURCE / "models.yaml", name, file],
                          text=True, stdout=subprocess.PIPE,
                          check=True).stdout.splitlines()


def compare(steps, theirs, ours):
    their, our = json.loads(theirs), json.loads(ours)
    for at, step in enumerate(steps):
        if their["outcomes"][at] != our["outcomes"][at]:
            before = "\n".join(json.dumps(one) for one in steps[:at + 1])
            raise Difference(
                f"{before}\nDjango: {their['outcomes'][at]}\n"
                f"ours:   {our['outcomes'][at]}")
    for table, rows in their["state"].items():
        found = sorted(our["state"][table], key=str)
        if found != rows:
            raise Difference("\n".join(json.dumps(one) for one in steps) +
                             f"\n{table}\nDjango: {rows}\nours:   {found}")


def both(name, report, seeds):
    sequences = [random_writes.Sequence(seed).make() for seed in seeds]
    with folder() as path, folder() as other:
        write_project(path)
        file = path / "sequences"
        file.write_text("".join(json.dumps(one) + "\n" for one in sequences))
        with fresh_database(name, path) as theirs, \
                fresh_database(name, other) as ours:
            for database in (theirs, ours):
                (path / "django/shop/migrations").mkdir(exist_ok=True)
                django_project.run(path / "django", database.url,
                                   "makemigrations", "migrate")
            their_lines = django_lines(path, theirs, file)
            lines = our_lines(ours, file)
    for at, seed in enumerate(seeds):
        report.run(f"{name} {seed}", compare, sequences[at], their_lines[at],
                   lines[at])


def main():
    first = int(os.environ.get("RANDOM_WRITES_SEED", "1"))
    seeds = range(first, first + int(os.environ.get("RANDOM_WRITES", "200")))
    if len(sys.argv) > 1:
        seeds = [int(sys.argv[1])]
    report = Report()
    both("sqlite", report, seeds)
    if "MANAGE_TEST_POSTGRES_URL" in os.environ:
        both("postgresql", report, seeds)
    else:
        report.skip("postgresql", "MANAGE_TEST_POSTGRES_URL is not set")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
