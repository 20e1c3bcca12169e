#!/usr/bin/python3
"""Two runs at once of migrate, and of import_csv with the same file: one does
the work, the other ends with a documented exit code, nothing is half done."""

import sys

from crashing import (HEADER, ITEM, MOMENTS, SETTINGS, Difference, check,
                      fresh_project, kept, output, rows, start, wait)
from common import Report, manage
import migrate_test

ROWS = 50_000
# Done, or the rows were there already, or the other run held the lock.
EXIT_CODES = {0, 1, 75}


def run_two(project, database, *arguments):
    """Their exit codes in order. Exactly one must have done the work, if not
    both found it done."""
    names = ("first.txt", "second.txt")
    processes = [start(project, database, *arguments, output=name)
                 for name in names]
    codes = sorted(wait(process, " ".join(arguments)) for process in processes)
    if codes[0] != 0 or not EXIT_CODES.issuperset(codes):
        raise Difference(f"exit codes {codes}\n" + "\n".join(
            f"{name}:\n{output(project, name)[-2000:]}" for name in names))
    return codes


def migrate_twice(database_name, begun):
    schema, items, _ = migrate_test.one_run(database_name)
    seen = []
    for _ in range(max(1, MOMENTS // 4)):
        with fresh_project(database_name,
                           migrate_test.FILES) as (project, database):
            if begun:
                migrate_test.begin(project, database)
            seen.append(run_two(project, database, "migrate"))
            check("recorded migrations",
                  database.query(migrate_test.RECORDED), migrate_test.NAMES)
            check("schema", migrate_test.schema(database), schema)
            if begun and database.query(migrate_test.ITEMS) != items:
                raise Difference("the rows are not those of a single run")
    print(f"exit codes: {seen}")


def import_twice(database_name, mode):
    files = {"settings/base.yaml": SETTINGS, "shop/models.yaml": ITEM,
             "items.csv": HEADER + rows(0, ROWS)}
    seen = []
    for _ in range(max(1, MOMENTS // 4)):
        with fresh_project(database_name, files) as (project, database):
            manage(project, database, "makemigrations")
            manage(project, database, "migrate")
            seen.append(run_two(project, database, "import_csv", "items.csv",
                                "--transaction", mode))
            check("rows", kept(database), ROWS)
    print(f"exit codes: {seen}")


def main():
    report = Report()
    report.on_both("two migrate from the beginning", migrate_twice, False)
    report.on_both("two migrate in the middle", migrate_twice, True)
    for mode in ("all", "batch"):
        report.on_both(f"two import_csv --transaction {mode}", import_twice,
                       mode)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
