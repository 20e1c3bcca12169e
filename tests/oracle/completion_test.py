#!/usr/bin/python3
"""Types into real shells, and compares the lines they make of it; and looks
whether the answers come at once, in a project of 500 models.

Needs MANAGE_BIN, the binary. The last line is `N passed, N failed, N skipped`;
each line typed into each shell counts once, and so does each timed answer.
"""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

# What is typed before the tab key, and the line that it becomes.
LINES = {
    "manage mig": "manage migrate ",
    "manage showm": "manage showmigrations ",
    "manage migrate --pl": "manage migrate --plan ",
    "manage migrate sh": "manage migrate shop ",
    "manage migrate shop 0001": "manage migrate shop 0001_initial ",
    "manage --env=pr": "manage --env=prod ",
    "manage --env pr": "manage --env prod ",
    "manage import_csv --model sh": "manage import_csv --model shop.",
    "manage import_csv --model shop.B": "manage import_csv --model shop.Book ",
    "manage --set debu": "manage --set debug=",
    "manage import_csv boo": "manage import_csv books.csv ",
    "manage import_csv --rejects=boo": "manage import_csv --rejects=books.csv ",
    "manage --project set": "manage --project settings/",
    "manage nonsense sh": "manage nonsense sh",
}
TERMINALS = {
    "bash": (["bash", "--norc", "--noprofile"],
             "source <(manage completion bash)"),
    "zsh": (["zsh", "-f"], "autoload -U compinit; compinit -u -D; "
            "source <(manage completion zsh)"),
}
PROJECT = {
    "settings/base.yaml": "installed_apps: [shop]\n",
    "settings/prod.yaml": "debug: false\n",
    "shop/models.yaml": "models:\n  Book: {fields: {title: {type: TextField}}}\n",
    "shop/migrations/0001_initial.yaml": "operations: []\n",
    "books.csv": "title\n",
}
# What is asked in the big project, word by word.
TIMED = (["mig"], ["migrate", ""], ["migrate", "app7", ""],
         ["import_csv", "--model", "app7."],
         ["import_csv", "--model", "app7.Model3", "--key", ""],
         ["--set", "d"], ["--env", ""], ["migrate", "--database", ""])
MILLISECONDS = 50
SECONDS = 20  # for an answer
QUIET = 0.2  # seconds without output: the shell has taken the key


class Shell:
    """A shell on a terminal of its own."""

    def __init__(self, argv, environment):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, environment)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def output(self, form=None):
        """What it says until it matches, or until it says nothing more."""
        said, end = "", time.monotonic() + SECONDS
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], QUIET)[0]:
                said += os.read(self.terminal, 65536).decode(errors="replace")
            elif form is None:
                return said
            match = form and re.search(form, said, re.MULTILINE)
            if match:
                return match[1]
        return f"no answer, but {said!r}"

    def completed(self, line):
        """What the tab key makes of a line."""
        self.type(line + "\t")
        self.output()
        # From its beginning to its end, the line becomes an argument of echo.
        self.type("\x01echo '<\x05>'\r")
        return self.output(r"^<(.*)>\r?$")

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def in_terminal(shell, environment):
    argv, setup = TERMINALS[shell]
    terminal = Shell(argv, environment)
    terminal.type(setup + "; echo '<'ready'>'\r")
    terminal.output(r"^<(ready)>\r?$")
    terminal.output()
    for line in LINES:
        yield line, terminal.completed(line)
    terminal.close()


def in_fish(environment):
    """fish answers without a terminal."""
    for line in LINES:
        done = subprocess.run(
            ["fish", "--no-config", "-c",
             "manage completion fish | source; complete -C $argv[1]", line],
            env=environment, text=True, stdout=subprocess.PIPE, check=True)
        words = [one.split("\t")[0] for one in done.stdout.splitlines()]
        if len(words) == 1:
            end = "" if words[0].endswith(("=", ".", "/")) else " "
            yield line, line[:line.rindex(" ") + 1] + words[0] + end
        else:
            yield line, line


def write(folder, files):
    for name, text in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def big_project():
    """50 apps of 10 models of 10 fields."""
    fields = "".join(f"      field{i}: {{type: CharField, max_length: 9}}\n"
                     for i in range(10))
    models = "models:\n" + "".join(f"  Model{i}:\n    fields:\n{fields}"
                                   for i in range(10))
    apps = [f"app{i}" for i in range(50)]
    files = {f"{app}/models.yaml": models for app in apps}
    return files | {"settings/base.yaml":
                    f"installed_apps: [{', '.join(apps)}]\n"}


def fastest(binary, words, folder):
    """Milliseconds of the fastest of ten answers: other work on the machine
    makes them slower, nothing makes them faster."""
    command = [binary, "completion", *(f"--complete={word}" for word in words)]
    times = []
    for _ in range(10):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL,
                       check=True)
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def main():
    passed = failed = skipped = 0
    binary = pathlib.Path(os.environ["MANAGE_BIN"]).resolve()
    with tempfile.TemporaryDirectory() as big:
        write(big, big_project())
        for words in TIMED:
            took = fastest(binary, words, big)
            passed += took <= MILLISECONDS
            if took > MILLISECONDS:
                failed += 1
                print(f"FAIL {words} took {took:.0f} ms, of {MILLISECONDS}")
    with tempfile.TemporaryDirectory() as folder:
        write(folder, PROJECT)
        os.chdir(folder)
        environment = {"PATH": f"{binary.parent}:{os.environ['PATH']}",
                       "HOME": folder, "TERM": "dumb", "PS1": "> ",
                       "COLUMNS": "200", "LC_ALL": "C.UTF-8"}
        for shell in (*TERMINALS, "fish"):
            if not shutil.which(shell):
                skipped += 1
                print(f"SKIPPED: {shell} is missing")
                continue
            results = in_fish(environment) if shell == "fish" else \
                in_terminal(shell, environment)
            for line, became in results:
                wanted = LINES[line]
                if shell == "zsh":
                    # It takes the end back when the cursor goes elsewhere.
                    wanted = wanted.rstrip(" /")
                passed += became == wanted
                if became != wanted:
                    failed += 1
                    print(f"FAIL {shell}: {line!r} became {became!r}, not "
                          f"{wanted!r}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
