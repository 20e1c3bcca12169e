"""How fast 500 models are read and checked, against Django's check, and against a
parser that drops what it reads.

usage: check.py MANAGE YAML_EVENTS
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from measure import Run, in_turns, ratio
from migrations import APPS, MODELS, Project

ROUNDS = 15


def quiet(*command, folder):
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main():
    manage, events = [pathlib.Path(path).resolve() for path in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        project = Project(manage, pathlib.Path(folder), APPS, MODELS)
        files = sorted(project.ours.glob("*/models.yaml"))
        ours = Run("manage check",
                   lambda: quiet(manage, "check", folder=project.ours),
                   rounds=ROUNDS)
        least = Run("bare parser events",
                    lambda: quiet(events, *files, folder=project.ours),
                    rounds=ROUNDS)
        in_turns(ours, least)
        # By itself, so that the big program leaves no cold caches.
        checked = Run("manage check", ours.run)
        django = Run("django check", lambda: project.django(None, "system_check"))
        in_turns(checked, django)
        print(json.dumps([
            ratio(f"check of {APPS * MODELS} models, against the events of a "
                  "YAML parser", ours, least, 0.67),
            ratio(f"check of {APPS * MODELS} models, against Django's",
                  checked, django, 10)], indent=1))


if __name__ == "__main__":
    main()
