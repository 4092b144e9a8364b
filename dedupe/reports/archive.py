"""The page of a run over an archive: what was found, counted, dated and shown. It loads, runs and sends nothing."""

from __future__ import annotations

import shlex
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe.codes import CODES
from dedupe.model import SEVERITIES
from dedupe.reports.html import count, escaped, head
from dedupe.reports.months import NAMES, STYLE, drawing, swatch
from dedupe.reports.sheet import SHEET
from dedupe.reports.shown import examples, families, line, passages
from dedupe.reports.tally import ORDER, OTHER, Tally
from dedupe.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

__all__ = ["Counts", "Job", "Tally", "page"]

FAILURES_SHOWN = 100
PATHS_SHOWN = 5


class Counts(NamedTuple):
    """What was read, cut and left out; what was found is counted by the tally."""

    articles: int
    paragraphs: int
    removed: Mapping[str, int]  # copies that were cut, by code; none where nothing was written
    failed: int  # files and records that could not be read


class Job(NamedTuple):
    """A run, as it is told of."""

    paths: Sequence[str]
    started: datetime
    ended: datetime
    counts: Counts
    settings: Mapping[str, Any]
    manifest: str = ""  # none where nothing was written
    output: str = ""  # none where it was written in place
    failures: Sequence[tuple[str, str]] = ()  # path and message: the first of them are enough
    dated: int = 0  # stories whose date is known


def page(job: Job, tally: Tally) -> Iterator[str]:
    """The verdict and the figures, then the parts, each only where there is something in it."""
    parts = [(name, title, list(some)) for name, title, some in _parts(job, tally)]
    parts = [part for part in parts if part[2]]
    verdict = _verdict(job, tally)
    yield from head(verdict, SHEET + STYLE + _OWN)
    yield f'<header>\n<p class="name soft">wire-dedupe</p>\n<h1>{escaped(verdict)}</h1>\n'
    yield from _heading(job)
    yield from _figures(job, tally)
    yield '</header>\n<nav class="parts" aria-label="On this page">\n<ul>\n'
    yield from (f'<li><a href="#{name}">{title}</a></li>\n' for name, title, _ in parts)
    yield "</ul>\n</nav>\n<main>\n"
    for name, title, some in parts:
        yield f'<section id="{name}" aria-labelledby="{name}-title">\n<h2 id="{name}-title">{title}</h2>\n'
        yield from some
        yield "</section>\n"
    yield f"</main>\n<footer>\n<p>Made by wire-dedupe {VERSION}. This page loads nothing and sends nothing. "
    yield "It holds the words of the stories: share it only with whom you would show them.</p>\n</footer>\n"
    yield "</body>\n</html>\n"


def _parts(job: Job, tally: Tally) -> Iterator[tuple[str, str, Iterator[str]]]:
    alone = job.paths[0] if len(job.paths) == 1 else ""
    yield "kinds", "By kind", _kinds(job, tally)
    yield "months", "By month", _months(job, tally)
    yield "passages", "Most repeated passages", passages(alone, tally)
    yield "versions", "Stories with the most versions", families(alone, tally)
    yield "examples", "Examples", examples(alone, tally)
    yield "failed", "Could not be read", _failures(job)
    yield "run", "This run", _run(job)


# what is the matter


def _verdict(job: Job, tally: Tally) -> str:
    versions = tally.of("version")
    some = [(tally.findings - versions, "repeat"), (versions, "superseded version")]
    found = " and ".join(count(number, name) for number, name in some if number)
    stories = count(job.counts.articles, "story", "stories")
    clauses = [f"{found} in {stories}" if found else f"Nothing stands twice in {stories}"]
    removed = sum(job.counts.removed.values())
    if removed:
        clauses.append(f"{count(removed, 'copy was', 'copies were')} cut")
    if job.counts.failed:
        clauses.append(f"{job.counts.failed:,} could not be read")
    return "; ".join(clauses) + "."


def _heading(job: Job) -> Iterator[str]:
    """What was read, and when."""
    names = [f"<bdi>{line(path)}</bdi>" for path in job.paths[:PATHS_SHOWN]]
    more = f" and {len(job.paths) - PATHS_SHOWN:,} more" if len(job.paths) > PATHS_SHOWN else ""
    yield f"<p>{', '.join(names)}{more}</p>\n"
    start, end = (_utc(time) for time in (job.started, job.ended))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{_day(end)}, {end:%H:%M}"
    zone = " UTC" if start.tzinfo else ""
    seconds = max(0, round((end - start).total_seconds()))
    yield f'<p class="soft">{_day(start)}, {start:%H:%M} to {until}{zone} ({_lasted(seconds)})</p>\n'


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time


def _day(time: datetime) -> str:
    return f"{time.day} {NAMES[time.month - 1]} {time.year}"


def _lasted(seconds: int) -> str:
    hours, minutes = seconds // 3600, seconds // 60 % 60
    parts = [(hours, "hour"), (minutes, "minute"), (0 if hours else seconds % 60, "second")]
    return " ".join(count(number, name) for number, name in parts if number) or "less than a second"


def _figures(job: Job, tally: Tally) -> Iterator[str]:
    by = {severity: _severity(tally, severity) for severity in SEVERITIES}
    figures = [
        ("Stories", job.counts.articles),
        ("Paragraphs", job.counts.paragraphs),
        ("Stories with findings", tally.stories),
        *((f"{severity.capitalize()}s", number) for severity, number in by.items()),
        ("Copies cut", sum(job.counts.removed.values())),
        ("Not read", job.counts.failed),
    ]
    yield '<dl class="figures">\n'
    yield from (f"<div><dt>{name}</dt><dd>{number:,}</dd></div>\n" for name, number in figures)
    yield "</dl>\n"


def _severity(tally: Tally, severity: str) -> int:
    return sum(number for (_, own), number in tally.counts.items() if own == severity)


# the parts


def _kinds(job: Job, tally: Tally) -> Iterator[str]:
    """A row for each code: what it means, how often and how bad, how many of it were cut."""
    removed = job.counts.removed
    codes = [code for code in (*ORDER, OTHER) if tally.of(code) or removed.get(code)]
    if not codes:
        return
    most = max(tally.of(code) for code in codes) or 1
    cut = '<th scope="col">Cut</th>' if removed else ""
    yield '<table class="kinds">\n<thead><tr><th scope="col">Kind</th><td class="share"></td>'
    yield f'<th scope="col">Found</th>{cut}</tr></thead>\n<tbody>\n'
    for code in codes:
        number = tally.of(code)
        yield f'<tr><th scope="row">{swatch(code)} {code} <span class="soft">{_meaning(code)}</span> '
        yield f'<span class="soft">{_severities(tally, code)}</span></th>\n<td class="share"><svg class="bar" '
        yield f'aria-hidden="true"><rect class="{code}" width="{100 * number / most:.1f}%" height="100%"/></svg></td>'
        yield f"<td>{number:,}</td>{f'<td>{removed.get(code, 0):,}</td>' if removed else ''}</tr>\n"
    total = f"<td>{sum(removed.values()):,}</td>" if removed else ""
    yield f'</tbody>\n<tfoot><tr><th scope="row">All</th><td class="share"></td><td>{tally.findings:,}</td>{total}'
    yield "</tr></tfoot>\n</table>\n"


def _meaning(code: str) -> str:
    said = CODES.get(code, "").split("\n\n")[0].partition(": ")[2]
    said = " ".join(said.split())
    return escaped(said[:1].upper() + said[1:])


def _severities(tally: Tally, code: str) -> str:
    counts = [(tally.counts.get((code, severity), 0), severity) for severity in SEVERITIES]
    return ", ".join(count(number, severity) for number, severity in counts if number)


def _months(job: Job, tally: Tally) -> Iterator[str]:
    if tally.months:
        stories = count(job.counts.articles, "story", "stories")
        said = [f"The date of {job.dated:,} of {stories} is known."] if job.dated else []
        if tally.undated:
            said.append(f"{count(tally.undated, 'finding is', 'findings are')} in stories without one, and not drawn.")
        if said:
            yield f'<p class="soft">{" ".join(said)}</p>\n'
        yield from drawing(tally)


def _failures(job: Job) -> Iterator[str]:
    if not job.counts.failed:
        return
    yield '<ul class="plain">\n'
    shown = job.failures[:FAILURES_SHOWN]
    for path, message in shown:
        place = "" if not path or path in message else f"<bdi>{line(path)}</bdi>: "
        yield f'<li class="error"><span class="sev">error</span> {place}<bdi>{line(message)}</bdi></li>\n'
    left = job.counts.failed - len(shown)
    yield f"</ul>\n{f'<p>and {left:,} more</p>' if left > 0 else ''}\n"


def _run(job: Job) -> Iterator[str]:
    """What it takes to do it again, and to undo it."""
    rows = [(line(str(name)), line(_value(value))) for name, value in job.settings.items()]
    if job.output:
        rows.append(("output", line(job.output)))
    if job.manifest:
        rows.append(("manifest", line(job.manifest)))
    yield '<dl class="run">\n'
    yield from (f"<dt>{name}</dt><dd><bdi>{value}</bdi></dd>\n" for name, value in rows)
    yield "</dl>\n"
    if job.manifest:
        own = line(shlex.quote(job.manifest))
        yield "<p>The manifest records each cut: what it was, why, and which copy stayed. "
        yield f"<code>dedupe verify {own}</code> proves that the originals can be rebuilt; "
        yield f"<code>dedupe restore {own}</code> rebuilds them.</p>\n"
    else:
        yield "<p>Nothing was changed.</p>\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)


_OWN = """
h4{font-size:.95rem;font-weight:600;margin:0}
h4,dt,bdi{overflow-wrap:anywhere}
h3 .soft,h4 .soft,.step .soft{font-weight:400}
dl.figures{display:flex;flex-wrap:wrap;gap:1rem 2.4rem;margin:1.8rem 0 0}
.figures dt{font-size:.85rem}
.figures dd{font:600 1.5rem/1.3 Charter,"Bitstream Charter","Iowan Old Style",Cambria,Georgia,"Noto Serif",serif;\
font-variant-numeric:lining-nums tabular-nums;padding:0}
.parts ul{display:flex;flex-wrap:wrap;gap:0 1.4rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:600}
td,thead th:not(:first-child){text-align:right}
thead th{font-size:.85rem;font-weight:400;color:var(--soft)}
tbody tr,tfoot tr{border-top:1px solid var(--rule)}
tfoot th,tfoot td{font-weight:650}
.kinds{width:100%;margin-top:.6rem}
.kinds th,.kinds td{padding:.55rem 0 .55rem 1.2rem;vertical-align:top}
.kinds th:first-child{padding-left:0;max-width:34rem}
.kinds th .soft{display:block;font-weight:400;font-size:.88rem}
.kinds .share{width:26%}
.bar{display:block;width:100%;height:.8rem;margin-top:.35rem}
.numbers{font-size:.85rem;margin:.5rem 0}
.numbers th,.numbers td{padding:.25rem .5rem;white-space:nowrap}
.numbers th:first-child{padding-left:0}
.passages{list-style:none;margin:0;padding:0}
.passages li{padding:1.1rem 0;border-top:1px solid var(--rule)}
.passages li:first-child{border:0}
.passages p{margin:0 0 .3rem}
.passages blockquote,.passages .soft{max-width:46em}
.passages blockquote+.soft{font-size:.85rem;max-width:none}
.passages blockquote p{margin:.3rem 0}
.family ol{margin:.8rem 0 0;padding:0;list-style:none;border-left:2px solid var(--rule)}
.family li{padding:0 0 .8rem 1rem}
.family .step,.family .why{margin:0}
.kind{margin-top:1.8rem}
.kind article{margin:1.2rem 0 2rem}
dl.run{margin-top:.6rem;grid-template-columns:fit-content(40%) minmax(0,1fr)}
.run dd+dt{grid-column:1}
@media(max-width:44rem){.share{display:none}dl.figures{display:grid;grid-template-columns:1fr 1fr;gap:.8rem 1.2rem}\
.kinds th:first-child{max-width:none}}
@media print{tfoot{display:table-row-group}dl.figures{gap:.6rem 1.6rem}\
.kinds tr,.passages li,.kind article,.chart,.family li{break-inside:avoid}\
.passages li{padding:.6rem 0}.kind article{margin:.8rem 0 1.2rem}}
"""
