#!/usr/bin/python3
"""The shell at a terminal: values and rows are shown, blocks go on in the next
line, Ctrl-C stops what runs and not the shell, words are completed, and what was
typed is remembered for its owner only."""

import contextlib
import signal
import sys
import time

from terminal import CTRL_C, CTRL_D, Terminal
from common import Difference, Report, folder, fresh_database, manage

FILES = {
    "settings/base.yaml": "installed_apps: [shop]\n",
    "shop/models.yaml": """\
models:
  Author:
    fields: {name: {type: CharField, max_length: 20}}
  Book:
    fields:
      title: {type: CharField, max_length: 20}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true}
"""}
FILL = """for i = 1, 25 do Book:create{title="Part " .. i} end"""
ENDLESS = ('Book:raw("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 '
           'FROM c) SELECT x AS id FROM c WHERE x < 0")')
PROMPT, MORE = ">>> ", "... "
UP = "\x1b[A"


@contextlib.contextmanager
def project():
    with folder() as path, fresh_database("sqlite", path) as database:
        for name, text in FILES.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_text(text)
        manage(path, database, "makemigrations")
        manage(path, database, "migrate")
        manage(path, database, "shell", "-c", FILL)
        yield path, database


def wait(terminal, ending, *wanted, seen=0):
    """Waits until what it has shown since then ends so, with these in it."""
    until = time.monotonic() + 20
    while True:
        shown = terminal.shown[seen:]
        if shown.endswith(ending) and all(one in shown for one in wanted):
            return shown
        if time.monotonic() > until:
            raise Difference(f"{wanted} and {ending!r} are not shown:\n"
                             f"{shown!r}")
        terminal.read()


def enter(terminal, text, *wanted, ending=PROMPT):
    """Types a line, and waits for what it shows behind its echo."""
    seen = len(terminal.shown)
    terminal.type(text + "\r")
    wait(terminal, ending, "\n", *wanted, seen=seen)
    return terminal.shown[seen:].partition("\n")[2]


def end(terminal, exit_code=0):
    found = terminal.end()
    if found != exit_code:
        raise Difference(f"exit code {found}:\n{terminal.shown!r}")
    if not terminal.as_before():
        raise Difference("the terminal's modes are not as before")


def values_are_shown():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, "1 + 1", "2\r\n")
        rows = enter(terminal, 'Book:order_by("id")', "Part 20",
                     "the first 20 rows")
        if "Part 21" in rows:
            raise Difference(f"more than 20 rows: {rows}")
        enter(terminal, "for i = 1, 2 do", ending=MORE)
        enter(terminal, 'print("line " .. i)', ending=MORE)
        enter(terminal, "end", "line 1\r\nline 2\r\n")
        enter(terminal, "return Bok", "nil")
        enter(terminal, "Book:filter{titel=1}", "has no field titel",
              "did you mean title?")
        enter(terminal, '"Größe"', "Größe")
        terminal.type(CTRL_D)
        end(terminal)


def an_exit_code():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        terminal.type("exit(3)\r")
        end(terminal, 3)


def interrupted():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        terminal.type("never typed to the en")
        wait(terminal, "to the en")
        terminal.type(CTRL_C)
        wait(terminal, "\r\n" + PROMPT)
        enter(terminal, "2 + 3", "5\r\n")
        for endless in ("while true do pcall(error) end", ENDLESS):
            terminal.type(endless + "\r")
            time.sleep(0.5)
            terminal.type(CTRL_C)
            wait(terminal, "\r\n" + PROMPT)
            enter(terminal, "Book:count()", "25\r\n")
        terminal.process.send_signal(signal.SIGTERM)
        end(terminal)


def words_are_completed():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        terminal.type('Book:fil\t{tit\t="Part 7"}:cou\t()\r')
        wait(terminal, "1\r\n" + PROMPT)
        terminal.type("Book:get\t\t")
        wait(terminal, "Book:get", "get_or_create")
        terminal.type(CTRL_C)
        wait(terminal, "\r\n" + PROMPT)
        terminal.type(CTRL_D)
        end(terminal)


def history(path):
    return list((path / ".local/state/manage/history").iterdir())


def lines_are_remembered():
    with project() as (path, database):
        with Terminal(path, database, "shell") as terminal:
            wait(terminal, PROMPT)
            enter(terminal, "40 + 2", "42\r\n")
            enter(terminal, 'password = "hidden"')
            terminal.type(CTRL_D)
            end(terminal)
        (file,) = history(path)
        if file.stat().st_mode & 0o777 != 0o600:
            raise Difference(f"its mode is {file.stat().st_mode:o}")
        if file.read_text() != '"40 + 2"\n':
            raise Difference(file.read_text())
        with Terminal(path, database, "shell") as terminal:
            wait(terminal, PROMPT)
            terminal.type(UP + " + 1\r")
            wait(terminal, "43\r\n" + PROMPT)
            terminal.type(CTRL_D)
            end(terminal)


def everything_is_asked_for():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        question = "delete every row of shop.Book? [y/N] "
        enter(terminal, "Book:all():delete()", ending=question)
        enter(terminal, "n", "was not confirmed")
        enter(terminal, 'Book:filter{title="Part 1"}:delete()', "1\r\n")
        enter(terminal, "Book:all():delete()", ending=question)
        enter(terminal, "y", "24\r\n")
        enter(terminal, "Book:count()", "0\r\n")
        terminal.type(CTRL_D)
        end(terminal)


def a_sandbox_goes_on_after_an_error():
    with project() as (path, database):
        with Terminal(path, database, "shell", "--sandbox") as terminal:
            wait(terminal, PROMPT)
            # The first line too, which opens the database.
            enter(terminal, 'Book:create{title="x"} error("no")', "error:")
            enter(terminal, 'Book:filter{title="Part 1"}:delete()', "1\r\n")
            enter(terminal, 'Book:create{id=2, title="x"}', "error:")
            enter(terminal, "Book:count()", "24\r\n")
            terminal.type(CTRL_D)
            end(terminal)
        with Terminal(path, database, "shell") as terminal:
            wait(terminal, PROMPT)
            enter(terminal, "Book:count()", "25\r\n")
            terminal.type(CTRL_D)
            end(terminal)


def main():
    report = Report()
    for story in (values_are_shown, an_exit_code, interrupted,
                  words_are_completed, lines_are_remembered,
                  everything_is_asked_for, a_sandbox_goes_on_after_an_error):
        report.run(story.__name__.replace("_", " "), story)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
