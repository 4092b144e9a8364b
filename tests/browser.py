"""A real browser, asked over a pipe what it makes of a page."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

import needs

NAMES = ("chromium", "chromium-browser", "google-chrome")
# the browser reads commands from 3 and answers on 4, whatever numbers these have here
_MOVED = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
PATIENCE = 60


class Browser:
    """One page of it, and every request it has made."""

    def __init__(self, into, out):
        self._into, self._out, self._read, self._number = into, out, b"", 0
        self._session = None
        self.requests = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **what):
        self._number += 1
        message = {"id": self._number, "method": method, "params": what}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._into, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda it: it.get("id") == self._number)
        assert "error" not in answer, answer
        return answer["result"]

    def _until(self, wanted):
        deadline = time.monotonic() + PATIENCE
        while True:
            message, found, rest = self._read.partition(b"\0")
            if not found:
                ready, _, _ = select.select([self._out], [], [], deadline - time.monotonic())
                assert ready, "the browser does not answer"
                some = os.read(self._out, 1 << 20)
                assert some, "the browser has gone"
                self._read += some
                continue
            self._read = rest
            told = json.loads(message)
            if told.get("method") == "Network.requestWillBeSent":
                self.requests.append(told["params"]["request"]["url"])
            if wanted(told):
                return told

    def show(self, url, width, scheme):
        self.requests.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.ask("Page.navigate", url=url)
        self._until(lambda it: it.get("method") == "Page.loadEventFired")

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")


@contextlib.contextmanager
def browser():
    needs.posix()
    name = next(filter(shutil.which, NAMES), None)
    if name is None:
        needs.missing("needs Chromium")
    (theirs, into), (out, ours) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]
        run = subprocess.Popen(
            [sys.executable, "-c", _MOVED, str(theirs), str(ours), name, *options, f"--user-data-dir={home}"],
            pass_fds=(theirs, ours),
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(ours)
        try:
            yield Browser(into, out)
        finally:
            run.kill()
            run.wait()
            os.close(into)
            os.close(out)
