"""Joins random histories with Django's loader and with ours: which migrations
stand in the graph, what each depends on, what counts as applied, in which order
they come; and squashes a part of each with both.

usage: migration_graph_test.py [ROUNDS] [SEED]
"""

import importlib
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys

try:
    import django
except ImportError:
    print("skipped: python3-django is not installed")
    sys.exit(77)

from common import BINARY, Difference, Report, folder

APPS = ["alpha", "beta", "gamma"]
HISTORY_ERRORS = ("migrations.cycle", "migrations.missing-dependency")


def make_history(random_, squashed=True):
    """Migrations by (app, name): (dependencies, replaced)."""
    history, names = {}, {app: [] for app in APPS}
    for _ in range(random_.randrange(3, 15)):
        app = random_.choice(APPS)
        own = names[app]
        # Mostly in a row, now and then a branch.
        after = own[-1 if random_.random() < 0.9 else -2:] if own else []
        needed = [(app, after[0])] if after else []
        for other in APPS:
            if other != app and names[other] and random_.random() < 0.3:
                needed.append((other, random_.choice(
                    names[other] + ["__first__"])))
        own.append(f"{len(own) + 1:04}_{random_.choice('xyz')}")
        history[app, own[-1]] = (needed, [])
    for app in APPS:
        if squashed and len(names[app]) > 1 and random_.random() < 0.7:
            add_squashed(random_, history, app, names[app])
    return history


def add_squashed(random_, history, app, names):
    first = random_.randrange(len(names) - 1)
    last = random_.randrange(first + 1, len(names))
    row = [(app, name) for name in names[first:last + 1]]
    needed = sorted({one for key in row for one in history[key][0]
                     if one not in row})
    if random_.random() < 0.3:
        for key in row:
            del history[key]
    squashed = (app, f"{row[0][1]}_squashed_{row[-1][1]}")
    history[squashed] = (needed, row)
    # Those made since name the squashed one.
    for other in APPS:
        if random_.random() < 0.3:
            history[other, f"0050_after_{app}"] = ([squashed], [])


def make_recorded(random_, history):
    everything = sorted({*history, *(one for _, replaced in history.values()
                                     for one in replaced)})
    kind = random_.randrange(4)
    if kind == 0:
        return []
    if kind == 1:
        return everything
    return [key for key in everything if random_.random() < 0.6]


def pairs(keys):
    return "[" + ", ".join(f"[{app}, {name}]" for app, name in keys) + "]"


def write_ours(root, history):
    (root / "settings").mkdir()
    (root / "settings/base.yaml").write_text(
        f"installed_apps: [{', '.join(APPS)}]\n")
    for app in APPS:
        (root / app / "migrations").mkdir(parents=True)
        (root / app / "models.yaml").write_text("models: {}\n")
    for (app, name), (needed, replaced) in history.items():
        text = f"dependencies: {pairs(needed)}\noperations: []\n"
        if replaced:
            text += f"replaces: {pairs(replaced)}\n"
        (root / app / f"migrations/{name}.yaml").write_text(text)


def write_theirs(root, history):
    for app in APPS:
        (root / app).mkdir(parents=True)
        (root / app / "__init__.py").write_text("")
    for (app, name), (needed, replaced) in history.items():
        (root / app / f"{name}.py").write_text(
            "from django.db import migrations\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = {needed}\n"
            f"    replaces = {replaced}\n"
            "    operations = []\n")


def write_rows(path, recorded):
    database = sqlite3.connect(path)
    database.execute("DROP TABLE IF EXISTS django_migrations")
    database.execute("CREATE TABLE django_migrations (id integer PRIMARY KEY, "
                     "app text, name text, applied text)")
    database.executemany("INSERT INTO django_migrations (app, name, applied) "
                         "VALUES (?, ?, '2026-01-01 00:00:00')", recorded)
    database.commit()
    database.close()


def run_ours(root, *arguments):
    done = subprocess.run([BINARY, *arguments, "--format", "json"], cwd=root,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    if done.returncode < 0:
        raise Difference(f"manage {' '.join(arguments)} was killed: {done}")
    return json.loads(done.stdout)


def our_graph(root):
    found = run_ours(root, "showmigrations", "--plan")
    if "error" in found:
        if found["error"]["code"] not in HISTORY_ERRORS:
            raise Difference(f"unexpected error: {found['error']}")
        return "error"
    return [(one["app"], one["name"], one["applied"],
             sorted(one["dependencies"])) for one in found["migrations"]]


class Theirs:
    """Django, with the migrations of one case at a time."""

    def __init__(self, root):
        from django.conf import settings
        self.root = root
        sys.path.insert(0, str(root))
        for app in APPS:
            (root / app).mkdir()
            (root / app / "__init__.py").write_text("")
        settings.configure(
            INSTALLED_APPS=APPS, MIGRATION_MODULES={}, USE_TZ=True,
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                                   "NAME": ":memory:"}})
        django.setup()

    def use(self, case, history, recorded):
        from django.conf import settings
        from django.db import connection
        from django.db.migrations.recorder import MigrationRecorder
        write_theirs(self.root / case, history)
        importlib.invalidate_caches()
        settings.MIGRATION_MODULES = {app: f"{case}.{app}" for app in APPS}
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        recorder.migration_qs.all().delete()
        for key in recorded:
            recorder.record_applied(*key)

    @staticmethod
    def graph():
        from django.db import connection
        from django.db.migrations.exceptions import (CircularDependencyError,
                                                     NodeNotFoundError)
        from django.db.migrations.loader import MigrationLoader
        try:
            loader = MigrationLoader(connection)
        except (CircularDependencyError, NodeNotFoundError):
            return "error"
        plan = []
        for leaf in loader.graph.leaf_nodes():
            for key in loader.graph.forwards_plan(leaf):
                if key not in plan:
                    plan.append(key)
        return [(*key, key in loader.applied_migrations,
                 sorted(f"{parent.key[0]}.{parent.key[1]}" for parent in
                        loader.graph.node_map[key].parents)) for key in plan]

    def squash(self, case, app, names):
        """What it wrote: (name, replaces, dependencies, initial)."""
        from django.core.management import CommandError, call_command
        path = self.root / case / app
        before = set(path.glob("*.py"))
        try:
            call_command("squashmigrations", app, *names, interactive=False,
                         verbosity=0)
        except CommandError:
            return "refused"
        written = (set(path.glob("*.py")) - before).pop()
        importlib.invalidate_caches()
        made = importlib.import_module(f"{case}.{app}.{written.stem}").Migration
        return (written.stem, made.replaces, sorted(made.dependencies),
                bool(made.initial))


def our_squash(root, app, names):
    import yaml
    found = run_ours(root, "squashmigrations", app, *names, "--no-input")
    if "error" in found:
        # Django writes such a file, and then cannot read it.
        circle = found["error"]["code"] == "migrations.cycle"
        return "circle" if circle else "refused"
    path = root / found["migration"]["path"]
    made = yaml.safe_load(path.read_text())
    as_pairs = [[tuple(one) for one in made.get(key) or []]
                for key in ("replaces", "dependencies")]
    return (path.stem, as_pairs[0], sorted(as_pairs[1]),
            made.get("initial", False))


def compare(case, ours, theirs, what):
    if ours != theirs:
        raise Difference(f"{case}: {what}\nours:   {ours}\ntheirs: {theirs}")


def check_graphs(root, theirs, random_, rounds):
    errors = 0
    for number in range(rounds):
        case = f"graph{number}"
        history = make_history(random_)
        project = root / case
        project.mkdir()
        write_ours(project, history)
        for attempt in range(3):
            recorded = make_recorded(random_, history)
            shutil.rmtree(theirs.root / case, ignore_errors=True)
            theirs.use(case, history, recorded)
            write_rows(project / "db.sqlite3", recorded)
            expected = theirs.graph()
            errors += expected == "error"
            compare(case, our_graph(project), expected,
                    f"attempt {attempt}, recorded {recorded}, of {history}")
    if errors > rounds:
        raise Difference(f"{errors} of {rounds * 3} histories had errors: the "
                         "test tests nothing")


def check_squashes(root, theirs, random_, rounds):
    written = 0
    for number in range(rounds):
        case = f"squash{number}"
        history = make_history(random_, squashed=False)
        project = root / case
        project.mkdir()
        write_ours(project, history)
        theirs.use(case, history, [])
        app, end = random_.choice(sorted(history))
        names = [end]
        if random_.random() < 0.5:
            names.insert(0, random_.choice(
                sorted(name for other, name in history if other == app)))
        ours = our_squash(project, app, names)
        if ours == "circle":
            continue
        written += ours != "refused"
        compare(case, ours, theirs.squash(case, app, names),
                f"squashmigrations {app} {names} of {history}")
    if written < rounds / 4:
        raise Difference(f"only {written} of {rounds} were squashed")


def main(rounds="60", seed="1"):
    report = Report()
    with folder() as root:
        (root / "django").mkdir()
        theirs = Theirs(pathlib.Path(root / "django"))
        for check in (check_graphs, check_squashes):
            report.run(check.__name__, check, root, theirs,
                       random.Random(int(seed)), int(rounds))
    return report.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
