"""A program at a terminal: a pseudo-terminal whose other side is the test.

The program leads a session of its own with the terminal as its controlling one,
so that typing Ctrl-C is a SIGINT, as for a person.
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "oracle"))

from common import BINARY, Difference, environment  # noqa: E402

LINES, COLUMNS = 24, 80
CTRL_C, CTRL_D = "\x03", "\x04"
# Nothing here takes a tenth of it; who waits so long waits for ever.
PATIENCE = 20


def take_terminal():
    # Background jobs of a shell ignore SIGINT, and so would our children.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)


def screen(text):
    """The lines that a person sees in the end, without colours."""
    lines = []
    for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\r\n"):
        cells = ""
        for part in line.split("\r"):
            # Each part is written over the line from its beginning.
            part, erased, rest = part.partition("\x1b[K")
            cells = part + rest if erased else part + cells[len(part):]
        lines.append(cells)
    return "\n".join(lines)


class Terminal:
    """Runs `manage` at a new terminal; `shown` is all that it has shown.
    Another standard input or output can be given; errors are shown always."""

    def __init__(self, project, database, *arguments, stdin=None, stdout=None,
                 **variables):
        self.shown = ""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ,
                    struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.modes = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [BINARY, *arguments], cwd=project, stdin=stdin or slave,
            stdout=stdout or slave, stderr=slave, start_new_session=True,
            preexec_fn=take_terminal,
            env={**environment(project, database), "TERM": "xterm",
                 **variables})

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self):
        """Takes what has come, if anything comes within a moment."""
        if not select.select([self.master], [], [], 0.05)[0]:
            return False
        self.shown += os.read(self.master, 65536).decode()
        return True

    def until(self, text):
        """Waits until it shows a text, after the last one waited for."""
        until = time.monotonic() + PATIENCE
        before = self.shown.count(text)
        while self.shown.count(text) == before:
            if not self.read() and self.process.poll() is not None:
                raise Difference(f"it has ended and did not show {text!r}:\n"
                                 f"{self.shown}")
            if time.monotonic() > until:
                raise Difference(f"it does not show {text!r}:\n{self.shown}")

    def end(self):
        """Waits for its end; the exit code."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            self.read()
            if time.monotonic() > until:
                raise Difference(f"it does not end:\n{self.shown}")
        while self.read():
            pass
        return self.process.returncode

    def as_before(self):
        """Whether the terminal's modes are those it had at the beginning."""
        return termios.tcgetattr(self.slave) == self.modes
