#!/usr/bin/python3
"""SIGINT and SIGTERM during import_csv: exit code 130 or 143, and no row."""

import fcntl
import signal
import struct
import subprocess
import sys
import termios
import time

from crashing import (HEADER, ITEM, PATIENCE, SETTINGS, Difference, check,
                      duration, empty_items, fresh_project, kept, output, rows,
                      send_after, settle, start, wait)
from common import Report, manage

ROWS = 200_000
# More than any buffer of the reader holds.
MANY = 50_000
FILES = {"settings/base.yaml": SETTINGS, "shop/models.yaml": ITEM,
         "items.csv": HEADER + rows(0, ROWS)}
SIGNALS = {signal.SIGINT: (130, "error: interrupted\n"),
           signal.SIGTERM: (143, "error: terminated\n")}
ATTEMPTS = 5


def prepare(project, database):
    manage(project, database, "makemigrations")
    manage(project, database, "migrate")


def check_stopped(project, database, number, process):
    exit_code = wait(process, f"import_csv after {number.name}")
    code, text = SIGNALS[number]
    check("exit code and output", (exit_code, output(project)), (code, text))
    settle(database)
    check("rows", kept(database), 0)


def while_it_works(database_name, number):
    with fresh_project(database_name, FILES) as (project, database):
        prepare(project, database)
        arguments = ["import_csv", "items.csv"]
        seconds = duration(manage, project, database, *arguments)
        for _ in range(ATTEMPTS):
            empty_items(database)
            process = start(project, database, *arguments)
            seconds /= 2
            send_after(process, seconds, number)
            if wait(process, f"import_csv after {number.name}"):
                break  # else it was done before
        check_stopped(project, database, number, process)


def wait_until_read(pipe):
    """Until the other side has taken all that was written."""
    until = time.monotonic() + PATIENCE
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]:
        if time.monotonic() > until:
            raise Difference("nobody reads the pipe")
        time.sleep(0.005)


def while_it_waits(database_name, number, text, *more):
    """The pipe stays open and brings nothing more."""
    with fresh_project(database_name, FILES) as (project, database):
        prepare(project, database)
        process = start(project, database, "import_csv", "-", "--model",
                        "shop.Item", *more, stdin=subprocess.PIPE)
        try:
            process.stdin.write(text.encode())
            process.stdin.flush()
            wait_until_read(process.stdin)
            # Time to go and wait; too little of it is no failure.
            send_after(process, 0.3, number)
            check_stopped(project, database, number, process)
        finally:
            process.stdin.close()


def main():
    report = Report()
    for number in SIGNALS:
        name = f"{number.name} while import_csv"
        report.on_both(f"{name} works", while_it_works, number)
        report.on_both(f"{name} waits for a header", while_it_waits, number,
                       "number,na")
        report.on_both(f"{name} waits for rows", while_it_waits, number,
                       HEADER + rows(0, 10))
        report.on_both(f"{name} waits for batches", while_it_waits, number,
                       HEADER + rows(0, MANY), "--batch-size", "100")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
