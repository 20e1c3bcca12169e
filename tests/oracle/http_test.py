#!/usr/bin/python3
"""HTTP and mail of scripts against real servers on the loopback interface."""

import email
import email.policy
import email.utils
import http.server
import json
import os
import pathlib
import signal
import socketserver
import ssl
import subprocess
import sys
import tempfile
import time

from cookbook_test import BINARY, Smtp, Api, serving

PASSED, FAILED = [], []


def check(name, found, expected):
    if found == expected:
        PASSED.append(name)
    else:
        FAILED.append(name)
        print(f"FAIL {name}\n  expected: {expected!r}\n  found:    {found!r}")


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    calls = {}

    def send(self, status, body="", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        path = self.path.split("?")[0]
        self.calls[path] = self.calls.get(path, 0) + 1
        if path == "/slow":
            time.sleep(3)
        if path == "/flaky" and self.calls[path] < 3:
            return self.send(503, "busy", [("Retry-After", "0")])
        if path == "/later" and self.calls[path] < 2:
            when = email.utils.formatdate(time.time() + 2, usegmt=True)
            return self.send(429, "", [("Retry-After", when)])
        if path == "/broken":
            return self.send(500, "it is broken")
        if path == "/away":
            return self.send(302, "", [("Location", "/echo")])
        if path in ("/stranger", "/again"):
            host = "localhost" if path == "/stranger" else "127.0.0.1"
            port = self.server.server_address[1]
            return self.send(302, "", [("Location",
                                        f"http://{host}:{port}/echo")])
        if path == "/circle":
            return self.send(302, "", [("Location", "/circle")])
        if path == "/lost" and self.calls[path] < 3:
            self.close_connection = True
            return None
        if path == "/file":
            return self.send(302, "", [("Location", "file:///etc/passwd")])
        if path == "/big":
            return self.send(200, "x" * 100_000)
        return self.send(200, json.dumps({
            "method": self.command, "path": self.path, "body": body,
            "type": self.headers.get("Content-Type"),
            "own": self.headers.get("X-Own"),
            "accept": self.headers.get("Accept"),
            "login": self.headers.get("Authorization")}),
            [("Content-Type", "application/json")])

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def log_message(self, *arguments):
        pass


class Listener(http.server.ThreadingHTTPServer):
    def handle_error(self, *arguments):
        """Who goes away before the answer does so on purpose."""


class Refusing(Smtp):
    def say(self, line):
        super().say("550 nobody of that name" if line == "250 yes" and
                    self.count() == 3 else line)

    def count(self):
        self.said = getattr(self, "said", 0) + 1
        return self.said


class Project:
    def __init__(self, folder, smtp):
        self.folder = pathlib.Path(folder)
        for name in ("settings", "shop/commands"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "settings/base.yaml").write_text(
            "installed_apps: [shop]\n"
            "secret_key: abcdefghijklmnopqrstuvwxyz\n"
            f"email_host: 127.0.0.1\nemail_port: {smtp}\n")
        (self.folder / "shop/models.yaml").write_text("models: {}\n")
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith("MANAGE_")}

    def start(self, *arguments):
        return subprocess.Popen(
            [BINARY, *arguments], cwd=self.folder, text=True,
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return out.strip() or err.split("\n  -->")[0].strip()

    def script(self, text, *arguments):
        return self.run(*arguments, "shell", "-c", text)


def requests(project, url):
    script = project.script
    check("a query", script(
        f"print(http.get('{url}/echo?a=1', {{query={{b='ä &'}}}}):json().path)"),
        "/echo?a=1&b=%C3%A4%20%26")
    check("a document", script(
        f"local a = http.post('{url}/echo', {{json={{n=1}}}}):check():json() "
        "print(a.method, a.type, a.body)"),
        'POST\tapplication/json\t{"n":1}')
    check("a form", script(
        f"local a = http.put('{url}/echo', {{form={{n='a b'}}}}):json() "
        "print(a.method, a.type, a.body)"),
        "PUT\tapplication/x-www-form-urlencoded\tn=a%20b")
    check("a body, a header, a login", script(
        f"local a = http.patch('{url}/echo', {{body='x', user='ann', "
        "password='secret', headers={['X-Own']='y'}}):json() "
        "print(a.method, a.body, a.own, a.login)"),
        "PATCH\tx\ty\tBasic YW5uOnNlY3JldA==")
    check("no body", script(
        f"local a = http.head('{url}/echo') print(a.status, #a.body, a.ok, "
        "a.headers['content-type'])"), "200\t0\ttrue\tapplication/json")
    check("a redirect", script(
        f"print(http.get('{url}/away'):json().path, "
        f"http.get('{url}/away', {{redirects=0}}).status)"), "/echo\t302")
    told = ("{user='ann', password='secret', "
            "headers={['X-Own']='key', Accept='text/x'}}):json() "
            "print(a.own, a.login, a.accept)")
    check("a stranger is told nothing",
          script(f"local a = http.get('{url}/stranger', " + told),
          "NULL\tNULL\ttext/x")
    check("the same host is told all",
          script(f"local a = http.get('{url}/again', " + told),
          "key\tBasic YW5uOnNlY3JldA==\ttext/x")
    login = url.replace("http://", "http://ann:secret@")
    check("the login of a URL too", script(
        f"print(http.get('{login}/again'):json().login, "
        f"http.get('{login}/away'):json().login, "
        f"http.get('{login}/stranger'):json().login)"),
        "Basic YW5uOnNlY3JldA==\tBasic YW5uOnNlY3JldA==\tNULL")
    check("a redirect to itself",
          script(f"http.get('{url}/circle', {{redirects=3}})"),
          f"error: GET {url}/circle: more than 3 redirects")
    check("so often as it may", Server.calls["/circle"], 4)
    check("a POST is not sent elsewhere",
          script(f"print(http.post('{url}/away').status)"), "302")
    check("a query before a fragment", script(
        f"print(http.get('{url}/echo#part', {{query={{a=1}}}}):json().path)"),
        "/echo?a=1")
    check("a body has no type but what is said", script(
        f"print(http.post('{url}/echo', {{body='x'}}):json().type, "
        f"http.post('{url}/echo', {{json={{}}, headers={{"
        "['content-type']='a/b'}}):json().type)"), "NULL\ta/b")
    check("GET with a body", script(
        f"local a = http.get('{url}/echo', {{json={{n=1}}}}):json() "
        "print(a.method, a.body)"), 'GET\t{"n":1}')
    check("one body", script(f"http.post('{url}', {{json={{}}, body='x'}})"),
          "error: a request has one body")
    check("HEAD has none", script(f"http.head('{url}', {{body='x'}})"),
          "error: HEAD has no body")
    check("an empty header", script(
        f"print(#http.get('{url}/echo', {{headers={{['X-Own']=''}}}})"
        ":json().own)"), "0")
    check("another protocol", script(f"http.get('{url}/file')"),
          'error: GET file:///etc/passwd: Protocol "file" not supported or '
          "disabled in libcurl")
    check("no file", script("http.get('file:///etc/passwd')"),
          'error: GET file:///etc/passwd: Protocol "file" not supported or '
          "disabled in libcurl")
    check("a line break in a header", script(
        f"http.get('{url}/echo', {{headers={{a='b\\r\\nc: d'}}}})"),
        "error: the header a has a line break")


def troubles(project, url):
    script = project.script
    check("a status", script(
        f"local a = http.get('{url}/broken') print(a.status) "
        "print(pcall(a.check, a))").split("\n")[0], "500")
    check("a status that is an error",
          script(f"http.get('{url}/broken', {{retries=0}}):check()"),
          f"error: GET {url}/broken: status 500")
    check("busy for a while", script(
        f"print(http.get('{url}/flaky').status)"), "200")
    check("so often", Server.calls["/flaky"], 3)
    check("lost answers", script(f"print(http.get('{url}/lost').status)"),
          "200")
    Server.calls.clear()
    check("a lost answer of a POST", script(
        f"http.post('{url}/lost')"),
        f"error: POST {url}/lost: Empty reply from server")
    begin = time.monotonic()
    check("busy until a date", script(f"print(http.get('{url}/later').status)"),
          "200")
    check("not asked before it", time.monotonic() - begin > 0.9, True)
    Server.calls.clear()
    check("nobody repeats a POST by itself", script(
        f"print(http.post('{url}/flaky', {{body='x'}}).status)"), "503")
    check("a time limit", script(
        f"http.get('{url}/slow', {{timeout=0.2, retries=0}})")[:44],
        f"error: GET {url}/slow: Operation"[:44])
    check("a limit of size", script(
        f"http.get('{url}/big', {{max_bytes=1000}})"),
        f"error: GET {url}/big: the answer has more than 1000 bytes")
    check("nobody there", script(
        "http.get('http://ann:secret@127.0.0.1:9/x', {retries=0})")[:52],
        "error: GET http://ann:********@127.0.0.1:9/x: Failed")
    (project.folder / "shop/commands/tell.lua").write_text(
        f"function handle() http.post('{url}/echo') end\n")
    check("a dry run sends nothing", project.run("tell", "--dry-run"),
          "error: POST is not sent in a dry run")
    process = project.start("shell", "-c",
                            f"http.get('{url}/slow', {{timeout=20}})")
    time.sleep(1)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    check("Ctrl-C", (process.returncode, time.monotonic() - begin < 2.5),
          (130, True))


def encrypted(project):
    """A server with a certificate of its own making."""
    key, certificate = (project.folder / name for name in ("key", "ca.pem"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    server = Listener(("127.0.0.1", 0), Server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        url = f"https://localhost:{port}/echo"
        check("a certificate of nobody",
              "certificate" in project.script(f"http.get('{url}')"), True)
        check("a certificate of somebody we know", project.script(
            f"print(http.get('{url}', {{ca_file='ca.pem'}}).status)"), "200")


def mails(project):
    text = ("send_mail{subject='Grüße', body='Zeile\\nänder', "
            "to={'Zoë <zoe@example.org>', 'b@example.org'}, "
            "bcc='c@example.org', from='shop@example.org', "
            "html='<b>Zeile</b>', "
            "attachments={{name='a.csv', type='text/csv', content='1;2'}}}")
    Api.mail.clear()
    check("a mail", project.script(text), "")
    message = email.message_from_string(
        "\n".join(Api.mail), policy=email.policy.default)
    check("its subject", message["subject"], "Grüße")
    check("its body", message.get_body(("plain",)).get_content(),
          "Zeile\nänder")
    check("its attachment", [part.get_filename() for part in
                             message.iter_attachments()], ["a.csv"])
    check("its bcc", message["bcc"], None)
    check("to a file", project.script(
        text, "--set", "email_backend=file", "--set",
        "email_file_path=sent"), "")
    check("one file", len(list((project.folder / "sent").glob("*.eml"))), 1)
    check("on the console", "Subject: =?utf-8?" in project.script(
        text, "--set", "email_backend=console"), True)
    check("a line break in a subject", project.script(
        "send_mail{subject='a\\nBcc: x@y.z', body='', to='a@b.c'}")[:7],
        "error: ")
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing)) \
            as port:
        check("a server that refuses", project.script(
            "send_mail{subject='a', body='b', to='a@b.c'}", "--set",
            f"email_port={port}").split(": ")[1],
            f"127.0.0.1:{port} did not take the message")


def main():
    with tempfile.TemporaryDirectory() as folder, \
            serving(Listener(
                ("127.0.0.1", 0), Server)) as port, \
            serving(socketserver.ThreadingTCPServer(
                ("127.0.0.1", 0), Smtp)) as smtp:
        project = Project(folder, smtp)
        url = f"http://127.0.0.1:{port}"
        requests(project, url)
        troubles(project, url)
        encrypted(project)
        mails(project)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed, 0 skipped")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
