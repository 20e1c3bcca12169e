"""Rows for the models of a walk (random_models), and what a step makes of them.

`tables` describes what models have in a database. Rows are kept as they are
read: {table's key: {id: {field: value}}}; a table's key is "shop.Author", or
"shop.Author.tags" for a many-to-many field.
"""

import copy
import datetime
import decimal
import hashlib
import json
import random
import uuid
from typing import NamedTuple, Optional

from common import Difference
from random_models import KEYS, NUMBERS, REALS, is_unique

NEW_ROWS = 2
ENOUGH = 8  # rows of a table
NAME_LIMITS = {"sqlite": 1000, "postgresql": 63}
BEGINNING = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


class Column(NamedTuple):
    name: str
    type: str
    null: bool = False
    default: object = None
    target: Optional[str] = None  # a table's key


class Table:
    def __init__(self, name, columns, unique):
        self.name = name
        self.columns = columns  # by field
        self.unique = unique    # lists of fields


def tables(apps, limit):
    """Of all models, by key. `limit`: of the length of names."""
    found = {}
    for app, models in apps.items():
        for name, model in models.items():
            key = f"{app}.{name}"
            table = model["meta"].get("db_table", f"{app}_{name.lower()}")
            columns, unique = {}, []
            for field, given in model["fields"].items():
                if given["type"] == "ManyToManyField":
                    found[f"{key}.{field}"] = join_table(
                        cut(f"{table}_{field}", limit), key, given["to"])
                    continue
                columns[field] = column(field, given)
                if is_unique(given):
                    unique.append([field])
            if "order_with_respect_to" in model["meta"]:
                columns["_order"] = Column("_order", "IntegerField", default=0)
            unique += model["meta"]["unique_together"]
            unique += [each["fields"] for each in model["meta"]["constraints"]
                       if "fields" in each]
            found[key] = Table(table, columns, unique)
    return found


def column(field, given):
    is_key = given["type"] in KEYS
    return Column(given.get("db_column", field + "_id" * is_key),
                  given["type"], given.get("null", False),
                  given.get("default"), given.get("to"))


def join_table(name, key, target):
    ends = [each.split(".")[1].lower() for each in (key, target)]
    if ends[0] == ends[1]:
        ends = ["from_" + ends[0], "to_" + ends[1]]
    return Table(name, {end: Column(f"{model}_id", "ForeignKey", target=to)
                        for end, model, to in zip(("from", "to"), ends,
                                                  (key, target))},
                 [["from", "to"]])


def cut(name, limit):
    """Django's way to a shorter name."""
    if len(name) <= limit:
        return name
    return name[:limit - 4] + hashlib.md5(name.encode()).hexdigest()[:4]


def is_join(key):
    return key.count(".") > 1


class Change:
    """From the tables before to those after a step."""

    def __init__(self, before, after, renamed, values):
        self.before, self.after = before, after
        self.old_names = {new: old for old, new in renamed.items()}
        self.values = values

    @staticmethod
    def of(step, before, after):
        return Change(before, after, step.renamed, step.values)

    def back(self):
        return Change(self.after, self.before, self.old_names, {})

    def old_key(self, key):
        app, model, *field = key.split(".")
        old = self.old_names.get(f"{app}.{model}", f"{app}.{model}")
        return ".".join([old, *(self.old_field(f"{app}.{model}", each)
                                for each in field)])

    def old_field(self, key, field):
        if is_join(key):  # its ends are never renamed
            return field
        return self.old_names.get(f"{key}.{field}",
                                  f"{key}.{field}").split(".")[2]

    def origin(self, key, field):
        """The column that it was, if any."""
        old = self.before.get(self.old_key(key))
        return old and old.columns.get(self.old_field(key, field))

    def apply(self, rows):
        """What the rows must be after it."""
        return {key: {id_: {field: self.value(key, field, row)
                            for field in table.columns}
                      for id_, row in rows.get(self.old_key(key), {}).items()}
                for key, table in self.after.items()}

    def value(self, key, field, row):
        given = self.after[key].columns[field]
        if self.origin(key, field):
            value = row[self.old_field(key, field)]
            if value is not None or given.null:
                return value
        return comparable(self.values.get(f"{key}.{field}", given.default),
                          given.type)

    def conflicts(self, rows):
        """Of rows that are to be changed, as `conflicts` has them, in names
        from before."""
        after = self.apply(rows)
        found = [(self.old_key(key), id_, field and self.old_field(key, field))
                 for key, id_, field in conflicts(after, self.after)]
        for key, table in self.after.items():
            for field, given in table.columns.items():
                origin = given.target and self.origin(key, field)
                if not origin or self.old_key(given.target) == origin.target:
                    continue
                # It points to another model: the way back must be there too.
                gone = origin.target not in map(self.old_key, self.after)
                found += [(self.old_key(key), id_, self.old_field(key, field))
                          for id_, row in after[key].items()
                          if gone and row[field] is not None]
        return found


def conflicts(rows, of_tables):
    """What no database can hold: [(table's key, id, field or None)]. Without
    the field something could be there."""
    found = []
    for key, table in of_tables.items():
        for fields in table.unique:
            seen = set()
            for id_, row in rows[key].items():
                values = tuple(row[field] for field in fields)
                if None in values:
                    continue
                if values in seen:
                    found.append((key, id_, None))
                seen.add(values)
        for field, given in table.columns.items():
            for id_, row in rows[key].items():
                if row[field] is None:
                    if not given.null:
                        found.append((key, id_, None))
                elif given.target and row[field] not in rows[given.target]:
                    found.append((key, id_, field))
    return found


def settle(rows, change):
    """Takes out rows and references until they can be there before the change
    and after it."""
    while True:
        found = conflicts(rows, change.before) or change.conflicts(rows)
        if not found:
            return
        for key, id_, field in found:
            if id_ not in rows[key]:
                continue
            if field and change.before[key].columns[field].null:
                rows[key][id_][field] = None
            else:
                del rows[key][id_]


def comparable(value, type_):
    """One spelling for what is equal in a database."""
    if type_ in REALS and value is not None:
        return float(value)
    if isinstance(value, (bool, int, decimal.Decimal)):
        return float(value)
    return bytes(value) if isinstance(value, memoryview) else value


class Rows:
    """The rows in one database."""

    def __init__(self, database, seed):
        self.database = database
        self.random = random.Random(f"rows of {seed}")
        self.number = 100

    @property
    def limit(self):
        return NAME_LIMITS[self.database.name]

    def read(self, of_tables):
        with Session(self.database) as session:
            return {key: session.read(table)
                    for key, table in of_tables.items()}

    def fill(self, change):
        """Rows that can be there before and after the change; returns them."""
        before = self.read(change.before)
        with Session(self.database) as session:
            rows = copy.deepcopy(before)
            for key, table in change.before.items():
                count = NEW_ROWS if len(rows[key]) < ENOUGH else 0
                rows[key].update((id_, {}) for id_
                                 in session.new_ids(table, count))
            given = {}
            for key, table in change.before.items():
                for id_ in rows[key].keys() - before[key].keys():
                    for field, each in table.columns.items():
                        given[key, id_, field] = value = self.value(each, rows)
                        rows[key][id_][field] = value if each.target else \
                            comparable(session.stored(value), each.type)
            settle(rows, change)
            session.write(change.before, before, rows, given)
        if self.read(change.before) != rows:
            raise Difference("the rows are not what was inserted")
        return rows

    def clear(self, of_tables):
        with Session(self.database) as session:
            for table in of_tables.values():
                session.execute(f"DELETE FROM {quoted(table.name)}")

    def value(self, given, rows):
        if given.null and self.random.random() < 0.3:
            return None
        if given.target:
            found = sorted(rows[given.target])
            return self.random.choice(found) if found else None
        self.number += 1
        return value_of(given.type, self.number, self.random)


def value_of(type_, n, chooser):
    """Another one for each n; they fit into every type of their family."""
    if type_ in NUMBERS:
        return n
    return {"CharField": f"x{n}", "TextField": f"t{n}", "SlugField": f"s{n}",
            "EmailField": f"e{n}@b.example",
            "URLField": f"http://u.example/{n}",
            "FloatField": n + 0.125, "DecimalField": decimal.Decimal(n) / 4,
            "BooleanField": chooser.random() < 0.5,
            "GenericIPAddressField": f"10.1.{n // 200}.{n % 200}",
            "DateField": (BEGINNING + datetime.timedelta(days=n)).date(),
            "DateTimeField": BEGINNING + datetime.timedelta(minutes=n),
            "TimeField": (BEGINNING + datetime.timedelta(seconds=n)).time(),
            "DurationField": datetime.timedelta(seconds=n),
            "UUIDField": uuid.UUID(int=n), "BinaryField": b"b%d" % n,
            "JSONField": {"n": n}}[type_]


def quoted(name):
    return f'"{name}"'


class Session:
    """A transaction."""

    def __init__(self, database):
        self.is_sqlite = database.name == "sqlite"
        self.connection = database.connect()
        self.cursor = self.connection.cursor()

    def __enter__(self):
        self.execute("BEGIN")
        return self

    def __exit__(self, kind, *_):
        self.execute("ROLLBACK" if kind else "COMMIT")
        self.connection.close()

    def execute(self, sql, values=()):
        mark = "?" if self.is_sqlite else "%s"
        self.cursor.execute(sql.replace("?", mark),
                            [self.passed(value) for value in values])
        return self.cursor

    def read(self, table):
        names = ", ".join(quoted(each.name)
                          for each in table.columns.values())
        found = self.execute(f"SELECT {quoted('id')}{', ' if names else ''}"
                             f"{names} FROM {quoted(table.name)} ORDER BY 1")
        return {row[0]: {field: value if each.target
                         else comparable(value, each.type)
                         for (field, each), value
                         in zip(table.columns.items(), row[1:])}
                for row in found.fetchall()}

    def new_ids(self, table, count):
        """Those that the database would give."""
        if not self.is_sqlite:
            return [self.execute(
                "SELECT nextval(pg_get_serial_sequence(?, 'id'))",
                [quoted(table.name)]).fetchone()[0] for _ in range(count)]
        last = self.execute("SELECT max(seq) FROM sqlite_sequence WHERE "
                            "name = ?", [table.name]).fetchone()[0] or 0
        return range(last + 1, last + 1 + count)

    def write(self, of_tables, before, rows, given):
        """Makes the rows of before those of rows."""
        for key, table in of_tables.items():
            name = quoted(table.name)
            for id_ in before[key].keys() - rows[key].keys():
                self.execute(f"DELETE FROM {name} WHERE id = ?", [id_])
            for id_, row in rows[key].items():
                values = {quoted(each.name): row[field] if each.target
                          else given.get((key, id_, field))
                          for field, each in table.columns.items()}
                if id_ not in before[key]:
                    names = ", ".join(["id", *values])
                    marks = ", ".join("?" * (1 + len(values)))
                    self.execute(f"INSERT INTO {name} ({names}) VALUES "
                                 f"({marks})", [id_, *values.values()])
                elif row != before[key][id_]:
                    # Only references may go.
                    for field, each in table.columns.items():
                        if each.target:
                            self.execute(
                                f"UPDATE {name} SET {quoted(each.name)} = ? "
                                "WHERE id = ?", [row[field], id_])

    def passed(self, value):
        if isinstance(value, dict):
            return json.dumps(value)
        if not self.is_sqlite:
            return str(value) if isinstance(value, uuid.UUID) else value
        return self.stored(value)

    def stored(self, value):
        """As the database gives it back."""
        if not self.is_sqlite:
            return str(value) if isinstance(value, uuid.UUID) else value
        if isinstance(value, uuid.UUID):
            return value.hex
        if isinstance(value, datetime.timedelta):
            return value // datetime.timedelta(microseconds=1)
        if isinstance(value, datetime.datetime):
            return str(value.replace(tzinfo=None))
        if isinstance(value, (datetime.date, datetime.time)):
            return str(value)
        if isinstance(value, decimal.Decimal):
            return float(value)
        return json.dumps(value) if isinstance(value, dict) else value


def compare(expected, actual, when):
    """Raises the Difference between two sets of rows."""
    lines = []
    for key, rows in expected.items():
        for id_ in sorted(rows.keys() | actual[key].keys()):
            a, b = rows.get(id_), actual[key].get(id_)
            if a != b:
                lines.append(f"{key} {id_}: {a} expected, {b} found")
    if lines:
        raise Difference("\n".join([f"rows differ {when}:", *lines[:40]]))
