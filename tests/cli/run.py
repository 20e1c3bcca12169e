#!/usr/bin/python3
"""Runs the scenario files below a folder on the real binary.

The last line is `N passed, N failed, N skipped`; one scenario counts once for
each database it runs on.
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import os
import pathlib
import sys

from player import HERE, Player, StepError
from scenario import (INPUT_STEPS, ScenarioError, load, updated,
                      with_wildcards)

ROOT = HERE.parent.parent


@dataclasses.dataclass
class Result:
    scenario: object
    database: str
    outcomes: list  # one per step that ran; None for those that print nothing
    failure: str  # empty if it passed


def main():
    options = parse_arguments()
    binary = pathlib.Path(os.environ.get("MANAGE_BIN",
                                         ROOT / "build/release/manage"))
    if not os.access(binary, os.X_OK):
        sys.exit(f"error: there is no {binary}; build it, or set MANAGE_BIN")
    scenarios, failures = load_all(find(options))
    databases = ["sqlite"]
    if "MANAGE_TEST_POSTGRES_URL" in os.environ:
        databases.append("postgresql")
    jobs = [(s, d) for s in scenarios for d in s.databases if d in databases]
    skipped = sum(len(s.databases) for s in scenarios) - len(jobs)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = []
        for result in pool.map(
                lambda job: play(*job, binary.resolve(), options.update), jobs):
            results.append(result)
            if options.update:
                continue
            if result.failure:
                failures.append(result.failure)
                print(result.failure, flush=True)
            elif options.verbose:
                print(f"PASS {name(result.scenario)} ({result.database})")
    if options.update:
        failures += update(scenarios, results)
    if skipped:
        print(f"SKIPPED: {skipped} scenarios on PostgreSQL, because "
              "MANAGE_TEST_POSTGRES_URL is not set")
    passed = sum(not result.failure for result in results)
    if not passed and not failures and not skipped:
        failures.append("")
        print("FAIL no scenario found")
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=pathlib.Path, default=[HERE],
                        help="scenario files or folders (all)")
    parser.add_argument("-k", dest="pattern", default="", metavar="PATTERN",
                        help="only scenarios whose path contains PATTERN")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--update", action="store_true",
                        help="write what happens into the files")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="name the scenarios that pass, too")
    return parser.parse_args()


def find(options):
    files = []
    for path in options.paths:
        files += sorted(path.glob("*/**/*.txt")) if path == HERE else \
            sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    return [file for file in files if options.pattern in name_of(file)]


def name_of(path):
    path = path.resolve()
    return str(path.relative_to(HERE) if HERE in path.parents else path)


def name(scenario):
    return name_of(scenario.path).removesuffix(".txt")


def load_all(files):
    scenarios, failures = [], []
    for file in files:
        try:
            scenarios.append(load(file))
        except (ScenarioError, OSError) as error:
            failures.append(str(error))
            print(f"FAIL {error}")
    return scenarios, failures


def play(scenario, database, binary, keep_going):
    """Plays until the first difference, or to the end."""
    result = Result(scenario, database, [], "")
    player = Player(scenario, database, binary)
    try:
        for step in scenario.steps:
            outcome = None
            if step.runs_on(database):
                try:
                    outcome = player.play(step)
                except (StepError, OSError, ValueError) as error:
                    result.failure = headline(scenario, step, database,
                                              str(error))
                    return result
            result.outcomes.append(outcome)
            if outcome is None or step.kind in INPUT_STEPS or keep_going:
                continue
            difference = compare(step.expected(database), outcome)
            if difference:
                result.failure = headline(scenario, step, database, "") + \
                    "\n" + difference
                return result
    finally:
        player.close()
    return result


def headline(scenario, step, database, reason):
    first = step.text.splitlines()[0]
    return (f"FAIL {name(scenario)} ({database})\n"
            f"{os.path.relpath(scenario.path)}:{step.line}: "
            f"{step.kind} {first}" + (f": {reason}" if reason else ""))


def compare(expected, actual):
    difference = difflib.unified_diff(
        expected.render(), with_wildcards(expected, actual).render(),
        "expected", "actual", lineterm="", n=2)
    return "\n".join(difference)


def update(scenarios, results):
    failures = []
    for scenario in scenarios:
        mine = [r for r in results if r.scenario is scenario]
        broken = [r.failure for r in mine if r.failure]
        if broken:
            failures += broken
            print(*broken, sep="\n")
            continue
        text = updated(scenario, {r.database: r.outcomes for r in mine})
        if text != scenario.path.read_text(encoding="utf-8"):
            scenario.path.write_text(text, encoding="utf-8")
            print(f"updated {name(scenario)}")
    return failures


if __name__ == "__main__":
    sys.exit(main())
