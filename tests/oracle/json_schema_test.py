"""What `manage schema` prints, judged by a real validator: it accepts every file
of the examples and of what startproject and makemigrations write, and refuses
files with mistakes.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

from common import BINARY, ROOT, Difference, Report
from django_project import Loader

EXAMPLES = ROOT / "examples/bookshop"
PROJECTS = ROOT / "tests/oracle/projects"

# Without the variables of the tests, which are no settings.
ALONE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

# Kind of file, text, whether it is right.
TEXTS = [
    ("settings", "debug: true", True),
    ("settings", "debug: ${DEBUG}", True),
    ("settings", "debug: maybe", False),
    ("settings", "debgu: true", False),
    ("settings", "x-mine: {a: 1}", True),
    ("settings", "installed_apps+: [shop]", True),
    ("settings", "debug+: [shop]", False),
    ("settings", "databases: {replica: {engine: sqlite3, name: x}}", True),
    ("settings", "databases: {replica: {engine: sqllite}}", False),
    ("settings", "migrations: {lock_timeout: 0.5}", True),
    ("settings", "silenced_system_checks: [{id: a.W001, until: x}]", True),
    ("settings", "silenced_system_checks: [{ib: a.W001}]", False),
    ("models", "models: {A: {fields: {n: {type: TextField}}}}", True),
    ("models", "models: {A: {fields: {n: {type: TextFeld}}}}", False),
    ("models", "models: {A: {fields: {n: {type: TextField, to: x}}}}", False),
    ("models", "models: {A: {inherits: B, fields: {n: null}}}", True),
    ("models", "models: {A: {meta: {ordering: [-n]}}}", True),
    ("models", "models: {A: {meta: {ordring: [-n]}}}", False),
    ("models", "models: {A: {meta: {unique_together: [[a, b]]}}}", True),
    ("models", "models: {A: {fields: {b: {type: ForeignKey, to: B, on_delete: "
               "{SET: 1}}}}}", True),
    ("models", "models: {A: {fields: {b: {type: ForeignKey, to: B, on_delete: "
               "CASCAD}}}}", False),
    ("migration", "operations: []", True),
    ("migration", "operations: [{DeleteModel: {name: A}}]", True),
    ("migration", "operations: [{DeleteModel: {}}]", False),
    ("migration", "operations: [{DropModel: {name: A}}]", False),
    ("migration", "operations: [{RunSQL: {sql: SELECT 1}}]", True),
    ("migration", "operations: [{RunSQL: {sql: {sqlite: SELECT 1}}}]", True),
]


def load(kind):
    text = subprocess.run([BINARY, "schema", kind], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    as_json = subprocess.run([BINARY, "schema", kind, "--format", "json"],
                             check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    schema = json.loads(text)
    if json.loads(as_json) != schema:
        raise Difference("--format json prints another schema")
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def check_text(validator, text, right):
    problems = [error.message for error in
                validator.iter_errors(yaml.load(text, Loader))]
    if right and problems:
        raise Difference(f"{text}\nis refused: {problems}")
    if not right and not problems:
        raise Difference(f"{text}\nis accepted")


def check_files(validator, files):
    if not files:
        raise Difference("there are no files")
    for file in files:
        try:
            check_text(validator, file.read_text(encoding="utf-8"), True)
        except Difference as difference:
            raise Difference(f"{file}: {difference}") from None


def written_files(folder):
    """A new project with an app, and the migrations of the example."""
    subprocess.run([BINARY, "startproject", "site", "--app", "blog"],
                   cwd=folder, env=ALONE, check=True,
                   stdout=subprocess.DEVNULL)
    example = folder / "bookshop"
    subprocess.run(["cp", "-r", EXAMPLES, example], check=True)
    subprocess.run([BINARY, "makemigrations"], cwd=example, env=ALONE,
                   check=True, stdout=subprocess.DEVNULL)
    return (list(folder.glob("*/settings/*.yaml")),
            list(folder.glob("*/*/models.yaml")),
            list(folder.glob("*/*/migrations/*.yaml")))


def main():
    report = Report()
    validators = {kind: load(kind)
                  for kind in ("settings", "models", "migration")}
    for kind, text, right in TEXTS:
        report.run(f"{kind}: {text}", check_text, validators[kind], text,
                   right)
    with tempfile.TemporaryDirectory() as folder:
        settings, models, migrations = written_files(pathlib.Path(folder))
        models += PROJECTS.glob("*/*/models.yaml")
        report.run("settings files", check_files, validators["settings"],
                   settings)
        report.run("models files", check_files, validators["models"], models)
        report.run("migration files", check_files, validators["migration"],
                   migrations)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
