#!/usr/bin/python3
"""Writes with the ORM where it hurts: eight processes make the same rows at
once, a bulk insert is killed, a transaction pooler (pgbouncer) and a replica
(streaming replication) stand between it and the rows."""

import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

from crashing import MOMENTS, PATIENCE, Difference, check
from common import ROOT, Report, folder, fresh_database, manage
import pooler_test
import random_writes

TOOL = ROOT / "build/release/tests/write_rows"
MODELS = ROOT / "tests/oracle/writes/models.yaml"
BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
PROCESSES = 8
WORDS = [f"word {number}" for number in range(25)]
FILL = 20_000


def address(url):
    return url.removeprefix("sqlite://")


@contextlib.contextmanager
def tables(name):
    """A database with the tables of the models, and a folder."""
    with folder() as path, fresh_database(name, path) as database:
        (path / "settings").mkdir()
        (path / "settings/base.yaml").write_text("installed_apps: [shop]\n")
        (path / "shop").mkdir()
        (path / "shop/models.yaml").write_text(MODELS.read_text())
        manage(path, database, "makemigrations")
        manage(path, database, "migrate")
        yield path, database


def start(path, url, sequences, *options):
    file = path / f"sequences{random.random()}"
    file.write_text("".join(json.dumps(one) + "\n" for one in sequences))
    return subprocess.Popen(
        [TOOL, MODELS, address(url), file, *options], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def lines(process):
    out, err = process.communicate(timeout=300)
    if process.returncode != 0:
        raise Difference(f"exit code {process.returncode}\n{err}")
    return [json.loads(line) for line in out.splitlines()]


def together(name, method):
    """Each word is made by one of the processes and found by the others."""
    with tables(name) as (path, database):
        steps = [[method, "Tag", {"word": word}, {}] for word in WORDS]
        processes = [
            start(path, database.url,
                  [random.Random(number).sample(steps, len(steps))], "--keep")
            for number in range(PROCESSES)]
        made = 0
        for process in processes:
            outcomes = lines(process)[0]["outcomes"]
            check("errors", [one for one in outcomes
                             if not isinstance(one, bool)], [])
            made += sum(outcomes)
        found = collections.Counter(
            database.query("SELECT word FROM shop_tag"))
        check("rows", found, collections.Counter(WORDS))
        check("made", made, len(WORDS))


def killed(name):
    """A bulk insert that is killed leaves all of its rows or none."""
    with tables(name) as (path, database):
        begin = time.monotonic()
        lines(start(path, database.url, [[["fill", "Tag", FILL]]]))
        whole = time.monotonic() - begin
        check("rows", database.query("SELECT count(*) FROM shop_tag"),
              [str(FILL)])
        for moment in range(MOMENTS):
            database.query("DELETE FROM shop_tag")
            process = start(path, database.url, [[["fill", "Tag", FILL]]],
                            "--keep")
            time.sleep(whole * (moment + 0.5) / MOMENTS)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            # Of PostgreSQL's the session may take a moment to end.
            until = time.monotonic() + PATIENCE
            found = database.query("SELECT count(*) FROM shop_tag")
            while found not in (["0"], [str(FILL)]) and \
                    time.monotonic() < until:
                time.sleep(0.05)
                found = database.query("SELECT count(*) FROM shop_tag")
            if found not in (["0"], [str(FILL)]):
                raise Difference(f"moment {moment}: {found} rows")


def behind_a_pooler(name):
    """The same sequences come to the same, and none of it needs a session."""
    sequences = [random_writes.Sequence(seed).make() for seed in range(1, 31)]
    with tables(name) as (path, database):
        wanted = lines(start(path, database.url, sequences))
    with pooler_test.pooler() as port, tables(name) as (path, database):
        url = pooler_test.through(database.url, port)
        # Others take the sessions in turns, so that none is anybody's.
        others = [start(path, url, [[["count", "Tag"]] * 200] * 5, "--pooled",
                        "--keep") for _ in range(3)]
        found = lines(start(path, url, sequences, "--pooled"))
        for other in others:
            lines(other)
    for number, (one, other) in enumerate(zip(wanted, found)):
        check(f"sequence {number + 1}", other, one)


@contextlib.contextmanager
def replica():
    """The address of a server that follows the test server."""
    url = os.environ["MANAGE_TEST_POSTGRES_URL"]
    with folder() as path:
        path.chmod(0o700)
        before = pooler_test.unprivileged(path)
        subprocess.run(
            [*before, BIN / "pg_basebackup", "-d", url, "-D", path / "data",
             "-R", "-X", "stream", "-c", "fast"], check=True, cwd=path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = pooler_test.free_port()
        server = [*before, BIN / "pg_ctl", "-D", path / "data", "-w", "-s"]
        subprocess.run(
            [*server, "-l", path / "log", "-o",
             f"-p {port} -h 127.0.0.1 -k '' -c fsync=off", "start"],
            check=True, cwd=path, stdout=subprocess.DEVNULL)
        try:
            yield port
        finally:
            subprocess.run([*server, "-m", "immediate", "stop"], cwd=path,
                           check=False, stdout=subprocess.DEVNULL)


def replicated(name):
    """Rows are read from the replica, except by the block that wrote them."""
    with tables(name) as (path, database), replica() as port:
        url = pooler_test.through(database.url, port)
        block = ["atomic", [["count", "Tag"],
                            ["create", "Tag", {"word": "a"}],
                            ["count", "Tag"]], False]
        done = lines(start(path, database.url, [[block, ["count", "Tag"]]],
                           "--keep", "--replica", url))[0]["outcomes"]
        check("in the block", done[0],
              [["replica", 0], "ok", ["default", 1]])
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = lines(start(path, database.url, [[["count", "Tag"]]],
                                "--keep", "--replica", url))[0]["outcomes"]
            if found == [["replica", 1]]:
                return
            time.sleep(0.1)
        raise Difference(f"the replica does not follow: {found}")


def main():
    report = Report()
    report.on_both("eight processes, get_or_create", together, "get_or_create")
    report.on_both("eight processes, update_or_create", together,
                   "update_or_create")
    report.on_both("a killed bulk_create", killed)
    if pooler_test.POOLER:
        report.on("postgresql", "behind a pooler", behind_a_pooler)
    else:
        report.skip("behind a pooler", "pgbouncer is not installed")
    report.on("postgresql", "with a replica", replicated)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
