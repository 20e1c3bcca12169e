#!/usr/bin/python3
"""Values as they lie on disk: import_csv and a real Django write the same values
into the same table, and the database must not be able to tell the rows apart.

Each field of the project alltypes has a list of (cell of the CSV file, Python
expression); the lists are repeated until all are of one length.
"""

import csv
import os
import subprocess
import sys

import django_project
from common import (HERE, Difference, Report, folder, fresh_database, manage,
                    overlay)

PROJECT = HERE / "projects/alltypes"

VALUES = {
    "big": [("-9223372036854775808", "-2**63"),
            ("9223372036854775807", "2**63 - 1")],
    "binary": [("AA==", "b'\\x00'"), ("AP8B", "b'\\x00\\xff\\x01'")],
    "boolean": [("true", "True"), ("false", "False")],
    "char": [("a", "'a'"), ("  Ünï☃😀 ", "'  Ünï☃😀 '"), ("''", "\"''\"")],
    "date": [("0001-01-01", "datetime.date(1, 1, 1)"),
             ("9999-12-31", "datetime.date(9999, 12, 31)"),
             ("2024-02-29", "datetime.date(2024, 2, 29)")],
    "datetime": [
        ("2026-01-31 12:30:15", "moment(2026, 1, 31, 12, 30, 15)"),
        ("2026-01-31T12:30:15.000120Z", "moment(2026, 1, 31, 12, 30, 15, 120)"),
        ("2026-01-31 12:30:15+02:00", "moment(2026, 1, 31, 10, 30, 15)"),
        ("1969-12-31 23:59:59.999999",
         "moment(1969, 12, 31, 23, 59, 59, 999999)")],
    "decimal": [("1", "Decimal('1')"), ("1.10", "Decimal('1.10')"),
                ("-12345678.99", "Decimal('-12345678.99')"),
                ("0.00", "Decimal('0.00')")],
    "duration": [("4 01:15:20", "timedelta(4, 4520)"),
                 ("-1 00:00:00.000001", "timedelta(-1, 0, 1)"),
                 ("00:00:00", "timedelta(0)")],
    "email": [("a@example.org", "'a@example.org'")],
    "file": [("a/b.txt", "'a/b.txt'")],
    "filepath": [("/tmp/x", "'/tmp/x'")],
    "float": [("0.1", "0.1"), ("-1e300", "-1e300"), ("3", "3.0"),
              ("2.5e-8", "2.5e-8")],
    "address": [("192.0.2.1", "'192.0.2.1'"), ("2001:db8::1", "'2001:db8::1'"),
                ("2001:DB8:0:0::1", "'2001:DB8:0:0::1'")],
    "integer": [("-2147483648", "-2**31"), ("2147483647", "2**31 - 1")],
    "json": [('{"b": [1, 2.5, null], "a": "ü"}',
              "{'b': [1, 2.5, None], 'a': 'ü'}"),
             ("[]", "[]"), ('"x"', "'x'"), ("0", "0"), ("true", "True")],
    "positive_big": [("0", "0"), ("9223372036854775807", "2**63 - 1")],
    "positive": [("0", "0"), ("2147483647", "2**31 - 1")],
    "positive_small": [("0", "0"), ("32767", "32767")],
    "slug": [("a-b_1", "'a-b_1'")],
    "small": [("-32768", "-32768"), ("32767", "32767")],
    "text": [("two\nlines", "'two\\nlines'"), ('a "quoted" word',
                                               "'a \"quoted\" word'")],
    "time": [("12:30", "datetime.time(12, 30)"),
             ("23:59:59.000001", "datetime.time(23, 59, 59, 1)")],
    "url": [("https://example.org/?a=b", "'https://example.org/?a=b'")],
    "uuid": [("6f1c0c0a-1111-4222-8333-0123456789ab",
              "uuid.UUID('6f1c0c0a-1111-4222-8333-0123456789ab')"),
             ("6F1C0C0A111142228333000000000000",
              "uuid.UUID('6f1c0c0a-1111-4222-8333-000000000000')")],
}
ROWS = max(map(len, VALUES.values()))

WRITE = """\
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
import datetime, uuid
from datetime import timedelta
from decimal import Decimal
import django
django.setup()
from kinds.models import Plain

def moment(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)

"""

# What the database has of a column: on SQLite its type, too.
RAW = {"sqlite": "typeof({0}) || ' ' || quote({0})", "postgresql": "{0}::text"}


def row(number, part):
    return [values[number % len(values)][part] for values in VALUES.values()]


def write_ours(project, database):
    file = project / "plain.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(VALUES)
        writer.writerows(row(number, 0) for number in range(ROWS))
    manage(project, database, "import_csv", file, "--model", "kinds.Plain")


def write_theirs(project, database):
    lines = [WRITE]
    for number in range(ROWS):
        arguments = ", ".join(
            f"{name}={value}" for name, value in zip(VALUES, row(number, 1)))
        lines.append(f"Plain({arguments}).save(force_insert=True)\n")
    (project / "write.py").write_text("".join(lines), encoding="utf-8")
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "write.py"], cwd=project, text=True,
        env={**os.environ, "ORACLE_DATABASE": database.url},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout)


def same_values(database_name):
    with folder() as scratch:
        ours, theirs = scratch / "manage", scratch / "django"
        ours.mkdir(), theirs.mkdir()
        overlay(PROJECT, ours)
        django_project.translate(ours, theirs)
        with fresh_database(database_name, ours) as database:
            manage(ours, database, "makemigrations")
            manage(ours, database, "migrate")
            write_ours(ours, database)
            write_theirs(theirs, database)
            differences = []
            for name in VALUES:
                raw = RAW[database_name].format(f'"{name}"')
                found = database.query(
                    f"SELECT {raw} FROM kinds_plain ORDER BY id")
                for number in range(ROWS):
                    mine, django = found[number], found[number + ROWS]
                    if mine != django:
                        cell = row(number, 0)[list(VALUES).index(name)]
                        differences.append(f"{name}: {cell!r} is {mine}, "
                                           f"Django's is {django}")
            if differences:
                raise Difference("\n".join(differences))


def main():
    report = Report()
    report.on_both("values on disk", same_values)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
