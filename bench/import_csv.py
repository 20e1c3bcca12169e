"""How fast import_csv fills a table, against the databases' own loaders, and
how much memory it takes.

usage: import_csv.py MANAGE [ROWS]

The references read the same file into the same table, with the same indexes,
and check less: `psql \\copy`, `sqlite3 .import`. The floors are what the engine
does with rows that are there already, or that it reads itself.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from measure import Run, environment, in_turns, ratio, server

ROWS = 1_000_000
# The memory of so many times fewer rows, and how much of the memory that must
# be: unique keys are kept up to a bound, the rows not at all.
FEWER, MEMORY_TARGET = 10, 0.5
TABLE = "shop_item"
PEAK = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
COLUMNS = "number,name,price,day,moment,active,score,note"
FILES = {"settings/base.yaml": "installed_apps: [shop]\n",
         "shop/models.yaml": """\
models:
  Item:
    fields:
      id: {type: BigAutoField, primary_key: true}
      number: {type: IntegerField, unique: true}
      name: {type: CharField, max_length: 60}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2}
      day: {type: DateField, db_index: true}
      moment: {type: DateTimeField}
      active: {type: BooleanField}
      score: {type: FloatField}
      note: {type: TextField, null: true}
"""}


def row(number):
    text = f"thing number {number}"
    if number % 10 == 0:
        text = f'"thing, number {number}"'
    return (f"{number},{text},{number % 100000}.{number % 100:02},"
            f"2026-{number % 12 + 1:02}-{number % 28 + 1:02},2026-01-"
            f"{number % 28 + 1:02} 10:{number % 60:02}:{number // 7 % 60:02},"
            f"{number % 2},{number % 997 / 8},"
            f"{'' if number % 3 else 'a note of some length'}\n")


def write_csv(path, count, with_id):
    """.import has no column list: its file needs the id."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(("id," if with_id else "") + COLUMNS + "\n")
        for number in range(count):
            file.write(f"{number + 1},{row(number)}" if with_id else
                       row(number))


class Project:
    def __init__(self, manage, folder, rows):
        self.manage, self.folder, self.rows = manage, folder, rows
        for name, text in FILES.items():
            (folder / name).parent.mkdir()
            (folder / name).write_text(text)
        for name, with_id in (("plain", False), ("with_id", True)):
            write_csv(folder / f"{name}.csv", rows, with_id)
        self.run(None, "makemigrations")

    def run(self, url, *arguments):
        subprocess.run([self.manage, *arguments], cwd=self.folder, check=True,
                       env=environment(url), stdout=subprocess.DEVNULL)

    def importer(self, name, url, file, prepare):
        return Run(name, lambda: self.run(url, "import_csv", file), prepare)


def tool(*command, text=None):
    return subprocess.run(command, check=True, text=True, input=text,
                          stdout=subprocess.PIPE).stdout.strip()


def check_rows(found, wanted):
    if found != str(wanted):
        raise RuntimeError(f"{found} rows were imported instead of {wanted}")


def on_sqlite(project):
    folder, database = project.folder, project.folder / "db.sqlite3"
    project.run(None, "migrate")
    empty = database.read_bytes()

    def sqlite(script):
        return tool("sqlite3", "-bail", database, text=script)

    def prepare():
        if database.stat().st_size > len(empty):
            check_rows(sqlite(f"SELECT count(*) FROM {TABLE};"), project.rows)
        database.write_bytes(empty)

    source = folder / "source.sqlite3"
    ours = project.importer("import_csv, SQLite", None, "with_id.csv", prepare)
    plain = project.importer("import_csv, SQLite, no id in the file", None,
                             "plain.csv", prepare)
    loader = Run("sqlite3 .import", lambda: sqlite(
        f".import --csv --skip 1 {folder}/with_id.csv {TABLE}\n"), prepare)
    floor = Run("SQLite INSERT SELECT", lambda: sqlite(
        f"ATTACH '{source}' AS source;\n"
        # With the WHERE it inserts rows; without, it copies pages.
        f"INSERT INTO {TABLE} SELECT * FROM source.{TABLE} WHERE id > 0;\n"),
        prepare)
    ours.once()
    ours.times.clear()
    shutil.copy(database, source)
    in_turns(ours, loader, floor, plain)
    what = f"import {project.rows:,} rows, SQLite, against "
    return [ratio(what + "sqlite3 .import", ours, loader, 1),
            ratio(what + "INSERT SELECT of the same rows", ours, floor, 0.67),
            ratio(what + ".import of a file with ids", plain, loader, None)]


def on_postgresql(project, url):
    project.run(url, "migrate")

    def psql(*commands):
        # -c sends what follows it as one transaction.
        return tool("psql", url, "-qAtX", "-v", "ON_ERROR_STOP=1",
                    *(part for command in commands
                      for part in ("-c", command)))

    def prepare():
        if psql(f"SELECT EXISTS (SELECT FROM {TABLE})") == "t":
            check_rows(psql(f"SELECT count(*) FROM {TABLE}"), project.rows)
        psql(f"TRUNCATE {TABLE} RESTART IDENTITY", "CHECKPOINT")

    file = project.folder / "plain.csv"
    ours = project.importer("import_csv, PostgreSQL", url, "plain.csv", prepare)
    copy = Run("psql \\copy", lambda: psql(
        f"\\copy {TABLE} ({COLUMNS}) FROM '{file}' CSV HEADER"), prepare)
    in_turns(ours, copy)
    return [ratio(f"import {project.rows:,} rows, PostgreSQL, against psql "
                  "\\copy", ours, copy, 0.83)]


def peak_memory(project, url, file):
    """In bytes, of an import that is not kept. A child begins with the peak of
    its parent, so the parent must be a small one."""
    return 1024 * int(subprocess.run(
        ["/usr/bin/python3", "-I", "-c", PEAK, project.manage, "import_csv",
         file, "--dry-run"], cwd=project.folder, env=environment(url),
        check=True, stdout=subprocess.PIPE).stdout)


def memory(project, url, name):
    fewer = project.rows // FEWER
    write_csv(project.folder / "fewer.csv", fewer, False)
    little = peak_memory(project, url, "fewer.csv")
    much = peak_memory(project, url, "plain.csv")
    print(f"peak memory, {name}: {little / 1e6:.0f} MB for {fewer:,} rows, "
          f"{much / 1e6:.0f} MB for {project.rows:,}", file=sys.stderr)
    return {"work": f"memory of {fewer:,} rows, {name}, against that of "
                    f"{project.rows:,}",
            "ratio": round(little / much, 3), "target": MEMORY_TARGET}


def main():
    manage = pathlib.Path(sys.argv[1]).resolve()
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        project = Project(manage, pathlib.Path(folder), rows)
        results = on_sqlite(project)
        (project.folder / "db.sqlite3").unlink()
        project.run(None, "migrate")
        results.append(memory(project, None, "SQLite"))
        with server() as url:
            results += on_postgresql(project, url)
            project.run(url, "migrate", "shop", "zero")
            project.run(url, "migrate")
            results.append(memory(project, url, "PostgreSQL"))
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
