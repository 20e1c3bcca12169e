#!/usr/bin/python3
"""migrate --wait, while the server is first absent, then starting, then there:
played by a proxy before the real one."""

import re
import socket
import sys
import threading
import time

from crashing import (ITEM, SETTINGS, Difference, check, fresh_project, output,
                      start, wait)
from common import Report, manage

PHASE = 0.7  # seconds
STARTING = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    target.close()


def refuse(client):
    """As a server that is starting: no to TLS and GSSAPI, then the error."""
    while True:
        request = client.recv(4096)
        if len(request) != 8:
            break
        client.sendall(b"N")
    client.sendall(b"E" + (len(STARTING) + 4).to_bytes(4, "big") + STARTING)
    client.close()


def play(port, real, ready):
    """Absent for a phase, starting for another, then the real server."""
    time.sleep(PHASE)
    with socket.create_server(("127.0.0.1", port)) as server:
        begin = time.monotonic()
        while not ready.is_set():
            server.settimeout(0.1)
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            client.settimeout(None)
            if time.monotonic() < begin + PHASE:
                refuse(client)
                continue
            upstream = socket.create_connection(real)
            for pair in ((client, upstream), (upstream, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()


def waits(database_name):
    files = {"settings/base.yaml": SETTINGS, "shop/models.yaml": ITEM}
    with fresh_project(database_name, files) as (project, database):
        manage(project, database, "makemigrations", "-q")
        port, key = free_port(), "MANAGE_DATABASES__DEFAULT__URL"
        url = database.environment[key]
        host, real_port = re.search(r"@([^:/]+):(\d+)", url).groups()
        database.environment = {**database.environment, key: url.replace(
            f"@{host}:{real_port}", f"@127.0.0.1:{port}")}
        manage(project, database, "migrate", exit_code=1)
        ready = threading.Event()
        server = threading.Thread(
            target=play, args=(port, (host, int(real_port)), ready))
        server.start()
        try:
            begin = time.monotonic()
            code = wait(start(project, database, "migrate", "--wait", "15"),
                        "migrate --wait")
            seconds = time.monotonic() - begin
        finally:
            ready.set()
            server.join()
        check(f"exit code\n{output(project)}", code, 0)
        for text in ("waiting for the server of the database \"default\"",
                     "  Applied shop.0001_initial"):
            if text not in output(project):
                raise Difference(f"no {text!r} in\n{output(project)}")
        if seconds < 2 * PHASE:
            raise Difference(f"it was done after {seconds} seconds")


def main():
    report = Report()
    report.on("postgresql", "migrate --wait", waits)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
