#!/usr/bin/python3
"""Walks models through random changes, and compares with Django 3.2.

After each step of a walk, on each database:
- a second makemigrations finds nothing,
- the schema that the steps made is the one that all migrations make in a fresh
  database,
- on SQLite, it is the one that sqlmigrate's scripts made, run by the shell,
- it is the schema that Django made of the same models, names included, but for
  what `forgiven` says.
At the end of a walk everything is undone, and nothing is left.

A walk is made of its seed, and repeated by it:

    RANDOM_CHANGES_SEED    the first seed (1); the others follow it
    RANDOM_CHANGES_WALKS   how many walks (4)
    RANDOM_CHANGES_STEPS   how many steps each (6)
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys

from common import (NO_SERVER, Difference, Report, folder, fresh_database,
                    manage)
import django_project
import django_steps
import random_models
import schema_test

SEED = int(os.environ.get("RANDOM_CHANGES_SEED", "1"))
WALKS = int(os.environ.get("RANDOM_CHANGES_WALKS", "4"))
STEPS = int(os.environ.get("RANDOM_CHANGES_STEPS", "6"))

# Names that the models give; all others are automatic.
DECLARED = re.compile(r"(idx|con)_[0-9]+$")
NAMED_LINE = re.compile(r"(constraint|index) (.+?) (?=CHECK|UNIQUE|FOREIGN|"
                        r"PRIMARY|CREATE)")
LISTED_LINE = re.compile(r"(index_list \d c \d) (.+?_[0-9a-f]{8}\w*) ")


def forgiven(tables, renamed):
    """The schema without what may differ, and why it may.

    Left out by schema_dump already: serial against identity (Django 4.1), and
    the order of columns after a change, because SQLite's rebuilds put a changed
    column last.

    Once something was renamed, automatic names may be of different age: they
    keep what the column or the table was called when they were given. Django
    3.2 gives new ones more often: on SQLite it makes the table anew for every
    column that comes or goes (5.1 and we do not), and on PostgreSQL it drops
    and adds the check of a renamed column (5.0 and we only rename it). In a new
    database, migrations of two apps may come in another order, so that a key
    is named after the new name of the table it points to. So these are
    compared by table, columns and kind.
    """
    if not renamed:
        return tables
    return {table: sorted(map(without_age, lines))
            for table, lines in tables.items()}


def check_keys(tables):
    """Raises Fails if a foreign key of Django's points to no table."""
    for line in (line for lines in tables.values() for line in lines):
        found = re.search(r'REFERENCES "(.+?)" ', line)
        if found and found[1] not in tables:
            raise django_steps.Fails(django_steps.DANGLING)


def without_age(line):
    found = NAMED_LINE.match(line) or LISTED_LINE.match(line)
    if not found or DECLARED.match(found[2]):
        return line
    return line.replace(found[2], "*")


class Side:
    """Our project on one database."""

    def __init__(self, name, path, database, theirs, by_hand):
        self.name = name
        self.path = path
        self.database = database
        self.theirs = theirs  # Django's database
        self.by_hand = by_hand  # None, or a database for the scripts

    def step(self, step, renamed):
        self.manage("makemigrations", *answers(step))
        if self.by_hand:
            self.run_scripts()
        self.manage("migrate")
        self.manage("makemigrations", "--check")
        ours, theirs = self.dump(self.database), self.dump(self.theirs)
        if self.by_hand:
            self.same_by_hand(ours)
        check_keys(theirs)
        try:
            schema_test.compare(forgiven(theirs, renamed),
                                forgiven(ours, renamed))
        except Difference as difference:
            raise Difference(f"the schemas differ:\n{difference}") from None
        self.from_zero(ours, renamed)

    def run_scripts(self):
        plan = json.loads(self.manage("migrate", "--plan", "--format", "json"))
        for migration in plan["plan"]:
            script = self.manage("sqlmigrate", migration["app"],
                                 migration["name"])
            done = subprocess.run(["sqlite3", self.by_hand.path], input=script,
                                  text=True, capture_output=True, check=False)
            if done.stdout or done.stderr:
                raise Difference(f"{script}\nrun by hand:\n{done.stdout}"
                                 f"{done.stderr}")

    def same_by_hand(self, ours):
        recorded = {"django_migrations": ours["django_migrations"]}
        try:
            schema_test.compare(ours, self.dump(self.by_hand) | recorded)
        except Difference as difference:
            raise Difference("migrate (first) and the scripts by hand (second) "
                             f"differ:\n{difference}") from None

    def from_zero(self, expected, renamed):
        copy = self.path.with_name(f"{self.name}-zero")
        shutil.copytree(self.path, copy,
                        ignore=shutil.ignore_patterns("db.sqlite3*"))
        try:
            with fresh_database(self.name, copy) as database:
                manage(copy, database, "migrate")
                schema_test.compare(forgiven(expected, renamed),
                                    forgiven(self.dump(database), renamed))
        except Difference as difference:
            raise Difference(f"step by step (first) and from zero (second) "
                             f"differ:\n{difference}") from None
        finally:
            shutil.rmtree(copy)

    def undo(self):
        for app in random_models.APPS:
            self.manage("migrate", app, "zero")
        left = self.dump(self.database).keys() - {"django_migrations"}
        if left:
            raise Difference(f"undoing everything leaves {sorted(left)}")

    def manage(self, *arguments):
        return manage(self.path, self.database, *arguments)

    @staticmethod
    def dump(database):
        return schema_test.dump(database, ordered=False)


def answers(step):
    options = []
    for old, new in step.renamed.items():
        options += ["--renamed", f"{old}={new}"]
    for path in step.gone:
        options += ["--not-renamed", path]
    for path, value in step.values.items():
        text = str(value).lower() if isinstance(value, bool) else value
        options += ["--default", f"{path}={text}"]
    return options


def write(walk, project):
    (project / "settings").mkdir(exist_ok=True)
    (project / "settings/base.yaml").write_text(
        f"installed_apps: [{', '.join(random_models.APPS)}]\n")
    for app, text in walk.texts().items():
        (project / app).mkdir(exist_ok=True)
        (project / app / "models.yaml").write_text(text)


def migrations(scratch):
    """The migrations of both tools; ours on SQLite."""
    return {*scratch.glob("sqlite/*/migrations/*.yaml"),
            *scratch.glob("django/*/migrations/0*.py")}


@contextlib.contextmanager
def sides(names, scratch):
    with contextlib.ExitStack() as stack:
        def database(name, path):
            path.mkdir()
            return stack.enter_context(fresh_database(name, path))

        yield [Side(name, scratch / name, database(name, scratch / name),
                    database(name, scratch / f"django-{name}"),
                    database(name, scratch / "by-hand")
                    if name == "sqlite" else None)
               for name in names]


def walk_through(names, seed):
    walk = random_models.Walk(seed)
    renamed = False
    with folder() as scratch, sides(names, scratch) as ours:
        for number in range(STEPS + 1):
            step = walk.step() if number else walk.start()
            where = f"seed {seed}, step {number}"
            renamed = renamed or step.renames
            old_files = migrations(scratch)
            for side in ours:
                write(walk, side.path)
            django_project.translate(ours[0].path, scratch / "django")
            try:
                django_steps.run(scratch / "django",
                                 {side.name: side.theirs.url for side in ours},
                                 step)
                for side in ours:
                    where = f"seed {seed}, step {number}, {side.name}"
                    side.step(step, renamed)
            except django_steps.Fails as reason:
                print(f"NOTE {where}: Django fails, so this walk ends here: "
                      f"{reason}")
                break
            except Difference as difference:
                raise Difference(f"{where}: {'; '.join(step.says)}\n"
                                 f"{difference}" + "".join(
                    f"\n--- {path.relative_to(scratch)}\n{path.read_text()}"
                    for path in sorted(migrations(scratch) - old_files))
                                 ) from None
        for side in ours:
            side.undo()


def main():
    report = Report()
    names = ["sqlite"]
    if "MANAGE_TEST_POSTGRES_URL" in os.environ:
        names.append("postgresql")
    else:
        report.skip("random changes (postgresql)", NO_SERVER)
    for seed in range(SEED, SEED + WALKS):
        report.run(f"random changes, seed {seed}", walk_through, names, seed)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
