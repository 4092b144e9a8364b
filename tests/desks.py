"""A desk in a process of its own, asked as a browser or a program asks it."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import needs

TOKEN = "t0ken-" + "0123456789abcdef" * 4
LINK = re.compile(r"Open (http://(\S+):(\d+)/\?key=(\S+))\n")


class Reply(NamedTuple):
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Desk:
    """One that runs, with the link it printed and the folder it runs in."""

    def __init__(self, process, folder, said):
        self.process, self.folder, self.said = process, folder, said
        link = LINK.search(said.read_text())
        self.link, self.port, self.key = link[1], int(link[3]), link[4]
        self.cookie = None

    def raw(self, method, path, body=None, headers=(), *, host="127.0.0.1", timeout=30):
        """One request with just these headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if host is not None:
                connection.putheader("Host", host if ":" in host[-6:] or host == "" else f"{host}:{self.port}")
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None and not any(name.lower() == "content-length" for name, _ in headers):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def open(self):
        """Follow the one-time link, as the browser does."""
        reply = self.raw("GET", f"/?key={self.key}")
        self.cookie = reply.headers.get("set-cookie", "").partition(";")[0]
        return reply

    def page(self, path, value, **more):
        """What our page asks."""
        if self.cookie is None:
            self.open()
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = [
            ("Cookie", self.cookie),
            ("X-Dedupe", "1"),
            ("Content-Type", "application/json"),
            ("Origin", f"http://127.0.0.1:{self.port}"),
            ("Sec-Fetch-Site", "same-origin"),
        ]
        return self.raw("POST", path, body, headers, **more)

    def program(self, method, path, value=None, kind="application/json", **more):
        """What a program asks that has the token."""
        body = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
        headers = [("Authorization", f"Bearer {TOKEN}")] + ([("Content-Type", kind)] if body is not None else [])
        return self.raw(method, path, body, headers, **more)

    def stop(self):
        """Ctrl-C; what it ends with."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


@contextlib.contextmanager
def desk(*words, token=True, environment=None):
    """A desk on a free port, in an empty folder with a temporary folder of its own."""
    needs.posix()
    with tempfile.TemporaryDirectory(prefix="dedupe-desk-") as name:
        folder = Path(name)
        (folder / "cwd").mkdir()
        (folder / "tmp").mkdir()
        secret = folder / "token"
        secret.write_text(TOKEN + "\n")
        secret.chmod(0o600)
        out, said = folder / "out", folder / "said"
        command = [sys.executable, "-P", "-m", "dedupe", "desk", "--no-browser", *map(str, words)]
        command += ["--token", str(secret)] if token else []
        known = {**os.environ, "TMPDIR": str(folder / "tmp"), "PYTHONPATH": needs.PACKAGES, **(environment or {})}
        with out.open("wb") as stdout, said.open("wb") as stderr:
            process = subprocess.Popen(command, cwd=folder / "cwd", stdout=stdout, stderr=stderr, env=known)
        try:
            end = time.monotonic() + 60
            while not LINK.search(said.read_text()):
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < end, said.read_text()
                time.sleep(0.02)
            yield Desk(process, folder, said)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(20)


def form(parts, boundary="dedupe-form"):
    """A form and its content type: parts are (name, bytes) or (name, bytes, file name)."""
    lines = []
    for name, data, *file in parts:
        named = f'; filename="{file[0]}"' if file else ""
        lines += [b"--" + boundary.encode(), f'Content-Disposition: form-data; name="{name}"{named}'.encode()]
        lines += [b"", data]
    lines += [b"--" + boundary.encode() + b"--", b""]
    return b"\r\n".join(lines), f"multipart/form-data; boundary={boundary}"
