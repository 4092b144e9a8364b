"""The dateline that a paragraph of wire copy opens with: its place, its date, its agency."""

from __future__ import annotations

import re
from functools import cache

HEAD = 240  # characters that are looked at for an opening

pattern = cache(re.compile)  # each is compiled when a line first asks for it: most stories ask for a few

MONTH = (
    "(?:Jan(?:uary|uar|eiro|v(?:ier)?)?|Feb(?:ruary|ruar)?|F[ée]v(?:r(?:ier)?)?|fevereiro|Mar(?:ch|s|ço|zo)?|März|Apr(?:il|ile)?"
    "|Abr(?:il)?|Avril|Avr|Ma(?:y|i|yo|io)|Ju(?:ne|ly|ni|li|in|illet|il|nio|lio|nho|lho|n|l)|Aug(?:ust)?|Août|Ago(?:sto)?"
    "|Se[pt](?:t(?:embe?r?e?|iembre)?|embro)?|O[ck]t(?:ober|obre|ubre)?|Out(?:ubro)?|Nov(?:ember|embre|iembre|embro)?|Ene(?:ro)?"
    "|D[eéi][czs](?:ember|embre|iembre|embro)?|янв(?:аря)?|фев(?:раля)?|мар(?:та)?|апр(?:еля)?|мая|ию[нл]я?|авг(?:уста)?"
    "|сен(?:тября)?|окт(?:ября)?|ноя(?:бря)?|дек(?:абря)?)\\.?"
)
DAY = "(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
DATE = f"(?:(?i:{MONTH}) \\d{{1,2}}|\\d{{1,2}}(?:er|\\.)? (?:de )?(?i:{MONTH}))(?:,? (?:de )?\\d{{4}})?"
CAPITAL = "[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŠŹŻŽČİА-ЯЁ]"
_PLACE = (
    f"{CAPITAL}(?:{CAPITAL}|[.'’])+"
    f"(?:(?:[ \u00a0]?/[ \u00a0]?|, |-|[ \u00a0]){CAPITAL}(?:{CAPITAL}|[.'’])*(?![a-zß-öø-ÿа-яё\\d])){{0,6}}"
)
_STATE = f"(?:, {CAPITAL}[\\w.]{{1,16}}(?: {CAPITAL}[\\w.]{{1,16}})?){{0,2}}"
_AGENCIES = "AFP|AP|Reuters|dpa|dpa-AFX|AFX|APA|sda|Keystone-SDA|EFE|ANSA|KNA|epd|SID|Xinhua|TASS|UPI|PTI|ANI|IANS|Bloomberg|PA|AAP|Belga|Kyodo"
_AGENCY = "(?: ?(?:[(/][\\w/ .,&-]{2,30}[)/]))?"
_DASH = "(?:[ \u00a0]?[–—][ \u00a0\t]?|[ \u00a0]--?[ \u00a0\t]|--[ \u00a0\t]?|(?<=[).\\d])-[ \u00a0\t])"
_DATELINE = (
    f"(?:{_PLACE}{_STATE}(?:,? (?:{DAY}[.,]? ?)?{DATE})?{_AGENCY}|{CAPITAL}[\\w./ -]{{1,30}}? \\((?:{_AGENCIES})(?:/\\w+)?\\))"
    f" ?{_DASH}[ \u00a0\t]*(?=[^\\W\\d_]|[\"“„«‘'¿¡\\[(\\d$€£])"
)
LABEL = (
    "(?:UPDATE|WRAPUP|FACTBOX|ANALYSIS|EXCLUSIVE|BREAKING|CORRECTED|CORRECTION|TIMELINE|EXPLAINER|INTERVIEW|PREVIEW|INSIGHT|SPECIAL"
    "|TABLE|POLL|REFILE|RPT|REPEAT|ADVISORY|FLASH|URGENT|ALERT|OPINION|COMMENTARY|WATCH|LIVE|VIDEO|PHOTOS?|NOTE|FILE|BULLETIN|SNAP"
    "|NATO|EU|US|UK|UN|USA|IBM|[A-Z]\\.(?:[A-Z]\\.)+)(?![A-Za-z])"
)
_NUMBER = f"\\(?(\\d{{1,2}})[.)](?![ \u00a0\t]+(?:{MONTH})\\b)[ \u00a0\t]+(?=\\S)"
ALONE = f"{_PLACE}{_STATE}(?:,? (?:{DAY}[.,]? ?)?{DATE}{_AGENCY} ?(?:--?|–|—)?| ?[(/](?:{_AGENCIES})[)/] ?(?:--?|–|—)?| ?(?:--?|–|—))"


def dateline(text: str) -> int:
    """How many characters of a body paragraph are its dateline; 0 where it has none."""
    if not (text[:2].isupper() or ("(" in text[:40] and text[0].isupper())):
        return 0
    found = pattern(_DATELINE).match(text[:HEAD])
    return 0 if found is None or pattern(LABEL).match(text) else found.end()


def opening(text: str) -> int:
    """How many characters a paragraph opens with that are none of its words: a dateline, the number of its row."""
    first = text[:1]
    if first.isdecimal() or first == "(":
        found = pattern(_NUMBER, re.IGNORECASE).match(text[:HEAD])
        return found.end() if found else 0
    return dateline(text)


def number(text: str) -> int:
    """The number of a row that has one; else -1."""
    found = pattern(_NUMBER, re.IGNORECASE).match(text[:HEAD])
    return int(found[1]) if found else -1
