"""Scenario files: reading them, and rewriting what they expect.

The format is described in README.md.
"""

import dataclasses
import pathlib
import re

DATABASES = ("sqlite", "postgresql")
STREAMS = ("stdout", "stderr")

STEP = re.compile(r"(\$|sql>|schema>|file>|write>|append>|replace>|env>) ")
BLOCK = re.compile(r"\[(stdout|stderr|exit|only)(?: (\S+))?(?: (\S+))?\]$")
FILE = re.compile(r"-- (\S+) --$")
# Steps whose lines are input, not expectations.
INPUT_STEPS = ("write>", "append>", "replace>", "env>")


class ScenarioError(Exception):
    """A scenario file that cannot be understood."""


@dataclasses.dataclass
class Outcome:
    """What one step printed on one database, or should have."""

    stdout: list
    stderr: list
    exit: object = 0  # a number, or text such as "timeout"

    def render(self):
        lines = escape(self.stdout)
        if self.stderr:
            lines += ["[stderr]"] + escape(self.stderr)
        if self.exit != 0:
            lines.append(f"[exit {self.exit}]")
        return lines


@dataclasses.dataclass
class Step:
    kind: str
    text: str  # the command, or the step's argument
    line: int  # 1-based, of the step's first line
    first: int = 0  # the expectation is lines[first:last], 0-based
    last: int = 0
    only: str = ""
    body: list = dataclasses.field(default_factory=list)
    # (stream, database or "") -> lines
    blocks: dict = dataclasses.field(default_factory=dict)
    # database or "" -> exit code
    exits: dict = dataclasses.field(default_factory=dict)

    def expected(self, database):
        def stream(name):
            specific = self.blocks.get((name, database))
            return self.blocks.get((name, ""), []) if specific is None \
                else specific

        return Outcome(stream("stdout"), stream("stderr"),
                       self.exits.get(database, self.exits.get("", 0)))

    def runs_on(self, database):
        return self.only in ("", database)


@dataclasses.dataclass
class Scenario:
    path: pathlib.Path
    lines: list
    only: str
    steps: list
    files: dict

    @property
    def databases(self):
        return (self.only,) if self.only else DATABASES


def escape(lines):
    """Output as it stands in a scenario file."""
    result = []
    for index, line in enumerate(lines):
        after_blank = index > 0 and not lines[index - 1]
        special = (line.startswith(("\\", "> ")) or STEP.match(line)
                   or BLOCK.match(line) or FILE.match(line)
                   or (line.startswith("#") and after_blank))
        result.append("\\" + line if special else line)
    # Blank lines at the end would pass for space between steps.
    index = len(result) - 1
    while index >= 0 and not result[index]:
        result[index] = "\\"
        index -= 1
    return result


def unescape(lines):
    return [line[1:] if line.startswith("\\") else line for line in lines]


def split_lines(text):
    """Lines of an output; one without a newline at its end says so."""
    if not text:
        return []
    lines = text.split("\n")
    if lines[-1]:
        return lines + ["<no newline at the end>"]
    return lines[:-1]


def load(path):
    try:
        # Not read_text: it would hide carriage returns.
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: {error}") from None
    return parse(path, text)


def parse(path, text):
    lines = text.removesuffix("\n").split("\n")
    cut = next((i for i, line in enumerate(lines) if FILE.match(line)),
               len(lines))
    only, index = parse_header(path, lines)
    steps = []
    while index < cut:
        line = lines[index]
        if not line or line.startswith("#"):
            index += 1
        elif STEP.match(line):
            steps.append(parse_step(path, lines, index, cut))
            index = max(steps[-1].last, index + 1)
        else:
            raise ScenarioError(f"{path}:{index + 1}: no step begins so")
    if not any(step.kind == "$" for step in steps):
        raise ScenarioError(f"{path}: there is no $ step")
    return Scenario(path, lines, only, steps, parse_files(path, lines, cut))


def parse_header(path, lines):
    if not lines or not lines[0].startswith("only:"):
        return "", 0
    match = re.match(r"only: (\w+), because \S.*$", lines[0])
    if not match or match[1] not in DATABASES:
        raise ScenarioError(f"{path}:1: write `only: DATABASE, because …`")
    return match[1], 1


def parse_step(path, lines, index, cut):
    kind, _, text = lines[index].partition(" ")
    step = Step(kind, text, index + 1)
    index += 1
    while kind in ("$", "sql>") and index < cut \
            and lines[index].startswith("> "):
        step.text += "\n" + lines[index][2:]
        index += 1
    step.first = index
    while index < cut and not STEP.match(lines[index]) and not (
            lines[index].startswith("#") and not lines[index - 1]):
        index += 1
    while index > step.first and not lines[index - 1]:
        index -= 1
    step.last = index
    parse_blocks(path, step, lines)
    return step


def parse_blocks(path, step, lines):
    block = ("stdout", "")
    for index in range(step.first, step.last):
        line = lines[index]
        match = BLOCK.match(line)
        if not match:
            step.blocks.setdefault(block, []).append(line)
            continue
        name, value, database = match[1], match[2] or "", match[3] or ""
        if name in STREAMS:
            block, known = (name, value), not database
            known = known and value in ("",) + DATABASES
            if block in step.blocks:
                raise ScenarioError(f"{path}:{index + 1}: a second {line}")
            step.blocks[block] = []
        elif name == "exit":
            known = value.isdigit() and database in ("",) + DATABASES
            step.exits[database] = int(value) if known else 0
        else:
            step.only, known = value, value in DATABASES and not database
        if not known:
            raise ScenarioError(f"{path}:{index + 1}: unknown block {line}")
    for block, content in step.blocks.items():
        while content and not content[-1]:
            content.pop()
        step.blocks[block] = unescape(content)
    if step.kind in INPUT_STEPS:
        step.body = step.blocks.pop(("stdout", ""), [])
        if step.blocks or step.exits:
            raise ScenarioError(
                f"{path}:{step.line}: {step.kind} expects nothing")
    if step.kind == "replace>" and step.body.count("=>") != 1:
        raise ScenarioError(f"{path}:{step.line}: replace> needs one line =>")


def parse_files(path, lines, cut):
    files, name = {}, None
    for index in range(cut, len(lines)):
        match = FILE.match(lines[index])
        if match:
            name = match[1]
            if name in files or name.startswith("/") or ".." in name:
                raise ScenarioError(f"{path}:{index + 1}: bad file name")
            files[name] = []
        else:
            files[name].append(lines[index])
    for name, content in files.items():
        # The blank lines before the next marker are for the eye.
        while content and not content[-1]:
            content.pop()
        files[name] = "".join(line + "\n" for line in content)
    return files


def updated(scenario, outcomes):
    """The file's text with what happened as its expectations.

    `outcomes` maps a database to one Outcome (or None) per step. A database
    that did not run keeps its own blocks.
    """
    lines = list(scenario.lines)
    for number in reversed(range(len(scenario.steps))):
        step = scenario.steps[number]
        if step.kind in INPUT_STEPS:
            continue
        ran = {database: with_wildcards(step.expected(database), all_[number])
               for database, all_ in outcomes.items() if all_[number]}
        if ran:
            lines[step.first:step.last] = render(
                step, {database: ran.get(database) or absent(step, database, ran)
                       for database in scenario.databases
                       if step.runs_on(database)})
    return "".join(line + "\n" for line in lines)


def absent(step, database, ran):
    """What a database that did not run expects: its own blocks, else what the
    other one did."""
    other = next(iter(ran.values()))
    return Outcome(step.blocks.get(("stdout", database), other.stdout),
                   step.blocks.get(("stderr", database), other.stderr),
                   step.exits.get(database, other.exit))


def render(step, seen):
    lines = []
    outcomes = list(seen.values())
    if step.only:
        lines.append(f"[only {step.only}]")
    for name in STREAMS:
        if all(getattr(o, name) == getattr(outcomes[0], name)
               for o in outcomes):
            content = getattr(outcomes[0], name)
            # A name is needed after another block.
            if content and (name != "stdout" or lines):
                lines.append(f"[{name}]")
            lines += escape(content)
        else:
            for database, outcome in seen.items():
                lines.append(f"[{name} {database}]")
                lines += escape(getattr(outcome, name))
    if all(o.exit == outcomes[0].exit for o in outcomes):
        if outcomes[0].exit != 0:
            lines.append(f"[exit {outcomes[0].exit}]")
    else:
        lines += [f"[exit {o.exit} {d}]" for d, o in seen.items()]
    return lines


def matches(expected, actual):
    """Whether a line is the expected one; `<...>` stands for any text."""
    if "<...>" not in expected:
        return expected == actual
    pattern = ".*".join(re.escape(part) for part in expected.split("<...>"))
    return re.fullmatch(pattern, actual) is not None


def with_wildcards(expected, actual):
    """`actual`, with the expected lines where their wildcards match."""
    def stream(expected_lines, actual_lines):
        wild = [line for line in expected_lines if "<...>" in line]
        return [next((w for w in wild if matches(w, line)), line)
                for line in actual_lines]

    return Outcome(stream(expected.stdout, actual.stdout),
                   stream(expected.stderr, actual.stderr), actual.exit)
