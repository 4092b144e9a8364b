"""The review of the action, held against a GitHub that is none: what it asks, what it posts, what it keeps quiet about."""

import contextlib
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hostile
import needs
import pytest
from markdown_it import MarkdownIt
from test_cli import CONFLICT, ONCE, TWICE
from test_reports import cleaned, outcomes
from test_reports import report as said

SCRIPT = Path(__file__).resolve().parent.parent / "action" / "comments.py"
HEAD = "a" * 40
PULL = "/repos/desk/news/pulls/7"


class Hub:
    """A pull request of a repository, and what was asked of it."""

    def __init__(self):
        self.files, self.comments, self.reviews, self.asked = [], [], [], []
        self.refuse = {}  # status by method
        self.answers = None  # instead of JSON
        self.leads = None  # where it redirects to

    def answer(self, method, path, body):
        if method in self.refuse:
            return self.refuse[method], {"message": "\x1b[31m::error::owned"}
        where, _, query = path.partition("?")
        if method == "POST" and where == f"{PULL}/reviews":
            self.reviews.append(body)
            self.comments += [{"body": it["body"]} for it in body["comments"]]
            return 200, {}
        page = int(re.search(r"\bpage=(\d+)", query)[1])
        some = {f"{PULL}/files": self.files, f"{PULL}/comments": self.comments}[where]
        return 200, some[100 * (page - 1) : 100 * page]


@pytest.fixture
def hub():
    told = Hub()

    class Handler(BaseHTTPRequestHandler):
        def reply(self):
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            told.asked.append((self.command, self.path, dict(self.headers)))
            status, said = (302, {}) if told.leads else told.answer(self.command, self.path, body)
            data = told.answers if told.answers is not None else json.dumps(said).encode()
            self.send_response(status)
            if told.leads:
                self.send_header("Location", told.leads)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = reply  # noqa: N815  the names that http.server calls

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    told.address = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


def patch(text, only=None):
    """A patch that adds a file, or shows only some of its lines."""
    lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
    first, last = only or (1, len(lines))
    shown = lines[first - 1 : last]
    return f"@@ -{first},0 +{first},{len(shown)} @@ x\n" + "\n".join(f"+{line}" for line in shown)


def speak(folder, hub, *paths, event=None, **environment):
    """The report of some files, then the script as the action runs it; what it says, on one line."""
    report = folder.parent / "report.sarif"
    with contextlib.chdir(folder):
        report.write_text(said("sarif", outcomes(*paths)))
    (folder.parent / "event.json").write_text(
        json.dumps(event or {"pull_request": {"number": 7, "head": {"sha": HEAD}}})
    )
    env = {
        "GITHUB_API_URL": hub.address,
        "GITHUB_EVENT_PATH": str(folder.parent / "event.json"),
        "GITHUB_REPOSITORY": "desk/news",
        "DEDUPE_REPORT": str(report),
        "DEDUPE_TOKEN": "secret-token",
        **environment,
    }
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("\n") == 1
    assert "secret" not in run.stdout
    assert not hostile.CONTROLS.search(run.stdout)
    assert hostile.log_commands(run.stdout) == []
    return run.stdout.rstrip("\n")


def accepted(text, comment):
    """A file once the suggestion of a comment is accepted, as GitHub does it: the lines are replaced."""
    (fence,) = [token for token in MarkdownIt().parse(comment["body"]) if token.type == "fence"]
    assert fence.info == "suggestion"
    lines = text.split("\n")
    first = comment.get("start_line", comment["line"])
    return "\n".join([*lines[: first - 1], *fence.content.split("\n")[:-1], *lines[comment["line"] :]])


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "tree"
    path.mkdir()
    return path


def put(folder, hub, name, text, only=None):
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    shown = text if isinstance(text, str) else text.decode(errors="replace")
    hub.files.append({"filename": name, "patch": patch(shown, only)})


def test_a_safe_cut_is_a_suggestion(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    assert speak(folder, hub, "twice.txt") == "posted a review with 1 remark"
    (review,) = hub.reviews
    assert (review["commit_id"], review["event"]) == (HEAD, "COMMENT")
    (comment,) = review["comments"]
    assert (comment["path"], comment["side"], comment["start_side"]) == ("twice.txt", "RIGHT", "RIGHT")
    assert (comment["start_line"], comment["line"]) == (5, 6)
    assert accepted(TWICE, comment) == clean(folder, "twice.txt")
    assert comment["body"].startswith("**`exact`** `'The harbour master closed the...' stands twice.")


def clean(folder, name):
    with contextlib.chdir(folder):
        return cleaned(*outcomes(name)).decode()


@pytest.mark.parametrize(
    "text",
    [
        TWICE.rstrip("\n"),
        "\n".join(reversed(TWICE.rstrip("\n").split("\n"))) + "\n",
        TWICE.replace("\n\nFishing boats stayed in the inner basin.\n", "\n"),
        TWICE.replace("\n\nFishing boats stayed in the inner basin.\n", ""),
        "Some \U0001f6a2 waited outside the bay. {0} Nobody on the pier was hurt.\n\nAll night. {0} It turned north.\n".format(
            TWICE.split("\n", maxsplit=1)[0]
        ),
        TWICE.replace("\n\n", "\n\n\n\n"),
    ],
    ids=["no last line", "turned", "at the end", "at the very end", "sentence", "wide gaps"],
)
def test_an_accepted_suggestion_is_what_clean_makes(folder, hub, text):
    put(folder, hub, "story.txt", text)
    assert speak(folder, hub, "story.txt") == "posted a review with 1 remark"
    (comment,) = hub.reviews[0]["comments"]
    assert accepted(text, comment).rstrip("\n") == clean(folder, "story.txt").rstrip("\n")


def test_a_conflict_is_a_remark(folder, hub):
    put(folder, hub, "conflict.txt", CONFLICT)
    put(folder, hub, "twice.txt", TWICE)
    put(folder, hub, "once.txt", ONCE)
    assert speak(folder, hub, "conflict.txt", "twice.txt", "once.txt") == "posted a review with 2 remarks"
    conflict = next(it for it in hub.reviews[0]["comments"] if it["path"] == "conflict.txt")
    assert "suggestion" not in conflict["body"]
    assert "two figures: 12 and 15" in conflict["body"]
    assert "start_line" not in conflict


def test_what_stands_already_is_not_said_again(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    speak(folder, hub, "twice.txt")
    put(folder, hub, "conflict.txt", CONFLICT)
    hub.comments[:0] = [{"body": "fine"}, {"body": None}] * 75  # the mark is on the second page
    (folder / "twice.txt").write_text(f"A line on top.\n\n{TWICE}")
    hub.files[0]["patch"] = patch(f"A line on top.\n\n{TWICE}")
    assert speak(folder, hub, "twice.txt", "conflict.txt") == "posted a review with 1 remark"
    assert [it["path"] for it in hub.reviews[1]["comments"]] == ["conflict.txt"]
    assert speak(folder, hub, "twice.txt", "conflict.txt").startswith("no review: nothing to say")
    assert len(hub.reviews) == 2


def test_only_lines_of_the_diff_are_spoken_of(folder, hub):
    put(folder, hub, "twice.txt", TWICE, only=(7, 7))
    assert speak(folder, hub, "twice.txt").startswith("no review: nothing to say on the lines")
    hub.files[0]["patch"] = patch(TWICE, only=(5, 5))  # the cut takes the empty line, too
    speak(folder, hub, "twice.txt")
    hub.comments.clear()
    hub.files[0]["patch"] = patch(TWICE, only=(1, 2))  # the copy that stays is the new one
    speak(folder, hub, "twice.txt")
    for review, line in zip(hub.reviews, (5, 1), strict=True):
        (comment,) = review["comments"]
        assert comment["line"] == line
        assert "suggestion" not in comment["body"]


def test_a_diff_of_other_lines_than_are_here_is_left_alone(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    hub.files[0]["patch"] = patch(f"A line that the base branch has removed since.\n{TWICE}")
    hub.files.append({"filename": "big.txt"})  # GitHub shows no patch of it
    (folder / "big.txt").write_text(CONFLICT)
    assert speak(folder, hub, "twice.txt", "big.txt").startswith("no review: nothing to say")


def test_a_suggestion_that_cannot_be_seen_is_a_remark(folder, hub):
    sentence = TWICE.split("\n", maxsplit=1)[0]
    around = f"Some ships\u202e waited outside the bay. {sentence}\n\nThe wind was strong all night. {sentence}\n"
    put(folder, hub, "bidi.txt", around.replace("all night", "all\u200f night"))
    put(
        folder,
        hub,
        "crlf.txt",
        f"Ships waited. {sentence}\n\nThe wind was strong. {sentence} It fell.\n".replace("\n", "\r\n"),
    )
    speak(folder, hub, "bidi.txt", "crlf.txt")
    comments = hub.reviews[0]["comments"]
    assert {it["path"] for it in comments} == {"bidi.txt", "crlf.txt"}
    assert not any("suggestion" in it["body"] for it in comments)


def test_known_and_suppressed_findings_are_left_out(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    put(folder, hub, "conflict.txt", CONFLICT)
    speak(folder, hub, "twice.txt", "conflict.txt", DEDUPE_TOKEN="")
    report = folder.parent / "known.sarif"
    document = json.loads((folder.parent / "report.sarif").read_text())
    one, two = document["runs"][0]["results"]
    one["suppressions"] = [{"kind": "inSource"}]
    two["baselineState"] = "unchanged"
    report.write_text(json.dumps(document))
    assert speak(folder, hub, "twice.txt", DEDUPE_REPORT=str(report)).startswith("no review: nothing to say")


def test_a_review_is_not_endless(folder, hub):
    for number in range(40):
        put(folder, hub, f"{number:02}.txt", TWICE)
    hub.files[:0] = [{"filename": f"other{number}.py", "patch": patch("x\n")} for number in range(150)]
    assert speak(folder, hub, ".") == "posted a review with 30 remarks"
    assert [path for _, path, _ in hub.asked if "files" in path] == [
        f"{PULL}/files?per_page=100&page={page}" for page in (1, 2)
    ]


# texts


@pytest.mark.parametrize("payload", hostile.PAYLOADS, ids=ascii)
def test_hostile_text_commands_nothing_in_a_remark(folder, hub, payload):
    sentence = f"{payload} harbour officials closed the port on Monday after the storm tore two cranes from the quay."
    text = f"It was late. {sentence}\n\nFerries stay at home: {payload} it is. {sentence} It was {payload} all.\n"
    put(folder, hub, "a.txt", text)
    speak(folder, hub, "a.txt")
    assert hub.reviews
    for comment in (it for review in hub.reviews for it in review["comments"]):
        body = comment["body"]
        inert(body)
        if "```suggestion" in body:
            assert not hostile.CONTROLS.search(body)
            assert accepted(text, comment) == clean(folder, "a.txt")


def inert(body):
    """Only code and our own mark, whatever renders it."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(body)
    kinds = [token.type for token in tokens if token.type not in ("paragraph_open", "paragraph_close")]
    assert kinds in (["inline", "html_block"], ["inline", "fence", "html_block"])
    assert re.fullmatch(r"<!-- dedupe:[0-9a-f]+ -->\n?", tokens[-1].content)
    for inner in tokens[1].children:
        assert inner.type in ("text", "code_inline", "strong_open", "strong_close")
        if inner.type == "text":
            assert inner.content.strip() == ""


# what may go wrong


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "the token is not valid (401)"),
        (
            403,
            "the token may not write to pull requests: give the job `pull-requests: write`; from a fork it only reads (403)",
        ),
        (404, "the token does not see this pull request (404)"),
        (422, "GitHub did not take a line of it; the pull request may have changed since (422)"),
        (500, "GitHub refuses it (500)"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refusal_is_one_line_and_no_failure(folder, hub, method, status, told):
    put(folder, hub, "twice.txt", TWICE)
    hub.refuse = {method: status}
    assert speak(folder, hub, "twice.txt") == f"no review: {told}"
    assert hub.reviews == []


@pytest.mark.parametrize("answers", [b"", b"<html>", b"{}", b'"x"', b"\xff"])
def test_an_answer_that_is_none_is_one_line(folder, hub, answers):
    put(folder, hub, "twice.txt", TWICE)
    hub.answers = answers
    assert speak(folder, hub, "twice.txt") == "no review: GitHub does not answer as it should"


def test_the_token_follows_no_redirect(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    hub.leads = f"{hub.address}/elsewhere"
    assert speak(folder, hub, "twice.txt") == "no review: GitHub refuses it (302)"
    assert len(hub.asked) == 1


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"DEDUPE_TOKEN": ""}, "there is no token"),
        ({"DEDUPE_TOKEN": "a\nb"}, "there is no token"),
        ({"GITHUB_API_URL": "http://example.org"}, "GITHUB_API_URL is no https address"),
        ({"GITHUB_API_URL": "file:///etc"}, "GITHUB_API_URL is no https address"),
        ({"GITHUB_API_URL": "http://127.0.0.1:9"}, "GitHub does not answer as it should"),
        ({"GITHUB_REPOSITORY": "a/b/../c"}, "GITHUB_REPOSITORY names no repository"),
        ({"GITHUB_EVENT_PATH": "/none"}, "this run is for no pull request"),
        ({"DEDUPE_REPORT": "/none"}, "there is no report that can be read"),
    ],
)
def test_what_is_missing_is_said(folder, hub, environment, told):
    put(folder, hub, "twice.txt", TWICE)
    assert speak(folder, hub, "twice.txt", **environment) == f"no review: {told}"
    assert hub.reviews == []


@pytest.mark.parametrize(
    "event",
    [
        {"push": 1},
        {"pull_request": {"number": "7", "head": {"sha": HEAD}}},
        {"pull_request": {"number": 7, "head": {"sha": "x"}}},
    ],
)
def test_an_event_that_is_no_pull_request(folder, hub, event):
    put(folder, hub, "twice.txt", TWICE)
    assert speak(folder, hub, "twice.txt", event=event).startswith("no review: th")
    assert hub.asked == []


def test_a_link_is_not_read(folder, hub):
    put(folder, hub, "twice.txt", TWICE)
    outside = folder.parent / "outside.txt"
    (folder / "twice.txt").rename(outside)
    (folder / "twice.txt").symlink_to(outside)
    assert speak(folder, hub, "twice.txt").startswith("no review: nothing to say")


def test_only_the_desk_knows_the_network_and_it_asks_nobody():
    package = Path(needs.PACKAGES) / "dedupe"
    for path in package.rglob("*.py"):
        if path == package / "desk" / "server.py":  # it is served on a socket
            assert not re.search(r"\.connect\b|create_connection", path.read_text())
            continue
        assert not re.search(r"^\s*(import|from) (socket|ssl|http|urllib\.request)\b", path.read_text(), re.MULTILINE)
