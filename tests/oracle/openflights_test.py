#!/usr/bin/python3
"""Loads the five OpenFlights files with import_csv, and counts what arrived
with Python's csv module.

Airlines and airports name their country, routes refer to airlines and airports
by id; references that dangle go to a file of rejects with reasons. That file,
mended, loads.
"""

import csv
import sys

from common import (HERE, SHARED_DATA, Difference, Report, folder,
                    fresh_database, manage, overlay)

DATA = SHARED_DATA / "openflights"
COLUMNS = {
    "countries": "name,iso_code,dafif_code",
    "planes": "name,iata,icao",
    "airlines": "id,name,alias,iata,icao,callsign,country__name,active",
    "airports": "id,name,city,country__name,iata,icao,latitude,longitude,"
                "altitude,timezone,dst,tz,type,source",
    "routes": "airline_code,airline,source_code,source,destination_code,"
              "destination,codeshare,stops,equipment",
}
MODELS = {"countries": "Country", "planes": "Plane", "airlines": "Airline",
          "airports": "Airport", "routes": "Route"}
NOTHING = ("", "\\N")
ROUTE_KEYS = {"airline": "airlines", "source": "airports",
              "destination": "airports"}


def read(name):
    columns = COLUMNS[name].split(",")
    with open(DATA / f"{name}.dat", encoding="utf-8", newline="") as file:
        return [dict(zip(columns, row, strict=True))
                for row in csv.reader(file)]


def expectation():
    """What loads and what does not: name -> (good rows, bad rows)."""
    def split(rows, good):
        parts = ([], [])
        for row in rows:
            parts[0 if good(row) else 1].append(row)
        return parts

    names = set()

    def first_of_its_name(row):
        known = row["name"] in names
        names.add(row["name"])
        return not known

    result = {"countries": split(read("countries"), first_of_its_name),
              "planes": (read("planes"), [])}
    for name in ("airlines", "airports"):
        result[name] = split(read(name), lambda row: row["country__name"] in
                             names or row["country__name"] in NOTHING)
    ids = {name: {row["id"] for row in result[name][0]}
           for name in ("airlines", "airports")}
    result["routes"] = split(read("routes"), lambda row: all(
        row[key] in ids[name] or row[key] in NOTHING
        for key, name in ROUTE_KEYS.items()))
    return result, ids


def expect(what, expected, actual):
    if expected != actual:
        raise Difference(f"{what}: expected {expected!r}, not {actual!r}")


def number(database, sql):
    return int(database.query(sql)[0])


def load(project, database, name, bad):
    """Imports one file; its reject file as rows, without the header."""
    rejects = project / f"{name}.rejects.csv"
    manage(project, database, "import_csv", DATA / f"{name}.dat",
           "--model", f"flights.{MODELS[name]}", "--no-header",
           "--columns", COLUMNS[name], "--null", "\\N",
           "--rejects", rejects, exit_code=6 if bad else 0)
    if not bad:
        return []
    with open(rejects, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_all(database_name):
    expected, ids = expectation()
    with folder() as project, \
            fresh_database(database_name, project) as database:
        overlay(HERE / "openflights", project)
        manage(project, database, "makemigrations")
        manage(project, database, "migrate")
        for name, (good, bad) in expected.items():
            rejected = load(project, database, name, bad)
            table = f"flights_{MODELS[name].lower()}"
            expect(f"rows of {name}", len(good),
                   number(database, f"SELECT count(*) FROM {table}"))
            check_rejects(name, bad, rejected)
        check_values(database, expected)
        mend(project, database, expected, ids)


def check_rejects(name, bad, rejected):
    expect(f"rejected {name}", bad, [
        {key: value for key, value in row.items() if not key.startswith("_")}
        for row in rejected])
    rows = {line: row for line, row in enumerate(read(name), 1)}
    for original, row in zip(bad, rejected):
        expect(f"{name}: line {row['_line']}", original,
               rows[int(row["_line"])])
        if not row["_reason"]:
            raise Difference(f"{name}: line {row['_line']} without a reason")


def check_values(database, expected):
    """A few values that only arrive if columns, NULL and keys are right."""
    airports, airlines, routes = (expected[name][0] for name in
                                  ("airports", "airlines", "routes"))
    expect("airports without IATA code",
           sum(row["iata"] == "\\N" for row in airports),
           number(database, "SELECT count(*) FROM flights_airport "
                            "WHERE iata IS NULL"))
    expect("sum of altitudes", sum(int(row["altitude"]) for row in airports),
           number(database, "SELECT sum(altitude) FROM flights_airport"))
    expect("active airlines",
           sum(row["active"] == "Y" for row in airlines),
           number(database, "SELECT count(*) FROM flights_airline "
                            "WHERE active = 'Y'"))
    german = {row["id"] for row in airports
              if row["country__name"] == "Germany"}
    expect("routes from Germany",
           sum(row["source"] in german for row in routes),
           number(database, """
               SELECT count(*) FROM flights_route r
               JOIN flights_airport a ON a.id = r.source_id
               JOIN flights_country c ON c.id = a.country_id
               WHERE c.name = 'Germany'"""))
    expect("names beyond ASCII",
           sorted({row["city"] for row in airports if row["city"] != "\\N" and
                   not row["city"].isascii()}),
           sorted(text for text in
                  database.query("SELECT DISTINCT city FROM flights_airport "
                                 "WHERE city IS NOT NULL")
                  if not text.isascii()))


def mend(project, database, expected, ids):
    """Takes the dangling keys out of the rejected routes and loads them."""
    path = project / "routes.rejects.csv"
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = reader.fieldnames, list(reader)
    for row in rows:
        for key, name in ROUTE_KEYS.items():
            if row[key] not in ids[name]:
                row[key] = "\\N"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manage(project, database, "import_csv", path, "--model", "flights.Route",
           "--null", "\\N")
    expect("routes after mending", len(expected["routes"][0]) + len(rows),
           number(database, "SELECT count(*) FROM flights_route"))


def main():
    report = Report()
    if DATA.is_dir():
        report.on_both("openflights", load_all)
    else:
        report.skip("openflights", "there is no ../shared/data/openflights")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
