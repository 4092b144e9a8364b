"""Who may ask the desk, how much, and what becomes of what was asked."""

import base64
import concurrent.futures
import http.client
import importlib.util
import io
import itertools
import json
import re
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import desks
import needs
import pytest

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 20 << 20
TWICE = "The council said on Monday that the bridge would stay closed until the end of March, nobody knows why."
STORY = f"Bridge closed\n\n{TWICE}\n\nDrivers were angry.\n\n{TWICE}\n"
OURS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}


@pytest.fixture(scope="module")
def desk():
    with desks.desk() as one:
        one.open()
        yield one


def guarded(reply):
    """Whether an answer says to a browser what all of them must say."""
    assert {name: reply.headers.get(name) for name in OURS} == OURS
    assert not [name for name in reply.headers if name.startswith("access-control") or name == "server"]
    return reply


HOSTS = {
    "127.0.0.1:{port}": True,
    "localhost:{port}": True,
    "LOCALHOST:{port}": True,
    "[::1]:{port}": True,
    "127.0.0.1": False,
    "127.0.0.1:{other}": False,
    "evil.example:{port}": False,
    "127.0.0.1.nip.io:{port}": False,
    "localhost:{port}.evil.example": False,
    "": False,
}
ORIGINS = {
    None: True,
    "http://{host}": True,
    "null": False,
    "http://evil.example": False,
    "http://127.0.0.1:{other}": False,
    "http://{host}.evil.example": False,
    "": False,
}
SITES = {None: True, "same-origin": True, "none": True, "same-site": False, "cross-site": False, "": False}
TOKENS = ("nothing", "cookie", "bearer", "another cookie", "another bearer")
ROUTES = (("GET", "/"), ("GET", "/static/desk.js"), ("GET", "/api/v1/health"), ("POST", "/desk/given"), ("POST", "/desk/open"), ("GET", "/api/v1/openapi.json"), ("POST", "/api/v1/check"), ("GET", "/nothing"))  # fmt: skip
MATRIX = list(itertools.product(HOSTS, ORIGINS, SITES, TOKENS, ROUTES))


def expected(host, origin, site, token, route):
    """What the rules say of a request that carries X-Dedupe."""
    path = route[1]
    if not HOSTS[host]:
        return 403
    visited = route == ("GET", "/") and origin is None
    if not visited and not (ORIGINS[origin] and SITES[site]):
        return 403
    if path == "/":
        return 200 if token == "cookie" else 403
    if path not in ("/static/desk.js", "/api/v1/health") and token not in ("cookie", "bearer"):
        return 401
    return {"/nothing": 404, "/desk/open": 415, "/api/v1/check": 415}.get(path, 200)


def ask(desk, host, origin, site, token, route):
    method, path = route
    said = host.format(port=desk.port, other=desk.port + 1)
    headers = [("X-Dedupe", "1")]
    if origin is not None:
        headers.append(("Origin", origin.format(host=said.lower(), other=desk.port + 1)))
    if site is not None:
        headers.append(("Sec-Fetch-Site", site))
    name, _, value = desk.cookie.partition("=")
    headers += {
        "nothing": [],
        "cookie": [("Cookie", f"a=b; {desk.cookie}")],
        "bearer": [("Authorization", f"Bearer {desks.TOKEN}")],
        "another cookie": [("Cookie", f"{name}={value[:-1]}; session={value}")],
        "another bearer": [("Authorization", f"Bearer {desks.TOKEN[:-1]}")],
    }[token]
    body = b"" if method == "POST" else None
    return desk.raw(method, path, body, [("Host", said), *headers], host=None)


def held(desk, cases):
    wrong = []
    for case in cases:
        reply = guarded(ask(desk, *case))
        if reply.status != expected(*case):
            wrong.append((case, reply.status, expected(*case)))
    assert wrong == []


class TestMatrix:
    def test_some_of_all(self, desk):
        cases = MATRIX[::43]
        assert len(cases) > 300
        statuses = {expected(*case) for case in cases}
        assert statuses == {200, 401, 403, 404, 415}
        held(desk, cases)

    def test_all_that_may(self, desk):
        cases = [case for case in MATRIX if expected(*case) not in (401, 403)]
        held(desk, cases[::5])

    def test_one_thing_wrong_is_enough(self, desk):
        """From requests that are let through, with one part that is not right."""
        good = ("127.0.0.1:{port}", "http://{host}", "same-origin", "cookie", ("POST", "/desk/given"))
        near = []
        for at, parts in enumerate((HOSTS, ORIGINS, SITES, TOKENS)):
            near += [(*good[:at], part, *good[at + 1 :]) for part in parts]
        assert expected(*good) == 200
        held(desk, near)

    @pytest.mark.long
    def test_all(self, desk):
        held(desk, MATRIX)


class TestRules:
    def test_a_host_that_is_missing_or_comes_twice(self, desk):
        for lines in ("", f"Host: 127.0.0.1:{desk.port}\r\nHost: 127.0.0.1:{desk.port}\r\n", "Host: \x00\r\n"):
            said = f"GET /api/v1/health HTTP/1.1\r\n{lines}\r\n".encode()
            status, headers, _ = spoken(desk, said)
            assert status in (400, 403)
            assert headers["cache-control"] == "no-store"

    def test_origin_that_comes_twice_is_none_of_ours(self, desk):
        origin = ("Origin", f"http://127.0.0.1:{desk.port}")
        headers = [("Authorization", f"Bearer {desks.TOKEN}"), origin, origin]
        assert desk.raw("GET", "/api/v1/openapi.json", None, headers).status == 403

    def test_a_page_must_say_that_it_is_ours(self, desk):
        cookie, bearer = ("Cookie", desk.cookie), ("Authorization", f"Bearer {desks.TOKEN}")
        assert desk.raw("POST", "/desk/given", b"", [cookie]).status == 403
        assert desk.raw("POST", "/desk/given", b"", [bearer]).status == 403
        assert desk.raw("POST", "/api/v1/check", b"", [cookie]).status == 403
        assert desk.raw("POST", "/api/v1/check", b"", [bearer]).status == 415
        assert desk.raw("POST", "/desk/given", b"", [cookie, ("X-Dedupe", "0")]).status == 403

    @pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin", "websocket"])
    def test_the_page_is_only_visited(self, desk, mode):
        cookie = ("Cookie", desk.cookie)
        asked = [cookie, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", mode)]
        assert guarded(desk.raw("GET", "/", None, asked)).status == 403
        framed = [
            cookie,
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "iframe"),
        ]
        assert guarded(desk.raw("GET", "/", None, framed)).status == 403
        visited = [
            cookie,
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"),
        ]
        assert guarded(desk.raw("GET", "/", None, visited)).status == 200

    def test_a_preflight_is_told_nothing(self, desk):
        headers = [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST")]
        assert guarded(desk.raw("OPTIONS", "/api/v1/check", None, headers)).status == 403

    def test_without_a_token_the_cookie_is_the_only_way(self):
        with desks.desk(token=False) as desk:
            for token in ("", "None", desks.TOKEN):
                headers = [("Authorization", f"Bearer {token}")]
                assert desk.raw("GET", "/api/v1/openapi.json", None, headers).status == 401
            assert desk.page("/desk/given", {}).status == 200
            assert desk.page("/api/v1/check", {"text": STORY}).status == 200

    def test_a_key_opens_the_page_once(self):
        with desks.desk(token=False) as desk:
            for wrong in ("", "x", desk.key[:-1], desk.key + "x", "%00", "%C3%BC"):
                reply = guarded(desk.raw("GET", f"/?key={wrong}"))
                assert reply.status == 403
                assert "set-cookie" not in reply.headers
            assert desk.raw("POST", f"/?key={desk.key}", b"").status == 403
            assert desk.raw("HEAD", f"/?key={desk.key}").status == 403
            evil = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]
            assert desk.raw("GET", f"/?key={desk.key}", None, evil).status == 403
            reply = guarded(desk.open())
            assert reply.status == 303
            assert reply.headers["location"] == "/"
            name, *rest = reply.headers["set-cookie"].split("; ")
            assert rest == ["HttpOnly", "SameSite=Strict", "Path=/"]
            assert desk.key not in name
            again = guarded(desk.raw("GET", f"/?key={desk.key}"))
            assert again.status == 403
            assert "set-cookie" not in again.headers
            assert again.headers["content-type"].startswith("text/html")
            assert b"no longer good" in again.body
            page = guarded(desk.raw("GET", "/", None, [("Cookie", desk.cookie)]))
            assert page.status == 200
            assert desk.key.encode() not in page.body

    def test_two_runs_share_no_secret(self):
        with desks.desk(token=False) as one, desks.desk(token=False) as two:
            one.open()
            assert one.key != two.key
            _, _, value = one.cookie.partition("=")
            cookie = [("Cookie", f"dedupe-{two.port}={value}")]
            assert two.raw("GET", "/", None, cookie).status == 403

    def test_an_address_of_its_own_with_a_token(self):
        with desks.desk("--host", "127.0.0.2", "--name", "Desk.example") as desk:
            bearer = ("Authorization", f"Bearer {desks.TOKEN}")

            def status(host, *more):
                return spoken(
                    desk,
                    f"GET /api/v1/openapi.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode()
                    + b"".join(f"{name}: {value}\r\n".encode() for name, value in (bearer, *more))
                    + b"\r\n",
                    address="127.0.0.2",
                )[0]

            port = desk.port
            assert status(f"127.0.0.2:{port}") == 200
            assert status(f"desk.example:{port}") == 200
            assert status("desk.example") == 200
            assert status("desk.example", ("Origin", "https://desk.example")) == 200
            assert status("desk.example", ("Origin", "https://evil.example")) == 403
            assert status(f"evil.example:{port}") == 403
            assert status("127.0.0.2") == 403

    def test_the_other_loopback(self):
        if not socket.has_ipv6:
            needs.missing("needs IPv6")
        with desks.desk("--host", "::1", token=False) as desk:
            assert desk.link.startswith("http://[::1]:")
            said = f"GET /api/v1/health HTTP/1.1\r\nHost: [::1]:{desk.port}\r\nConnection: close\r\n\r\n".encode()
            assert spoken(desk, said, address="::1")[0] == 200

    def test_every_address_of_the_machine_by_its_number(self):
        with desks.desk("--host", "0.0.0.0") as desk:
            assert desk.link.startswith("http://127.0.0.1:")
            for host, status in (
                (f"127.0.0.3:{desk.port}", 200),
                (f"127.0.0.4:{desk.port}", 403),
                ("evil.example", 403),
            ):
                said = f"GET /api/v1/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
                assert spoken(desk, said, address="127.0.0.3")[0] == status

    def test_the_page_runs_nothing_of_its_own_text(self, desk):
        page = desk.raw("GET", "/", None, [("Cookie", desk.cookie)]).body.decode()
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.DOTALL)
        assert scripts
        assert all('src="/static/' in attributes and not text.strip() for attributes, text in scripts)
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", page)


def spoken(desk, said, *, address="127.0.0.1", timeout=10):
    """What is answered to some bytes: the status, the headers, the rest."""
    with socket.create_connection((address, desk.port), timeout=timeout) as line:
        line.sendall(said)
        got = b""
        while b"\r\n\r\n" not in got and (more := line.recv(65536)):
            got += more
        head, _, rest = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
        while len(rest) < int(headers["content-length"]) and (more := line.recv(65536)):
            rest += more
    return int(first.split()[1]), headers, rest


class TestBodies:
    def test_a_body_as_large_as_may_be(self, desk):
        room = LIMIT - len(b'{"base64":"","text":1}')
        body = b'{"base64":"' + b"A" * room + b'","text":1}'
        assert len(body) == LIMIT
        assert desk.program("POST", "/api/v1/check", body).status == 422

    @pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 2])
    def test_a_larger_one_is_refused(self, desk, size):
        reply = guarded(desk.program("POST", "/api/v1/check", b"a" * size))
        assert reply.status == 413
        assert "20 MB" in reply.json()["error"]

    def test_a_length_alone_is_enough(self, desk):
        for length in (LIMIT + 1, 10**12, 10**18):
            began = time.monotonic()
            status, headers, _ = spoken(desk, head(desk, f"Content-Length: {length}"))
            assert status == 413
            assert headers["connection"] == "close"
            assert time.monotonic() - began < 8

    def test_nobody_sends_much_to_what_takes_nothing(self, desk):
        for method, path in (("GET", "/api/v1/health"), ("POST", "/static/desk.js"), ("GET", "/api/v1/openapi.json")):
            reply = guarded(desk.program(method, path, b"a" * 100_000))
            assert (reply.status, "64 KB" in reply.json()["error"]) == (413, True)

    def test_chunks_are_counted(self, desk):
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        said = head(desk, "Transfer-Encoding: chunked") + chunk * 21 + b"0\r\n\r\n"
        assert spoken(desk, said)[0] == 413
        assert spoken(desk, head(desk, "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n")[0] == 422

    def test_a_stranger_with_a_large_body_hears_why(self, desk):
        reply = guarded(desk.raw("POST", "/api/v1/check", b"a" * LIMIT, [("Content-Type", "application/json")]))
        assert reply.status == 401

    def test_what_is_no_http(self, desk):
        for said in (
            b"\x16\x03\x01\x00\xa5\x01\x00\x00",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET\r\n\r\n",
            b"A" * 70_000,
        ):
            status, headers, rest = spoken(desk, said)
            assert status in (400, 403)
            assert {name: headers.get(name) for name in OURS} == OURS
            assert set(json.loads(rest)) == {"error"}

    def test_bombs(self, desk):
        files = io.BytesIO()
        with zipfile.ZipFile(files, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", b"\0" * (300 << 20))
        document = {"name": "bomb.docx", "base64": base64.b64encode(files.getvalue()).decode()}
        assert desk.program("POST", "/api/v1/check", document).status == 422
        deep = "<div>" * 200_000
        for value in (
            {"name": "deep.html", "text": deep},
            {"name": "deep.md", "text": "> " * 100_000},
            {"name": "deep.json", "text": "[" * 200_000},
            {"name": "long.txt", "text": "a" * 1_500_000},
            {"name": "bomb.xml", "text": '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>'},
        ):
            assert desk.program("POST", "/api/v1/check", value).status in (200, 408, 422), value["name"]
        assert desk.program("POST", "/api/v1/check", {"text": STORY}).status == 200


def head(desk, line, path="/api/v1/check", token=desks.TOKEN):
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\n{line}\r\n\r\n"
    ).encode()


CANARY = "Quixotrophe"


class TestCanary:
    def test_no_word_of_a_story_is_left_anywhere(self):
        """Through every call, those too that fail; then it stands nowhere but in the answers that show the story."""
        story = f"{CANARY} closed\n\n{CANARY} said {TWICE}\n\nDrivers were angry.\n\n{CANARY} said {TWICE}\n"
        coded = base64.b64encode(story.encode()).decode()
        broken = base64.b64encode(story.encode() + b"\xff\xfe").decode()
        packed = base64.b64encode(b"PK\x03\x04" + story.encode()).decode()
        with desks.desk() as desk:
            refusals = []

            def asked(reply, *, fails):
                assert (reply.status >= 400) == fails, (reply.status, reply.body[:200])
                if fails:
                    refusals.append(reply)

            for document in ({"text": story}, {"base64": coded}):
                own = {"id": 0, "place": "first", "wording": "own", "text": f"{CANARY} again"}
                asked(desk.page("/desk/open", {"document": document}), fails=False)
                asked(desk.page("/desk/decide", {"document": document, "decisions": [own]}), fails=False)
                asked(desk.page("/desk/download", {"document": document, "decisions": [own]}), fails=False)
                asked(desk.page("/desk/report", {"document": document}), fails=False)
                asked(desk.page("/desk/compare", {"old": document, "new": document}), fails=False)
                asked(desk.page("/desk/decide", {"document": document, "decisions": [{**own, "id": 7}]}), fails=True)
                asked(
                    desk.page("/desk/decide", {"document": document, "decisions": [{**own, "place": CANARY}]}),
                    fails=True,
                )
                asked(desk.page("/desk/open", {"document": {**document, CANARY: 1}}), fails=True)
                for call in ("check", "clean"):
                    asked(desk.program("POST", f"/api/v1/{call}", document), fails=False)
                    asked(desk.program("POST", f"/api/v1/{call}", {**document, "threshold": CANARY}), fails=True)
                    asked(desk.program("POST", f"/api/v1/{call}", {**document, "keep": CANARY}), fails=True)
                    asked(desk.program("POST", f"/api/v1/{call}", {**document, "format": CANARY}), fails=True)
                asked(desk.program("POST", "/api/v1/compare", {"old": document, "new": document}), fails=False)
            for document in ({"base64": broken}, {"name": "a.docx", "base64": packed}, {"name": "a.json", "text": story}, {"name": "a.xml", "text": f"<a><b>{story}"}, {"name": "a.jsonl", "text": story}):  # fmt: skip
                reply = desk.program("POST", "/api/v1/clean", document)
                refusals += [reply] if reply.status >= 400 else []
                reply = desk.page("/desk/decide", {"document": document, "decisions": []})
                refusals += [reply] if reply.status >= 400 else []
            for path in ("/desk/open", "/desk/decide", "/desk/download", "/desk/report", "/desk/compare", "/api/v1/check", "/api/v1/clean", "/api/v1/compare"):  # fmt: skip
                for body in (
                    story.encode(),
                    json.dumps(story).encode(),
                    json.dumps([story]).encode(),
                    json.dumps({"document": story, "text": [story]}).encode(),
                ):
                    refusals.append(desk.program("POST", path, body))
                    refusals.append(desk.page(path, body))
                refusals.append(desk.program("POST", path, story.encode(), "text/plain"))
                refusals.append(desk.program("POST", path, story.encode(), f"multipart/form-data; boundary={CANARY}"))
            form, kind = desks.form([("file", (story * 3_000).encode(), "a.txt")])
            desk.program("POST", "/api/v1/check", form, kind)
            spoken(desk, f"{CANARY} / HTTP/1.1\r\n\r\n".encode())
            half = head(desk, "Content-Length: 1000") + story.encode()
            with socket.create_connection(("127.0.0.1", desk.port)) as line:
                line.sendall(half)
            assert len(refusals) > 60
            for reply in refusals:
                assert reply.status in (400, 401, 403, 408, 413, 415, 422), reply
                assert CANARY.encode() not in reply.body
                assert CANARY not in str(reply.headers)
            during = left(desk)
            assert desk.stop() == 0
            assert during + left(desk) == []
            assert desk.said.read_text() == f"Open {desk.link}\n"
            assert (desk.folder / "out").read_bytes() == b""

    def test_a_defect_tells_nothing(self, capfd):
        import asyncio

        from dedupe.desk.guard import Guard, Keys

        async def broken(scope, receive, send):
            raise ValueError(CANARY)

        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/health",
            "query_string": b"",
            "headers": [(b"host", b"a")],
        }
        asyncio.run(Guard(broken, Keys(), frozenset({"a"}), 80)(scope, receive, send))
        assert sent[0]["status"] == 500
        assert CANARY.encode() not in sent[1]["body"]
        assert set(json.loads(sent[1]["body"])) == {"error"}
        assert capfd.readouterr() == ("", "")

    def test_a_defect_of_the_work_tells_nothing(self, monkeypatch, capfd):
        from dedupe.desk import calls

        def broken(kind, body):
            raise ValueError(CANARY)

        monkeypatch.setitem(calls.CALLS, "desk/open", broken)
        answer = calls.answer("desk/open", "application/json", b"{}")
        assert answer.status == 500
        assert CANARY.encode() not in answer.body
        assert capfd.readouterr() == ("", "")


def left(desk):
    """The files that a desk has left in its folders."""
    return [path for name in ("tmp", "cwd") for path in (desk.folder / name).rglob("*") if path.is_file()]


def percentile(times):
    return statistics.quantiles(times, n=20)[-1]


def timed(desk, count=60):
    times = []
    for _ in range(count):
        began = time.monotonic()
        assert desk.program("POST", "/api/v1/check", {"text": STORY}).status == 200
        times.append(time.monotonic() - began)
    return times


class TestSlowSockets:
    def test_two_hundred_that_say_nothing(self):
        with desks.desk() as desk, Crowd(desk, lambda at: b"") as lines:
            assert len(lines) == 200
            times = timed(desk, 10)
            assert max(times) < 5
            alive = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=10)
            for _ in range(20):  # on one connection
                alive.request("GET", "/api/v1/health")
                assert alive.getresponse().read()
            alive.close()
            assert sum(is_closed(line) for line in lines) >= 200 - 128

    @pytest.mark.long
    def test_two_hundred_slow_ones_starve_nobody(self):
        with desks.desk() as desk:
            timed(desk, 10)
            before = percentile(timed(desk))
            half = f"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nX-A: ".encode()

            def said(at):
                return half if at % 2 else head(desk, "Content-Length: 100000") + b'{"text": "'

            times = []
            with Crowd(desk, said) as lines:
                end = time.monotonic() + 25
                while time.monotonic() < end:
                    for line in lines:
                        try:
                            line.send(b"a")
                        except OSError:
                            continue
                    times += timed(desk, 5)
            assert percentile(times) < max(2 * before, 0.25), (percentile(times), before)

    @pytest.mark.long
    def test_a_head_that_does_not_come_and_a_body_that_does_not(self, desk):
        late = [
            (b"GET / HTT", 15),
            (b"", 15),
            (head(desk, "Content-Length: 1000") + b"{", 10),
            (head(desk, "Transfer-Encoding: chunked") + b"1\r\n{\r\n", 10),
        ]

        def closed(said, patience):
            with socket.create_connection(("127.0.0.1", desk.port), timeout=60) as line:
                line.sendall(said)
                began = time.monotonic()
                got = b""
                try:
                    while more := line.recv(65536):
                        got += more
                except ConnectionError:
                    pass
                return got, time.monotonic() - began

        with concurrent.futures.ThreadPoolExecutor(len(late)) as pool:
            done = list(pool.map(lambda one: closed(*one), late))
        for (got, took), (_, patience) in zip(done, late, strict=True):
            assert took < patience
            assert not got or b" 408 " in got.split(b"\r\n")[0]
        assert [bool(got) for got, _ in done] == [False, False, True, True]

    @pytest.mark.long
    def test_a_body_that_comes_a_little_at_a_time(self, desk):
        with socket.create_connection(("127.0.0.1", desk.port), timeout=60) as line:
            line.sendall(head(desk, "Content-Length: 1000000"))
            began, got = time.monotonic(), b""
            line.settimeout(0.2)
            while time.monotonic() - began < 40:
                try:
                    line.send(b"a" * 1500)
                    got = line.recv(65536)
                    break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            assert time.monotonic() - began < 30
            assert b" 408 " in got.split(b"\r\n")[0]


def is_closed(line):
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


class Crowd:
    """Two hundred connections that have said something."""

    def __init__(self, desk, said):
        self.desk, self.said, self.lines = desk, said, []

    def __enter__(self):
        for at in range(200):
            line = socket.create_connection(("127.0.0.1", self.desk.port), timeout=10)
            line.sendall(self.said(at))
            self.lines.append(line)
        return self.lines

    def __exit__(self, *_):
        for line in self.lines:
            line.close()


class TestSchemathesis:
    """Requests that a machine makes up from our own description, good and bad ones."""

    def fuzz(self, desk, tmp_path, described, base, count, *more):
        if importlib.util.find_spec("schemathesis") is None:
            needs.missing("needs the package schemathesis")
        document = tmp_path / "openapi.json"
        document.write_text(json.dumps(described))
        command = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", str(document)]
        command += [
            "--url",
            f"http://127.0.0.1:{desk.port}{base}",
            "--header",
            f"Authorization: Bearer {desks.TOKEN}",
            *more,
        ]
        # that a story can be read is more than any schema says
        command += ["--continue-on-failure", "--seed", "7", "--exclude-checks", "positive_data_acceptance"]
        command += ["--max-examples", str(count)]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False)
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        assert desk.process.poll() is None
        assert desk.said.read_text() == f"Open {desk.link}\n"
        return int(re.search(r"(\d[\d,]*) generated", run.stdout)[1].replace(",", ""))

    @pytest.mark.long
    def test_the_api(self, desk, tmp_path):
        described = desk.program("GET", "/api/v1/openapi.json").json()
        assert self.fuzz(desk, tmp_path, described, "/api/v1", 600) >= 2_000

    @pytest.mark.long
    def test_what_the_page_asks(self, desk, tmp_path):
        from dedupe.desk import asked, calls

        asks = {"open": calls.OPEN, "decide": calls.DECIDE, "download": calls.DOWNLOAD, "compare": calls.COMPARE}
        refusal = {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
        told = {"description": "", "content": {"application/json": {}, "application/octet-stream": {}, "text/html": {}}}
        statuses = ("400", "401", "403", "405", "408", "413", "415", "422", "429")
        paths = {
            f"/{name}": {
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": asked.schema(fields)}},
                    },
                    "responses": {"200": told, **dict.fromkeys(statuses, refusal)},
                }
            }
            for name, fields in {**asks, "report": calls.OPEN}.items()
        }
        described = {"openapi": "3.1.0", "info": {"title": "page", "version": "1"}, "paths": paths}
        assert self.fuzz(desk, tmp_path, described, "/desk", 200, "--header", "X-Dedupe: 1") >= 500
