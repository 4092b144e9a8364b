"""Stories taken out of the evidence for good: out of manifests, journals and reports, as a law may demand."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe import disk, redact, undo
from dedupe.model import DedupeError
from dedupe.redact import Story, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FOLDER = undo.FOLDER
LARGEST = 1 << 28  # bytes of a report that is rewritten as a whole
_HEAD = 1 << 16  # bytes that tell what a file is
_BEYOND = (
    "Not reached: the stories themselves, cleaned copies, and copies of any of these files elsewhere. "
    "What was erased can never be restored from a manifest."
)


class Said(NamedTuple):
    """A line about what was done."""

    message: str
    failed: bool = False


class _File(NamedTuple):
    path: str
    kind: str  # "lines" of JSON, "json", "text", or "" for what is no text
    manifest: bool = False
    folder: str = ""  # what paths in it are relative to, if not to the folder of the run


class _Case(NamedTuple):
    """What is known of the stories that go."""

    stories: tuple[Story, ...]
    words: Words
    met: dict[str, set[tuple[str, str]]]  # by how a story was named: files and keys that it stands at
    sources: set[str]  # files that speak of it

    def about(self, value: dict[str, Any], folder: str) -> bool:
        """Whether an object is about one of the stories."""
        return any(
            redact.is_about(value, story, folder) or (folder and redact.is_about(value, story))
            for story in self.stories
        )


def erase(names: Sequence[str], places: Sequence[str]) -> Iterator[Said]:
    """Take stories out of all files in some places, and say what was done. Raises DedupeError before any is changed."""
    files = [_looked_at(path) for path in _files(places)]
    case = _Case(tuple(Story(name) for name in names), Words(), {name: set() for name in names}, set())
    for file in files:
        if file.kind in ("lines", "json"):
            for value in _values(file):
                _learn(case, file, value)
    missing = [name for name in names if not case.met[name]]
    _unambiguous(case)
    # those that tell what the story says come last: a run that is killed is repeated with all that it needs
    order = sorted(files, key=lambda file: (file.kind != "text", file.path in case.sources, file.manifest))
    failed = False
    for file in order if len(missing) < len(names) else []:
        if failed and file.path in case.sources:
            why = "left as it is, for what failed above needs it: mend that and run it again"
            yield Said(f"{file.path}: {why}", failed=True)
            continue
        try:
            yield from _rewritten(file, case)
        except DedupeError as error:
            failed = True
            yield Said(f"error: {error.message}", failed=True)
    for name in missing:
        yield Said(f"{name}: no file that was looked at speaks of it ({len(files):,} in all)", failed=True)
    yield Said(_BEYOND)


def _files(places: Sequence[str]) -> Iterator[str]:
    for place in places:
        if not os.path.lexists(place):
            raise DedupeError(f"{place}: no such file or folder", path=place)
        if not os.path.isdir(place):
            yield place
        for folder, inner, names in os.walk(place):
            disk.sweep(folder)
            inner.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    yield path


def _looked_at(path: str) -> _File:
    with disk.opened(path) as file:
        head = file.read(_HEAD)
    if b"\0" in head:
        return _File(path, "")
    first = head.split(b"\n", 1)[0]
    with disk.opened(path, _HEAD) as file:
        first = file.readline(LARGEST) if first.lstrip()[:1] == b"{" else first
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return _File(path, "json" if head.lstrip()[:1] in (b"{", b"[") else "text")
    if isinstance(value, dict) and first.endswith(b"\n"):
        manifest = value.get("manifest") == 1
        return _File(path, "lines", manifest, os.path.dirname(os.path.realpath(path)) if manifest else "")
    return _File(path, "json")


def _values(file: _File) -> Iterator[Any]:
    """The values of JSON in a file; a line that is none is left to the end, where it is text."""
    if file.kind == "json":
        try:
            yield json.loads(_whole(file.path))
        except (ValueError, RecursionError):
            return
        return
    for raw in _lines(file.path):
        try:
            yield json.loads(raw)
        except (ValueError, RecursionError):
            continue


def _lines(path: str) -> Iterator[bytes]:
    file = disk.opened(path, _HEAD)
    try:
        yield from file
    finally:
        with contextlib.suppress(OSError):  # nothing is lost with it
            file.close()


def _whole(path: str) -> bytes:
    if disk.size(path) > LARGEST:
        raise DedupeError(f"{path}: too large to be rewritten; delete it, and make it anew", path=path)
    return disk.read_bytes(path)


def _learn(case: _Case, file: _File, value: Any) -> None:  # noqa: ANN401  JSON
    """Note where a value speaks of the stories, and what it says of their words."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one.values())
            _note(case, file, one)
    told = partial(case.about, folder=file.folder)
    for text in redact.passages(value, told):
        case.words.learn(text)
    if file.manifest and isinstance(value, dict):
        for text in _removed(case, file, value):
            case.words.learn(text)


def _note(case: _Case, file: _File, value: dict[str, Any]) -> None:
    path, key = value.get("path"), value.get("article", value.get("key"))
    for story in case.stories:
        if redact.is_about(value, story, file.folder) or (file.folder and redact.is_about(value, story)):
            case.met[story.said].add((os.path.basename(str(path)), key if isinstance(key, str) else ""))
            case.words.call(key if isinstance(key, str) and key else str(path))
            case.sources.add(file.path)


def _removed(case: _Case, file: _File, line: dict[str, Any]) -> Iterator[str]:
    """What the cuts of a story removed."""
    whole = case.about(line, file.folder)
    cuts = line.get("cuts")
    for cut in cuts if isinstance(cuts, list) else ():
        if isinstance(cut, dict) and (whole or _is_own(case, line, cut.get("kept"))):
            yield from _bytes_of([cut])


def _is_own(case: _Case, line: dict[str, Any], kept: Any) -> bool:  # noqa: ANN401  JSON
    """Whether a cut of a file of many stories is of one that goes: the copy that stayed is in the same one."""
    return "record" not in line and isinstance(kept, dict) and case.about(kept, "") and _inside(line, kept)


def _inside(line: dict[str, Any], kept: dict[str, Any]) -> bool:
    return os.path.basename(str(line.get("path"))) == os.path.basename(str(kept.get("path")))


def _unambiguous(case: _Case) -> None:
    """Refuse a name that may mean several stories. Raises DedupeError."""
    for name, met in case.met.items():
        places = sorted({path for path, _ in met})
        keys = sorted({key for _, key in met if key})
        if keys == [name] and len(places) > 1:
            some = ", ".join(places[:3])
            raise DedupeError(f"{name}: stands in {len(places):,} files ({some}); name one as {places[0]}#{name}")
        if len(keys) > 1:
            raise DedupeError(f"{name}: holds {len(keys):,} stories; name the key of one, such as {keys[0]}")


def _rewritten(file: _File, case: _Case) -> Iterator[Said]:
    """Rewrite a file if anything in it goes."""
    if not file.kind:
        return
    counts: Counter[str] = Counter()
    if file.kind == "lines":
        if _touched(file, case):
            expected = disk.digest(file.path)
            disk.pour(file.path, _new_lines(file, case, counts), lambda _: None, expect_sha256=expected)
    else:
        old = _whole(file.path)
        new = (_new_document if file.kind == "json" else _new_text)(old, case, counts)
        if counts["gone"] + counts["changed"]:
            disk.write(file.path, new, expect_sha256=undo.sha256(old))
    if counts["gone"] + counts["changed"]:
        yield Said(f"{file.path}: {_counted(counts, file)}")


def _touched(file: _File, case: _Case) -> bool:
    """Whether anything in a file of lines goes."""
    counts = Counter(trial=1)
    return any(counts["gone"] + counts["changed"] for _ in _new_lines(file, case, counts)) or bool(counts["gone"])


def _counted(counts: Counter[str], file: _File) -> str:
    if file.kind == "text":
        return "rewritten without its passages; where single words of it matter, delete this and make it anew"
    if file.kind == "json":
        return "rewritten without it"
    gone, changed, kept = counts["gone"], counts["changed"], counts["kept"]
    said = [f"{gone:,} line{'s' if gone != 1 else ''} taken out"]
    if changed:
        said.append(f"{changed:,} about other stories quote{'s' if changed == 1 else ''} it no more")
    if kept:
        held = "1 holds" if kept == 1 else f"{kept:,} hold"
        said.append(f"{held} bytes of other stories that say the same, needed to rebuild those")
    return ", ".join(said)


def _new_lines(file: _File, case: _Case, counts: Counter[str]) -> Iterator[bytes]:
    for number, raw in enumerate(_lines(file.path)):
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            value = raw.decode("utf-8", "replace")
        new = value if file.manifest and not number else _new_line(file, case, value, counts)
        if new is None:
            counts["gone"] += 1
        elif new == value:
            yield raw
        elif isinstance(new, str):
            counts["changed"] += 1
            yield new.encode()
        else:
            counts["gone" if "erased" in new else "changed"] += 1
            yield undo.line(new)


def _new_line(file: _File, case: _Case, value: Any, counts: Counter[str]) -> Any:  # noqa: ANN401  JSON
    """A line without the stories; None where nothing is left of it."""
    told = partial(case.about, folder=file.folder)
    if not isinstance(value, dict):
        return redact.scrubbed(value, told, case.words)
    if file.manifest:
        return _new_record(file, case, value, counts)
    if told(value) and "findings" in value:
        return None
    return redact.scrubbed(value, told, case.words)


def _new_record(file: _File, case: _Case, line: dict[str, Any], counts: Counter[str]) -> dict[str, Any]:
    """A line of a manifest without the stories."""
    told: Callable[[dict[str, Any]], bool] = partial(case.about, folder=file.folder)
    if "erased" in line or "records" in line:
        return line
    if told(line):
        names = ("path", "to", "record", "sha256_after") if "record" in line else ()
        return {
            **{name: line[name] for name in names if name in line},
            "erased": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
    cuts = line.get("cuts")
    if not isinstance(cuts, list):
        return line
    left = [cut for cut in cuts if not (isinstance(cut, dict) and _is_own(case, line, cut.get("kept")))]
    new = {**line, "cuts": redact.scrubbed_cuts(left, told, case.words)}
    if len(left) < len(cuts):
        pieces = undo.record_of({**line, "cuts": left}).pieces
        erased = line.get("erased_cuts", 0) + len(cuts) - len(left)
        new |= {"sha256_before": "", "erased_cuts": erased, "proof": undo.proof_of(pieces)}
    if not counts["trial"]:  # what stays is counted once
        counts["kept"] += any(case.words.holds(text) for text in _bytes_of(left))
    return new


def _bytes_of(cuts: list[Any]) -> Iterator[str]:
    for cut in cuts:
        try:
            yield from redact.texts(undo.piece_of(cut).removed)
        except (KeyError, TypeError, ValueError):
            continue


def _new_document(old: bytes, case: _Case, counts: Counter[str]) -> bytes:
    try:
        value = json.loads(old)
    except (ValueError, RecursionError):
        return _new_text(old, case, counts)
    new = redact.scrubbed(value, partial(case.about, folder=""), case.words)
    if new == value:
        return old
    counts["changed"] += 1
    return json.dumps(new, indent=2).replace("##", "#\\u0023").encode() + b"\n"


def _new_text(old: bytes, case: _Case, counts: Counter[str]) -> bytes:
    text = old.decode("utf-8", "surrogateescape")
    new = case.words.without(text)
    counts["changed"] += new != text
    return new.encode("utf-8", "surrogateescape")
