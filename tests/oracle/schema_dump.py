"""The schema of a database as lines of text, to compare and to show.

`dump(connection)` takes a sqlite3 or psycopg2 connection and returns a dict:
table name -> lines. What is forgiven between two schemas is left out here:
serial and identity are both `auto`, and `ordered=False` sorts the columns.
Tables of the tool itself (manage_*) are left out too.
"""

import re
import sqlite3

PG_TABLES = """
SELECT c.oid, c.relname, c.relkind, obj_description(c.oid)
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
ORDER BY c.relname
"""
PG_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity <> '', a.attgenerated <> '',
       pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       col_description(a.attrelid, a.attnum)
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
PG_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
WHERE conrelid = %s ORDER BY conname
"""
PG_INDEXES = """
SELECT i.relname, pg_get_indexdef(i.oid), x.indisvalid
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %s
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid
                  AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.relname
"""
PG_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = %s AND NOT tgisinternal ORDER BY tgname
"""


def dump(connection, ordered=True):
    lines = dump_sqlite if isinstance(connection, sqlite3.Connection) \
        else dump_postgresql
    return {table: content for table, content in
            lines(connection, ordered).items()
            if not table.startswith("manage_")}


def dump_postgresql(connection, ordered):
    cursor = connection.cursor()

    def rows(sql, *parameters):
        cursor.execute(sql, parameters)
        return cursor.fetchall()

    tables = {}
    for oid, table, kind, comment in rows(PG_TABLES):
        lines = []
        for (name, type_, not_null, identity, generated, default, collation,
             note) in rows(PG_COLUMNS, oid):
            auto = identity or (default or "").startswith("nextval(")
            parts = [f"column {name} {type_}",
                     "NOT NULL" if not_null else "NULL"]
            if collation:
                parts.append(f'COLLATE "{collation}"')
            if auto:
                parts.append("auto")
            elif default:
                parts.append(f"{'GENERATED' if generated else 'DEFAULT'} "
                             f"{default}")
            if note:
                parts.append(f"COMMENT {note!r}")
            lines.append(" ".join(parts))
        if not ordered:
            lines.sort()
        if comment:
            lines.append(f"comment {comment!r}")
        lines += [f"constraint {name} {definition}" +
                  ("" if valid else " (not validated)")
                  for name, definition, valid in rows(PG_CONSTRAINTS, oid)]
        lines += [f"index {name} {definition}" + ("" if valid else " (invalid)")
                  for name, definition, valid in rows(PG_INDEXES, oid)]
        lines += [f"trigger {name} {definition}"
                  for name, definition in rows(PG_TRIGGERS, oid)]
        if kind == "v":
            lines += rows("SELECT pg_get_viewdef(%s)", oid)[0][0].splitlines()
        tables[table] = lines
    return tables


def dump_sqlite(connection, ordered):
    tables = {}
    for kind, name, table, sql in connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master "
            "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "ORDER BY type <> 'table', type, name").fetchall():
        lines = tables.setdefault(table, [])
        if kind != "table":
            lines.append(f"{kind} {name} {tidy(sql)}")
            continue
        # As it is written, then as SQLite understands it.
        parts = split_table(sql)
        lines += parts if ordered else sorted(parts)
        pragmas = (("table_xinfo", (1, 2, 3, 4, 5, 6)),
                   ("foreign_key_list", (3, 2, 4, 5, 6, 7)))
        for pragma, columns in pragmas:
            seen = connection.execute(
                f"SELECT * FROM pragma_{pragma}(?)", (name,)).fetchall()
            text = [f"{pragma} " + " ".join(str(row[c]) for c in columns)
                    for row in seen]
            lines += text if ordered and pragma == "table_xinfo" \
                else sorted(text)
        lines += sorted(
            " ".join([f"index_list {unique} {origin} {partial}",
                      "" if origin != "c" else index,
                      *(str(row[0]) for row in connection.execute(
                          "SELECT name FROM pragma_index_info(?)", (index,)))])
            for _, index, unique, origin, partial in connection.execute(
                "SELECT * FROM pragma_index_list(?)", (name,)).fetchall())
    return tables


def split_table(sql):
    """The parts of CREATE TABLE: its head, then columns and constraints."""
    head, _, rest = tidy(sql).partition("(")
    parts, depth, quote, start = [], 0, "", 0
    body, tail = rest.rpartition(")")[::2]
    for index, char in enumerate(body):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "," and depth == 0:
            parts.append(body[start:index].strip())
            start = index + 1
    parts.append(body[start:].strip())
    return [head.strip() + tail] + ["  " + part for part in parts]


def tidy(sql):
    """White space outside quotes does not matter."""
    pieces = re.split(r"(\"[^\"]*\"|'[^']*')", sql)
    pieces[::2] = [re.sub(r"\s+", " ", piece) for piece in pieces[::2]]
    return "".join(pieces).strip()
