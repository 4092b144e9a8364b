"""What a story says of itself as a version: UPDATE 3, 2nd Ld-Writethru, CORRECTED, RPT, WRAPUP 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe.dateline import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    Series = Literal["update", "wrapup", "take"]

LABELS = 4  # that stand before one headline
MOST = 40  # a higher number is none of a version
TITLE = 400  # characters of a headline or slug that are looked at


class Marks(NamedTuple):
    """What a story is called; nothing of it is set of an original."""

    number: int | None = None  # of UPDATE 3, 2nd Ld, WRAPUP 1
    series: Series = "update"  # what the number counts
    updated: bool = False  # an update or a writethru, with a number or without
    corrected: bool = False  # it sets something right: CORRECTED, REFILE, "(Corrects ...)"
    repeat: bool = False  # it is sent again: RPT

    @property
    def marked(self) -> bool:
        """Whether it is called a version of another story."""
        return self.updated or self.corrected or self.repeat

    @property
    def rank(self) -> float:
        """Its place in its series: an original comes first, an update without a number right behind it."""
        if self.number is not None:
            return self.number
        return 0.5 if self.updated else 0


_UPDATE = (
    "UPDATED?|ACTUALIZACI[ÓO]N|ATUALIZA(?:ÇÃO|DO)?|ACTUALISATION|AKTUALISIER(?:T|UNG)|LEAD|AGGIORNAMENTO|MISE À JOUR"
    "|ОБНОВЛЕНИЕ"
)
_WRAPUP = "WRAP-?UP|RESUMEN|ZUSAMMENFASSUNG|RESUMO|RIEPILOGO"
_CORRECTED = (
    "CORRECTED(?: \\(OFFICIAL\\))?|CORRECTION|CORRECT|REFILED?|BERICHTIGUNG|KORREKTUR|KORRIGIERT|RECTIFICATI(?:F|ON)"
    "|RECTIF|CORREGIDO|CORRECCI[ÓO]N|CORRE[ÇC][ÃA]O|CORRIGIDO|CORREZIONE|ИСПРАВЛЕНО"
)
_REPEAT = "RPT|REPEAT|WIEDERHOLUNG|WDHLG|REPETICI[ÓO]N|ПОВТОР"
_LABEL = (
    f"[ *(\\[]{{0,3}}(?:(?P<update>{_UPDATE})|(?P<wrapup>{_WRAPUP})|(?P<corrected>{_CORRECTED})|(?P<repeat>{_REPEAT})"
    "|(?P<take>TAKE))(?:[ -]#?(?P<number>\\d{1,2}))?(?P<end>[)\\]]?[ ]?(?:[-–—:/|]+|(?<=[)\\]]))[ ]?)"
)
_TAIL = (
    f"[ ,-]{{1,3}}[(\\[](?:(?P<update>{_UPDATE})(?: (?P<number>\\d{{1,2}}))?|(?P<corrected>{_CORRECTED})"
    f"|(?P<repeat>{_REPEAT}))[)\\]]$"
)
_LEAD = "(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)[ -]?(?:ld|lead)(?![a-z])"
_GERMAN = "(?<!\\d)(\\d{1,2})\\. ?(?:Lead|Zusammenfassung|Zf|Update|Meldung)(?![a-z])"
_THRU = "\\bwrite-?thru\\b"
_NOTE = "[(\\[]?(?:eds?\\.?:? )?(?:this (?:story|article|report|version) (?:has been|was|is) )?"
_CORRECTS = (
    f"{_NOTE}(?:correct(?:s|ed|ing)\\b|refil(?:es|ed|ing)\\b|corrections?\\b ?[:(,t]"
    "|corrige|berichtigt|korrigiert|исправл)"
)
_REPEATS = f"{_NOTE}(?:repeats\\b|repeating\\b|wiederholt)"
_UPDATES = (
    f"{_NOTE}(?:updat(?:es|ed|ing)\\b|adds\\b|adding\\b|recasts\\b|rewrites\\b|writes through|inserts\\b"
    "|ajoute\\b|actualise|actualiza|añade|acrescenta|aktualisiert|neu:|дополняет)"
)
_VERSION = (
    "[ ,-]*(?<!\\d)\\d{1,2}(?:st|nd|rd|th)[ -]?(?:ld|lead)(?![a-z])(?:[ -]*write-?thru)?|[ ,-]*\\bwrite-?thru\\b"
    "|[,/] ?\\d{2,4}$"
)


def marks(titles: Iterable[str], slugs: Iterable[str], notes: Iterable[str]) -> Marks:
    """The marks in the headlines, the slugs and the advisories of a story, those of the first line that has some."""
    found = Marks()
    for text in titles:
        found = _more(found, _titled(text[:TITLE]))
    for text in slugs:
        found = _more(_more(found, _titled(text[:TITLE])), _slugged(text[:TITLE]))
    for text in notes:
        found = _more(found, _noted(text))
    return found


def bare(title: str) -> str:
    """A headline or a slug without what it says of its version."""
    text = title[:TITLE]
    for _ in range(LABELS):
        label = pattern(_LABEL, re.IGNORECASE).match(text)
        if label is None or not _loud(label):
            break
        text = text[label.end() :]
    text = pattern(_TAIL, re.IGNORECASE).sub("", text)
    return pattern(_VERSION, re.IGNORECASE).sub("", text).strip()


def labelled(line: str) -> bool:
    """Whether a line opens with a label, as the headlines of agencies do."""
    label = pattern(_LABEL, re.IGNORECASE).match(line[:TITLE])
    return label is not None and _loud(label)


def _more(one: Marks, two: Marks) -> Marks:
    """Marks together; the number is that of the first."""
    first = one if one.number is not None or two.number is None else two
    return Marks(
        first.number,
        first.series,
        one.updated or two.updated,
        one.corrected or two.corrected,
        one.repeat or two.repeat,
    )


def _titled(text: str) -> Marks:
    """The labels before a headline, as UPDATE 2-, and the one behind it, as (Updated)."""
    found, at = Marks(), 0
    for _ in range(LABELS):
        label = pattern(_LABEL, re.IGNORECASE).match(text, at)
        if label is None or not _loud(label):
            break
        found, at = _more(found, _named(label)), label.end()
    tail = pattern(_TAIL, re.IGNORECASE).search(text, at)
    lead = pattern(_LEAD.replace("ld|lead", "Ld|LD|Lead|LEAD")).search(text, at) or pattern(_GERMAN).search(text, at)
    found = _more(found, _named(tail) if tail else Marks())
    if lead:
        found = _more(found, _counted(int(lead[1])))
    return _more(found, Marks(updated=pattern(_THRU, re.IGNORECASE).search(text, at) is not None))


def _loud(label: re.Match[str]) -> bool:
    """Whether a label is one, and not the first word of a headline such as `Update - how we got here`."""
    word = label[0].strip(" *([")
    closed = label["end"].strip() not in ("-", "–", "—", "/", "|") or label["number"] is not None
    return word[:2].isupper() or closed


def _named(label: re.Match[str]) -> Marks:
    said = label.groupdict()
    number = int(said["number"]) if said["number"] else None
    if said["corrected"]:
        return Marks(corrected=True)
    if said["repeat"]:
        return Marks(repeat=True)
    if said.get("take"):
        return Marks(number, "take")
    if said.get("wrapup"):
        return Marks(number or 1, "wrapup", updated=True)
    return _counted(number) if number is not None else Marks(updated=True)


def _counted(number: int) -> Marks:
    return Marks(number, updated=True) if 0 < number <= MOST else Marks()


def _slugged(text: str) -> Marks:
    """What a slug says of its version: bc-quake-2ndld-writethru."""
    lead = pattern(_LEAD, re.IGNORECASE).search(text)
    thru = pattern(_THRU, re.IGNORECASE).search(text) is not None
    return _more(_counted(int(lead[1])) if lead else Marks(), Marks(updated=thru))


def _noted(text: str) -> Marks:
    """What an advisory says: (Adds details), (Corrects figure in paragraph 3)."""
    for said, found in (
        (_CORRECTS, Marks(corrected=True)),
        (_REPEATS, Marks(repeat=True)),
        (_UPDATES, Marks(updated=True)),
    ):
        if pattern(said, re.IGNORECASE).match(text):
            return found
    return Marks()
