"""Rows for the queries, made by Django."""
import datetime as dt
import decimal

from shop.models import (Author, Award, Book, Cover, Person, Prize, Publisher,
                         Tag)

UTC = dt.timezone.utc


def moment(*parts):
    return dt.datetime(*parts, tzinfo=UTC)


Person.objects.create(name="Zoë", born=dt.date(1999, 12, 31))
ann = Author.objects.create(name="Ann", born=dt.date(1950, 2, 28), rating=4.5)
ben = Author.objects.create(name="Ben", editor=ann, rating=2.25)
cid = Author.objects.create(name="Cid", editor=ben, born=dt.date(1960, 1, 1))
dana = Author.objects.create(name="Ädana", editor=ann, rating=4.5)
gold, silver = (Award.objects.create(title=one) for one in ("Gold", "Silver"))
Award.objects.create(title="Tin")
for author, award, year in ((ann, gold, 2000), (ann, gold, 2005),
                            (ann, silver, 2001), (ben, silver, 2010)):
    Prize.objects.create(author=author, award=award, year=year)
north = Publisher.objects.create(name="North", country="NO")
south = Publisher.objects.create(name="South", country="ZA")
Publisher.objects.create(name="Nobody")
words = {word: Tag.objects.create(word=word)
         for word in ("old", "new", "50%", "under_score", "back\\slash")}
ROWS = [
    ("Iron", ann, north, "10.00", 100, dt.date(2020, 1, 31),
     moment(2020, 1, 31, 23, 30), dt.timedelta(hours=2), dt.time(9, 30), True,
     ("old", "new")),
    ("Gold", ann, south, "20.50", None, None, None, None, None, False,
     ("old",)),
    ("Zinc_x", ben, south, "5.25", 300, dt.date(2021, 6, 1),
     moment(2021, 6, 1, 10, 0, 0, 250000), dt.timedelta(days=1, seconds=5),
     dt.time(23, 59, 59), False, ("50%", "under_score")),
    ("Lead", None, north, "10.00", 50, dt.date(2019, 12, 31), None,
     dt.timedelta(0), None, True, ()),
    ("lead", cid, north, "0.99", 100, dt.date(2020, 2, 29),
     moment(2020, 2, 29, 0, 0), None, dt.time(0, 0), True, ("new",)),
    ("100% Tin", ben, north, "99.99", 7, dt.date(2024, 12, 30),
     moment(2024, 12, 30, 12, 0), dt.timedelta(minutes=90), dt.time(12, 0),
     False, ("back\\slash", "old")),
    ("Überall", None, south, "7.00", 0, dt.date(1970, 1, 1),
     moment(1969, 12, 31, 23, 59, 59), dt.timedelta(days=-1), None, False, ()),
    ("O'Brien", dana, south, "15.00", 300, None, moment(2022, 3, 27, 1, 30),
     None, dt.time(6, 7, 8), True, ("new", "old")),
]
books = []
for title, author, house, price, pages, day, made, took, opens, sold, tags in \
        ROWS:
    books.append(Book.objects.create(
        title=title, author=author, publisher=house,
        price=decimal.Decimal(price), pages=pages, day=day, made=made,
        took=took, opens=opens, sold=sold))
    books[-1].tags.set([words[tag] for tag in tags])
books[0].related.add(books[1], books[2])
books[3].related.add(books[4])
Cover.objects.create(book=books[0], colour="red")
Cover.objects.create(book=books[2])
