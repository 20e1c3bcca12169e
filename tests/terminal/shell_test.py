#!/usr/bin/python3
"""The shell at a terminal: values and rows are shown, blocks go on in the next
line, Ctrl-C stops what runs and not the shell, words are completed, and what was
typed is remembered for its owner only; backslash commands are for the shell
itself, and startup files run before the first prompt."""

import contextlib
import re
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
    fields: {name: {type: CharField, max_length: 20, unique: true}}
  Book:
    fields:
      title: {type: CharField, max_length: 20}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true}
      price:
        {type: DecimalField, max_digits: 6, decimal_places: 2, default: "1.50"}
    meta:
      indexes: [{fields: [title], name: book_title}]
""",
    "shop/helpers.lua": 'function twice(x) return 2 * x end\n'}
FILL = """for i = 1, 25 do Book:create{title="Part " .. i} end"""
ENDLESS = ('Book:raw("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 '
           'FROM c) SELECT x AS id FROM c WHERE x < 0")')
PROMPT, MORE = ">>> ", "... "
UP = "\x1b[A"


@contextlib.contextmanager
def project(database_name="sqlite"):
    with folder() as path, fresh_database(database_name, path) as database:
        for name, text in FILES.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_text(text)
        manage(path, database, "makemigrations")
        manage(path, database, "migrate")
        manage(path, database, "shell", "-c", FILL)
        yield path, database


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def wait(terminal, ending, *wanted, seen=0):
    """Waits until what it has shown since then ends so, with these in it."""
    until = time.monotonic() + 20
    while True:
        shown = plain(terminal.shown[seen:])
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
    return plain(terminal.shown[seen:]).partition("\n")[2]


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


def interrupted(database_name):
    with project(database_name) as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        terminal.type("never typed to the en")
        wait(terminal, "to the en")
        terminal.type(CTRL_C)
        wait(terminal, "\r\n" + PROMPT)
        enter(terminal, "2 + 3", "5\r\n")
        # What is typed behind it at once is of the next line.
        for number in range(10):
            enter(terminal, f"{CTRL_C}{number} + 3", f"{number + 3}\r\n")
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
        # What is older than the setting says is dropped now and then.
        (path / "settings/base.yaml").write_text(
            "installed_apps: [shop]\nshell: {history: 3}\n")
        file.write_text("".join(f'"{n}"\n' for n in range(7)) + "broken\n")
        with Terminal(path, database, "shell") as terminal:
            wait(terminal, PROMPT)
            terminal.type(UP * 9 + "\r")
            wait(terminal, "4\r\n" + PROMPT)
            terminal.type(CTRL_D)
            end(terminal)
        if (file.read_text() != '"4"\n"5"\n"6"\n"4"\n'
                or file.stat().st_mode & 0o777 != 0o600):
            raise Difference(file.read_text())


def everything_is_asked_for(database_name):
    with project(database_name) as (path, database), \
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


def a_sandbox_goes_on_after_an_error(database_name):
    with project(database_name) as (path, database):
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


def models_are_described():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, r"\d", "shop.Author  shop_author       2\r\n",
              "shop.Book    shop_book         4\r\n")
        book = enter(terminal, r"\d Book", "shop.Book, table shop_book",
                     "primary key", "CharField(20)", "DecimalField(6, 2)",
                     "1.50", "to shop.Author, on_delete CASCADE",
                     "book_title")
        if enter(terminal, r"\d shop.Book") != book:
            raise Difference("the two names give different tables")
        enter(terminal, r"\d shop.Author", "unique")
        enter(terminal, r"\d shop.Bok", "error:", "did you mean", "Book")
        enter(terminal, r"\timin", r"there is no command \timin",
              r"did you mean \timing?")
        enter(terminal, r"\nothinglikeit", r"\? lists them")
        enter(terminal, r"\?", r"\watch [SECONDS]", r"\x [on|off]")
        enter(terminal, r"\q now", r"\q takes nothing, not now")
        terminal.type("\\q\r")
        end(terminal)
        (file,) = history(path)
        if r'"\\d Book"' not in file.read_text():
            raise Difference(file.read_text())


def statements_are_shown(database_name):
    with project(database_name) as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        # The connection is open before anything is shown.
        if "SELECT" in enter(terminal, "Book:count()", "25\r\n"):
            raise Difference("a statement is shown")
        enter(terminal, r"\sql on", r"\sql is on")
        enter(terminal, "Book:count()", " s, default) SELECT COUNT(*)",
              "25\r\n")
        enter(terminal, r"\sql", r"\sql is off")
        if "SELECT" in enter(terminal, "Book:count()", "25\r\n"):
            raise Difference("a statement is shown")
        enter(terminal, r"\sql yes", r"\sql takes on or off, not yes")
        terminal.type(CTRL_D)
        end(terminal)


def entries_are_timed():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, r"\timing on", r"\timing is on")
        shown = enter(terminal, "1 + 1", "2\r\ntime: ", " ms\r\n")
        if shown.count("time: ") != 1:
            raise Difference(shown)
        enter(terminal, "for i = 1, 2 do", ending=MORE)
        enter(terminal, "end", "time: ")
        enter(terminal, "error('no')", "time: ", "error: no")
        enter(terminal, r"\timing", r"\timing is off")
        if "time" in enter(terminal, "1 + 1", "2\r\n"):
            raise Difference("the time is shown")
        terminal.type(CTRL_D)
        end(terminal)


def rows_are_expanded():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, r"\x", r"\x is on")
        enter(terminal, 'Book:order_by("id"):values("id", "title")',
              "-[ row 1 ]-", "id    | 1\r\ntitle | Part 1\r\n",
              "id    | 20\r\n", "the first 20 rows")
        enter(terminal, r"\x off", r"\x is off")
        enter(terminal, 'Book:filter{id=3}:values("id", "title")',
              "id  title\r\n3   Part 3\r\n")
        terminal.type(CTRL_D)
        end(terminal)


def results_go_into_a_file():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, r"\o some results.txt")
        shown = enter(terminal, 'print("printed") return "value"')
        shown += enter(terminal, 'Book:filter{id=3}:values("id", "title")')
        enter(terminal, "Bok:count()", "error:")
        enter(terminal, r"\o")
        enter(terminal, '"seen"', "seen\r\n")
        found = (path / "some results.txt").read_text()
        if found != "printed\nvalue\nid  title\n3   Part 3\n":
            raise Difference(found)
        if "printed" in shown or "Part" in shown:
            raise Difference(shown)
        enter(terminal, r"\o no/such/folder", "cannot write no/such/folder")
        enter(terminal, r"\o /dev/full")
        enter(terminal, '"lost"', "error: cannot write /dev/full: No space")
        enter(terminal, '"seen again"', "seen again\r\n")
        terminal.type(CTRL_D)
        end(terminal)


def a_file_is_run():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        (path / "lines.lua").write_text(
            "n = 0\n\nfor i = 1, 3 do\n  n = n + i\nend\n\\i more.lua\nn\n")
        (path / "more.lua").write_text("n = n * 10\n")
        (path / "wrong.lua").write_text(
            "function wrong()\n  error('oh')\nend\n1 + 1\nwrong()\n"
            "n = 'never'\n")
        (path / "open.lua").write_text("7\nfor i = 1, 2 do\n  n = i\n")
        (path / "circle.lua").write_text("\\i circle.lua\n")
        wait(terminal, PROMPT)
        enter(terminal, r"\i lines.lua", "60\r\n")
        enter(terminal, r"\i wrong.lua", "2\r\n", "error: oh",
              "wrong.lua:2\r\n   2 |   error('oh')\r\n")
        enter(terminal, "n", "60\r\n")
        enter(terminal, r"\i open.lua", "7\r\n", "does not end",
              "open.lua:2\r\n")
        enter(terminal, r"\i circle.lua", "more than 16 files")
        enter(terminal, r"\i", "takes the name of a file")
        enter(terminal, r"\i missing.lua", "missing.lua does not exist")
        terminal.type(CTRL_D)
        end(terminal)


def edited(path, name, script):
    file = path / name
    file.write_text("#!/bin/sh\n" + script)
    file.chmod(0o755)
    return str(file)


def an_entry_is_edited():
    with project() as (path, database):
        (path / "tmp").mkdir()
        # It leaves the terminal without echo, as one that was killed does.
        editor = edited(path, "editor", """\
stat -c %a "$2" > mode
cat "$2" > before
[ -e slow ] && { echo waiting; exec sleep 20; }
[ -e quit ] && exit 0
[ -e fail ] && exit 3
echo "$1" '.. 1' > "$2"
stty -echo raw
""") + " '40'"
        with Terminal(path, database, "shell", VISUAL=editor,
                      EDITOR="false", TMPDIR=str(path / "tmp")) as terminal:
            wait(terminal, PROMPT)
            enter(terminal, "for i = 1, 2 do", ending=MORE)
            enter(terminal, "end")
            enter(terminal, r"\e", "401\r\n")
            if (path / "before").read_text() != "for i = 1, 2 do\nend\n":
                raise Difference((path / "before").read_text())
            if (path / "mode").read_text() != "600\n":
                raise Difference((path / "mode").read_text())
            enter(terminal, "2 + 3", "5\r\n")
            (path / "quit").touch()
            enter(terminal, r"\e", "nothing was saved")
            (path / "quit").unlink()
            (path / "fail").touch()
            enter(terminal, r"\e", "failed with exit code 3")
            (path / "slow").touch()
            enter(terminal, r"\e", ending="waiting\r\n")
            time.sleep(0.3)
            terminal.type(CTRL_C)
            time.sleep(0.2)
            terminal.type(CTRL_C)
            wait(terminal, PROMPT, "was ended by Interrupt")
            enter(terminal, "3 + 3", "6\r\n")
            if list((path / "tmp").iterdir()):
                raise Difference("the file of the editor is still there")
            terminal.type(CTRL_D)
            end(terminal)


def an_entry_is_watched():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        enter(terminal, r"\watch", "there is no entry yet")
        enter(terminal, "n = (n or 0) + 1 return 'run ' .. n", "run 1\r\n")
        enter(terminal, r"\watch 0", "takes seconds, from 0.1 to")
        terminal.type("\\watch 0.2\r")
        shown = wait(terminal, "\r\n", "run 2\r\n", "run 4\r\n")
        if not re.search(r"\r\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, every 0.2 s"
                         r"\r\nrun 3\r\n", shown):
            raise Difference(f"no heading: {shown}")
        terminal.type(CTRL_C)
        wait(terminal, "\r\n" + PROMPT)
        enter(terminal, "n > 3", "true\r\n")
        enter(terminal, "error('no')", "error: no")
        enter(terminal, r"\watch", "error: no")
        enter(terminal, "1", "1\r\n")
        terminal.type("\\watch\r")
        time.sleep(0.5)
        terminal.process.send_signal(signal.SIGTERM)
        end(terminal)


def commands_are_completed():
    with project() as (path, database), \
            Terminal(path, database, "shell") as terminal:
        wait(terminal, PROMPT)
        terminal.type("\\ti\t of\t\r")
        wait(terminal, PROMPT, "\\timing is off")
        terminal.type("\\i shop/help\t\r")
        wait(terminal, PROMPT, "ers.lua\r\n")
        enter(terminal, "twice(4)", "8\r\n")
        terminal.type("\\d shop.B\t\r")
        wait(terminal, PROMPT, "shop.Book, table shop_book")
        terminal.type("\\\t\t")
        wait(terminal, "\\", "\\d  \\e  \\i  \\o  \\q  \\sql")
        terminal.type(CTRL_C)
        wait(terminal, "\r\n" + PROMPT)
        terminal.type(CTRL_D)
        end(terminal)


def startup_files_are_run():
    with project() as (path, database):
        home = path / "home"
        home.mkdir()
        (path / ".managerc.lua").write_text("print('of the project') a = 1\n")
        (home / ".managerc.lua").write_text("b = a + 1\nerror('wrong')\n")
        with Terminal(path, database, "shell", HOME=str(home)) as terminal:
            wait(terminal, PROMPT, "of the project\r\n", "error: wrong",
                 "~/.managerc.lua:2\r\n")
            enter(terminal, "b", "2\r\n")
            terminal.type(CTRL_D)
            end(terminal)
        # One that is both is run once.
        with Terminal(path, database, "shell") as terminal:
            shown = wait(terminal, PROMPT, "of the project\r\n")
            if shown.count("of the project") != 1:
                raise Difference(shown)
            terminal.type("exit(4)\r")
            end(terminal, 4)
        with Terminal(path, database, "shell", "--no-startup") as terminal:
            if "of the" in wait(terminal, PROMPT):
                raise Difference(terminal.shown)
            enter(terminal, "a", "nil\r\n")
            terminal.type(CTRL_D)
            end(terminal)
        if manage(path, database, "shell", "-c", "print(a)") != "nil\n":
            raise Difference("a script runs the startup file")


def modules_are_imported():
    with project() as (path, database):
        (path / "settings/base.yaml").write_text(
            "installed_apps: [shop]\nshell: {imports: [shop.helpers]}\n")
        with Terminal(path, database, "shell") as terminal:
            wait(terminal, PROMPT)
            enter(terminal, "helpers.twice(21)", "42\r\n")
            terminal.type(CTRL_D)
            end(terminal)


def main():
    report = Report()
    for story in (interrupted, everything_is_asked_for,
                  a_sandbox_goes_on_after_an_error, statements_are_shown):
        report.on_both(story.__name__.replace("_", " "), story)
    for story in (values_are_shown, an_exit_code, words_are_completed,
                  lines_are_remembered, models_are_described,
                  entries_are_timed, rows_are_expanded, results_go_into_a_file,
                  a_file_is_run, an_entry_is_edited, an_entry_is_watched,
                  commands_are_completed, startup_files_are_run,
                  modules_are_imported):
        report.run(story.__name__.replace("_", " "), story)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
