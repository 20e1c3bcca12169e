"""How fast the ORM writes, against what the database's own library needs for
the same, and against Django 3.2. Everything happens in a transaction that is
rolled back.

usage: writes.py ORM_WRITES
"""

import json
import pathlib
import sys
import tempfile

from measure import beside_django, fresh_database, server

DJANGO = """\
import datetime, json, sys, time, urllib.parse
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
from django.apps import AppConfig


class Shop(AppConfig):  # or no relation is known backwards
    name = "__main__"
    label = "shop"
    path = "."


settings.configure(DATABASES={"default": database}, USE_TZ=True,
                   INSTALLED_APPS=["__main__.Shop"],
                   DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
django.setup()
from django.db import models, transaction


class Author(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "shop"
        managed = False


class Book(models.Model):
    title = models.CharField(max_length=50)
    author = models.ForeignKey(Author, models.CASCADE)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    pages = models.IntegerField(null=True)
    day = models.DateField()
    made = models.DateTimeField()
    sold = models.BooleanField()

    class Meta:
        app_label = "shop"
        managed = False


class Review(models.Model):
    book = models.ForeignKey(Book, models.CASCADE)
    text = models.CharField(max_length=50)

    class Meta:
        app_label = "shop"
        managed = False


def seconds_of(work):
    with transaction.atomic():
        begin = time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
        transaction.set_rollback(True)
    return seconds


made = datetime.datetime(2020, 1, 1, 10, tzinfo=datetime.timezone.utc)
books = [Book(title=f"Book number {n}", author_id=n % 10_000 + 1,
              price=f"{n % 900}.{n % 100:02}", pages=n % 1000 or None,
              day=datetime.date(2020, 1, 31), made=made, sold=n % 3 == 0)
         for n in range(100_000)]
# Of the rows that are there; it takes too long for more.
some = list(Book.objects.order_by("pk")[:5_000])
for book in some:
    book.pages, book.price = book.pk % 500, f"{book.pk % 800}.50"
print(json.dumps({
    "create": seconds_of(lambda: Book.objects.bulk_create(books)),
    "update": 20 * seconds_of(
        lambda: Book.objects.bulk_update(some, ["pages", "price"])),
    "delete": seconds_of(lambda: Author.objects.all().delete())}))
"""
# Name -> what is measured, and the least ratio against the library.
WORKS = {"create": ("bulk_create of 100,000 rows", 0.83,
                    "a prepared loop by hand"),
         "update": ("bulk_update of 100,000 rows", 0.5,
                    "one UPDATE FROM VALUES"),
         "delete": ("deleting 10,000 rows with two levels of cascades", 0.67,
                    "the statements alone")}


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, server() as base:
        url = f"{base.rpartition('/')[0]}/bench_writes"

        def file():
            return tempfile.mkdtemp(dir=folder) + "/db.sqlite3"

        def database():
            fresh_database(url)
            return url

        found = [*beside_django(tool, DJANGO, WORKS, "SQLite", file),
                 *beside_django(tool, DJANGO, WORKS, "PostgreSQL", database)]
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
