"""What the Python tests share: the binary, the databases, the report."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(1, str(ROOT / "tests/cli"))

import databases as cli_databases  # noqa: E402

BINARY = pathlib.Path(os.environ.get("MANAGE_BIN",
                                     ROOT / "build/release/manage")).resolve()
SHARED_DATA = pathlib.Path(os.environ.get("SHARED_DATA",
                                          ROOT.parent / "shared/data"))
NO_SERVER = "MANAGE_TEST_POSTGRES_URL is not set"


class Difference(Exception):
    """What a test found wrong, as text for a person."""


class Report:
    """Prints PASS, FAIL and SKIPPED, and counts them."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def skip(self, name, reason):
        self.skipped += 1
        print(f"SKIPPED: {name}: {reason}", flush=True)

    def run(self, name, test, *arguments):
        try:
            test(*arguments)
        except Difference as difference:
            self.failed += 1
            print(f"FAIL {name}\n{difference}", flush=True)
        except Exception:  # a test that breaks has failed, the others go on
            self.failed += 1
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
        else:
            self.passed += 1
            print(f"PASS {name}", flush=True)

    def on_both(self, name, test, *arguments):
        """Runs test(database name, ...) on SQLite, and on PostgreSQL if there
        is a server."""
        for database in cli_databases.DATABASES:
            self.on(database, name, test, *arguments)

    def on(self, database, name, test, *arguments):
        """Runs test(database name, ...) on one database, if it is there."""
        title = f"{name} ({database})"
        if database == "postgresql" and \
                "MANAGE_TEST_POSTGRES_URL" not in os.environ:
            self.skip(title, NO_SERVER)
        else:
            self.run(title, test, database, *arguments)

    def end(self):
        """Prints the summary; the process's exit code."""
        if not self.passed + self.failed + self.skipped:
            self.failed = 1
        print(f"{self.passed} passed, {self.failed} failed, "
              f"{self.skipped} skipped")
        return 1 if self.failed else 0


@contextlib.contextmanager
def folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix="manage-oracle."))
    try:
        yield path.resolve()
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def fresh_database(name, path):
    """A database of its own: on SQLite db.sqlite3 in the folder `path`."""
    database = cli_databases.DATABASES[name](path)
    try:
        yield database
    finally:
        database.close()


def environment(project, database):
    """All that the binary sees of it."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(project),
            "LC_ALL": "C.UTF-8", **database.environment}


def manage(project, database, *arguments, exit_code=0):
    """Runs the binary; its stdout. Another exit code is a Difference."""
    done = subprocess.run(
        [BINARY, *arguments], cwd=project, stdin=subprocess.DEVNULL,
        env=environment(project, database),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    out, err = (stream.decode("utf-8", "backslashreplace")
                for stream in (done.stdout, done.stderr))
    if done.returncode != exit_code:
        raise Difference(f"manage {' '.join(map(str, arguments))}: exit code "
                         f"{done.returncode} instead of {exit_code}\n"
                         f"{out[-3000:]}{err[-3000:]}")
    return out


def overlay(source, target):
    """Copies a project's files over those in target; its `then*` folders, the
    later versions, stay out."""
    shutil.copytree(source, target, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("then[0-9]*"))
