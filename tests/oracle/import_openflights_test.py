"""Imports five related real files and checks every row with Python's csv.

usage: import_openflights_test.py MANAGE

Reads ../shared/data/openflights beside the project; exits 77 (skipped) if it is
not there. Runs on SQLite, and on the PostgreSQL server that
MANAGE_TEST_POSTGRES_URL names, in a database of its own.
"""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[3] / "shared/data/openflights"

MODELS = """
models:
  Country:
    fields:
      name: {type: CharField, max_length: 60, unique: true}
      iso: {type: CharField, max_length: 2, null: true}
      dafif: {type: CharField, max_length: 4, blank: true}
  Airline:
    fields:
      name: {type: CharField, max_length: 90}
      alias: {type: CharField, max_length: 90, null: true}
      iata: {type: CharField, max_length: 4, null: true}
      icao: {type: CharField, max_length: 7, null: true}
      callsign: {type: CharField, max_length: 60, null: true}
      country: {type: CharField, max_length: 60, null: true}
      active: {type: CharField, max_length: 1}
  Airport:
    fields:
      name: {type: CharField, max_length: 90}
      city: {type: CharField, max_length: 60, null: true}
      country: {type: ForeignKey, to: Country, on_delete: CASCADE}
      iata: {type: CharField, max_length: 3, null: true, unique: true}
      icao: {type: CharField, max_length: 4, null: true, unique: true}
      latitude: {type: FloatField}
      longitude: {type: FloatField}
      altitude: {type: IntegerField}
  Plane:
    fields:
      name: {type: CharField, max_length: 80}
      iata: {type: CharField, max_length: 3, null: true}
      icao: {type: CharField, max_length: 4, null: true}
  Route:
    fields:
      airline: {type: ForeignKey, to: Airline, on_delete: CASCADE}
      source: {type: ForeignKey, to: Airport, on_delete: CASCADE}
      target: {type: ForeignKey, to: Airport, on_delete: CASCADE, related_name: arrivals}
      codeshare: {type: CharField, max_length: 1, blank: true}
      stops: {type: PositiveSmallIntegerField}
      equipment: {type: CharField, max_length: 40, blank: true}
"""


def rows(name):
    """Fields as Python reads them; an unquoted \\N is None."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return [[None if cell == "\\N" else cell for cell in row]
                for row in csv.reader(file)]


class Project:
    def __init__(self, manage, folder, url):
        self.manage, self.folder = manage, folder
        self.environment = dict(os.environ)
        for name in list(self.environment):
            if name.startswith("MANAGE_"):
                del self.environment[name]
        if url:
            self.environment["MANAGE_DATABASES__DEFAULT__URL"] = url
        self.url = url
        for name, text in (("settings/base.yaml", "installed_apps: [air]\n"),
                           ("air/models.yaml", MODELS)):
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        pathlib.Path(folder, "air/migrations").mkdir()
        self.run("makemigrations")
        self.run("migrate")

    def run(self, *arguments, expect=0):
        done = subprocess.run([self.manage, *arguments], cwd=self.folder,
                              env=self.environment, capture_output=True,
                              text=True)
        if done.returncode != expect:
            sys.exit(f"manage {' '.join(arguments)} gave {done.returncode}:\n"
                     f"{(done.stderr + done.stdout)[:3000]}")
        return done.stdout

    def load(self, name, model, columns, *more, expect=0):
        report = json.loads(self.run(
            "--format", "json", "import_csv", str(DATA / name), "--model",
            "air." + model, "--no-header", "--columns", columns, "--null",
            "\\N", *more, expect=expect))
        return report

    def execute(self, sql):
        command = (["psql", self.url, "-qc"] if self.url else
                   ["sqlite3", os.path.join(self.folder, "db.sqlite3")])
        subprocess.run(command + [sql], check=True)

    def query(self, sql):
        if self.url:
            text = subprocess.run(
                ["psql", self.url, "-q", "-c", f"\\copy ({sql}) to stdout csv"],
                check=True, capture_output=True, text=True).stdout
        else:
            text = subprocess.run(
                ["sqlite3", "-csv", os.path.join(self.folder, "db.sqlite3"),
                 sql], check=True, capture_output=True, text=True).stdout
        return list(csv.reader(io.StringIO(text, newline="")))


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {str(got)[:2000]}\nnot {str(wanted)[:2000]}")


def same_rows(what, got, wanted):
    got, wanted = sorted(got), sorted(wanted)
    for a, b in zip(got, wanted):
        check(what, a, b)
    check(what + ", number of rows", len(got), len(wanted))


def without_repeats(lines, *unique):
    """The rows whose unique columns did not stand in a row before."""
    seen, good = set(), []
    for line in lines:
        keys = {(i, line[i]) for i in unique if line[i] is not None}
        if not keys & seen:
            good.append(line)
        seen |= keys
    return good


def counts(report):
    return report["created"], report["rejected"]


def test(project):
    lines = rows("countries.dat")
    countries = without_repeats(lines, 0)
    check("countries", counts(project.load(
        "countries.dat", "Country", "name,iso,dafif", "--on-error", "skip",
        expect=6)), (len(countries), len(lines) - len(countries)))
    same_rows("countries", project.query(
        "SELECT name, coalesce(iso, '-'), dafif FROM air_country"),
        [[n, i or "-", d or ""] for n, i, d in countries])

    airlines = rows("airlines.dat")
    check("airlines", counts(project.load(
        "airlines.dat", "Airline",
        "id,name,alias,iata,icao,callsign,country,active", "--transaction",
        "batch", "--batch-size", "1000")), (len(airlines), 0))
    null = "(null)"
    same_rows("airlines", project.query(
        "SELECT id, name, coalesce(alias, '(null)'), coalesce(iata, '(null)'),"
        " coalesce(callsign, '(null)') FROM air_airline"),
        [[a[0], a[1], null if a[2] is None else a[2],
          null if a[3] is None else a[3], null if a[5] is None else a[5]]
         for a in airlines])

    known = {row[0] for row in countries}
    airports = rows("airports.dat")
    good = without_repeats([a for a in airports if a[3] in known], 4, 5)
    report = project.load(
        "airports.dat", "Airport", "id,name,city,country__name,iata,icao,"
        "latitude,longitude,altitude,_,_,_,_,_", "--rejects", "airports.csv",
        expect=6 if len(good) < len(airports) else 0)
    check("airports", counts(report), (len(good), len(airports) - len(good)))
    same_rows("airports", project.query(
        "SELECT a.id, a.name, c.name FROM air_airport a JOIN air_country c"
        " ON c.id = a.country_id"), [[a[0], a[1], a[3]] for a in good])

    planes = rows("planes.dat")
    check("planes", counts(project.load(
        "planes.dat", "Plane", "name,iata,icao")), (len(planes), 0))

    airline_ids = {a[0] for a in airlines}
    airport_ids = {a[0] for a in good}
    routes = rows("routes.dat")
    fine = [r for r in routes if r[1] in airline_ids and r[3] in airport_ids
            and r[5] in airport_ids]
    columns = "_,airline,_,source,_,target,codeshare,stops,equipment"
    report = project.load("routes.dat", "Route", columns, expect=1)
    check("bad routes", (report["outcome"], report["rejected"],
                         len(report["rejections"])),
          ("stopped", len(routes) - len(fine), 100))
    check("no routes", project.query("SELECT count(*) FROM air_route"), [["0"]])
    report = project.load("routes.dat", "Route", columns, "--rejects",
                          "routes.csv", expect=6)
    check("routes", counts(report), (len(fine), len(routes) - len(fine)))
    same_rows("routes", project.query(
        "SELECT airline_id, source_id, target_id, codeshare, stops, equipment"
        " FROM air_route"),
        [[r[1], r[3], r[5], r[6] or "", r[7], r[8] or ""] for r in fine])
    check_rejects(project, routes, fine)
    by_code(project, airlines, good, routes)


def check_rejects(project, routes, fine):
    """The rejected records are the bytes of the file, and come back alone."""
    bad = pathlib.Path(project.folder, "routes.csv").read_bytes().splitlines()
    source = (DATA / "routes.dat").read_bytes().splitlines()
    check("rejects", len(bad) - 1, len(routes) - len(fine))
    for line in bad[1:]:
        cells = next(csv.reader([line.decode()]))
        original = source[int(cells[9]) - 1]
        check("rejected bytes", line[:len(original)], original)
    report = json.loads(project.run(
        "--format", "json", "import_csv", "routes.csv", "--model", "air.Route",
        "--no-header", "--columns",
        "_,airline,_,source,_,target,codeshare,stops,equipment", "--null",
        "\\N", expect=1))
    check("rejects again", report["rejected"], len(bad) - 1)


def by_code(project, airlines, airports, routes):
    """By codes, which airlines share: those are ambiguous."""
    project.execute("DELETE FROM air_route")
    times = {}
    for airline in airlines:
        times[airline[3]] = times.get(airline[3], 0) + 1
    codes = {a[4] for a in airports}
    fine = [r for r in routes if times.get(r[0], 0) == 1 and r[2] in codes
            and r[4] in codes]
    report = project.load(
        "routes.dat", "Route", "airline__iata,_,source__iata,_,target__iata,_,"
        "codeshare,stops,equipment", "--on-error", "skip", expect=6)
    check("routes by code", counts(report),
          (len(fine), len(routes) - len(fine)))


def main():
    manage = os.path.abspath(sys.argv[1])
    if not DATA.is_dir():
        print(f"SKIPPED: there is no folder {DATA}")
        sys.exit(77)
    server = os.environ.get("MANAGE_TEST_POSTGRES_URL")
    with tempfile.TemporaryDirectory() as folder:
        test(Project(manage, folder, None))
        print("five files came in as Python reads them on SQLite")
    if not server:
        print("skipped on PostgreSQL: MANAGE_TEST_POSTGRES_URL is not set")
        return
    name = f"manage_openflights_{os.getpid()}"
    admin = ["psql", server, "-qc"]
    subprocess.run(admin + [f"CREATE DATABASE {name}"], check=True)
    try:
        head, _, _ = server.rpartition("/")
        with tempfile.TemporaryDirectory() as folder:
            test(Project(manage, folder, f"{head}/{name}"))
        print("five files came in as Python reads them on PostgreSQL")
    finally:
        subprocess.run(admin + [f"DROP DATABASE {name}"], check=True)


if __name__ == "__main__":
    main()
