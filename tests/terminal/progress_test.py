#!/usr/bin/python3
"""The progress bar and the colours of import_csv at a terminal: it moves, it
goes away, and the terminal is left as it was."""

import contextlib
import re
import signal
import subprocess
import sys
import time

from terminal import COLUMNS, CTRL_C, Terminal, screen
from common import Difference, Report, folder, fresh_database, manage

FILES = {
    "settings/base.yaml": "installed_apps: [shop]\n",
    "shop/models.yaml": """\
models:
  Item:
    fields:
      number: {type: IntegerField, unique: true}
      name: {type: CharField, max_length: 60}
"""}
ROWS = 200_000
# What a pipe brings at once, more than any buffer of the reader holds.
PORTION = 50_000
HEADER = "number,name\n"
IMPORT = ["import_csv", "items.csv", "--batch-size", "200"]
PIPE = ["import_csv", "-", "--model", "shop.Item"]
# Work that is over sooner than this many seconds shows no bar.
WITHOUT_BAR = 0.3

BAR = re.compile(r"\r(Importing [^\r\x1b]*)\x1b\[K")
OF_FILE = re.compile(r"Importing items\.csv  [ 0-9]{3}%  \[(#*) *\]  "
                     r"[0-9,]+ rows/s  [0-9:]+ left")
OF_PIPE = re.compile(r"Importing standard input  [0-9,]+ rows  [0-9,]+ rows/s")
COLOR = re.compile(r"\x1b\[[0-9;]*m")
CURSOR_HIDDEN, CURSOR_SHOWN = "\x1b[?25l", "\x1b[?25h"


def rows(first, after):
    return "".join(f"{number},item {number}\n"
                   for number in range(first, after))


@contextlib.contextmanager
def project(text):
    with folder() as path, fresh_database("sqlite", path) as database:
        for name, content in {**FILES, "items.csv": text}.items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_text(content)
        manage(path, database, "makemigrations")
        manage(path, database, "migrate")
        yield path, database


def check(what, found, wanted):
    if found != wanted:
        raise Difference(f"{what}: {found!r}\ninstead of {wanted!r}")


def check_left(terminal):
    """Nothing of the bar, a colour or a hidden cursor stays behind."""
    check("modes of the terminal as before", terminal.as_before(), True)
    shown = terminal.shown
    if shown.rfind(CURSOR_HIDDEN) > shown.rfind(CURSOR_SHOWN):
        raise Difference(f"the cursor stays hidden: {shown!r}")
    colors = COLOR.findall(shown)
    if colors and colors[-1] != "\x1b[0m":
        raise Difference(f"the colour {colors[-1]!r} stays: {shown!r}")


def slow_down(terminal):
    """Halts the process now and then until it finds that it has taken long and
    draws the bar, on the fastest machine too."""
    while terminal.process.poll() is None and not BAR.search(terminal.shown):
        terminal.process.send_signal(signal.SIGSTOP)
        time.sleep(WITHOUT_BAR)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.read()


def bars(terminal, form):
    """The bars that were shown, each of them of that form and of one line."""
    found = BAR.findall(terminal.shown)
    if not found:
        raise Difference(f"there was no bar: {terminal.shown!r}")
    for bar in found:
        if not form.fullmatch(bar) or len(bar) >= COLUMNS:
            raise Difference(f"a strange bar: {bar!r}")
    return found


def of_a_file():
    with project(HEADER + rows(0, ROWS)) as (path, database), \
            Terminal(path, database, *IMPORT) as terminal:
        slow_down(terminal)
        check("exit code", terminal.end(), 0)
        found = bars(terminal, OF_FILE)
        lengths = [len(OF_FILE.fullmatch(bar)[1]) for bar in found]
        check("lengths of the bar", lengths, sorted(lengths))
        check("screen", screen(terminal.shown),
              "shop.Item: 200,000 created\n")
        check("colours", COLOR.findall(terminal.shown), [])
        check_left(terminal)


@contextlib.contextmanager
def half_imported(*more, **variables):
    """An import from a pipe whose bar is on the screen, and which waits."""
    with project("") as (path, database), \
            Terminal(path, database, *PIPE, *more, stdin=subprocess.PIPE,
                     **variables) as terminal, \
            terminal.process.stdin as pipe:
        pipe.write(HEADER.encode())
        count = 0
        while not BAR.search(terminal.shown):
            pipe.write(rows(count, count + PORTION).encode())
            pipe.flush()
            count += PORTION
            time.sleep(WITHOUT_BAR)
            terminal.read()
            if terminal.process.poll() is not None:
                raise Difference(f"it has ended: {terminal.shown!r}")
        yield database, terminal, pipe, count


def of_a_pipe():
    with half_imported() as (database, terminal, pipe, count):
        pipe.close()
        check("exit code", terminal.end(), 0)
        bars(terminal, OF_PIPE)
        check("screen", screen(terminal.shown),
              f"shop.Item: {count:,} created\n")
        check("rows", database.query("SELECT count(*) FROM shop_item"),
              [str(count)])
        check_left(terminal)


def interrupted():
    with half_imported() as (database, terminal, _, _):
        terminal.type(CTRL_C)
        check("exit code", terminal.end(), 130)
        after_bars = terminal.shown.rpartition("\x1b[K")[2]
        check("screen", screen(after_bars).replace("^C", ""),
              "error: interrupted\n")
        check("colours", COLOR.findall(terminal.shown),
              ["\x1b[1;31m", "\x1b[0m"])
        check("rows", database.query("SELECT count(*) FROM shop_item"), ["0"])
        check_left(terminal)


def bad_row(arguments, colors, **variables):
    """A short import shows no bar, only what is wrong, with these colours."""
    with project(HEADER + "0,a\nx,b\n") as (path, database), \
            Terminal(path, database, *IMPORT, *arguments,
                     **variables) as terminal:
        check("exit code", terminal.end(), 1)
        check("screen", screen(terminal.shown), """\
items.csv:3: number: expected an integer, got "x"
error: 1 of 2 rows cannot be imported; nothing was written
hint: correct the file, or import the good rows with --on-error skip
""")
        check("colours", COLOR.findall(terminal.shown), colors)
        check_left(terminal)


def no_color():
    with half_imported(NO_COLOR="1") as (_, terminal, pipe, count):
        pipe.write(b"x,bad\n")
        pipe.close()
        check("exit code", terminal.end(), 1)
        bars(terminal, OF_PIPE)
        check("screen", screen(terminal.shown), f"""\
standard input:{count + 2}: number: expected an integer, got "x"
error: 1 of {count + 1:,} rows cannot be imported; nothing was written
hint: correct the file, or import the good rows with --on-error skip
""")
        check("colours", COLOR.findall(terminal.shown), [])


def no_bar():
    with project(HEADER + rows(0, ROWS)) as (path, database), \
            Terminal(path, database, *IMPORT, "--progress",
                     "never") as terminal:
        check("exit code", terminal.end(), 0)
        check("shown", terminal.shown, "shop.Item: 200,000 created\r\n")


def result_into_a_file():
    """Results go into the file, the bar to the person."""
    with project(HEADER + rows(0, ROWS)) as (path, database), \
            open(path / "result.txt", "wb") as file, \
            Terminal(path, database, *IMPORT, stdout=file) as terminal:
        slow_down(terminal)
        check("exit code", terminal.end(), 0)
        bars(terminal, OF_FILE)
        check("screen", screen(terminal.shown), "")
        check("result", (path / "result.txt").read_text(),
              "shop.Item: 200,000 created\n")


def main():
    colors = ["\x1b[1;31m", "\x1b[0m", "\x1b[36m", "\x1b[0m"]
    report = Report()
    report.run("the bar of a file", of_a_file)
    report.run("the bar of a pipe", of_a_pipe)
    report.run("Ctrl-C while the bar is shown", interrupted)
    report.run("no bar with --progress never", no_bar)
    report.run("the bar when the result goes into a file", result_into_a_file)
    report.run("colours", bad_row, [], colors)
    report.run("NO_COLOR", lambda: bad_row([], [], NO_COLOR="1"))
    report.run("--no-color", bad_row, ["--no-color"], [])
    report.run("NO_COLOR and a bar", no_color)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
