#!/usr/bin/python3
"""Asks Django 3.2 and scripts in Lua the same queries of the same database.

The queries are those of queries_test.py; lua_of.py translates each into Lua,
and `manage shell` runs all of them in one script.

    lua_queries_test.py [PATTERN]    only the queries that contain it
"""

import os
import subprocess
import sys

import yaml

import django_project
import lua_of
import queries_test
from common import BINARY, Report, environment, folder, fresh_database


def translated(lines):
    """The lines that can be said in Lua, with their programs."""
    queries = yaml.load("\n".join(lines), django_project.Loader)
    for line, query in zip(lines, queries):
        try:
            yield line, lua_of.program(query)
        except lua_of.Unspoken:
            continue


def ask_both(database_name, report, lines):
    spoken = list(translated(lines))
    with folder() as path:
        queries_test.write_project(path)
        queries = path / "queries.yaml"
        queries.write_text("\n".join(line for line, _ in spoken) + "\n",
                           encoding="utf-8")
        (path / "ask.lua").write_text(
            lua_of.script([program for _, program in spoken]),
            encoding="utf-8")
        with fresh_database(database_name, path) as database:
            django_project.run(path / "django", database.url, "makemigrations",
                               "migrate")
            queries_test.python(
                path, database,
                ["-c", "import django; django.setup(); import fixture"])
            theirs = queries_test.python(path, database, ["ask.py"], queries)
            ours = subprocess.run(
                [BINARY, "shell", "ask.lua"], cwd=path, text=True,
                env=environment(path, database),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                check=True).stdout.splitlines()
    for number, (line, program) in enumerate(spoken):
        if queries_test.differs(database_name, line):
            continue
        queries_test.compare(report, f"{database_name} {number + 1}",
                             f"{line}\n{program}", theirs[number],
                             ours[number])


def main():
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    text = (queries_test.SOURCE / "queries.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines()
             if line.startswith("- ") and pattern in line]
    report = Report()
    ask_both("sqlite", report, lines)
    if "MANAGE_TEST_POSTGRES_URL" in os.environ:
        ask_both("postgresql", report, lines)
    else:
        report.skip("postgresql", "MANAGE_TEST_POSTGRES_URL is not set")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
