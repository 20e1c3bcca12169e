#!/usr/bin/python3
"""Runs the recipes of docs/scripting.md and docs/shell.md as they stand there.

A section "## Cookbook" begins with files that all recipes share; each
"### N. Title" below it is run in a fresh project. A fenced block that begins
with the name of a file is that file ("# shop/models.yaml, in Book" replaces the
lines of that model with the same keys, and adds the others); a block of the
kind `console` has command lines and what they print: standard output, then
[stderr] and [exit N], where something differs from nothing and 0.

A small server stands for the API, the cache and, by SMTP, the mail server.
"""

import contextlib
import http.server
import json
import os
import pathlib
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(
    os.environ.get("MANAGE_BIN", ROOT / "build/release/manage")).resolve()
DOCUMENTS = ["docs/scripting.md", "docs/shell.md"]
TIME = re.compile(r"\(\d+(\.\d+)? ?(ms|s)\)")


def blocks(text):
    """(language, lines) of each fenced block."""
    return [(kind, body.split("\n")[:-1]) for kind, body in
            re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)]


def recipes(document):
    """The blocks that all share, and (title, blocks) of each recipe."""
    text = (ROOT / document).read_text()
    if "\n## Cookbook\n" not in text:
        return [], []
    cookbook = text.split("\n## Cookbook\n")[1].split("\n## ")[0]
    first, *parts = re.split(r"^### ", cookbook, flags=re.M)
    return blocks(first), [(part.split("\n")[0], blocks(part))
                           for part in parts]


FILE_NAME = re.compile(r"^(?:--|#) ([\w./-]+\.\w+|[\w/]+/commands/\w+)"
                       r"(?:, in (\w+))?$")


def write_file(folder, lines):
    """Whether the block is a file."""
    match = FILE_NAME.match(lines[0])
    if not match:
        return False
    path = folder / match[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    if match[2]:
        add_to_model(path, match[2], lines[1:])
        return True
    path.write_text("\n".join(lines[1:]) + "\n")
    if lines[1].startswith("#!"):
        path.chmod(0o755)
    return True


def add_to_model(path, model, lines):
    """Lines of a model in place of those with the same keys, or after them."""
    old = path.read_text().split("\n")
    begin = old.index(f"  {model}:") + 1
    end = next((i for i in range(begin, len(old))
                if not old[i].startswith("   ")), len(old))
    body = old[begin:end]
    for line in lines:
        key = line.split(":")[0] + ":"
        same = [i for i, known in enumerate(body) if known.startswith(key)]
        fields = [i for i, known in enumerate(body)
                  if known.startswith("      ")]
        if same:
            body[same[0]] = line
        elif line.startswith("      "):
            body.insert(fields[-1] + 1, line)
        else:
            body.append(line)
    path.write_text("\n".join(old[:begin] + body + old[end:]))


class Api(http.server.BaseHTTPRequestHandler):
    """Prices in two pages, a cache that notes what it forgets, and the mail."""
    log, mail = [], []

    def answer(self, text, kind="text/plain"):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        if url.path == "/log":
            return self.answer("\n".join(self.log))
        if url.path == "/mail":
            return self.answer("\n".join(
                line for line in self.mail
                if line.startswith(("To:", "Subject:"))))
        page = urllib.parse.parse_qs(url.query).get("page", ["1"])[0]
        pages = {"1": {"items": [{"title": "Salt", "price": "19.00"}],
                       "next": 2},
                 "2": {"items": [{"title": "Iron Sea", "price": "12.50"},
                                 {"title": "A Quiet Year", "price": "8.50"}],
                       "next": None}}
        return self.answer(json.dumps(pages[page]), "application/json")

    def do_DELETE(self):
        self.log.append(f"DELETE {self.path}")
        self.answer("")

    def log_message(self, *arguments):
        pass


class Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as takes a message."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                while (text := self.rfile.readline().decode().rstrip("\r\n")
                       ) != ".":
                    Api.mail.append(text)
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def expectations(lines):
    """(command, expected output) of each command line of a console block."""
    steps = []
    for line in lines:
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line)
    return steps


def run(command, folder, environment):
    """What a command printed, in the form of the documents."""
    done = subprocess.run(["bash", "-c", command], cwd=folder, text=True,
                          env=environment, capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    lines = done.stdout.split("\n")[:-1] if done.stdout else []
    if done.stderr:
        lines += ["[stderr]"] + done.stderr.split("\n")[:-1]
    if done.returncode:
        lines.append(f"[exit {done.returncode}]")
    return [TIME.sub("(TIME)", line) for line in lines]


def play(title, shared, own, ports, environment):
    """What differs, or nothing."""
    api, smtp = ports
    Api.log.clear()
    Api.mail.clear()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "project"
        (folder / "settings").mkdir(parents=True)
        (folder / "settings/base.yaml").write_text(
            "installed_apps: [shop]\n"
            "secret_key: abcdefghijklmnopqrstuvwxyz\n"
            "email_backend: console\n"
            f"email_port: {smtp}\n"
            "email_host: 127.0.0.1\n"
            f"x-api: http://127.0.0.1:{api}\n"
            f"x-cache: http://127.0.0.1:{api}\n")
        for _, lines in shared:
            write_file(folder, lines)
        for command in ("manage makemigrations -q", "manage migrate -q",
                        "manage shell rows.lua"):
            if problem := run(command, folder, environment):
                return f"{command}: {problem}"
        for kind, lines in own:
            if kind != "console":
                if not write_file(folder, lines):
                    return f"a block of {kind} is no file: {lines[0]}"
                continue
            for command, expected in expectations(lines):
                found = run(command, folder, environment)
                if found != expected:
                    return (f"$ {command}\n  expected: {expected}\n"
                            f"  found:    {found}")
    return ""


def main():
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith("MANAGE_")}
    passed = failed = 0
    with tempfile.TemporaryDirectory() as bin_folder, \
            serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)) \
            as api, \
            serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)) \
            as smtp:
        (pathlib.Path(bin_folder) / "manage").symlink_to(BINARY)
        environment["PATH"] = f"{bin_folder}:{environment['PATH']}"
        environment["LANG"] = "C.UTF-8"
        for document in DOCUMENTS:
            shared, parts = recipes(document)
            shared = shared or recipes(DOCUMENTS[0])[0]
            for title, own in parts:
                problem = play(title, shared, own, (api, smtp), environment)
                if problem:
                    failed += 1
                    print(f"FAIL {document}: {title}\n{problem}")
                else:
                    passed += 1
    if passed + failed < 15:
        failed += 1
        print(f"FAIL there are only {passed + failed} recipes")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
