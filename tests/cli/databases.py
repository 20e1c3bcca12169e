"""The databases that scenarios run on.

Values are shown in one spelling, so that one expectation serves both: NULL,
booleans as 1 and 0, times in UTC without an offset, decimals without zeros at
their end, UUIDs as 32 hexadecimal digits, bytes as x'…', durations in
microseconds.
"""

import datetime
import decimal
import itertools
import json
import os
import sqlite3
import threading
import urllib.parse
import uuid


def shown(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, decimal.Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            value = value.astimezone(datetime.timezone.utc)
        return str(value.replace(tzinfo=None))
    if isinstance(value, datetime.timedelta):
        return str(value // datetime.timedelta(microseconds=1))
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, (bytes, memoryview)):
        return f"x'{bytes(value).hex()}'"
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return str(value)


class Sqlite:
    """The file db.sqlite3 of the project."""

    name = "sqlite"
    environment = {}
    substitutions = ()

    def __init__(self, project):
        self.path = project / "db.sqlite3"

    @property
    def url(self):
        return f"sqlite://{self.path}"

    def connect(self):
        return sqlite3.connect(self.path, isolation_level=None)

    def query(self, sql):
        if not self.path.exists():
            return ["error: there is no db.sqlite3"]
        connection = self.connect()
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            rows = connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            return [f"error: {error}"]
        finally:
            connection.close()
        return ["|".join(map(shown, row)) for row in rows]

    def close(self):
        pass


class Postgresql:
    """A database of its own in the server of MANAGE_TEST_POSTGRES_URL."""

    name = "postgresql"
    numbers = itertools.count(1)
    # CREATE DATABASE copies a template that nobody else may be copying.
    creating = threading.Lock()

    def __init__(self, project):
        del project
        self.server = os.environ["MANAGE_TEST_POSTGRES_URL"]
        self.database = f"scenario_{os.getpid()}_{next(self.numbers)}"
        parts = urllib.parse.urlsplit(self.server)
        self.url = parts._replace(path="/" + self.database).geturl()
        with self.creating:
            self._server(f"CREATE DATABASE {self.database} TEMPLATE template0")
        self.environment = {"MANAGE_DATABASES__DEFAULT__URL": self.url,
                            "DATABASE_URL": self.url}
        self.substitutions = (
            (self.url, "$DATABASE_URL"), (self.database, "$DATABASE"),
            (f"{parts.hostname}:{parts.port}", "$SERVER"),
            (f"port {parts.port}", "port $PORT"))

    def connect(self):
        import psycopg2

        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        return connection

    def query(self, sql):
        import psycopg2
        import psycopg2.extras

        connection = self.connect()
        try:
            psycopg2.extras.register_uuid(conn_or_curs=connection)
            for register in (psycopg2.extras.register_default_json,
                             psycopg2.extras.register_default_jsonb):
                register(connection, loads=lambda text: text)
            cursor = connection.cursor()
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            return [f"error: {str(error).splitlines()[0]}"]
        finally:
            connection.close()
        return ["|".join(map(shown, row)) for row in rows]

    def close(self):
        self._server(f"DROP DATABASE {self.database} WITH (FORCE)")

    def _server(self, sql):
        import psycopg2

        connection = psycopg2.connect(self.server)
        try:
            connection.autocommit = True
            connection.cursor().execute(sql)
        finally:
            connection.close()


DATABASES = {"sqlite": Sqlite, "postgresql": Postgresql}
