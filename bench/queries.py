"""How fast the ORM reads, prefetches and compiles, against what the database's
own library needs for the same, and against Django 3.2 on the same rows.

usage: queries.py ORM_QUERIES
"""

import json
import pathlib
import sys
import tempfile

from measure import beside_django, fresh_database, server

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


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, server() as base:
        url = f"{base.rpartition('/')[0]}/bench_queries"

        def file():
            return tempfile.mkdtemp(dir=folder) + "/db.sqlite3"

        def database():
            fresh_database(url)
            return url

        found = [*beside_django(tool, DJANGO, WORKS, "SQLite", file, 3),
                 *beside_django(tool, DJANGO, WORKS, "PostgreSQL", database, 3)]
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
