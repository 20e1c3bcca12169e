"""How fast makemigrations and migrate are in a large project, against Django's.

usage: migrations.py MANAGE [APPS [MODELS]]

Both sides have the same models: 50 apps of 10 models, which refer to each
other. Django's time has its start in it, as ours has ours: it is what a person
waits for.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from measure import (ROOT, ROUNDS, Run, environment, fresh_database, in_turns,
                     ratio, server)

sys.path.insert(1, str(ROOT / "tests/oracle"))

import django_project  # noqa: E402

APPS, MODELS = 50, 10
# What is mostly a start of the program, as in startup.py.
START_TARGET = 10


def models(app, count):
    """A model refers to that before it, and to that of the app before."""
    lines = ["models:"]
    for model in range(count):
        lines += [f"  Model{model}:", "    fields:",
                  "      name: {type: CharField, max_length: 100}",
                  "      code: {type: SlugField, unique: true}",
                  "      price: {type: DecimalField, max_digits: 9, "
                  "decimal_places: 2, default: 0}",
                  "      day: {type: DateField, null: true}",
                  "      created: {type: DateTimeField, auto_now_add: true}",
                  "      active: {type: BooleanField, default: true}"]
        if model:
            lines.append("      before: {type: ForeignKey, to: "
                         f"Model{model - 1}, on_delete: CASCADE, "
                         "related_name: after}")
        if app:
            lines.append("      other: {type: ForeignKey, to: "
                         f"app{app - 1:02}.Model{model}, on_delete: CASCADE, "
                         "null: true, related_name: others}")
        lines += ["    meta:", "      unique_together: [[name, day]]",
                  "      indexes: [{fields: [day, price], name: "
                  f"app{app:02}_{model}_idx}}]"]
    return "\n".join(lines) + "\n"


class Project:
    """The same project for both sides, in a folder each. `apps`: the models of
    each."""

    def __init__(self, manage, folder, apps):
        self.manage = manage
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        for name, text in apps.items():
            (self.ours / name).mkdir(parents=True)
            (self.ours / name / "models.yaml").write_text(text)
        (self.ours / "settings").mkdir()
        (self.ours / "settings/base.yaml").write_text(
            f"installed_apps: [{', '.join(apps)}]\n")
        django_project.translate(self.ours, self.theirs)

    def run(self, url, *arguments):
        subprocess.run([self.manage, *arguments], cwd=self.ours, check=True,
                       env=environment(url), stdout=subprocess.DEVNULL)

    def django(self, url, command):
        django_project.run(self.theirs,
                           url or f"sqlite://{self.theirs}/db.sqlite3", command)

    def pair(self, url, command, prepare=lambda: None, django_rounds=ROUNDS):
        """Our run and Django's. Django's `check` is makemigrations --check."""
        ours = "makemigrations --check" if command == "check" else command
        return (Run(f"manage {ours}", lambda: self.run(url, *ours.split()),
                    prepare),
                Run(f"django {command}", lambda: self.django(url, command),
                    prepare, django_rounds))

    def forget_migrations(self):
        for path in [*self.ours.glob("*/migrations/*"),  # HEAD too
                     *self.theirs.glob("*/migrations/0*.py")]:
            path.unlink()

    def forget_database(self, url):
        if url:
            fresh_database(url)
        for folder in (self.ours, self.theirs):
            (folder / "db.sqlite3").unlink(missing_ok=True)


def measure_files(project):
    ours, django = project.pair(None, "makemigrations",
                                project.forget_migrations)
    in_turns(ours, django)
    # The last of them has forgotten what the other wrote.
    ours.run()
    check, django_check = project.pair(None, "check")
    in_turns(check, django_check)
    return [ratio("makemigrations, against Django's", ours, django, None),
            ratio("makemigrations --check without changes, against Django's",
                  check, django_check, START_TARGET)]


def measure_database(project, name, url):
    def forget():
        project.forget_database(url)

    # Django takes minutes, which a second run would not make more certain.
    ours, django = project.pair(url, "migrate", forget, django_rounds=1)
    in_turns(ours, django)
    # The last run was ours. Both record the same names, so what one has made
    # serves both; on SQLite each has a file.
    if not url:
        shutil.copy(project.ours / "db.sqlite3", project.theirs)
    idle, django_idle = project.pair(url, "migrate")
    in_turns(idle, django_idle)
    return [ratio(f"migrate, {name}, against Django's", ours, django, None),
            ratio(f"migrate without anything to do, {name}, against Django's",
                  idle, django_idle, START_TARGET)]


def main():
    manage = pathlib.Path(sys.argv[1]).resolve()
    apps = int(sys.argv[2]) if len(sys.argv) > 2 else APPS
    count = int(sys.argv[3]) if len(sys.argv) > 3 else MODELS
    with tempfile.TemporaryDirectory() as folder:
        project = Project(manage, pathlib.Path(folder), {
            f"app{number:02}": models(number, count) for number in range(apps)})
        results = measure_files(project)
        results += measure_database(project, "SQLite", None)
        with server() as url:
            head, _, _ = url.rpartition("/")
            results += measure_database(project, "PostgreSQL",
                                        f"{head}/bench_migrations")
    for result in results:
        result["work"] = f"{apps * count} models: {result['work']}"
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
