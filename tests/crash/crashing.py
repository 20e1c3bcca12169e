"""What the crash tests share: projects, processes and the moments of death.

A moment is a share of the time that an undisturbed run has just taken, so the
tests kill at the same places on a slow machine as on a fast one. CRASH_MOMENTS
says how many there are.
"""

import contextlib
import difflib
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))

from common import (BINARY, Difference, environment, folder,  # noqa: E402
                    fresh_database)

MOMENTS = int(os.environ.get("CRASH_MOMENTS", "8"))
# Nothing here takes a tenth of it; who waits so long waits for ever.
PATIENCE = 20

SETTINGS = "installed_apps: [shop]\n"
ITEM = """\
models:
  Item:
    fields:
      number: {type: IntegerField, unique: true}
      name: {type: CharField, max_length: 60}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2}
      day: {type: DateField}
      note: {type: TextField, null: true}
"""
HEADER = "number,name,price,day,note\n"


def rows(first, after):
    """Lines of a CSV file for the model Item, numbered."""
    return "".join(f"{i},item {i},{i % 1000}.{i % 100:02},"
                   f"2026-01-{i % 28 + 1:02},{'' if i % 3 else 'a note'}\n"
                   for i in range(first, after))


def write_files(project, files):
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def fresh_project(database_name, files):
    """A folder with these files, and its empty database."""
    with folder() as project, \
            fresh_database(database_name, project) as database:
        write_files(project, files)
        yield project, database


def default_interrupt():
    # Background jobs of a shell ignore SIGINT, and so would our children.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(project, database, *arguments, stdin=subprocess.DEVNULL,
          output="output.txt"):
    """Starts the binary; what it prints goes into a file of the project, which
    nobody has to empty."""
    with open(project / output, "wb") as file:
        return subprocess.Popen(
            [BINARY, *arguments], cwd=project, stdin=stdin, stdout=file,
            stderr=file, env=environment(project, database),
            preexec_fn=default_interrupt)


def wait(process, what):
    """Its exit code, negative for a signal."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Difference(f"{what}: it does not end") from None


def send_after(process, seconds, number):
    """Sends the signal at that moment, if the process still runs then."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(number)


def kill_after(process, seconds):
    """Whether it was killed, and not over before."""
    send_after(process, seconds, signal.SIGKILL)
    return wait(process, "after SIGKILL") == -signal.SIGKILL


def duration(run, *arguments, **named):
    begin = time.monotonic()
    run(*arguments, **named)
    return time.monotonic() - begin


def moments(seconds):
    """Spread over a run of that length; the last is its end."""
    return [seconds * (number + 1) / MOMENTS for number in range(MOMENTS)]


def settle(database):
    """Waits until the server has noticed that its clients are gone: until then
    their last statement runs on. SQLite has nobody who could run on."""
    if database.name == "sqlite":
        return
    until = time.monotonic() + PATIENCE
    while database.query(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = "
            "'client backend' AND datname = current_database() AND pid <> "
            "pg_backend_pid()") != ["0"]:
        if time.monotonic() > until:
            raise Difference("the server still works for a dead client")
        time.sleep(0.005)


def check(what, found, wanted):
    if found == wanted:
        return
    if isinstance(found, str) and "\n" in found + wanted:
        raise Difference("\n".join([f"{what}:", *difflib.unified_diff(
            wanted.splitlines(), found.splitlines(), "wanted", "found", n=1,
            lineterm="")]))
    raise Difference(f"{what}: {str(found)[:2000]}\n"
                     f"instead of {str(wanted)[:2000]}")


def check_whole(database):
    """The database file is no rubbish."""
    if database.name == "sqlite":
        check("integrity_check", database.query("PRAGMA integrity_check"),
              ["ok"])


def kept(database):
    """How many rows the table has. They must be the first of the file, in its
    values too."""
    check_whole(database)
    found = database.query(
        "SELECT count(*), coalesce(max(number), -1) + 1, coalesce(min(number),"
        " 0), count(CASE WHEN name = 'item ' || number THEN 1 END)"
        " FROM shop_item")
    count = int(found[0].split("|")[0])
    check("rows, highest number + 1, lowest number, right names", found,
          [f"{count}|{count}|0|{count}"])
    return count


def empty_items(database):
    database.query("DELETE FROM shop_item" if database.name == "sqlite" else
                   "TRUNCATE shop_item")


def output(project, name="output.txt"):
    return (project / name).read_text(encoding="utf-8", errors="replace")
