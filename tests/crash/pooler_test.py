#!/usr/bin/python3
"""Runs migrate behind a real transaction pooler (pgbouncer): it says so where
the settings do not, several runs at once do each migration once, lock_timeout
holds, and nothing of it stays with the sessions that others get next."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse

from crashing import PATIENCE, Difference, check, fresh_project
from common import BINARY, Report, environment, folder
import migrate_kill_test as runs

POOLER = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/sbin:/bin")
ROUNDS = 3
WARNING = """\
warning: a transaction pooler stands before the database "default", of which \
the settings say nothing
  --> environment MANAGE_DATABASES__DEFAULT__URL
hint: say `pooled: true` in databases.default, or go around the pooler: \
databases.default.migration_url
"""
AROUND = """\
warning: a transaction pooler stands before the database "default", of which \
the settings say nothing
  --> environment MANAGE_DATABASES__DEFAULT__MIGRATION_URL
hint: databases.default.migration_url is for going around it: let it name the \
server itself
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unprivileged(path):
    """What to put before a command that refuses to run as root; the folder is
    given to that user."""
    if os.getuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    for one in [path, *path.iterdir()]:
        os.chown(one, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid", str(user.pw_uid), "--regid",
            str(user.pw_gid), "--clear-groups"]


def wait_for(port, process, log):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Difference("pgbouncer does not start\n" + (
        log.read_text() if log.exists() else ""))


@contextlib.contextmanager
def pooler(mode="transaction"):
    """The port of a pooler before the test server, on the loopback."""
    server = urllib.parse.urlsplit(os.environ["MANAGE_TEST_POSTGRES_URL"])
    with folder() as path:
        port, log = free_port(), path / "log"
        (path / "pgbouncer.ini").write_text(f"""\
[databases]
* = host={server.hostname} port={server.port} user={server.username} \
password={server.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 10
logfile = {log}
""")
        process = subprocess.Popen(
            [*unprivileged(path), POOLER, "-q", path / "pgbouncer.ini"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextlib.contextmanager
def project_behind(port, **settings):
    """A project whose database is reached through that port; `settings` are
    those of the database."""
    with fresh_project("postgresql", runs.FILES) as (project, database):
        url = through(database.url, port)
        database.environment = {
            **database.environment, "MANAGE_DATABASES__DEFAULT__URL": url,
            **{f"MANAGE_DATABASES__DEFAULT__{name.upper()}": value
               for name, value in settings.items()}}
        yield project, database


def through(url, port):
    parts = urllib.parse.urlsplit(url)
    host = parts.netloc.rpartition(":")[0]
    return parts._replace(netloc=f"{host}:{port}").geturl()


def migrate(project, database, *arguments, **variables):
    """Exit code and standard error."""
    done = subprocess.run(
        [BINARY, "migrate", *arguments], cwd=project, stdin=subprocess.DEVNULL,
        env={**environment(project, database), **variables},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stderr.decode()


def warns(port, wanted, **settings):
    with project_behind(port, **settings) as (project, database):
        check("migrate", migrate(project, database), (0, wanted))
        check("recorded", database.query(runs.RECORDED), runs.NAMES)
        # Where nothing is to do nobody needs to know.
        code, text = migrate(project, database)
        check("again", (code, "pooler" in text), (0, False))


def warnings(_):
    with pooler() as port:
        warns(port, WARNING)
        warns(port, "", pooled="true")
    with pooler("session") as port:
        warns(port, "")


def around(_):
    """migration_url goes around the pooler, or is told that it does not."""
    with pooler() as port:
        for change, wanted in ((lambda url: through(url, port), AROUND),
                               (lambda url: url, "")):
            with project_behind(port) as (project, database):
                found = migrate(project, database,
                                MANAGE_DATABASES__DEFAULT__MIGRATION_URL=change(
                                    database.url))
                check("migrate", found, (0, wanted))


def together(_, **settings):
    wanted = runs.undisturbed("postgresql")
    with pooler() as port:
        for _ in range(ROUNDS):
            with project_behind(port, **settings) as (project, database):
                runs.begin(project, database)
                applied = runs.run_together(project, database)
                check("applied by all of them", applied, len(runs.NAMES) - 1)
                now = runs.found(database)
                for what in wanted:
                    check(what, now[what], wanted[what])


def lock_timeout(_, **settings):
    """Who waits for a lock gives up in time, and leaves no limit behind."""
    limit = {"MANAGE_MIGRATIONS__LOCK_TIMEOUT": "0.05"}
    with pooler() as port, project_behind(port, **settings) as (project,
                                                                database):
        runs.begin(project, database)
        with contextlib.closing(database.connect()) as other:
            other.autocommit = False
            other.cursor().execute("SELECT * FROM shop_item")
            code, text = migrate(project, database, **limit)
            check("exit code", code, 75)
            for number in (1, 2, 3):
                if f"lock timeout; trying again ({number} of 3)" not in text:
                    raise Difference(text)
        check("recorded", database.query(runs.RECORDED), runs.NAMES[:1])
        database.url = through(database.url, port)
        for _ in range(5):
            check("limit", database.query("SHOW lock_timeout"), ["0"])
        check("migrate", migrate(project, database, **limit)[0], 0)


def main():
    report = Report()
    tests = (
        ("the pooler is found", warnings, {}),
        ("migration_url goes around it", around, {}),
        ("four migrate at once behind it", together, {}),
        ("four migrate at once, pooled: true", together, {"pooled": "true"}),
        ("lock_timeout behind it", lock_timeout, {}),
        ("lock_timeout, pooled: true", lock_timeout, {"pooled": "true"}))
    for name, test, settings in tests:
        if POOLER:
            report.on("postgresql", name, lambda database, test=test,
                      settings=settings: test(database, **settings))
        else:
            report.skip(name, "pgbouncer is not installed")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
