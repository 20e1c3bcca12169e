"""Plays one scenario on one database, in a fresh folder."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent /
                       "oracle"))

import databases
import schema_dump
from scenario import Outcome, split_lines

HERE = pathlib.Path(__file__).resolve().parent
COMMAND_SECONDS = 60
# 2026-01-01 00:00 UTC, for everything that writes a date into a file.
SOURCE_DATE_EPOCH = "1767225600"
# Sanitizers read their options here.
INHERITED = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


class Player:
    """A folder with a project, and the state that steps share."""

    def __init__(self, scenario, database, binary):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="manage-cli."))
        self.project = self.scratch.resolve() / "project"
        self.groups = []
        for folder in ("project", "home", "bin", "tmp"):
            (self.scratch / folder).mkdir()
        (self.scratch / "bin/manage").symlink_to(binary)
        for name, content in scenario.files.items():
            self.write(name, content)
        self.database = databases.DATABASES[database](self.project)
        self.environment = {
            "PATH": f"{self.scratch}/bin:{HERE}/bin:"
                    "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.scratch / "home"),
            "TMPDIR": str(self.scratch / "tmp"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH,
            **{name: os.environ[name] for name in INHERITED
               if name in os.environ},
            **self.database.environment,
        }

    def close(self):
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.database.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def play(self, step):
        """Runs a step; what it printed, or None for a step that prints
        nothing. Raises StepError when a step cannot be done."""
        return {
            "$": self.command, "sql>": self.sql, "schema>": self.schema,
            "file>": self.file, "write>": self.write_step,
            "append>": self.append, "replace>": self.replace,
            "env>": self.env,
        }[step.kind](step)

    def command(self, step):
        # Files, not pipes: a process left in the background must not keep the
        # step waiting.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                ["/bin/bash", "-o", "pipefail", "-c", step.text],
                cwd=self.project, env=self.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            try:
                status = process.wait(COMMAND_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise StepError(
                    f"still running after {COMMAND_SECONDS} seconds") from None
            if alive(process.pid):
                self.groups.append(process.pid)
            streams = []
            for stream in (out, err):
                stream.seek(0)
                streams.append(split_lines(self.settled(stream.read())))
        return Outcome(*streams, 128 - status if status < 0 else status)

    def settled(self, output):
        """Output without what differs from run to run."""
        text = output.decode("utf-8", "backslashreplace")
        substitutions = [*self.database.substitutions,
                         (str(self.project), "$PROJECT"),
                         (str(self.scratch), "$SCRATCH")]
        for volatile, name in substitutions:
            text = text.replace(volatile, name)
        text = re.sub(r"\(\d+(\.\d+)?( ?ms| ?s)\)", "(TIME)", text)
        return re.sub(r"[\0-\x08\x0b-\x1f\x7f]",
                      lambda match: f"\\x{ord(match[0]):02x}", text)

    def sql(self, step):
        return Outcome(self.database.query(step.text), [])

    def schema(self, step):
        connection = self.database.connect()
        try:
            lines = schema_dump.dump(connection).get(step.text)
        finally:
            connection.close()
        return Outcome(lines or ["error: there is no such table"], [])

    def file(self, step):
        try:
            content = (self.project / step.text).read_bytes()
        except OSError as error:
            return Outcome([f"error: {error.strerror}"], [])
        return Outcome(split_lines(self.settled(content)), [])

    def write(self, name, content):
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def write_step(self, step):
        self.write(step.text, "".join(line + "\n" for line in step.body))

    def append(self, step):
        with (self.project / step.text).open("a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in step.body)

    def replace(self, step):
        middle = step.body.index("=>")
        old, new = ("".join(line + "\n" for line in lines) for lines in
                    (step.body[:middle], step.body[middle + 1:]))
        text = (self.project / step.text).read_text(encoding="utf-8")
        # Whole lines: the text begins the file or follows a newline.
        places = ("\n" + text).count("\n" + old)
        if places != 1:
            raise StepError(f"the old lines are there {places} times")
        self.write(step.text, ("\n" + text).replace("\n" + old, "\n" + new)[1:])

    def env(self, step):
        name, equals, value = step.text.partition("=")
        if equals:
            self.environment[name] = value
        else:
            self.environment.pop(name, None)


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class StepError(Exception):
    """A step that cannot be done."""
