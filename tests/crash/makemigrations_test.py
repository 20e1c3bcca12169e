#!/usr/bin/python3
"""Kills makemigrations while it writes the files of many apps: a file is whole
or not there, and the next run writes the others as if nothing had happened."""

import functools
import signal
import sys
import time

from crashing import (MOMENTS, PATIENCE, Difference, check, duration,
                      fresh_project, kill_after, moments, start, wait,
                      write_files)
from common import Report, manage

APPS = [f"app{number:02}" for number in range(40)]
# Files have the time in their first line.
NOW = "1767225600"


def models(number):
    """A model with many fields, which refers to that of the app before."""
    lines = ["models:", "  Thing:", "    fields:"]
    if number:
        lines.append(f"      before: {{type: ForeignKey, to: {APPS[number - 1]}"
                     ".Thing, on_delete: CASCADE}")
    lines += [f"      field{i:03}: {{type: CharField, max_length: {i + 1}}}"
              for i in range(40)]
    return "\n".join(lines) + "\n"


FILES = {"settings/base.yaml": f"installed_apps: [{', '.join(APPS)}]\n",
         **{f"{app}/models.yaml": models(number)
            for number, app in enumerate(APPS)}}


def migrations(project):
    """Path -> bytes of all files that the project takes for migrations."""
    return {str(path.relative_to(project)): path.read_bytes()
            for path in project.glob("*/migrations/*.yaml")}


@functools.lru_cache
def reference(database_name):
    """What a run writes that nobody kills, and how long it takes."""
    with fresh_project(database_name, FILES) as (project, database):
        database.environment = {"SOURCE_DATE_EPOCH": NOW}
        seconds = duration(manage, project, database, "makemigrations")
        files = migrations(project)
        check("number of files", len(files), len(APPS))
        return files, seconds


def kill_when_there(process, path):
    """Kills as soon as that file is there, which is in the middle of writing.
    Whether it was killed."""
    until = time.monotonic() + PATIENCE
    while not path.exists() and process.poll() is None:
        if time.monotonic() > until:
            raise Difference(f"{path.name} never comes")
    process.kill()
    return wait(process, "after SIGKILL") == -signal.SIGKILL


def kill_once(database_name, kill, expected):
    """How many files there were; None if it was over before."""
    with fresh_project(database_name, FILES) as (project, database):
        database.environment = {"SOURCE_DATE_EPOCH": NOW}
        killed = kill(project, start(project, database, "makemigrations"))
        found = migrations(project)
        for name, text in found.items():
            check(name, text, expected[name])
        manage(project, database, "makemigrations")
        check("files after the next run", migrations(project), expected)
        manage(project, database, "makemigrations", "--check")
    return len(found) if killed else None


def killed_in_time(database_name):
    expected, seconds = reference(database_name)
    counts = [kill_once(database_name,
                        lambda _, process: kill_after(process, moment),
                        expected)
              for moment in moments(seconds)]
    print(f"files after each kill: {counts}, of {len(APPS)}")


def killed_while_writing(database_name):
    expected, _ = reference(database_name)
    paths = sorted(expected)
    step = max(1, len(paths) // MOMENTS)
    counts = [kill_once(database_name,
                        lambda project, process: kill_when_there(
                            process, project / path), expected)
              for path in paths[::step]]
    print(f"files after each kill: {counts}, of {len(APPS)}")
    if not any(count and count < len(APPS) for count in counts):
        raise Difference("no run was killed in the middle")


def left_over(database_name):
    """What a dead run may leave beside the files is nobody's migration."""
    with fresh_project(database_name, FILES) as (project, database):
        write_files(project, {
            "app00/migrations/0001_initial.yaml.aB3xY9": "initial: tr"})
        manage(project, database, "makemigrations")
        manage(project, database, "makemigrations", "--check")


def main():
    # No database takes part; the name only says where nothing is written.
    report = Report()
    for name, test in (("killed at any time", killed_in_time),
                       ("killed while it writes", killed_while_writing),
                       ("what a dead run leaves", left_over)):
        report.run(f"makemigrations {name}", test, "sqlite")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
