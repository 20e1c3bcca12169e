"""How long a command takes that has almost nothing to do.

usage: startup.py MANAGE EMPTY

EMPTY is a program that does nothing, linked in the same way.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

RUNS = 100
DJANGO = """import django
from django.conf import settings
settings.configure()
django.setup()"""


def best(commands, folder):
    """The best time of each command, taken in turns so that all of them meet
    the same weather."""
    times = [float("inf")] * len(commands)
    for _ in range(RUNS):
        for number, command in enumerate(commands):
            start = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            times[number] = min(times[number], time.perf_counter() - start)
    return times


def main():
    manage, empty = [pathlib.Path(path).resolve() for path in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        # By themselves: bigger programs in between leave cold caches.
        ours, least = best([[manage, "version"], [empty]], folder)
        near = round(least / ours, 3)
        ours, true, python, django = best(
            [[manage, "version"], ["/bin/true"],
             ["/usr/bin/python3", "-I", "-c", ""],
             ["/usr/bin/python3", "-I", "-c", DJANGO]], folder)
    print(f"manage version: {ours * 1000:.1f} ms", file=sys.stderr)
    print(json.dumps([
        {"work": "manage version, against an empty program linked alike",
         "ratio": near, "target": 0.77},
        {"work": "manage version, against Django's set-up",
         "ratio": round(django / ours, 3), "target": 10},
        {"work": "manage version, against an empty Python program",
         "ratio": round(python / ours, 3), "target": 1.5},
        {"work": "manage version, against /bin/true",
         "ratio": round(true / ours, 3), "target": None},
    ]))


if __name__ == "__main__":
    main()
