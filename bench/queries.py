"""How fast the ORM reads, prefetches and compiles, against what the database's
own library needs for the same, and against Django 3.2 on the same rows.

usage: queries.py ORM_QUERIES
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measure import environment, fresh_database, server

ROUNDS = 7
# Ours and Django are measured one after the other, so many times: they cannot
# take turns within one process, and the machine's speed changes for minutes.
PAIRS = 3
DJANGO = """\
import sys, time, urllib.parse
import django
from django.conf import settings

name = sys.argv[1]
url = urllib.parse.urlsplit(name)
if url.scheme:
    database = {"ENGINE": "django.db.backends.postgresql",
                "NAME": url.path[1:], "USER": url.username,
                "PASSWORD": url.password, "HOST": url.hostname,
                "PORT": url.port}
else:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
settings.configure(DATABASES={"default": database}, USE_TZ=True,
                   DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)
    editor = models.ForeignKey("self", models.CASCADE, null=True)

    class Meta:
        app_label = "shop"
        managed = False


class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    price = models.DecimalField(max_digits=8, decimal_places=2)
    pages = models.IntegerField(null=True)
    day = models.DateField()
    made = models.DateTimeField()
    sold = models.BooleanField()

    class Meta:
        app_label = "shop"
        managed = False


def compile_often():
    for _ in range(2000):
        str(Book.objects.filter(author__name="a", author__editor__name="b")
            .query.sql_with_params())


def seconds_of(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


works = {"read": lambda: len(Book.objects.all()),
         "prefetch": lambda: len(Author.objects.prefetch_related("books")),
         "compile": compile_often}
import json
print(json.dumps({name: seconds_of(work) for name, work in works.items()}))
"""
# Name -> what is measured, and the least ratio against the library.
WORKS = {"read": ("reading 100,000 rows of 8 columns into records", 0.77,
                  "a loop by hand"),
         "prefetch": ("prefetching 100,000 books of 10,000 authors", 0.67,
                      "the two queries alone"),
         "compile": ("compiling a filter with two joins", 0.33,
                     "sqlite3_prepare_v2")}


def answers(*command):
    done = subprocess.run(command, check=True, text=True, env=environment(),
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def ratios(tool, name, fresh):
    """`fresh` gives an empty database, each time it is called."""
    pairs = []
    for _ in range(PAIRS):
        database = fresh()
        pairs.append((answers(tool, database, str(ROUNDS)),
                      answers("/usr/bin/python3", "-c", DJANGO, database)))
    for key in pairs[0][0]:
        work, target, other = WORKS[key]
        # The first turn of a process also meets memory for the first time.
        turns = [turn for ours, _ in pairs for turn in ours[key][1:]]
        own = [statistics.median(mine for mine, _ in ours[key][1:])
               for ours, _ in pairs]
        for person, seconds in (("ours", statistics.median(own)),
                                (other, statistics.median(
                                    theirs for _, theirs in turns)),
                                ("Django", statistics.median(
                                    django[key] for _, django in pairs))):
            print(f"{work} ({name}), {person}: {seconds:.4f} s",
                  file=sys.stderr)
        yield {"work": f"{work} ({name}), against {other}", "target": target,
               "ratio": round(statistics.median(
                   theirs / mine for mine, theirs in turns), 3)}
        yield {"work": f"{work} ({name}), against Django's", "target": 20,
               "ratio": round(statistics.median(
                   django[key] / mine
                   for mine, (_, django) in zip(own, pairs)), 1)}


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, server() as base:
        url = f"{base.rpartition('/')[0]}/bench_queries"

        def file():
            return tempfile.mkdtemp(dir=folder) + "/db.sqlite3"

        def database():
            fresh_database(url)
            return url

        found = [*ratios(tool, "SQLite", file),
                 *ratios(tool, "PostgreSQL", database)]
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
