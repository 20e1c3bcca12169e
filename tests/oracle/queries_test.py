#!/usr/bin/python3
"""Asks Django 3.2 and the ORM the same queries of the same database, and
compares the rows, their order too.

The models, rows and queries are in queries/: a query is data, which query_rows
runs, and queries/ask.py translates into Django's objects. What differs on
purpose is in DIFFERENT, each with its reason.

    queries_test.py [PATTERN]    only the queries that contain it
"""

import decimal
import json
import math
import os
import shutil
import subprocess
import sys

from common import HERE, ROOT, Difference, Report, folder, fresh_database
import django_project

TOOL = ROOT / "build/release/tests/query_rows"
SOURCE = HERE / "queries"
# What a query contains whose answer differs: on which database (None: both),
# and why.
DIFFERENT = {
    "day__iso_year: 20": (None, "3.2 compares with the calendar's year "
                                "(ticket 32206)"),
    "{Chr: pages}": ("sqlite", "3.2 cannot read a text from a number"),
    "{Greatest: [pages, id]}": (None, "3.2 sees two types of numbers"),
    "{Least: [pages, id]}": (None, "3.2 sees two types of numbers"),
    "{StdDev: pages": ("sqlite", "3.2 fails over NULL"),
    "{n: {Count: '*', filter": (None, "3.2 takes no filter there (4.0 does)"),
    "{SHA256: title}": ("postgresql", "3.2 needs the extension pgcrypto"),
    "books__pages__gt: {F: books__price}": (
        None, "3.2 names a table that is not there"),
    "{SHA512: title}": ("postgresql", "3.2 needs the extension pgcrypto"),
}


def differs(database_name, line):
    return any(part in line and database in (None, database_name)
               for part, (database, _) in DIFFERENT.items())


def write_project(path):
    (path / "settings").mkdir(parents=True)
    (path / "settings/base.yaml").write_text("installed_apps: [shop]\n")
    (path / "shop").mkdir()
    shutil.copy(SOURCE / "models.yaml", path / "shop/models.yaml")
    django_project.translate(path, path / "django")
    for name in ("fixture.py", "ask.py"):
        shutil.copy(SOURCE / name, path / "django" / name)
    (path / "django/query_yaml.py").write_text(
        "import pathlib\nimport sys\n"
        f"sys.path.insert(1, {str(HERE)!r})\n"
        "import django_project\n"
        "def load(path):\n"
        "    return django_project.load(pathlib.Path(path))\n")


def python(path, database, code, *arguments):
    done = subprocess.run(
        ["/usr/bin/python3", "-B", *code, *arguments], cwd=path / "django",
        env={**os.environ, "ORACLE_DATABASE": database.url,
             "DJANGO_SETTINGS_MODULE": "settings"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        check=True)
    return done.stdout.splitlines()


def same(theirs, ours):
    """Numbers by their value, whatever their type; JSON, of which ours is a
    text, by what it says."""
    if isinstance(theirs, dict):
        return isinstance(ours, str) and json.loads(ours) == theirs
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(theirs) == len(ours) and \
            all(map(same, theirs, ours))
    if theirs == ours or str(theirs) == str(ours):
        return True
    try:
        a, b = decimal.Decimal(str(theirs)), decimal.Decimal(str(ours))
    except decimal.InvalidOperation:
        return False
    return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def compare(report, title, line, theirs, ours):
    def check():
        their, our = json.loads(theirs), json.loads(ours)
        if "error" in their:
            if "error" not in our:
                raise Difference(f"{line}\nDjango: {theirs}\nours: {ours}")
            return
        key = "rows" if "rows" in their else "value"
        if not same(their[key], our.get(key)):
            raise Difference(f"{line}\nDjango: {theirs}\nours:   {ours}")
    report.run(title, check)


def ask_both(database_name, report, lines):
    with folder() as path:
        write_project(path)
        queries = path / "queries.yaml"
        queries.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with fresh_database(database_name, path) as database:
            django_project.run(path / "django", database.url, "makemigrations",
                               "migrate")
            python(path, database, ["-c", "import django; django.setup(); "
                                    "import fixture"])
            theirs = python(path, database, ["ask.py"], queries)
            name = database.url.removeprefix("sqlite://")
            ours = subprocess.run(
                [TOOL, SOURCE / "models.yaml", name, queries], text=True,
                stdout=subprocess.PIPE, check=True).stdout.splitlines()
    for number, line in enumerate(lines):
        if differs(database_name, line):
            continue
        compare(report, f"{database_name} {number + 1}", line, theirs[number],
                ours[number])


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    text = (SOURCE / "queries.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines()
             if line.startswith("- ") and pattern in line]
    report = Report()
    ask_both("sqlite", report, lines)
    if "MANAGE_TEST_POSTGRES_URL" in os.environ:
        ask_both("postgresql", report, lines)
    else:
        report.skip("postgresql", "MANAGE_TEST_POSTGRES_URL is not set")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
