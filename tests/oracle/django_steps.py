"""Runs Django's commands for many versions of a project, quickly.

Django is imported once; each step runs in a child of its own, because models
cannot be unloaded.
"""

import os
import re
import sys
import traceback

# Before the fork: what each child would have to import.
import django.core.management.commands.makemigrations  # noqa: F401
import django.core.management.commands.migrate  # noqa: F401
import django.db.backends.sqlite3.base  # noqa: F401
import django.db.migrations.autodetector  # noqa: F401
import psycopg2  # noqa: F401


class Fails(Exception):
    """What Django 3.2 makes of the changes is of no use as a reference."""


FAILURES = {
    r"Related model '.*' cannot be resolved":
        "its migrations of several apps come in an order that does not work: "
        "one that takes a model away, or gives it another name, waits only for "
        "apps that point to it then, not for those that did before",
    r"Found wrong number \(0\) of constraints":
        "unique_together is reduced too late, when a field of it is "
        "many-to-many already (Django 4.1 reduces it first)",
}
DANGLING = """a foreign key still points to the table that a renamed model had \
(SQLite)"""


def run(folder, urls, step):
    """In the Django project `folder`: writes migrations, with the answers that
    `step` (of random_models) has, and applies them to the databases."""
    log = folder / "log"
    child = os.fork()
    if not child:
        status = 1
        try:
            with log.open("w") as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
            in_child(folder, urls, step)
            status = 0
        except BaseException:  # all of it belongs into the log
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        text = log.read_text()
        for pattern, reason in FAILURES.items():
            if re.search(pattern, text):
                raise Fails(reason)
        raise RuntimeError("Django: " + text[-1500:])


def in_child(folder, urls, step):
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    databases = {}
    for name, url in urls.items():
        os.environ["ORACLE_DATABASE"] = url
        sys.modules.pop("settings", None)
        import settings
        databases[name] = settings.DATABASES["default"]
    settings.DATABASES = {"default": databases[next(iter(urls))], **databases}
    import django
    from django.core.management import call_command
    from django.db.migrations import questioner
    django.setup()
    answers(questioner.NonInteractiveMigrationQuestioner, step)
    call_command("makemigrations", interactive=False, verbosity=0)
    for name in urls:
        call_command("migrate", database=name, interactive=False, verbosity=0)


def answers(questioner, step):
    """Django names models in lower case, and fields without their app; names
    of models are unique in a walk."""
    renames = {(*short(old), short(new)[-1])
               for old, new in step.renamed.items()}
    values = {short(path): value for path, value in step.values.items()}

    def ask_rename(self, model, old, new, field):
        return (model.lower(), old, new) in renames

    def ask_rename_model(self, old, new):
        return (old.name.lower(), new.name.lower()) in renames

    def ask_not_null(self, field, model):
        return values[model.lower(), field]

    questioner.ask_rename = ask_rename
    questioner.ask_rename_model = ask_rename_model
    questioner.ask_not_null_addition = ask_not_null
    questioner.ask_not_null_alteration = ask_not_null


def short(path):
    """shop.Author.name: ("author", "name")."""
    _, model, *field = path.split(".")
    return (model.lower(), *field)
