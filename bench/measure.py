"""What the measurements share: runs in turns, their ratio, a server."""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 3
# Of one process that takes turns by itself.
TURNS = 7
SERVER = """\
set -euo pipefail
. scripts/lib.sh
trap stop_postgres EXIT
start_postgres >&2
echo "$MANAGE_TEST_POSTGRES_URL"
read -r _ || true
"""


class Run:
    """A program to be measured: `run` is timed, `prepare` before it is not."""

    def __init__(self, name, run, prepare=lambda: None, rounds=ROUNDS):
        self.name, self.run, self.prepare = name, run, prepare
        self.rounds = rounds
        self.times = []

    def once(self):
        self.prepare()
        # What others have written does not wait for the disk in our time.
        os.sync()
        begin = time.perf_counter()
        self.run()
        self.times.append(time.perf_counter() - begin)


def in_turns(*runs):
    """Each run once, and again, so that all of them meet the same weather."""
    for number in range(max(run.rounds for run in runs)):
        for run in runs:
            if number < run.rounds:
                run.once()
    for run in runs:
        print(f"{run.name}: {min(run.times):.3f} s at best, "
              f"{max(run.times):.3f} at worst; load "
              f"{os.getloadavg()[0]:.1f}", file=sys.stderr)


def ratio(work, ours, other, target):
    """The other's time divided by ours: the median of the turns, whose two
    times are neighbours, because machines that change their speed for minutes
    have no best time that both would meet. Of what takes too long to be run as
    often as ours, the first turns."""
    turns = [theirs / own for own, theirs in zip(ours.times, other.times)]
    return {"work": work, "target": target,
            "ratio": round(statistics.median(turns), 3)}


def environment(url=None):
    """Of our program; without a url the database is SQLite's."""
    variables = {name: value for name, value in os.environ.items()
                 if not name.startswith("MANAGE_")}
    if url:
        variables["MANAGE_DATABASES__DEFAULT__URL"] = url
    return variables


@contextlib.contextmanager
def server():
    """The address of a private PostgreSQL server."""
    script = subprocess.Popen(
        ["bash", "-c", SERVER], cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE)
    try:
        url = script.stdout.readline().strip()
        if not url:
            raise RuntimeError("PostgreSQL does not start")
        yield url
    finally:
        script.stdin.close()
        script.wait()


def fresh_database(url):
    """An empty database in place of the one that `url` names."""
    # Not DROP SCHEMA, which needs a lock for each table.
    head, _, name = url.rpartition("/")
    subprocess.run(
        ["psql", f"{head}/postgres", "-qX", "-v", "ON_ERROR_STOP=1",
         "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
         "-c", f"CREATE DATABASE {name} TEMPLATE template0"],
        check=True, stderr=subprocess.DEVNULL)


def answers(*command):
    done = subprocess.run(command, check=True, text=True, env=environment(),
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def beside_django(tool, django_code, works, name, fresh, pairs_of=2):
    """Measurements of a tool that prints {work: [[ours, theirs], …]}, and of
    Django, one after the other: they cannot take turns within one process.
    `works`: what is measured, the least ratio, the other's name; `fresh` gives
    an empty database, each time it is called."""
    pairs = []
    for _ in range(pairs_of):
        database = fresh()
        pairs.append((answers(tool, database, str(TURNS)),
                      answers("/usr/bin/python3", "-c", django_code, database)))
    for key in pairs[0][0]:
        work, target, other = works[key]
        # The first turn of a process also meets memory for the first time.
        turns = [turn for ours, _ in pairs for turn in ours[key][1:]]
        own = [statistics.median(mine for mine, _ in ours[key][1:])
               for ours, _ in pairs]
        print(f"{work} ({name}): ours {statistics.median(own):.3f} s, Django "
              f"{statistics.median(one[key] for _, one in pairs):.1f} s",
              file=sys.stderr)
        yield {"work": f"{work} ({name}), against {other}", "target": target,
               "ratio": round(statistics.median(
                   theirs / mine for mine, theirs in turns), 3)}
        yield {"work": f"{work} ({name}), against Django's", "target": 20,
               "ratio": round(statistics.median(
                   django[key] / mine
                   for mine, (_, django) in zip(own, pairs)), 1)}
