"""The way back from a manifest: files, records and members as they were, or the proof that they could be."""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe import archive, disk, evidence, formats, source, undo
from dedupe.model import DedupeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedupe.archive import Piece
    from dedupe.evidence import Contents, End, Entry, Span
    from dedupe.undo import Record

_IN_PLACE = ("json", "jsonl")
_NAMED = 5  # erased records that are named


Status = Literal["restored", "proven", "unchanged", "erased", "refused"]


class Restored(NamedTuple):
    """What became of one file; one that is erased leads back to its original no more, or not to all of it."""

    path: str
    status: Status
    message: str

    @property
    def failed(self) -> bool:
        """Whether the file is not what it was before the cleaning, or could not become so."""
        return self.status == "refused"


class Elsewhere(NamedTuple):
    """Where files are now, other than the manifest says: a file, or a folder for several."""

    cleaned: str = ""
    output: str = ""


class _Paths(NamedTuple):
    """Of one file or container: where the cleaned one is, where the original goes, and how messages name it."""

    cleaned: str
    target: str
    shown: str


class _Proof(NamedTuple):
    """What a cleaned container was found to lead back to."""

    rebuilt: int
    erased: list[int]  # the numbers, from 1, of what cannot be
    records: int
    digest: str


def restore(manifest: str, elsewhere: Elsewhere = Elsewhere()) -> Iterator[Restored]:  # noqa: B008  a frozen value
    """Undo a run: all that is as the run left it becomes what it was, the last file first.

    Raises DedupeError when the manifest itself cannot be read; what cannot be restored is in the answer.
    """
    contents = evidence.scan(manifest)
    return _each(contents, elsewhere, _file_restored, _container_restored)


def verify(manifest: str, elsewhere: Elsewhere = Elsewhere()) -> Iterator[Restored]:  # noqa: B008  the same
    """Prove, without writing, that all that a run changed can become what it was. Raises as `restore` does."""
    contents = evidence.scan(manifest)
    return _each(contents, elsewhere, _file_proven, _container_proven)


def _each(
    contents: Contents,
    elsewhere: Elsewhere,
    of_file: Callable[[Contents, Record, _Paths], Restored],
    of_container: Callable[[Contents, Span, _Paths], Restored],
) -> Iterator[Restored]:
    places = _Places(contents, elsewhere)
    for at in reversed(contents.files):
        record = evidence.file_record(contents, at)
        yield _refusing(places, record.path, record.to, partial(of_file, contents, record))
    for (path, to), span in contents.containers.items():
        yield _refusing(places, path, to, partial(of_container, contents, span))
    yield from _remarks(contents)


def _refusing(places: _Places, path: str, to: str, done: Callable[[_Paths], Restored]) -> Restored:
    """What became of a file; what went wrong with it in plain words."""
    shown = path
    try:
        shown = places.shown(path)
        return done(places.of(path, to))
    except DedupeError as error:
        return Restored(shown, "refused", error.message.removeprefix(f"{error.path}: "))
    except (OSError, ValueError) as error:
        return Restored(shown, "refused", source.reason(error))


def _remarks(contents: Contents) -> Iterator[Restored]:
    for path, _ in contents.unfinished:
        yield Restored(path, "unchanged", "the run was stopped before it was written; nothing in it had been changed")
    if contents.gone:
        said = "1 file was" if contents.gone == 1 else f"{contents.gone:,} files were"
        yield Restored(contents.path, "erased", f"{said} erased and cannot be rebuilt")
    if contents.torn:
        message = "its last line was cut short when the run was stopped; the file it speaks of had not been changed"
        yield Restored(contents.path, "unchanged", message)


class _Places:
    """Where the files of a manifest are."""

    def __init__(self, contents: Contents, elsewhere: Elsewhere) -> None:
        """Raises DedupeError where a single file is named for several."""
        self._manifest = contents.path
        self._folder = os.path.dirname(os.path.realpath(contents.path))
        self._elsewhere = elsewhere
        self._alone = len(contents.files) + len(contents.containers) == 1
        self._tops = ("", "")
        if any(elsewhere) and not self._alone:
            self._tops = self._common(contents)

    def _common(self, contents: Contents) -> tuple[str, str]:
        """The folders that hold all cleaned copies, and all originals."""
        for each in self._elsewhere:
            if os.path.isfile(each):
                raise DedupeError(f"{each}: is no folder, and the manifest speaks of several files: name a folder")
        cleaned, original = "", ""
        for path, to in self._named(contents):
            now, was = (os.path.dirname(self._real(each)) for each in (to or path, path))
            cleaned = os.path.commonpath([cleaned or now, now])
            original = os.path.commonpath([original or was, was])
        return cleaned, original

    def _named(self, contents: Contents) -> Iterator[tuple[str, str]]:
        yield from contents.containers
        for at in contents.files:
            record = evidence.file_record(contents, at)
            yield record.path, record.to

    def _real(self, path: str) -> str:
        return os.path.realpath(os.path.join(self._folder, path))

    def shown(self, path: str) -> str:
        """A path of the manifest, as seen from here."""
        return self._real(path).removeprefix(os.path.join(os.path.realpath(os.curdir), ""))

    def of(self, path: str, to: str) -> _Paths:
        """Where one file is, and where it goes. Raises DedupeError where the manifest must not lead there."""
        home, now = self._real(path), self._real(to or path)
        cleaned = self._moved(now, self._elsewhere.cleaned, self._tops[0])
        target = self._moved(home, self._elsewhere.output, self._tops[1])
        if not to and self._elsewhere.cleaned and not self._elsewhere.output:
            target = cleaned  # it was cleaned in place, and has moved
        shown = self.shown(path)
        if target == home:
            _allowed(shown, target, self._folder, self._manifest)
        return _Paths(cleaned, target, shown)

    def _moved(self, path: str, base: str, top: str) -> str:
        if not base:
            return path
        if self._alone and not os.path.isdir(base) and not base.endswith(("/", os.sep)):
            return os.path.realpath(base)
        inside = os.path.basename(path) if self._alone else os.path.relpath(path, top)
        return os.path.realpath(os.path.join(base, inside))


def _allowed(path: str, target: str, folder: str, manifest: str) -> None:
    """Refuse what a manifest in a stranger's repository would be made for: changing files outside of it.

    Our own manifests are private, which nothing that git brings ever is; they may lead anywhere.
    """
    up, name = os.path.split(folder)
    top, over = os.path.split(up)
    project = top if (over, name) == (undo.FOLDER, "undo") else folder
    inside = any(target.startswith(os.path.join(each, "")) for each in (os.path.realpath(os.curdir), project))
    if not inside and os.name != "nt" and stat.S_IMODE(os.stat(manifest).st_mode) & 0o077:
        raise DedupeError(
            f"{path}: lies outside of this folder, and the manifest is not private as dedupe writes them: "
            f"if it is yours, chmod 600 {manifest}",
            path=path,
        )


def _file_restored(_: Contents, record: Record, paths: _Paths) -> Restored:
    here = paths.cleaned == paths.target
    if (here or os.path.exists(paths.target)) and disk.digest(paths.target) == record.sha256_before:
        return Restored(paths.shown, "unchanged", "is already as it was")
    data = source.read_bytes(paths.cleaned)
    before = undo.rebuild(data, record._replace(path=paths.shown))
    if here:
        source.write(paths.target, before, expect_sha256=record.sha256_after)
    else:
        source.write_new(paths.target, before)
    more = len(before) - len(data)  # a document with tracked deletions is the larger one
    said = f"restored, {more:,} bytes put back" if more > 0 else "restored, byte for byte"
    return Restored(paths.shown, "restored", said + _passages(record.erased))


def _file_proven(_: Contents, record: Record, paths: _Paths) -> Restored:
    data = source.read_bytes(paths.cleaned)
    if undo.sha256(data) == record.sha256_before:
        return Restored(paths.shown, "unchanged", "is already as it was")
    undo.rebuild(data, record._replace(path=paths.shown))
    status: Status = "erased" if record.erased else "proven"
    return Restored(paths.shown, status, "can be rebuilt: proven" + _passages(record.erased))


def _passages(count: int) -> str:
    if not count:
        return ""
    return f"; {'1 passage was' if count == 1 else f'{count:,} passages were'} erased and cannot be put back"


def _container_proven(contents: Contents, span: Span, paths: _Paths) -> Restored:
    if paths.cleaned == paths.target and _is(paths.target, span.end):
        return Restored(paths.shown, "unchanged", "is already as it was")
    proof = _prove(contents, span, paths)
    status: Status = "erased" if proof.erased else "proven"
    return Restored(paths.shown, status, f"{_counted(proof)}: proven{_gone(proof)}")


def _container_restored(contents: Contents, span: Span, paths: _Paths) -> Restored:
    cleaned, target, shown = paths
    here = cleaned == target
    kind = archive.kind_of(cleaned)
    if os.path.lexists(target) and _is(target, span.end):
        return Restored(shown, "unchanged", "is already as it was")
    if archive.kind_of(target) != kind:
        raise DedupeError(
            f"{shown}: goes from {cleaned} to {target}, which must be of one kind: name them alike", path=shown
        )
    if here and kind not in _IN_PLACE:
        raise DedupeError(f"{shown}: cannot be restored in place without loss; say --output", path=shown)
    expected = disk.digest(cleaned) if here else ""
    if not here and os.path.lexists(target):
        raise DedupeError(
            f"{shown}: not written: {target} is there already, with other content; say --output", path=shown
        )
    proof = _prove(contents, span, paths)
    asked = _asked(span.end)
    new = archive.copied(cleaned, asked, _changes(contents, span, cleaned), puts=partial(_puts, contents, span))

    def prove(path: str) -> None:
        found = evidence.tally(it.data for it in archive.pieces(path, asked, kind=kind))
        if found.digest() != proof.digest:
            raise DedupeError(f"{shown}: not written: the copy is not what it was before the cleaning", path=shown)

    disk.pour(target, new, prove, expect_sha256=expected)
    said = _counted(proof).replace("can be", "was" if proof.rebuilt == 1 else "were", 1)
    return Restored(shown, "restored", f"restored: {said}{_gone(proof)}")


def _counted(proof: _Proof) -> str:
    some = "1 record" if proof.rebuilt == 1 else f"{proof.rebuilt:,} records"
    return f"{some} can be rebuilt, {proof.records:,} in all"


def _gone(proof: _Proof) -> str:
    """Which records were erased, so that nothing leads back to them."""
    if not proof.erased:
        return ""
    if len(proof.erased) == 1:
        return f"; but record {proof.erased[0]:,} was erased and cannot be rebuilt any more"
    first = ", ".join(f"{number:,}" for number in proof.erased[:_NAMED]) + (", ..." if proof.erased[_NAMED:] else "")
    return f"; but {len(proof.erased):,} records ({first}) were erased and cannot be rebuilt any more"


def _asked(end: End) -> archive.Asked:
    known = {name: value for name, value in end.asked.items() if name in archive.Asked._fields and name != "suffixes"}
    return archive.Asked(formats.SUFFIXES, **known)


def _puts(contents: Contents, span: Span) -> Iterator[archive.Put]:
    """What goes back into a container as it stood there, and where."""
    found = evidence.entries(contents, span)
    return ((entry.at, entry.size, entry.whole) for entry in found if entry.whole)


def _is(path: str, end: End) -> bool:
    """Whether a container has the content that it had before the cleaning."""
    found = evidence.tally(it.data for it in archive.pieces(path, _asked(end)))
    return found.digest() == end.before and found.records == end.records


def _met(contents: Contents, span: Span, cleaned: str) -> Iterator[tuple[Piece, Entry | None]]:
    """The pieces of a cleaned container with those that were left out, each with what the manifest says of it."""
    entries = evidence.entries(contents, span)
    entry = next(entries, None)
    missing = 0  # pieces that were left out and then erased
    for piece in archive.pieces(cleaned, _asked(span.end), puts=partial(_puts, contents, span)):
        while entry is not None and entry.erased and entry.left_out and entry.number == piece.number + missing:
            missing += 1
            entry = next(entries, None)
        if entry is not None and entry.number == piece.number + missing:
            yield piece, entry
            entry = next(entries, None)
        else:
            yield piece, None
    while entry is not None and entry.erased and entry.left_out:
        entry = next(entries, None)
    if entry is not None:
        raise _changed(span.end.path)


def _changed(path: str) -> DedupeError:
    return DedupeError(f"{path}: it has changed since it was cleaned; nothing was put back", path=path)


def _original(piece: Piece, entry: Entry | None) -> bytes:
    """The data of a piece before the cleaning. Raises DedupeError."""
    if entry is None or entry.erased:
        return piece.data
    if not entry.whole:
        return evidence.rebuild(piece.data, entry)
    if undo.sha256(piece.data) != entry.record.sha256_before:
        path = entry.record.path
        raise DedupeError(f"{path}: the manifest is damaged: record {entry.number + 1:,} is another", path=path)
    return piece.data


def _prove(contents: Contents, span: Span, paths: _Paths) -> _Proof:
    """Prove that a cleaned container leads back to the original. Raises DedupeError."""
    if evidence.tally(it.data for it in archive.pieces(paths.cleaned, _asked(span.end))).digest() != span.end.after:
        raise _changed(paths.shown)
    before = evidence.Tally()
    rebuilt = 0
    for piece, entry in _met(contents, span, paths.cleaned):
        before.add(_original(piece, entry))
        rebuilt += entry is not None and not entry.erased
    gone = [entry for entry in evidence.entries(contents, span) if entry.erased]
    records = before.records + sum(entry.left_out for entry in gone)
    whole = records == span.end.records and (gone or before.digest() == span.end.before)
    if not whole:
        raise DedupeError(f"{paths.shown}: the manifest is damaged: it does not give the original", path=paths.shown)
    return _Proof(rebuilt, [entry.number + 1 for entry in gone], before.records, before.digest())


def _changes(contents: Contents, span: Span, cleaned: str) -> Iterator[tuple[int, bytes]]:
    """The records that were changed, as they were."""
    for piece, entry in _met(contents, span, cleaned):
        if entry is not None and not entry.erased and not entry.whole:
            yield piece.number, _original(piece, entry)
