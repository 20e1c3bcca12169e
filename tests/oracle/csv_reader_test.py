"""Compares the CSV reader with Python's csv on random texts and dialects.

usage: csv_reader_test.py CSV_DUMP [ROUNDS] [SEED]

Texts are written by csv.writer (so both must give back the fields), and made
of random structural characters (so the reader's rules are compared: where
Python in strict mode refuses a record, the reader must call it bad).
"""

import csv
import io
import json
import random
import subprocess
import sys

PIECES = ["a", "bc", " ", "é", "žluť", '"', "'", '""', ",", ";", "\t", "|",
          "\\", "\n", "\r\n", "0", "x" * 70, ""]


def dump(program, text, delimiter, quote, escape, block):
    done = subprocess.run(
        [program, "dump", delimiter, quote or "", escape or "", str(block)],
        input=text.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def dialect(delimiter, quote, escape, **more):
    if quote is None:
        more.update(quoting=csv.QUOTE_NONE)
    return dict(delimiter=delimiter, quotechar=quote, escapechar=escape, **more)


def written(random_, delimiter, quote, escape, line_end):
    """A text by csv.writer, and the records that must come back."""
    rows = []
    for _ in range(random_.randrange(1, 8)):
        rows.append(["".join(random_.choices(PIECES, k=random_.randrange(5)))
                     for _ in range(random_.randrange(1, 6))])
    out = io.StringIO(newline="")
    # The writer quotes only line ends of its own kind, and a bare LF behind
    # its CR would read as one CR LF.
    quoting = csv.QUOTE_ALL if line_end == "\r" else random_.choice(
        [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(out, delimiter=delimiter, quotechar=quote,
                        escapechar=escape, quoting=quoting,
                        doublequote=escape is None or random_.random() < 0.5,
                        lineterminator=line_end)
    writer.writerows(rows)
    return out.getvalue(), rows


def python_records(text, **options):
    """Records by Python, one text line set at a time; None where it refuses."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, **options)
    try:
        return [row for row in reader if row]
    except csv.Error:
        return None


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20261120
    random_ = random.Random(seed)
    compared = refused = 0
    for number in range(rounds):
        delimiter = random_.choice([",", ";", "\t", "|"])
        quote = random_.choice(['"', '"', '"', "'"])
        escape = random_.choice([None, None, "\\"])
        block = random_.choice([16, 64, 100, 65536])
        text, rows = written(random_, delimiter, quote, escape,
                             random_.choice(["\n", "\r\n", "\r"]))
        found = dump(program, text, delimiter, quote, escape, block)
        if found != rows:
            sys.exit(f"round {number}, seed {seed}: {text!r} gave {found!r}, "
                     f"not {rows!r}")

        # Escaped line ends are left out: Python reads line by line and joins
        # an escaped CR with the LF behind it.
        pieces = [p for p in PIECES + ["\r"] if p != escape]
        text = "".join(random_.choices(pieces, k=random_.randrange(1, 25)))
        expected = python_records(text, **dialect(delimiter, quote, escape))
        found = dump(program, text, delimiter, quote, escape, block)
        compared += 1
        if expected is None:
            refused += 1
            if not any(isinstance(record, str) for record in found):
                sys.exit(f"round {number}, seed {seed}: {text!r} gave "
                         f"{found!r}, but Python refuses it")
        elif found != expected:
            sys.exit(f"round {number}, seed {seed}: {text!r} gave {found!r}, "
                     f"not {expected!r}")
    print(f"{rounds} written texts came back; {compared} random texts agree, "
          f"{refused} of them refused by both")


if __name__ == "__main__":
    main()
