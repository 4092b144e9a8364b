"""The review of the action: the safe cuts as suggestions on the lines that a pull request changes, the rest as remarks.

It never fails a job: where it may not or cannot speak, it says so in one line.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Call = Callable[[str, str, object | None], Any]

MOST = 30  # remarks of a review
PAGES = 30  # of a hundred; GitHub lists 3,000 files at most
SECONDS = 20
ANSWER = 30_000_000  # bytes
MARK = re.compile(r"<!-- dedupe:([0-9a-f]{8,64}) -->")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")
COMMANDING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
LEVELS = ("error", "warning")
SAID = {
    401: "the token is not valid",
    403: "the token may not write to pull requests: give the job `pull-requests: write`; from a fork it only reads",
    404: "the token does not see this pull request",
    422: "GitHub did not take a line of it; the pull request may have changed since",
}


class Silent(Exception):  # noqa: N818  it is no error
    """Why nothing is said, in one line."""


class Place(NamedTuple):
    """Lines of a file, from 1, the last included."""

    first: int
    last: int


class Found(NamedTuple):
    """A finding: where it stands, where its twin does, what would be cut."""

    code: str
    why: str
    fingerprint: str
    path: str
    place: Place
    twin: Place | None  # in the same file
    cuts: list[tuple[int, int]]


class Diff(NamedTuple):
    """What a pull request shows of a file: each line by its number, those of a hunk without a gap."""

    hunks: list[dict[int, str]]


def main() -> int:
    """Post one review, or say why not."""
    try:
        print(review(os.environ))
    except Silent as why:
        print(f"no review: {why}")
    return 0


def review(environment: Mapping[str, str]) -> str:
    """Say what does not stand there already, in one review."""
    number, head = pull(environment)
    call = caller(environment)
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not REPOSITORY.fullmatch(repository):
        raise Silent("GITHUB_REPOSITORY names no repository")
    here = f"/repos/{repository}/pulls/{number}"
    found = findings(environment.get("DEDUPE_REPORT", ""))
    diffs = {one["filename"]: diff(one["patch"]) for one in pages(call, f"{here}/files") if one.get("patch")}
    said = {mark for one in pages(call, f"{here}/comments") for mark in MARK.findall(one.get("body") or "")}
    remarks = [it for it in (remark(one, diffs) for one in found if one.fingerprint not in said) if it][:MOST]
    if not remarks:
        return "no review: nothing to say on the lines of this pull request that does not stand there already"
    count = f"{len(remarks)} remark{'s' if len(remarks) > 1 else ''}"
    body = {
        "commit_id": head,
        "event": "COMMENT",
        "body": f"dedupe: {count} on passages that stand twice.",
        "comments": remarks,
    }
    call("POST", f"{here}/reviews", body)
    return f"posted a review with {count}"


def pull(environment: Mapping[str, str]) -> tuple[int, str]:
    """The number of the pull request and the commit it proposes."""
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:
            event = json.load(file)["pull_request"]
        number, head = event["number"], event["head"]["sha"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Silent("this run is for no pull request") from None
    if not isinstance(number, int) or not COMMIT.fullmatch(str(head)):
        raise Silent("the event of this run names no pull request")
    return number, head


# the report


def findings(path: str) -> list[Found]:
    """What the SARIF report has that is new and to be acted on, errors first."""
    try:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)["runs"][0]["results"]
        found = [one for one in map(finding, results) if one]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        raise Silent("there is no report that can be read") from None
    return [one for level in LEVELS for severity, one in found if severity == level]


def finding(result: dict[str, Any]) -> tuple[str, Found] | None:
    """A result with its severity; none where it is known, suppressed or in no file of text."""
    if result.get("suppressions") or result.get("baselineState") in ("unchanged", "absent"):
        return None
    (where,) = result["locations"]
    path, place = located(where)
    if place is None or not path:
        return None
    twins = [located(it) for it in result.get("relatedLocations", ())]
    cuts = [
        (one["deletedRegion"]["byteOffset"], one["deletedRegion"]["byteOffset"] + one["deletedRegion"]["byteLength"])
        for fix in result.get("fixes", ())
        for change in fix["artifactChanges"]
        for one in change["replacements"]
    ]
    fingerprint = str(result["partialFingerprints"]["dedupe/v1"])
    if not MARK.fullmatch(f"<!-- dedupe:{fingerprint} -->"):
        return None
    why = str(result["message"]["text"]).removesuffix(" See [the other copy](1).")
    twin = next((lines for name, lines in twins if name == path), None)
    return result["level"], Found(str(result["ruleId"]), why, fingerprint, path, place, twin, sorted(cuts))


def located(location: dict[str, Any]) -> tuple[str, Place | None]:
    """The path and the lines of a place; nothing where it is out of the tree."""
    physical = location["physicalLocation"]
    path = unquote(physical["artifactLocation"]["uri"])
    region = physical.get("region")
    if urlsplit(path).scheme == "file" or path.startswith("/") or ".." in path.split("/") or not region:
        return "", None
    return path, Place(region["startLine"], region["endLine"])


# the remarks


def remark(found: Found, diffs: Mapping[str, Diff]) -> dict[str, Any] | None:
    """A remark on lines that the pull request shows as they are here; a suggestion where all of them are."""
    if found.path not in diffs:
        return None
    data = read(found.path)
    lines = data.split(b"\n")
    shown = diffs[found.path]
    proposed = suggestion(data, found.cuts)
    if proposed:
        place, text = proposed
        if common(shown, lines, place) == place:
            return comment(found, place, f"\n\n{fenced(text)}")
    for place in filter(None, (found.place, found.twin)):
        part = common(shown, lines, place)
        if part:
            return comment(found, part, "")
    return None


def read(path: str) -> bytes:
    """A file of the tree; nothing for a link."""
    try:
        if os.path.realpath(path) != os.path.join(os.path.realpath("."), *path.split("/")):
            return b""
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError):
        return b""


def comment(found: Found, place: Place, more: str) -> dict[str, Any]:
    """A remark as the API takes it; no text of a story means anything in it."""
    body = f"**{code(found.code)}** {code(found.why)}{more}\n\n<!-- dedupe:{found.fingerprint} -->"
    said: dict[str, Any] = {"path": found.path, "line": place.last, "side": "RIGHT", "body": body}
    if place.first < place.last:
        said |= {"start_line": place.first, "start_side": "RIGHT"}
    return said


def code(text: str) -> str:
    """A text as Markdown code on one line."""
    said = " ".join(COMMANDING.sub("\ufffd", text).split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", said)), default=0))
    space = " " if "`" in said or not said else ""
    return f"{fence}{space}{said}{space}{fence}"


def fenced(text: str) -> str:
    """Lines as a suggestion; none take away those it stands on."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}suggestion\n{text}{fence}"


def suggestion(data: bytes, cuts: list[tuple[int, int]]) -> tuple[Place, str] | None:
    """Whole lines and what is to stand there instead; nothing where a reader could not see what it accepts."""
    if not cuts or not data:
        return None
    start = data.rfind(b"\n", 0, cuts[0][0]) + 1
    end = data.find(b"\n", max(cuts[-1][1] - 1, start)) + 1 or len(data)
    kept = without(data, start, end, cuts)
    if kept and not kept.endswith(b"\n") and end < len(data):  # the cut joins it to the next line
        end = data.find(b"\n", end) + 1 or len(data)
        kept = without(data, start, end, cuts)
    old, new = data[start:end].split(b"\n"), kept.split(b"\n")
    first = data.count(b"\n", 0, start) + 1
    while len(new) > 1 and len(old) > 2 and old[0] == new[0]:  # noqa: PLR2004  a line stays to be spoken of
        old, new, first = old[1:], new[1:], first + 1
    while len(new) > 1 and len(old) > 2 and old[-2:] == new[-2:]:  # noqa: PLR2004  the same
        old, new = [*old[:-2], old[-1]], [*new[:-2], new[-1]]
    last = first + len(old) - (1 if old[-1] else 2)
    try:
        text = b"\n".join(new).decode()
    except UnicodeDecodeError:
        return None
    if COMMANDING.search(text):  # a carriage return, too: what GitHub makes of it is not ours to say
        return None
    return Place(first, last), text if not text or text.endswith("\n") else f"{text}\n"


def without(data: bytes, start: int, end: int, cuts: list[tuple[int, int]]) -> bytes:
    """A part of the data once the cuts are made."""
    kept, at = b"", start
    for one, other in cuts:
        kept += data[at:one]
        at = other
    return kept + data[at:end]


# the pull request


def diff(patch: str) -> Diff:
    """The lines that a patch shows of the new file."""
    hunks: list[dict[int, str]] = []
    at = 0
    for line in patch.split("\n"):
        head = HUNK.match(line)
        if head:
            hunks.append({})
            at = int(head[1])
        elif hunks and line[:1] in ("+", " "):
            hunks[-1][at] = line[1:]
            at += 1
    return Diff(hunks)


def common(shown: Diff, lines: list[bytes], place: Place) -> Place | None:
    """The part of some lines that one hunk shows; nothing where it shows something else than stands here."""
    for hunk in shown.hunks:
        some = [at for at in range(place.first, place.last + 1) if at in hunk]
        if some and all(at <= len(lines) and lines[at - 1].decode(errors="replace") == hunk[at] for at in some):
            return Place(some[0], some[-1])
    return None


def caller(environment: Mapping[str, str]) -> Call:
    """What speaks to the API: it follows no redirect, so that the token goes nowhere else."""
    base = environment.get("GITHUB_API_URL") or "https://api.github.com"
    to = urlsplit(base)
    if to.scheme != "https" and (to.scheme, to.hostname) != ("http", "127.0.0.1"):
        raise Silent("GITHUB_API_URL is no https address")
    token = environment.get("DEDUPE_TOKEN", "")
    if not token or not token.isascii() or not token.isprintable():
        raise Silent("there is no token")
    opener = urllib.request.build_opener(_Stay)

    def call(method: str, path: str, body: object | None) -> Any:  # noqa: ANN401  JSON
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "User-Agent": "wire-dedupe",
        }
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(base.rstrip("/") + path, data, headers, method=method)  # noqa: S310  see above
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return json.loads(answer.read(ANSWER))
        except urllib.error.HTTPError as error:
            error.close()
            raise Silent(f"{SAID.get(error.code, 'GitHub refuses it')} ({error.code})") from None
        except (OSError, ValueError):
            raise Silent("GitHub does not answer as it should") from None

    return call


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def pages(call: Call, path: str) -> Iterator[dict[str, Any]]:
    """Everything of a list that comes in pages."""
    for page in range(1, PAGES + 1):
        some = call("GET", f"{path}?per_page=100&page={page}", None)
        if not isinstance(some, list):
            raise Silent("GitHub does not answer as it should")
        yield from (one for one in some if isinstance(one, dict))
        if len(some) < 100:  # noqa: PLR2004  a page
            return


if __name__ == "__main__":
    sys.exit(main())
