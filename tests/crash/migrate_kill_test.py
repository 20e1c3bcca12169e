#!/usr/bin/python3
"""Kills migrate before every single statement of a run, lets the real binary
go on, and compares with a run that nobody killed: the same schema, the same
rows, every migration recorded once, no statement run twice. Then starts four
runs at once."""

import contextlib
import subprocess
import sys

from crashing import (PATIENCE, SETTINGS, Difference, check, check_whole,
                      fresh_project, output, settle, start, wait)
from common import BINARY, Report, environment, manage
from migrate_test import schema

KILLED = BINARY.parent / "tests/killed_manage"
TOGETHER = 4

MODELS = """\
models:
  Item:
    fields:
      number: {type: IntegerField, unique: true}
      name: {type: CharField, max_length: 60}
"""
NAMES = ["0001_initial", "0002_atomic", "0003_steps", "0004_control",
         "0005_mixed", "0006_last", "0007_programs"]
MIGRATIONS = {
    "0001_initial": """\
initial: true
dependencies: []
operations:
  - CreateModel:
      name: Item
      fields:
        id: {type: BigAutoField, primary_key: true}
        number: {type: IntegerField, unique: true}
        name: {type: CharField, max_length: 60}
""",
    # SQLite rebuilds the table for most of it.
    "0002_atomic": """\
operations:
  - AddField: {model_name: item, name: runs, field: {type: IntegerField, \
default: 0}}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 1"}
  - AlterField: {model_name: item, name: name, field: {type: CharField, \
max_length: 70, null: true}}
  - CreateModel: {name: Note, fields: {id: {type: BigAutoField, primary_key: \
true}, item: {type: ForeignKey, to: shop.item, on_delete: CASCADE}}}
  - RunSQL: {sql: ["CREATE TABLE helper (id integer)", "ALTER TABLE helper \
RENAME TO helped", "INSERT INTO helped SELECT number FROM shop_item"]}
""",
    # Nothing in it may run twice: a second UPDATE would be seen in the rows.
    "0003_steps": """\
atomic: false
operations:
  - AddField: {model_name: item, name: rank, field: {type: IntegerField, \
default: 3}}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 10"}
  - RunSQL: {sql: ["UPDATE shop_item SET runs = runs + 100", "ALTER TABLE \
helped RENAME TO rescued", ["UPDATE shop_item SET name = %s || number", \
["it's "]]]}
  - RunSQL: {sql: ["UPDATE shop_item SET rank = rank + 1", "UPDATE shop_item \
SET rank = rank * 2"], atomic: true}
  - RunSQL: {sql: {sqlite: "PRAGMA user_version = 7", postgresql: "CREATE \
INDEX CONCURRENTLY item_runs ON shop_item (runs, (lower(name))) WHERE runs > \
0"}}
  - AlterField: {model_name: item, name: number, field: {type: BigIntegerField}}
  - AddIndex: {model_name: item, index: {fields: [rank], name: item_rank_idx}}
  - AddConstraint: {model_name: item, constraint: {type: CheckConstraint, \
condition: {rank__gte: 0}, name: rank_positive}}
  - RunSQL: {sql: {sqlite: "VACUUM", postgresql: "VACUUM shop_item"}}
""",
    # It begins and ends transactions itself.
    "0004_control": """\
atomic: false
operations:
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 1000"}
  - RunSQL: {sql: ["BEGIN", "UPDATE shop_item SET runs = runs + 10000", \
"INSERT INTO rescued VALUES (-1)", "COMMIT"]}
  - RunSQL: {sql: ["BEGIN", "DELETE FROM shop_item", "ROLLBACK"]}
  - RunSQL: {sql: {sqlite: "VACUUM", postgresql: "DROP INDEX CONCURRENTLY \
item_runs"}}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 100000"}
""",
    # Transactions with something between them that runs outside. The two
    # updates of the first one, +2 in one digit, are there both or not at all.
    "0005_mixed": """\
operations:
  - AddField: {model_name: item, name: extra, field: {type: IntegerField, \
default: 0}}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 10000000"}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 10000000"}
  - RunSQL: {sql: {sqlite: ["VACUUM", "UPDATE shop_item SET runs = runs + \
100000000"], postgresql: ["CREATE INDEX CONCURRENTLY item_extra ON shop_item \
(extra)", "UPDATE shop_item SET runs = runs + 100000000"]}, atomic: false}
  - AlterField: {model_name: item, name: extra, field: {type: BigIntegerField, \
null: true}}
  - AddConstraint: {model_name: item, constraint: {type: CheckConstraint, \
condition: {extra__gte: 0}, name: extra_positive}}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 1000000000"}
""",
    # Batches that would change a row twice, and a program.
    "0007_programs": """\
atomic: false
operations:
  - Backfill: {model_name: item, set: {extra: {Coalesce: [extra, 0]}}}
  - Backfill: {model_name: item, set: {extra: {"+": [extra, 1]}}, \
batch_size: 20}
  - RunLua: {code: 0007_programs.lua, atomic: true}
  - CreateModel: {name: Copy, fields: {pk: {type: CompositePrimaryKey, \
field_names: [item, number]}, item: {type: IntegerField}, number: \
{type: IntegerField}, state: {type: IntegerField}}}
  - RunSQL: {sql: "INSERT INTO shop_copy VALUES (1, 1, 3), (1, 2, 4)"}
  - Backfill: {model_name: copy, set: {state: {"*": [state, 10]}}}
""",
    "0006_last": """\
operations:
  - RemoveField: {model_name: item, name: rank}
  - RunSQL: {sql: "UPDATE shop_item SET runs = runs + 1000000"}
""",
}
FILES = {"settings/base.yaml": SETTINGS, "shop/models.yaml": MODELS}
for before, name in zip([None] + NAMES, NAMES):
    text = MIGRATIONS[name]
    if before:
        text = f"dependencies: [[shop, {before}]]\n" + text
    # SQLite cannot remove a field that a constraint still uses, nor can we.
    if name == "0006_last":
        text = text.replace(
            "operations:\n", "operations:\n"
            "  - RemoveConstraint: {model_name: item, name: rank_positive}\n"
            "  - RemoveIndex: {model_name: item, name: item_rank_idx}\n")
    FILES[f"shop/migrations/{name}.yaml"] = text

FILES["shop/migrations/0007_programs.lua"] = """\
function forwards(apps)
  local Item = apps:model("Item")
  Item:filter{number__lt=25}:update{extra=F"extra" + 10}
  for item in Item:filter{number__gte=25} do
    item.extra = item.extra + 10
    item:save{update_fields={"extra"}}
  end
end
"""

ROWS = "INSERT INTO shop_item (number, name) VALUES " + ", ".join(
    f"({number}, 'item {number}')" for number in range(50))
PROGRAMS = "SELECT count(*), sum(extra) / 11 FROM shop_item"
RECORDED = "SELECT name FROM django_migrations ORDER BY id"
# One row of the log for each migration that was recorded, none left open.
LOGGED = ("SELECT name, state FROM manage_migration_log WHERE state IN "
          "('applied', 'running') OR plan IS NOT NULL ORDER BY id")


@contextlib.contextmanager
def project_with(database_name):
    with fresh_project(database_name, FILES) as (project, database):
        if database_name == "sqlite":
            # Nobody pulls the plug here, and hundreds of runs are quicker so.
            database.environment = {
                **database.environment, "MANAGE_DATABASES__DEFAULT__OPTIONS":
                '{init_command: "PRAGMA synchronous = OFF"}'}
        begin(project, database)
        yield project, database


def begin(project, database):
    manage(project, database, "migrate", "shop", NAMES[0])
    database.query(ROWS)


def found(database):
    """Everything that must be the same in the end."""
    check_whole(database)
    rows = {table: database.query(f"SELECT * FROM {table} ORDER BY 1")
            for table in ("shop_item", "shop_note", "rescued", "shop_copy")}
    return {"schema": schema(database), "rows": rows,
            "programs": database.query(PROGRAMS),
            "recorded": database.query(RECORDED),
            "logged": database.query(LOGGED)}


def undisturbed(database_name):
    with project_with(database_name) as (project, database):
        manage(project, database, "migrate")
        wanted = found(database)
    check("recorded", wanted["recorded"], NAMES)
    check("logged", wanted["logged"], [f"{name}|applied" for name in NAMES])
    check("number of rows", len(wanted["rows"]["shop_item"]), 50)
    if "1121111111" not in wanted["rows"]["shop_item"][0]:
        raise Difference(f"not all updates: {wanted['rows']['shop_item'][0]}")
    check("all programs", wanted["programs"], ["50|50"])
    check("keys of several columns", wanted["rows"]["shop_copy"],
          ["1|1|30", "1|2|40"])
    return wanted


def check_groups(database):
    """No transaction of a migration is there in part. What the columns are
    not there for yet cannot be in part either."""
    for part in ("runs / 10000000 % 10 = 1", "rank = 4"):
        found = database.query(
            f"SELECT count(*) FROM shop_item WHERE {part}")
        if found != ["0"] and not found[0].startswith("error: "):
            raise Difference(f"{part}: {found}")


def kill_at(project, database, number):
    """Whether it was killed, and not over before."""
    done = subprocess.run(
        [KILLED, "migrate"], cwd=project, stdin=subprocess.DEVNULL,
        env={**environment(project, database), "KILL_AT": str(number)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
        check=False)
    if done.returncode not in (0, -9):
        raise Difference(f"exit code {done.returncode} before statement "
                         f"{number}\n{done.stdout.decode()}")
    return done.returncode == -9


def go_on(project, database, number):
    """Whether it had to be resumed."""
    process = start(project, database, "migrate")
    code = wait(process, "migrate")
    if code == 0:
        return False
    if code != 1 or "is half-done" not in output(project):
        raise Difference(f"exit code {code} after a kill before statement "
                         f"{number}\n{output(project)}")
    manage(project, database, "migrate", "--resume")
    return True


def killed(database_name):
    wanted = undisturbed(database_name)
    number, resumed = 0, 0
    while True:
        number += 1
        with project_with(database_name) as (project, database):
            if not kill_at(project, database, number):
                break
            settle(database)
            check_groups(database)
            resumed += go_on(project, database, number)
            now = found(database)
            for what in wanted:
                check(f"{what} after a kill before statement {number}",
                      now[what], wanted[what])
    print(f"killed before each of {number - 1} statements, resumed {resumed} "
          "times")
    if number < 30 or resumed < 10:
        raise Difference("too few statements")


def run_together(project, database):
    """All of them end well, because each waits for the one before. How many
    migrations they say that they applied."""
    names = [f"output{number}.txt" for number in range(TOGETHER)]
    processes = [start(project, database, "migrate", output=name)
                 for name in names]
    codes = [wait(process, "migrate") for process in processes]
    if codes != [0] * TOGETHER:
        raise Difference("\n".join([f"exit codes {codes}"] + [
            output(project, name) for name in names]))
    return sum(output(project, name).count("  Applied ") for name in names)


def together(database_name):
    wanted = undisturbed(database_name)
    with project_with(database_name) as (project, database):
        applied = run_together(project, database)
        check("applied by all of them", applied, len(NAMES) - 1)
        now = found(database)
        for what in wanted:
            check(what, now[what], wanted[what])


def together_from_nothing(database_name):
    with fresh_project(database_name, FILES) as (project, database):
        applied = run_together(project, database)
        check("applied by all of them", applied, len(NAMES))
        check("recorded", database.query(RECORDED), NAMES)


def main():
    report = Report()
    report.on_both("migrate killed before every statement", killed)
    report.on_both(f"{TOGETHER} migrate at once", together)
    report.on_both(f"{TOGETHER} migrate at once on an empty database",
                   together_from_nothing)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
