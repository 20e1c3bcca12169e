"""How fast the CSV reader is, as ratios against other programs in the same run.

usage: import_reader.py CSV_DUMP [MEGABYTES]

Prints one JSON list of {work, ratio, target}: a ratio is the other program's
time divided by ours, each the best of three. csv_dump must be a release build.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time


def make(path, megabytes, quoted):
    """Rows like those of a product list; `quoted` of 10 texts in quotes."""
    random_ = random.Random(7)
    words = ["anvil", "rocket", "žluťoučký kůň", "spring, coiled", "magnet"]
    block = []
    for number in range(20000):
        text = words[number % 5] + " " + str(random_.randrange(10**6))
        if "," in text or random_.randrange(10) < quoted:
            text = '"' + text + '"'
        block.append(f"{number},{text},{random_.random():.4f},2026-01-"
                     f"{number % 28 + 1:02},SKU-{number:08},true,\n")
    data = "".join(block).encode()
    with open(path, "wb") as file:
        for _ in range(megabytes * 1_000_000 // len(data) + 1):
            file.write(data)


def best(run):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def piped(command, path):
    def run():
        with open(path, "rb") as file:
            subprocess.run(command, stdin=file, check=True,
                           stdout=subprocess.DEVNULL)
    return run


def python_csv(path):
    def run():
        with open(path, encoding="utf-8", newline="") as file:
            sum(len(row) for row in csv.reader(file))
    return run


def main():
    program = sys.argv[1]
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    results = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.csv")
        for quoted in (0, 5):
            make(path, megabytes, quoted)
            ours = best(piped([program, "count"], path))
            size = os.path.getsize(path)
            print(f"{size / ours / 1e6:.0f} MB/s with {quoted} of 10 quoted",
                  file=sys.stderr)
            for name, other, target in (
                    ("python csv.reader", best(python_csv(path)), 4),
                    ("wc -l", best(piped(["wc", "-l"], path)), None),
                    ("cat to /dev/null", best(piped(["cat"], path)), None)):
                results.append({
                    "work": f"read CSV, {quoted} of 10 texts quoted, "
                            f"against {name}",
                    "ratio": round(other / ours, 3), "target": target})
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
