#!/usr/bin/python3
"""Walks models through random changes, and compares with Django 3.2.

After each step of a walk, on each database:
- a second makemigrations finds nothing,
- the schema that the steps made is the one that all migrations make in a fresh
  database,
- on SQLite, it is the one that sqlmigrate's scripts made, run by the shell,
- it is the schema that Django made of the same models, names included, but for
  what `forgiven` says,
- every table got rows before, and each of them is what the step makes of it
  (random_rows),
- one step back, the schema is the one from before, and the rows are what they
  were, but for what was gone; then forward again, all is as it was.
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
import random_rows
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

    def __init__(self, name, path, database, theirs, by_hand, seed):
        self.name = name
        self.path = path
        self.database = database
        self.theirs = theirs  # Django's database
        self.by_hand = by_hand  # None, or a database for the scripts
        self.rows = random_rows.Rows(database, seed)
        self.schema = {}
        self.tables = {}

    def step(self, step, renamed, apps):
        change = random_rows.Change.of(
            step, self.tables, random_rows.tables(apps, self.rows.limit))
        rows = self.rows.fill(change)
        leaves, before = self.leaves(), self.schema
        self.manage("makemigrations", *answers(step))
        if self.by_hand:
            self.run_scripts()
        self.manage("migrate")
        self.manage("makemigrations", "--check")
        self.tables = change.after
        self.schema, theirs = self.dump(self.database), self.dump(self.theirs)
        if self.by_hand:
            self.same_by_hand(self.schema)
        check_keys(theirs)
        self.same_schema(theirs, self.schema, renamed, "differ from Django's")
        self.from_zero(self.schema, renamed)
        expected = change.apply(rows)
        self.same_rows(expected, change.after, "after the step")
        if before:
            self.there_and_back(change.back(), expected, leaves)
            self.same_schema(self.schema, self.dump(self.database), renamed,
                             "differ after a step back and forward")

    def there_and_back(self, back, rows, leaves):
        """One step back and forward again."""
        then = back.apply(rows)
        possible = not random_rows.conflicts(then, back.after)
        try:
            for app, leaf in leaves.items():
                self.manage("migrate", app, leaf)
        except Difference:
            if possible:
                raise
        else:
            if not possible:
                raise Difference("the step back brings rows that cannot be")
            self.same_rows(then, back.after, "after the step back")
        self.manage("migrate")
        self.same_rows(rows, back.before, "after a step back and forward")

    def leaves(self):
        """The last migration of each app."""
        found = {app: sorted(self.path.glob(f"{app}/migrations/*.yaml"))
                 for app in random_models.APPS}
        return {app: files[-1].stem if files else "zero"
                for app, files in found.items()}

    def same_rows(self, expected, of_tables, when):
        random_rows.compare(expected, self.rows.read(of_tables), when)

    @staticmethod
    def same_schema(expected, actual, renamed, what):
        try:
            schema_test.compare(forgiven(expected, renamed),
                                forgiven(actual, renamed))
        except Difference as difference:
            raise Difference(f"the schemas {what}:\n{difference}") from None

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
        project = self.path.with_name(f"{self.name}-zero")
        shutil.copytree(self.path, project,
                        ignore=shutil.ignore_patterns("db.sqlite3*"))
        try:
            with fresh_database(self.name, project) as database:
                manage(project, database, "migrate")
                self.same_schema(expected, self.dump(database), renamed,
                                 "step by step (first) and from zero (second) "
                                 "differ")
        finally:
            shutil.rmtree(project)

    def undo(self):
        # Not every step back can give rows what they would need.
        self.rows.clear(self.tables)
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
def sides(names, scratch, seed):
    with contextlib.ExitStack() as stack:
        def database(name, path):
            path.mkdir()
            return stack.enter_context(fresh_database(name, path))

        yield [Side(name, scratch / name, database(name, scratch / name),
                    database(name, scratch / f"django-{name}"),
                    database(name, scratch / "by-hand")
                    if name == "sqlite" else None, seed)
               for name in names]


def walk_through(names, seed):
    walk = random_models.Walk(seed)
    renamed = False
    with folder() as scratch, sides(names, scratch, seed) as ours:
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
                    side.step(step, renamed, walk.apps)
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
