"""The words on the page of an archive: passages that stand in many stories, versions of one, examples side by side."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from dedupe.model import FACT_KINDS
from dedupe.reports.html import count, escaped, inline, quoted
from dedupe.reports.look import one_line, plain
from dedupe.reports.marked import marked
from dedupe.reports.months import swatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedupe.reports.tally import Copy, Example, Family, Passage, Tally

PASSAGES_SHOWN = 20
FAMILIES_SHOWN = 12
STEPS_SHOWN = 8


def passages(alone: str, tally: Tally) -> Iterator[str]:
    """Those that stand in the most stories; `alone` is the one file that needs no name."""
    found = tally.passages(PASSAGES_SHOWN)
    if not found:
        return
    yield '<ol class="passages">\n'
    for passage in found:
        yield from _passage(alone, passage)
    yield "</ol>\n"


def _passage(alone: str, passage: Passage) -> Iterator[str]:
    yield f"<li>\n<p><b>In {passage.places:,} stories</b> {swatch(passage.code)} "
    yield f'<span class="soft">{passage.code}</span></p>\n<blockquote lang="">\n'
    for paragraph in marked(passage.text, passage.text)[0]:
        yield f'<p dir="auto">{"".join(inline(piece, "mark") for piece in paragraph)}</p>\n'
    named = ", ".join(f"{_name(alone, copy)} ({_where(copy)})" for copy in passage.named)
    left = passage.places - len(passage.named)
    more = f'<p class="soft">and {passage.more:,} more characters</p>\n' if passage.more else ""
    yield f'</blockquote>\n{more}<p class="soft">{named}{f" and {left:,} more" if left > 0 else ""}</p>\n</li>\n'


def families(alone: str, tally: Tally) -> Iterator[str]:
    """Those with the most versions."""
    for family in tally.families(FAMILIES_SHOWN):
        yield from _family(alone, family)


def _family(alone: str, family: Family) -> Iterator[str]:
    """The version that stands, and those it supersedes: what became of each."""
    steps = sorted(family.steps, key=lambda step: step.date)
    older = {(step.dropped.path, step.dropped.article) for step in steps}
    newest = next((it.kept for it in steps if (it.kept.path, it.kept.article) not in older), steps[-1].kept)
    yield f'<article class="family">\n<h3>{_name(alone, newest)}</h3>\n'
    yield f'<p class="soft">{count(family.places, "version")}; this one supersedes the others</p>\n<ol>\n'
    for step in steps[:STEPS_SHOWN]:
        date = f' <span class="soft">{line(step.date)}</span>' if step.date else ""
        yield f'<li>\n<p class="step"><b>{_name(alone, step.dropped)}</b>{date}</p>\n'
        yield f'<p class="why" dir="auto">{_sentence(step.why)}</p>\n'
        yield from _became(step)
        yield "</li>\n"
    yield "</ol>\n"
    left = family.places - 1 - len(steps[:STEPS_SHOWN])
    if left > 0:
        yield f'<p class="soft">and {count(left, "more version", "more versions")}</p>\n'
    yield "</article>\n"


def _became(step: Example) -> Iterator[str]:
    """What changed, facts first."""
    if not step.changes:
        return
    yield "<dl>\n"
    for kind, some in groupby(step.changes, key=lambda change: change[0]):
        yield f"<dt>{line(kind)}</dt>"
        yield from (f"<dd>{_change(kept, dropped)}</dd>" for _, kept, dropped in some)
        yield "\n"
    yield "</dl>\n"
    if step.unsaid:
        yield f'<p class="soft">and {count(step.unsaid, "more change")}</p>\n'


def _change(kept: str, dropped: str) -> str:
    if not dropped:
        return f"{quoted(kept)} is new"
    return f"{quoted(dropped)} became {quoted(kept)}" if kept else f"{quoted(dropped)} is gone"


def examples(alone: str, tally: Tally) -> Iterator[str]:
    """A handful of each code, both copies side by side."""
    for code in tally.codes():
        some = tally.examples(code)
        if some:
            shown = f"{len(some):,} of {tally.of(code):,}"
            yield f'<div class="kind">\n<h3>{swatch(code)} {code} <span class="soft">{shown}</span></h3>\n'
            for example in some:
                yield from _example(alone, example)
            yield "</div>\n"


def _example(alone: str, example: Example) -> Iterator[str]:
    date = f' <span class="soft">{line(example.date)}</span>' if example.date else ""
    yield f'<article class="{example.severity}">\n<h4><span class="sev">{example.severity}</span> '
    yield f'{_name(alone, example.dropped)}{date}</h4>\n<p class="why" dir="auto">{_sentence(example.why)}</p>\n'
    yield from _copies(alone, example)
    rows = [("Would be lost", quoted(words)) for words in example.lost]
    for kind, kept, dropped in example.changes:
        if kind in FACT_KINDS:
            rows.append((f"Disagree: {kind}", " and ".join(quoted(it) for it in _in_order(example, kept, dropped))))
    if rows:
        yield "<dl>\n"
        for name, some in groupby(rows, key=lambda row: row[0]):
            yield f"<dt>{line(name)}</dt>{''.join(f'<dd>{said}</dd>' for _, said in some)}\n"
        yield "</dl>\n"
    yield "</article>\n"


def _apart(example: Example) -> bool:
    """Whether its copies stand in two stories."""
    kept, dropped = example.kept, example.dropped
    return (kept.path, kept.article) != (dropped.path, dropped.article)


def _in_order(example: Example, kept: Any, dropped: Any) -> tuple[Any, Any]:  # noqa: ANN401  whatever belongs to each
    """What belongs to the copies, in the order in which they are shown: that of the story, or the other story first."""
    turned = not _apart(example) and example.dropped.start < example.kept.start
    return (dropped, kept) if turned else (kept, dropped)


def _copies(alone: str, example: Example) -> Iterator[str]:
    kept, dropped = marked(example.kept.text, example.dropped.text, lines=example.format == "docx")
    names, kinds, tags = ("First copy", "Second copy"), ("copy", "copy"), ("mark", "mark")
    if example.safe:
        names, kinds, tags = (_in_order(example, *pair) for pair in (("Keep", "Cut"), ("keep", "cut"), ("ins", "del")))
    if _apart(example):
        own = _name(alone, example.kept), _name(alone, example.dropped)
        names = (f"Keep {own[0]}", f"Cut {own[1]}") if example.safe else own
    yield '<div class="copies">\n'
    sides = _in_order(example, (example.kept, kept), (example.dropped, dropped))
    for (copy, text), name, kind, tag in zip(sides, names, kinds, tags, strict=True):
        yield f'<figure class="{kind}">\n<figcaption><b>{name}</b> {_where(copy, example)}</figcaption>\n'
        yield '<blockquote lang="">\n'
        for paragraph in text:
            yield f'<p dir="auto">{"".join(inline(piece, tag) for piece in paragraph)}</p>\n'
        more = f'<p class="soft">and {copy.more:,} more characters</p>\n' if copy.more else ""
        yield f"</blockquote>\n{more}</figure>\n"
    yield "</div>\n"


def _where(copy: Copy, example: Example | None = None) -> str:
    """The lines of a copy; its paragraph where lines are not seen, or one line holds both."""
    unit, first, last = "line", *(copy.lines or (0, 0))
    kept, dropped = (example.kept, example.dropped) if example else (copy, copy)
    same_line = kept.lines and dropped.lines and kept.lines[0] == dropped.lines[1] and kept.path == dropped.path
    if copy.lines is None or (same_line and kept.paragraph != dropped.paragraph):
        unit, first, last = "paragraph", copy.paragraph, copy.paragraph
    return f"{unit} {first}" if first == last else f"{unit}s {first}–{last}"


def _name(alone: str, copy: Copy) -> str:
    """A story by its file and its name in it; the file is understood where there is only one."""
    file, story = f"<bdi>{line(copy.path)}</bdi>", f"story <bdi>{line(copy.article)}</bdi>"
    if not copy.article:
        return file
    return story if copy.path == alone else f"{file}, {story}"


def _sentence(text: str) -> str:
    return escaped(plain(" ".join(text.split())))


def line(text: str) -> str:
    """A name, on one line, in which a browser finds no markup."""
    return escaped(one_line(text))
