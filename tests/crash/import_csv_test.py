#!/usr/bin/python3
"""Kills import_csv at many moments: in one transaction it leaves nothing or
everything, in batches whole batches from the beginning of the file; the next
import works."""

import sys

from crashing import (HEADER, ITEM, SETTINGS, Difference, check, duration,
                      empty_items, fresh_project, kept, kill_after, moments,
                      rows, settle, start)
from common import Report, manage

ROWS = 200_000
BATCH = 5000
# After every such kill the next import is tried; it takes longer than the kill.
TRY_AGAIN = 3
FILES = {"settings/base.yaml": SETTINGS, "shop/models.yaml": ITEM,
         "items.csv": HEADER + rows(0, ROWS)}


def undisturbed(project, database, arguments):
    """How long the import takes; the table is empty again then."""
    seconds = duration(manage, project, database, *arguments)
    check("rows of an undisturbed import", kept(database), ROWS)
    empty_items(database)
    return seconds


def import_again(project, database, arguments, count):
    """What is missing comes in as if nothing had happened."""
    conflict = ["--on-conflict", "skip"] if count else []
    manage(project, database, *arguments, *conflict)
    check("rows after the next import", kept(database), ROWS)


def killed(database_name, mode):
    arguments = ["import_csv", "items.csv", "--transaction", mode,
                 "--batch-size", str(BATCH)]
    wanted = range(0, ROWS + 1, BATCH if mode == "batch" else ROWS)
    counts = []
    with fresh_project(database_name, FILES) as (project, database):
        manage(project, database, "makemigrations")
        manage(project, database, "migrate")
        for moment in moments(undisturbed(project, database, arguments)):
            if kill_after(start(project, database, *arguments), moment):
                settle(database)
                counts.append(kept(database))
                if counts[-1] not in wanted:
                    raise Difference(f"killed after {moment:.3f} s: "
                                     f"{counts[-1]} of {ROWS} rows are there")
                if len(counts) % TRY_AGAIN == 1:
                    import_again(project, database, arguments, counts[-1])
            else:
                check("rows of an import that was too fast to be killed",
                      kept(database), ROWS)
            empty_items(database)
    print(f"rows after each kill: {counts}")
    # A test that killed nothing, or nothing half done, would prove nothing.
    half_done = 0 if mode == "all" else next(
        (count for count in counts if 0 < count < ROWS), None)
    if half_done not in counts:
        raise Difference("no import was killed in the middle")


def main():
    report = Report()
    for mode in ("all", "batch"):
        report.on_both(f"killed with --transaction {mode}", killed, mode)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
