"""How fast a script in Lua goes through records, against the same loop in C++.

usage: lua.py LUA_ROWS
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measure import TURNS


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, pathlib.Path(folder) / "rows.sqlite3", str(TURNS + 1)],
            check=True, stdout=subprocess.PIPE)
    found = json.loads(done.stdout)
    # The first turn of a process is about caches.
    loops, starts = found["loop"][1:], found["start"][1:]
    print(f"a state with all bindings: "
          f"{statistics.median(starts) * 1000:.2f} ms", file=sys.stderr)
    ratio = statistics.median(theirs / ours for ours, theirs in loops)
    print(json.dumps([
        {"work": "100,000 records in Lua, two fields of each, against C++",
         "ratio": round(ratio, 3), "target": 0.5}]))


if __name__ == "__main__":
    main()
