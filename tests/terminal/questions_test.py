#!/usr/bin/python3
"""What makemigrations and squashmigrations ask a person at a terminal, and what it does with the
answers: right ones, wrong ones, Ctrl-C, the end of input."""

import contextlib
import sys

from terminal import CTRL_C, CTRL_D, Terminal
from common import Difference, Report, folder, fresh_database, manage

SETTINGS = "installed_apps: [shop]\n"
MODELS = """\
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
"""
QUESTION = ("shop.Author.age is new and NOT NULL, and has no default. What do "
            "existing rows get? ")
MADE = """\
Migrations for 'shop':
  shop/migrations/0002_author_age.yaml
    + Add field age to author
"""
RENAMED = "Was shop.Author.name renamed to shop.Author.full_name? [y/N] "
ERROR = "\x1b[1;31merror:\x1b[0m "
HINT = "\x1b[36mhint:\x1b[0m "
NOTE = "\x1b[36m"


@contextlib.contextmanager
def project(models):
    """A project whose models have changed to these since its migration."""
    with folder() as path, fresh_database("sqlite", path) as database:
        for name, text in (("settings/base.yaml", SETTINGS),
                           ("shop/models.yaml", MODELS)):
            (path / name).parent.mkdir()
            (path / name).write_text(text)
        manage(path, database, "makemigrations")
        (path / "shop/models.yaml").write_text(models)
        yield path, database


def files(path):
    return sorted(file.name for file in (path / "shop/migrations").glob("*.yaml"))


def check(terminal, exit_code, shown):
    """How it ended, all it has shown, and that the terminal is as before."""
    found = terminal.end()
    shown = shown.replace("\n", "\r\n")
    if (found, terminal.shown) != (exit_code, shown):
        raise Difference(f"exit code {found}, wanted {exit_code}\n"
                         f"shown  {terminal.shown!r}\nwanted {shown!r}")
    if not terminal.as_before():
        raise Difference("the terminal's modes are not as before")


def check_files(path, *added):
    if files(path) != ["0001_initial.yaml", *added]:
        raise Difference(f"the migrations are {files(path)}")


def new_field():
    return project(MODELS + "      age: {type: IntegerField}\n")


def answered():
    with new_field() as (path, database), \
            Terminal(path, database, "makemigrations") as terminal:
        terminal.until(QUESTION)
        terminal.type("5\n")
        check(terminal, 0, QUESTION + "5\n" + MADE)
        check_files(path, "0002_author_age.yaml")
        made = (path / "shop/migrations/0002_author_age.yaml").read_text()
        if "default: 5" not in made or "preserve_default: false" not in made:
            raise Difference(made)


def answered_wrongly():
    with new_field() as (path, database), \
            Terminal(path, database, "makemigrations") as terminal:
        for answer in ("five", "null", "5"):
            terminal.until(QUESTION)
            terminal.type(answer + "\n")
        check(terminal, 0,
              QUESTION + "five\n"
              "shop.Author.age must be an integer, not five\n" +
              QUESTION + "null\n"
              "shop.Author.age must be an integer, not null\n" +
              QUESTION + "5\n" + MADE)
        check_files(path, "0002_author_age.yaml")


def interrupted(*answers):
    with new_field() as (path, database), \
            Terminal(path, database, "makemigrations") as terminal:
        shown = ""
        for answer in answers:
            terminal.until(QUESTION)
            terminal.type(answer + "\n")
            shown += (f"{QUESTION}{answer}\nshop.Author.age must be an "
                      f"integer, not {answer}\n")
        terminal.until(QUESTION)
        terminal.type(CTRL_C)
        check(terminal, 130, f"{shown}{QUESTION}^C{ERROR}interrupted\n")
        check_files(path)


def ended():
    with new_field() as (path, database), \
            Terminal(path, database, "makemigrations") as terminal:
        terminal.until(QUESTION)
        terminal.type(CTRL_D)
        check(terminal, 2,
              f"{QUESTION}\n{ERROR}no answer to: {QUESTION.strip()}\n"
              f"{HINT}give --default shop.Author.age=VALUE\n")
        check_files(path)


def not_asked():
    """A person has said that nobody is to be asked."""
    with new_field() as (path, database), \
            Terminal(path, database, "makemigrations",
                     "--no-input") as terminal:
        check(terminal, 2, f"""\
{ERROR}shop.Author.age is new and NOT NULL, and has no default: what do \
existing rows get?
  {NOTE}-->\x1b[0m shop/models.yaml:5:7
{NOTE}   5 | \x1b[0m      age: {{type: IntegerField}}
{NOTE}     | \x1b[0m      \x1b[1;31m^\x1b[0m
{HINT}say --default shop.Author.age=VALUE, or give the field a default or \
`null: true`
""")
        check_files(path)


def renamed(answers):
    with project(MODELS.replace("name:", "full_name:")) as (path, database), \
            Terminal(path, database, "makemigrations") as terminal:
        for answer in answers:
            terminal.until(RENAMED)
            terminal.type(answer + "\n")
        asked = "".join(f"{RENAMED}{answer}\n" for answer in answers)
        check(terminal, 0, asked + """\
Migrations for 'shop':
  shop/migrations/0002_rename_name_author_full_name.yaml
    ~ Rename field name on author to full_name
""")
        check_files(path, "0002_rename_name_author_full_name.yaml")


def not_renamed():
    with project(MODELS.replace("name:", "full_name:")) as (path, database):
        with Terminal(path, database, "makemigrations") as terminal:
            terminal.until(RENAMED)
            terminal.type("n\n")
            terminal.until("What do existing rows get? ")
            terminal.type("''\n")
            terminal.end()
        check_files(path, "0002_remove_author_name_author_full_name.yaml")


SQUASH = """\
Will squash the following migrations:
 - 0001_initial
 - 0002_author_age
"""
PROCEED = "Do you wish to proceed? [y/N] "


def squash(answer, shown, *added):
    with new_field() as (path, database):
        manage(path, database, "makemigrations", "--default", "shop.Author.age=5")
        with Terminal(path, database, "squashmigrations", "shop",
                      "0002") as terminal:
            terminal.until(PROCEED)
            terminal.type(answer + "\n")
            check(terminal, 0, SQUASH + PROCEED + answer + "\n" + shown)
        check_files(path, *added, "0002_author_age.yaml")


BRANCHES = """\
Merging shop
  Branch 0002_a
  Branch 0002_b
Merging will only work if the operations printed above do not
conflict with each other (working on different fields or models).
"""
MERGE = "Should these branches be merged? [y/N] "


def merge(answer, shown, *added):
    with project(MODELS) as (path, database):
        for name in ("0002_a", "0002_b"):
            (path / f"shop/migrations/{name}.yaml").write_text(
                "dependencies: [[shop, 0001_initial]]\noperations: []\n")
        with Terminal(path, database, "makemigrations", "--merge") as terminal:
            terminal.until(MERGE)
            terminal.type(answer + "\n")
            check(terminal, 0, BRANCHES + MERGE + answer + "\n" + shown)
        check_files(path, "0002_a.yaml", "0002_b.yaml", *added)


def main():
    report = Report()
    report.run("squash: yes", squash, "y", """\
Optimized from 2 operations to 1 operation.
Both lead to the same schema (SQLite, in memory).
Created the squashed migration:
  shop/migrations/0001_squashed_0002_author_age.yaml
    + Create model Author
Commit it and leave the old ones in place: new databases use it, others go on.
When every database has applied the old ones, delete them and remove `replaces:`.
""", "0001_squashed_0002_author_age.yaml")
    report.run("squash: no", squash, "n", "")
    report.run("merge: yes", merge, "y", """\
Merge migration:
  shop/migrations/0003_merge_0002_a_0002_b.yaml
""", "0003_merge_0002_a_0002_b.yaml")
    report.run("merge: no", merge, "", "")
    report.run("a right answer", answered)
    report.run("wrong answers, then a right one", answered_wrongly)
    report.run("Ctrl-C instead of an answer", interrupted)
    report.run("Ctrl-C after a wrong answer", interrupted, "five")
    report.run("the end of input instead of an answer", ended)
    report.run("--no-input at a terminal", not_asked)
    report.run("a probable rename", renamed, ["y"])
    report.run("a probable rename, wrong answers first", renamed,
               ["maybe", "2", "yes"])
    report.run("a probable rename that is none", not_renamed)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
