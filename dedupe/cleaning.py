"""Proven plans become files: in place with an undo manifest, or as copies elsewhere."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dedupe import archive, edit, pipeline, source, undo
from dedupe.model import DedupeError, Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe.accept import Gate
    from dedupe.pipeline import Outcome, Plan
    from dedupe.settings import Settings


class Done(NamedTuple):
    """What a run wrote."""

    written: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    said: tuple[str, ...] = ()
    stdout: bytes = b""


def plans(
    outcomes: Iterable[Outcome], gate: Gate, *, unsafe: bool, tracked: bool = False
) -> tuple[list[Plan], list[Outcome], list[str]]:
    """The proven plan of every file that has something to cut; a file whose plan fails is marked as failed, and why.

    With `tracked` the cuts become tracked deletions, and a file that can hold none has failed.
    """
    when = _moment() if tracked else ""
    found, after, refused = [], [], []
    for outcome in outcomes:
        if tracked and outcome.failure is None and outcome.kind != "docx":
            said = f"{outcome.path}: is no Word document, so nothing can be tracked in it; clean it without --tracked"
            after.append(outcome._replace(reviews=(), failure=Failure(outcome.path, said)))
            refused.append(said)
            continue
        wanted = any(edit.applicable(review.findings, unsafe=unsafe) for review in outcome.reviews)
        marked = outcome
        if wanted or (outcome.piped and outcome.reviews):
            try:
                found.append(pipeline.plan(outcome.reviews, outcome.settings, unsafe=unsafe, tracked=when, gate=gate))
            except DedupeError as error:
                marked = outcome._replace(failure=Failure(outcome.path, error.message))
                refused.append(error.message)
        after.append(marked)
    return found, after, refused


def _moment() -> str:
    from dedupe.tracked import moment  # noqa: PLC0415  few runs track

    return moment()


def in_place(
    planned: Sequence[Plan], manifest: str | None, settings: Settings, outcomes: Sequence[Outcome] = ()
) -> Done:
    """Replace every planned file, each after its record in the undo manifest is on disk.

    What came from standard input goes to standard output.
    """
    piped = {outcome.path for outcome in outcomes if outcome.piped}
    said: list[str] = []
    written: list[str] = []
    failures: list[Failure] = []
    stdout = b""
    record: undo.Manifest | None = None
    try:
        for plan in planned:
            path = plan.source.path
            if path in piped:
                stdout = plan.data
                continue
            if not plan.cuts:
                continue
            try:
                if record is None:
                    record = undo.create(manifest, settings)
                undo.append(record, plan)
                source.write(path, plan.data, expect_sha256=plan.source.sha256)
            except DedupeError as error:
                failures.append(Failure(path, error.message))
                continue
            written.append(path)
            said.append(f"{path}: {_made(plan)}")
    finally:
        if record is not None:
            undo.close(record)
    if record is not None and written:
        said.append(f"To undo: dedupe restore {record.path}")
    return Done(tuple(written), tuple(failures), tuple(said), stdout)


def to(
    target: str,
    paths: Sequence[str],
    planned: Sequence[Plan],
    outcomes: Sequence[Outcome],
    manifest: str | None,
    settings: Settings,
) -> Done:
    """Write cleaned copies: to a file for one input file, else to a folder that mirrors the input.

    Behind them the undo manifest: of all where it is named, else of archives only.
    """
    if manifest is not None and os.path.lexists(manifest):
        raise undo.taken(manifest)
    cleaned = {plan.source.path: plan for plan in planned}
    recorded: list[tuple[Plan, str]] = []
    said: list[str] = []
    written: list[str] = []
    failures: list[Failure] = []
    stdout = b""
    alone = len(paths) == 1 and not os.path.isdir(paths[0])
    for outcome in outcomes:
        if outcome.failure is not None and not outcome.failure.partly:
            continue
        try:
            plan = cleaned.get(outcome.path)
            if plan is not None:
                data = plan.data
            else:
                data = outcome.reviews[0].source.file if outcome.reviews else source.read_bytes(outcome.path)
            if target == "-" and alone:
                stdout = data
                continue
            to_path = mirrored(target, paths, outcome.path, alone=alone)
            source.write_new(to_path, data)
            if plan is not None and not outcome.piped and (manifest is not None or archive.kind_of(outcome.path)):
                recorded.append((plan, to_path))
        except DedupeError as error:
            failures.append(Failure(outcome.path, error.message))
            continue
        written.append(outcome.path)
        said.append(f"{outcome.path}: written to {to_path}")
    if recorded:
        try:
            said.append(_recorded(recorded, manifest, settings))
        except DedupeError as error:
            failures.append(Failure(error.path, error.message))
    return Done(tuple(written), tuple(failures), tuple(said), stdout)


def _recorded(copies: Sequence[tuple[Plan, str]], manifest: str | None, settings: Settings) -> str:
    """Write the undo manifest of copies; how they are undone. Raises DedupeError."""
    record = undo.create(manifest, settings)
    try:
        for plan, path in copies:
            undo.append(record, plan, path)
    finally:
        undo.close(record)
    return f"To undo: dedupe restore {record.path}"


def mirrored(target: str, paths: Sequence[str], path: str, *, alone: bool) -> str:
    """Where the copy of an input goes: to a file for one that was named alone, else into a folder."""
    if alone:
        folder = os.path.isdir(target) or target.endswith(("/", os.sep))
        return os.path.join(target, os.path.basename(path)) if folder else target
    for base in paths:
        if os.path.isdir(base) and os.path.abspath(path).startswith(os.path.join(os.path.abspath(base), "")):
            return os.path.join(target, os.path.relpath(path, base))
    return os.path.join(target, os.path.basename(path))


def left(outcomes: Sequence[Outcome], done: Done, planned: Sequence[Plan]) -> list[Outcome]:
    """The outcomes with what remains after the writing: applied findings are gone, failed writes are failures."""
    failed = {failure.path: failure for failure in done.failures}
    applied = {plan.source.path: {id(cut.finding) for cut in plan.cuts} for plan in planned}
    found = []
    for outcome in outcomes:
        if outcome.path in failed:
            found.append(outcome._replace(failure=failed[outcome.path]))
            continue
        gone = applied.get(outcome.path, set())
        reviews = tuple(
            replace(review, findings=tuple(finding for finding in review.findings if id(finding) not in gone))
            for review in outcome.reviews
        )
        found.append(outcome._replace(reviews=reviews))
    return found


def _made(plan: Plan) -> str:
    count = len(plan.cuts)
    if plan.tracked:
        return "1 cut, as a tracked deletion" if count == 1 else f"{count:,} cuts, as tracked deletions"
    return f"{'1 cut' if count == 1 else f'{count:,} cuts'}, {len(plan.source.data) - len(plan.said):,} bytes"
