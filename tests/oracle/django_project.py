#!/usr/bin/python3
"""Translates a project of ours into a Django 3.2 project, and migrates it.

    django_project.py PROJECT FOLDER    writes the Django project into FOLDER

contrib.auth and the like become Django's own. Only what Django 3.2 knows can be
translated; anything else is a KeyError or an error of Django's. Keys that Django has no place for (natural_key, str,
renamed_from) are left out; renames are answered with yes.
"""

import os
import pathlib
import re
import subprocess
import sys

import yaml

OURS_IN_MODEL = {"fields", "meta", "natural_key", "str", "renamed_from",
                 "scopes", "default_scope"}
OURS_IN_FIELD = {"type", "renamed_from"}
CALLABLES = {"now": "timezone.now", "today": "datetime.date.today",
             "uuid4": "uuid.uuid4", "list": "list", "dict": "dict"}
CONNECTORS = {"or": " | ", "and": " & "}
RELATION_KEYS = {"to", "through"}

BUILTIN = "contrib."
CONTRIB = pathlib.Path(__file__).resolve().parent.parent.parent / "contrib"

# Classes that are not in django.db.models: where they are.
ELSEWHERE = {
    "pg_fields": ("ArrayField", "HStoreField", "IntegerRangeField",
                  "BigIntegerRangeField", "DecimalRangeField",
                  "DateRangeField", "DateTimeRangeField"),
    "pg_search": ("SearchVectorField",),
    "pg_indexes": ("BTreeIndex", "BloomIndex", "BrinIndex", "GinIndex",
                   "GistIndex", "HashIndex", "SpGistIndex", "OpClass"),
    "pg_constraints": ("ExclusionConstraint",),
}

HEADER = """\
import datetime
import uuid
from decimal import Decimal

from django.contrib.postgres import constraints as pg_constraints
from django.contrib.postgres import fields as pg_fields
from django.contrib.postgres import indexes as pg_indexes
from django.contrib.postgres import search as pg_search
from django.core import validators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.db.models.functions import Concat, Length, Lower, Upper
from django.utils import timezone
"""

SETTINGS = """\
import os
import urllib.parse

SECRET_KEY = "test"
INSTALLED_APPS = {apps!r} + ["django.contrib.postgres"]
DEFAULT_AUTO_FIELD = "django.db.models.{auto_field}"
AUTH_USER_MODEL = {user_model!r}
USE_TZ = True
TIME_ZONE = "UTC"
url = urllib.parse.urlsplit(os.environ["ORACLE_DATABASE"])
if url.scheme == "sqlite":
    DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3",
                             "NAME": url.path}}}}
else:
    DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql",
                             "NAME": url.path[1:], "USER": url.username,
                             "PASSWORD": url.password, "HOST": url.hostname,
                             "PORT": url.port}}}}
"""

RUN = """\
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import django
from django.core.management import call_command
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner

django.setup()
for question in ("ask_rename", "ask_rename_model"):
    setattr(NonInteractiveMigrationQuestioner, question,
            lambda *args: True)
for command in sys.argv[1:]:
    if command == "check":
        call_command("makemigrations", check_changes=True, interactive=False)
    elif command == "system_check":
        call_command("check")
    else:
        call_command(*command.split(), interactive=False, verbosity=0)
"""


class Loader(yaml.SafeLoader):
    """YAML 1.2's idea of plain scalars; keys are always text."""

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True)
                for key, value in node.value}


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|false", "tf"), ("null", r"~|null|", ["~", "n", ""]),
        ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
        ("float", r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?", "-+0123456789")):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}",
                                 re.compile(f"^(?:{pattern})$"), list(first))


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader) or {}


def translate(project, folder):
    """Writes the Django project; existing migrations stay."""
    settings = load(project / "settings/base.yaml")
    installed = settings["installed_apps"]
    builtin = {app.removeprefix(BUILTIN) for app in installed
               if app.startswith(BUILTIN)}
    apps = {pathlib.PurePath(app).name: project / app for app in installed
            if not app.startswith(BUILTIN)}
    user_model = settings.get("auth_user_model", "auth.User")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.py").write_text(SETTINGS.format(
        apps=[f"django.{app}" if app.startswith(BUILTIN)
              else pathlib.PurePath(app).name for app in installed],
        auto_field=settings.get("default_auto_field", "BigAutoField"),
        user_model=user_model))
    (folder / "run.py").write_text(RUN)
    models = {}
    for label, path in {**apps, **{app: CONTRIB / app
                                   for app in builtin}}.items():
        file = path / "models.yaml"
        models[label] = load(file).get("models") or {} if file.exists() else {}
    for label in apps:
        (folder / label / "migrations").mkdir(parents=True, exist_ok=True)
        for init in ("__init__.py", "migrations/__init__.py"):
            (folder / label / init).touch()
        (folder / label / "models.py").write_text(
            Module(label, models, builtin, user_model).text(),
            encoding="utf-8")


def run(folder, database_url, *commands):
    """Runs Django's commands ("migrate auth zero"); database_url may be
    sqlite:///path."""
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "run.py", *commands], cwd=folder, text=True,
        env={**os.environ, "ORACLE_DATABASE": database_url},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"django {commands}: {done.stdout}")
    return done.stdout


class Module:
    """The text of one app's models.py."""

    def __init__(self, label, models, builtin, user_model):
        self.label = label
        self.models = models  # of every app
        self.builtin = builtin
        self.user_model = user_model
        self.declared = models[label]
        self.imports = set()

    def text(self):
        classes = [self.model(name, self.declared[name] or {})
                   for name in self.parents_first()]
        imports = "".join(
            f"from {'django.contrib.' if app in self.builtin else ''}{app}"
            f".models import {name}\n" for app, name in sorted(self.imports))
        return HEADER + imports + "".join(classes)

    def parents_first(self):
        done = []

        def visit(name):
            if name in done or name not in self.declared:
                return
            for base in (self.declared[name] or {}).get("inherits", []):
                visit(base.removeprefix(self.label + "."))
            done.append(name)

        for name in self.declared:
            visit(name)
        return done

    def model(self, name, declared):
        parents = [self.parent(base) for base in declared.get("inherits", [])]
        bases = [base for base, _ in parents]
        lines = [f"\n\nclass {name}({', '.join(bases or ['models.Model'])}):"]
        for field, arguments in (declared.get("fields") or {}).items():
            lines.append(f"    {field} = " + (
                self.field(arguments) if arguments is not None else "None"))
        meta = dict(declared.get("meta") or {})
        meta.update({key: value for key, value in declared.items()
                     if key in ("abstract", "proxy", "managed")})
        unknown = set(declared) - OURS_IN_MODEL - {
            "inherits", "abstract", "proxy", "managed"}
        if unknown:
            raise KeyError(f"{name}: {unknown}")
        # Key by key, from the leftmost abstract parent that has it; without a
        # Meta of its own a model would get the Meta of any ancestor.
        inherited = [f"{base}.Meta" for base, abstract in parents if abstract]
        if meta or parents:
            metas = f"({', '.join(inherited)})" if inherited else ""
            lines.append(f"\n    class Meta{metas}:")
            lines += [f"        {key} = {self.option(key, value)}"
                      for key, value in meta.items()]
            if not meta:
                lines.append("        pass")
        if len(lines) == 1:
            lines.append("    pass")
        return "\n".join(lines) + "\n"

    def parent(self, reference):
        """The name of a parent, and whether it is abstract."""
        app, _, name = reference.rpartition(".")
        if app and app != self.label:
            self.imports.add((app, name))
        return name, self.models[app or self.label][name].get("abstract")

    def field(self, arguments):
        parts = []
        for key, value in arguments.items():
            if key in OURS_IN_FIELD:
                continue
            parts.append(f"{key}={self.argument(arguments, key, value)}")
        return f"{located(arguments['type'])}({', '.join(parts)})"

    def argument(self, arguments, key, value):
        if key == "base_field":
            return self.field(value)
        if key in RELATION_KEYS:
            return repr(self.user_model if value == "auth_user_model"
                        else str(value))
        if key == "on_delete":
            return (f"models.SET({value['SET']!r})" if isinstance(value, dict)
                    else f"models.{value}")
        if key == "limit_choices_to":
            return query(value)
        if key == "default":
            return default(arguments["type"], value)
        if key == "choices":
            return repr(choices(value))
        if key == "validators":
            return f"[{', '.join(validator(v) for v in value)}]"
        if key == "through_fields":
            return repr(tuple(value))
        return repr(value)

    def option(self, key, value):
        if key == "indexes":
            return "[" + ", ".join(index(each) for each in value) + "]"
        if key == "constraints":
            return "[" + ", ".join(constraint(each) for each in value) + "]"
        if key == "unique_together":
            flat = all(isinstance(each, str) for each in value)
            return repr([tuple(v) for v in ([value] if flat else value)])
        if key == "ordering":
            return "[" + ", ".join(
                repr(each) if isinstance(each, str) else expression(each)
                for each in value) + "]"
        return repr(value)


def located(name):
    for module, names in ELSEWHERE.items():
        if name in names:
            return f"{module}.{name}"
    return f"models.{name}"


def default(type_, value):
    if isinstance(value, dict) and list(value) == ["call"]:
        return CALLABLES[value["call"]]
    if isinstance(value, dict) and list(value) == ["Value"]:
        value = value["Value"]
    if isinstance(value, (list, dict)):
        # Django wants a callable, and cannot serialise a lambda.
        return {list: "list", dict: "dict"}[type(value)]
    if value is not None and type_ == "DecimalField":
        return f"Decimal({str(value)!r})"
    if type_ == "BinaryField" and isinstance(value, str):
        return repr(value.encode())
    return repr(value)


def choices(value):
    if isinstance(value, dict):
        return list(value.items())
    return [(each, str(each)) if not isinstance(each, list) else
            (each[0], choices(each[1])) if isinstance(each[1], list) else
            tuple(each) for each in value]


def validator(value):
    (name, arguments), = value.items()
    if isinstance(arguments, dict):
        text = ", ".join(f"{k}={v!r}" for k, v in arguments.items())
    else:
        text = repr(arguments)
    return f"validators.{name}({text})"


def query(value):
    if set(value) & set(CONNECTORS) and len(value) == 1:
        (name, parts), = value.items()
        return "(" + CONNECTORS[name].join(map(query, parts)) + ")"
    positional, named = [], []
    for key, operand in value.items():
        if key in CONNECTORS:
            positional.append(query({key: operand}))
        elif key == "not":
            positional.append("~" + query(operand))
        else:
            named.append(f"{key}={expression(operand, literal=True)}")
    return f"Q({', '.join(positional + sorted(named))})"


def expression(value, literal=False):
    """A string is a field path, or a text where literal is set."""
    if isinstance(value, dict):
        name = next(key for key in value
                    if key[0].isupper() or key in ("asc", "desc", *"+-*/%^"))
        operand = value[name]
        operands = operand if isinstance(operand, list) else [operand]
        named = "".join(f", {key}={each!r}" for key, each in value.items()
                        if key != name)
        if name == "Value":
            return f"Value({operand!r})"
        if name == "F":
            return f"F({operand!r})"
        if name in ("asc", "desc"):
            return f"{expression(operand)}.{name}({named[2:]})"
        if name in tuple("+-*/%^"):
            return f"({f' {name} '.join(map(expression, operands))})"
        if name == "OpClass":
            name = located(name)
        return f"{name}({', '.join(map(expression, operands))}{named})"
    if isinstance(value, list):
        return "[" + ", ".join(expression(v, literal) for v in value) + "]"
    if isinstance(value, str) and not literal:
        return f"F({value!r})"
    return repr(value)


def index(value):
    value = dict(value)
    name = value.pop("type", "Index")
    parts = [expression(each) for each in value.pop("expressions", [])]
    return call(located(name), parts, value)


def constraint(value):
    value = dict(value)
    name = value.pop("type")
    if name == "CheckConstraint":
        value["check"] = value.pop("condition")
    return call(located(name), [], value)


def call(name, parts, named):
    for key, value in named.items():
        if key in ("condition", "check"):
            value = query(value)
        elif key == "expressions":
            value = "[" + ", ".join(f"({expression(part)}, {sign!r})"
                                    for part, sign in value) + "]"
        elif key == "deferrable":
            value = f"Deferrable.{value.upper()}"
        else:
            value = repr(tuple(value) if isinstance(value, list) else value)
        parts.append(f"{key}={value}")
    return f"{name}({', '.join(parts)})"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    translate(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
