"""Findings over time: stacked bars that need no script, and the same numbers as a table."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from dedupe.reports.html import count
from dedupe.reports.tally import ORDER, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedupe.reports.tally import Tally

# red: inside one story; amber and violet: a person has to look; blue and green: across stories
LIGHT = {
    "exact": "#8c1d18",
    "contained": "#c2452d",
    "reworded": "#c87941",
    "loses": "#a06a00",
    "conflict": "#6d2a6b",
    "echo": "#8b857b",
    "republished": "#3f86b8",
    "boilerplate": "#1f4e79",
    "version": "#2f7a55",
    "other": "#3b3b3b",
}
DARK = {
    "exact": "#ff8a7d",
    "contained": "#e0694f",
    "reworded": "#e6a46a",
    "loses": "#f0cf6a",
    "conflict": "#cf8fd0",
    "echo": "#8f8b84",
    "republished": "#7cc0ee",
    "boilerplate": "#4d8fd0",
    "version": "#6fcf9a",
    "other": "#d0d0d0",
}
NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

HEIGHT = 168  # of the bars, in CSS pixels
GAP = 1  # between two colours, where there is room
FEET = 24  # below them, for the names
NARROW = 4  # a bar is never wider, in hundredths
MONTHS_SHOWN = 180  # then a bar is a year, and then ten
YEARS_SHOWN = 200
LABELS, LONG_LABELS = 5, 3  # that fit on a telephone
PRINTED = 40  # rows of the table that go to paper


class _Bar(NamedTuple):
    """One unit of time."""

    name: str
    round: str  # its name where it begins a larger one
    numbers: Mapping[str, int]


def drawing(tally: Tally) -> Iterator[str]:
    """The chart with its legend, and its table, which can be opened."""
    codes = [code for code in (*ORDER, OTHER) if any(code in numbers for numbers in tally.months.values())]
    unit, bars = _bars(tally.months)
    yield '<figure class="chart">\n<ul class="legend">\n'
    yield from (f"<li>{swatch(code)} {code}</li>\n" for code in codes)
    yield "</ul>\n"
    top = _top(max(sum(bar.numbers.values()) for bar in bars))
    yield f'<div class="plot">\n<div class="scale soft" aria-hidden="true"><span>{top:,}</span>'
    yield f"<span>{top // 2:,}</span><span>0</span></div>\n"
    yield from _svg(bars, codes, top, unit)
    yield "</div>\n</figure>\n"
    yield from _table(tally.months, codes)


def swatch(code: str) -> str:
    """A small square in the colour of a code."""
    return f'<svg class="swatch" aria-hidden="true"><rect class="{code}" width="100%" height="100%"/></svg>'


def month(name: str) -> str:
    """A month as people say it."""
    return f"{NAMES[int(name[5:]) - 1]} {int(name[:4])}"


def _bars(months: Mapping[str, Mapping[str, int]]) -> tuple[str, list[_Bar]]:
    """A bar for each unit between the first and the last: time does not skip where nothing was found."""
    numbers = {int(name[:4]) * 12 + int(name[5:]) - 1: some for name, some in months.items()}
    first, last = min(numbers), max(numbers)
    unit, size = "month", 1
    if last - first >= MONTHS_SHOWN:
        unit, size = ("year", 12) if last - first < 12 * YEARS_SHOWN else ("decade", 120)
    summed: dict[int, dict[str, int]] = {at: {} for at in range(first // size, last // size + 1)}
    for at, some in numbers.items():
        into = summed[at // size]
        for code, number in some.items():
            into[code] = into.get(code, 0) + number
    return unit, [_bar(at, size, some) for at, some in summed.items()]


def _bar(at: int, size: int, numbers: Mapping[str, int]) -> _Bar:
    if size == 1:
        year, number = divmod(at, 12)
        return _Bar(f"{NAMES[number][:3]} {year}", "" if number else str(year), numbers)
    year = at * size // 12
    name = str(year) if size == 12 else f"{year}s"  # noqa: PLR2004  months of a year
    return _Bar(name, "" if year % (5 * size // 12) else name, numbers)


def _top(most: int) -> int:
    """A round number that no bar rises above, and that has a half."""
    power = int("1".ljust(len(str(most)), "0"))
    return next(top for step in (1, 2, 3, 4, 5, 6, 8, 10, 20) if (top := step * power) >= most and top % 2 == 0)


def _svg(bars: Sequence[_Bar], codes: Sequence[str], top: int, unit: str) -> Iterator[str]:
    """Bars whose place is a share of the width, and names that keep their size."""
    total = sum(sum(bar.numbers.values()) for bar in bars)
    said = f"{count(total, 'finding')} by {unit}, {bars[0].name} to {bars[-1].name}; the table below has the numbers"
    yield f'<svg class="bars" width="100%" height="{HEIGHT + FEET}" role="img" aria-label="{said}">\n'
    for y in (0, HEIGHT // 2, HEIGHT):
        yield f'<line class="rule" x1="0" x2="100%" y1="{y + 0.5}" y2="{y + 0.5}"/>\n'
    slot = 100 / len(bars)
    width = min(slot * 0.82, NARROW)
    for at, bar in enumerate(bars):
        yield from _stack(bar, codes, top, at * slot + (slot - width) / 2, width)
    for at, name in _names(bars):
        middle, edge = (at + 0.5) * slot, len(name)  # a letter takes about two hundredths on a telephone
        anchor = "start" if middle < edge else "end" if middle > 100 - edge else "middle"
        x = {"start": middle - width / 2, "end": middle + width / 2, "middle": middle}[anchor]
        yield f'<text x="{x:.2f}%" y="{HEIGHT + FEET - 6}" text-anchor="{anchor}">{name}</text>\n'
    yield "</svg>\n"


def _stack(bar: _Bar, codes: Sequence[str], top: int, left: float, width: float) -> Iterator[str]:
    if not bar.numbers:
        return
    listed = ", ".join(f"{code} {bar.numbers[code]:,}" for code in codes if code in bar.numbers)
    yield f"<g><title>{bar.name}: {sum(bar.numbers.values()):,} ({listed})</title>"
    below = 0
    for code in codes:
        number = bar.numbers.get(code, 0)
        if number:
            y, foot = (HEIGHT * (1 - part / top) for part in (below + number, below))
            tall = foot - y - GAP if foot - y > 3 * GAP else foot - y
            yield f'<rect class="{code}" x="{left:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{tall:.1f}"/>'
            below += number
    yield "</g>\n"


def _names(bars: Sequence[_Bar]) -> list[tuple[int, str]]:
    """What stands below which bars: round ones where there are some, as many as fit."""
    own = [(at, bar.round) for at, bar in enumerate(bars) if bar.round]
    if len(own) < LONG_LABELS:
        own = [(at, bar.name) for at, bar in enumerate(bars)]
    most = LABELS if len(own[0][1]) <= len("2020s") else LONG_LABELS
    return own[:: ceil(len(own) / most)]


def _table(months: Mapping[str, Mapping[str, int]], codes: Sequence[str]) -> Iterator[str]:
    long = ' class="long"' if len(months) > PRINTED else ""
    yield f'<details{long}>\n<summary>The numbers, by month</summary>\n<div class="wide" role="region" tabindex="0"'
    yield ' aria-label="Findings by month and code">\n<table class="numbers">\n'
    heads = "".join(f'<th scope="col">{code}</th>' for code in (*codes, "all"))
    yield f'<thead><tr><th scope="col">Month</th>{heads}</tr></thead>\n<tbody>\n'
    for name in sorted(months):
        cells = [months[name].get(code, 0) for code in codes]
        said = "".join(f"<td>{number:,}</td>" if number else "<td>–</td>" for number in (*cells, sum(cells)))
        yield f'<tr><th scope="row">{month(name)}</th>{said}</tr>\n'
    sums = [sum(some.get(code, 0) for some in months.values()) for code in codes]
    said = "".join(f"<td>{number:,}</td>" for number in (*sums, sum(sums)))
    yield f'</tbody>\n<tfoot><tr><th scope="row">All</th>{said}</tr></tfoot>\n</table>\n</div>\n</details>\n'


def _fills(colours: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--fill-{code}:{colour}" for code, colour in colours.items()) + "}"


STYLE = f"""
{_fills(LIGHT)}
@media screen and (prefers-color-scheme:dark){{{_fills(DARK)}}}
{"".join(f"rect.{code}{{fill:var(--fill-{code})}}" for code in LIGHT)}
figure.chart{{background:none;border:0;padding:0}}
.legend{{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.6rem 0 1.4rem;padding:0;font-size:.85rem}}
.swatch{{width:.8em;height:.8em;margin-right:.15em;vertical-align:-.02em}}
.plot{{display:grid;grid-template-columns:max-content 1fr;gap:.6rem}}
.scale{{display:flex;flex-direction:column;justify-content:space-between;height:{HEIGHT + 20}px;margin-top:-10px;\
font-size:.8rem;line-height:20px;text-align:right;font-variant-numeric:tabular-nums}}
.bars{{display:block;overflow:visible}}
.bars text{{fill:var(--soft);font-size:.8rem}}
.rule{{stroke:var(--rule)}}
.wide{{overflow-x:auto}}
.wide:focus-visible{{outline:2px solid var(--ink);outline-offset:3px}}
@media print{{.long{{display:none}}.wide{{overflow:visible}}}}
"""
