"""The page of the desk in a real browser: its server, and what an editor's hands do there."""

import base64
import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import desks
import needs

CASES = Path(__file__).resolve().parent.parent / "fixtures" / "cases"
NAMES = ("chromium", "chromium-browser", "google-chrome")
HUGE = """(size) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(size)], "huge.txt"));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
DROP = """([name, kind, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: kind }));
  for (const what of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(what, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
# the events of an element are seen once those of the page are done
QUIET = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


def story(case):
    (path,) = (CASES / case).glob("story.*")
    return path


def text(case):
    return story(case).read_text(encoding="utf-8")


@contextlib.contextmanager
def served(*files):
    """The one-time link of a desk of our own."""
    with desks.desk(*files, token=False) as desk:
        yield desk.link


@contextlib.contextmanager
def chromium():
    name = next(filter(shutil.which, NAMES), None)
    if name is None:
        needs.missing("needs Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        needs.missing("needs Playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(name), args=["--no-sandbox"])
        yield browser
        browser.close()


class Desk:
    """One page of it, what it has asked for, and what its console has said."""

    def __init__(self, page, origin):
        self.page, self.origin = page, origin
        self.requests, self.faults, self.dialogs = [], [], []
        page.on("request", lambda request: self.requests.append(request))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        page.on("dialog", self._asked)
        page.set_default_timeout(10_000)

    def _asked(self, dialog):
        self.dialogs.append(dialog.type)
        dialog.accept()

    def load(self):
        self.page.goto(self.origin + "/")
        self.page.wait_for_selector("#box")
        return self

    def open(self):
        """The first view: of the page as it is, where it is loaded."""
        if not self.page.url.startswith(self.origin):
            return self.load()
        if self.page.locator("dialog").count():
            self.page.keyboard.press("Escape")
        if not self.page.locator("#box").count():
            self.page.click("header >> text=New story")
        self.page.fill("#box", "")
        return self

    def paste(self, said, into="#box"):
        self.page.evaluate("(said) => navigator.clipboard.writeText(said)", said)
        self.page.focus(into)
        self.page.keyboard.press("Control+V")

    def show(self, said):
        """Open a pasted text."""
        self.open().paste(said)
        self.page.wait_for_selector(".panel h2")
        return self

    def case(self, name):
        return self.show(text(name))

    def drop(self, name, data, kind=""):
        self.page.evaluate(DROP, [name, kind, base64.b64encode(data).decode()])

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.page.evaluate(QUIET)

    def said(self, selector):
        return " ".join(self.page.inner_text(selector).split())

    @property
    def progress(self):
        return self.said(".progress")

    @property
    def title(self):
        return self.said("#finding")

    def cleaned(self):
        """The paragraphs of the cleaned version, once it is there."""
        self.page.click("#tab-cleaned")
        self.page.wait_for_selector("#pane .cleaned li")
        return [it.inner_text() for it in self.page.query_selector_all("#pane .cleaned p")]

    def settled(self, said):
        """The cleaned version once these words stand in it."""
        self.page.click("#tab-cleaned")
        self.page.locator("#pane .cleaned").filter(has_text=said).wait_for()
        return self.cleaned()

    def copied(self):
        """What the key c puts on the clipboard."""
        self.page.evaluate("() => navigator.clipboard.writeText('nothing')")
        self.press("c")
        self.page.wait_for_function("() => document.getElementById('said').textContent.includes('copied')")
        return self.page.evaluate("() => navigator.clipboard.readText()")

    def scrolls(self):
        """Whether the page is wider than its window."""
        return self.page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")

    def focused(self):
        return self.page.evaluate("() => document.activeElement.id")

    def check(self):
        """What holds of every use: nothing ran that should not, and nothing was asked of anybody else."""
        faults, self.faults = self.faults, []
        assert not faults, faults
        assert not self.dialogs, self.dialogs
        for request in self.requests:
            assert request.url.startswith((self.origin + "/", "blob:" + self.origin)), request.url
            assert "?" not in request.url
        assert self.page.evaluate("() => localStorage.length + sessionStorage.length") == 0
        assert self.page.evaluate("() => location.search + location.hash") in ("", "#main")


def axe():
    """The text of axe-core, which the variable DEDUPE_AXE names the folder of."""
    folder = os.environ.get("DEDUPE_AXE")
    if not folder:
        needs.missing("needs DEDUPE_AXE, the folder of the npm package axe-core")
    return Path(folder, "axe.min.js").read_text(encoding="utf-8")


def cleaned_by_command(path, folder):
    """What `dedupe clean --output` makes of it."""
    out = folder / "cleaned"
    command = [sys.executable, "-P", "-m", "dedupe", "clean", str(path), "--output", str(out)]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return out.read_bytes() if out.is_file() else (out / path.name).read_bytes()
