"""What a paragraph of plain wire copy is: copy, or one of the kinds of furniture around it."""

from __future__ import annotations

import re

from dedupe.model import Role

ITEM_WORDS = 8  # a list row of fewer words is no copy
HEADLINE_WORDS = 24
HEADING_WORDS = 10
FURNITURE_LENGTH = 100  # characters; a longer paragraph is furniture only if it opens or closes as one
BYLINE_WORDS = 12

_MONTH = (
    "Jan(?:uary|\\.)?|Feb(?:ruary|\\.)?|Mar(?:ch|\\.)?|Apr(?:il|\\.)?|May|June?|July?|Aug(?:ust|\\.)?|Sept?(?:ember|\\.)?"
    "|Oct(?:ober|\\.)?|Nov(?:ember|\\.)?|Dec(?:ember|\\.)?|janv?\\.?|f[ée]vr?\\.?|mars|avril|mai|juin|juil\\.?|août|sept\\.?"
    "|oct\\.?|nov\\.?|d[ée]c\\.?|enero|marzo|abril|mayo|junio|julio|agosto"
)
_DATELINE = re.compile(
    "(?:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’]+)(?:[ /,-]{1,2}[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’]*){0,5}(?:, [A-Z][a-z.]+){0,2}"
    f"(?:,? (?:(?:{_MONTH}) \\d{{1,2}}|\\d{{1,2}} (?:{_MONTH})))?(?:, \\d{{4}})?(?: ?\\([\\w/ .]{{2,20}}\\))? ?(?:--?|–|—) ?"
)
_ALONE = re.compile(
    "[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ .,'’/-]+,? (?:(?:"
    f"{_MONTH}) \\d{{1,2}}|\\d{{1,2}} (?:{_MONTH}))(?:, \\d{{4}})?(?: ?\\([\\w/ .]{{2,20}}\\))? ?(?:--?|–|—)?"
)
_PUBLISHED = re.compile(
    "(?:first |last )?(?:published|updated|posted|modified|publié|mis à jour|veröffentlicht|aktualisiert|stand|publicado"
    "|actualizado|опубликовано|обновлено|发布时间|更新时间|公開|更新)[ :：].*\\d",
    re.IGNORECASE,
)
_BYLINE = re.compile("(?:By|BY|Von|VON|Par|PAR|Por|POR|Текст|文)[ :：][ \u00a0]?[^\\W\\d_]")
_PROMO = re.compile(
    "(?:also read|read also|read more|read next|see also|related(?: stor(?:y|ies)| news| content| links?)?|more on this(?: story)?"
    "|watch(?: live)?|listen|don['’]t miss|recommended|(?:à )?lire aussi|voir aussi|leia (?:também|mais)|lea (?:también|además)"
    "|lee también|lesen sie auch|mehr zum thema|читайте также|اقرأ أيضا|相关阅读|延伸阅读|関連記事)[ \u00a0]?[:：|>»]",
    re.IGNORECASE,
)
_ADVISORY = re.compile(
    "(?:eds?|editors?|note to (?:editors|readers)|notes to editors|editor['’]?s['’]? notes?|attention editors?|advisory"
    "|(?:media|news) advisory|correction|clarification|embargo(?:ed)?)\\b[^.]{0,40}?[:：]|attention editors?\\b|note to editors\\b"
    "|\\((?:adds|updates?|corrects?|recasts?|refiles?|removes|repeats?|fixes|clarifies|changes|inserts|deletes|rewrites"
    "|writes through)\\b.*\\)[.]?$",
    re.IGNORECASE | re.DOTALL,
)
_SLUG = re.compile(
    "(?:UPDATE|WRAPUP|REFILE|RPT|CORRECTED|TAKE|BC|AM|PM)[ -]?\\d*-\\S|[A-Z]{2}-[-A-Za-z]+,|.*\\b\\d?(?:st|nd|rd|th)\\s?(?:Ld|Lead)\\b"
    "|.*\\b[Ww]rite?-?thru\\b|.*\\b\\d(?:st|nd|rd|th)(?:Ld|LD)-"
)
_MARKER = re.compile(
    "\\(?(?:MORE|END|ENDS|FIN|ENDE|FINAL|more|ends|REUTERS?|Reuters?|EOM)\\)?|-{1,3} ?30 ?-{1,3}|-0-|#{3,}|[（(]完[）)]|（了）|XXX|&#\\d+;"
    "|\\(?(?:MORE|Next page|TAKE \\d+)\\)?"
)
_CREDIT = re.compile(
    "\\(?(?:(?:additional|with) )?(?:reporting|writing|editing|compiled|translated|graphics?|photography|reportage|rédigé|édité"
    "|bearbeitet|redaktion)(?: (?:and|&) \\w+)? (?:by|de|par|von|del?)\\b",
    re.IGNORECASE,
)
_SIGNOFF = re.compile(
    "[a-z]{2,4}(?:[/-][a-z]{2,4}){1,5}|(?:©|\\(c\\)|copyright\\b).{0,120}|our standards:.{0,80}|(?:--?|–|—) ?(?:AP|AFP|Reuters|dpa|UPI|TASS)"
    "|(?:AP|AFP|dpa|UPI|EFE|ANSA|TASS|Xinhua)(?: [a-z]{2,3}){0,4}",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    "(?:FILE(?: PHOTO)?|PHOTO|Photo(?:graph)?|Caption|Picture|Image|Foto|Bild|Zdjęcie|Фото|图|写真)[ \u00a0]?(?:[:：]|[-–—] )"
    "|(?:In )?[Tt]h(?:is|ese) (?:\\w+[ -]){0,3}(?:combination of (?:pictures|photos|images)|photo(?:graph)?s?|pictures?|images?|handout)\\b"
)
_PICTURE_CREDIT = re.compile("[(（][^()（）]{2,90}(?: ?/ ?[A-Z]|Photo|Getty|photo)[^()（）]{0,60}[)）]\\.?$")
_LIST = re.compile("(?:[-*•·‣▪–—]|\\(?\\d{1,2}[.)]|\\(?[a-z]\\))[ \u00a0\t]+\\S")
_CELLS = re.compile("[^ \t|\u00a0](?: {3,}|\t+| ?\\| ?)(?=[^ \t|])")
_NUMERIC = re.compile("[-+±$€£¥(]*\\d[\\d.,:/%)-]*|--?|n/?a", re.IGNORECASE)
_FINISHED = '.!?…。！？؟"”’»)]」』）:：;'
_DANGLING = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "but",
        "that",
        "which",
        "who",
        "as",
        "is",
        "was",
        "were",
        "are",
        "be",
        "has",
        "had",
        "have",
        "said",
        "says",
        "will",
        "would",
        "could",
        "can",
        "may",
        "its",
        "his",
        "her",
        "their",
        "this",
    ]
)
_SPEAKS = re.compile(r"[.!?。！？؟][\"”’»)\]]*$")


def dateline(text: str) -> int:
    """How many characters of a body paragraph are its dateline; 0 where it has none."""
    if not text[:2].isupper():
        return 0
    found = _DATELINE.match(text)
    if found is None or found.end() >= len(text) or not _dash(found[0]):
        return 0
    return found.end()


def _dash(prefix: str) -> bool:
    """Whether a prefix really ends in a dash that parts it from what follows, not in a hyphenated word."""
    return prefix.rstrip() != prefix or prefix[-1] in "–—"


def furniture(text: str) -> Role | None:
    """The role of a line or paragraph that its own form gives away, wherever it stands; None for all others."""
    head = text[:40]
    if (
        len(text) > FURNITURE_LENGTH
        and text[0].isalpha()
        and text[-1] != ")"
        and ":" not in head
        and not head.startswith(("This", "In this", "These"))
    ):
        return Role.TABLE if "\t" in text and _table(text) else None
    if _LIST.match(text):
        return Role.ITEM if len(text.split()) > ITEM_WORDS else Role.ROW
    for pattern, role in _WHOLE:
        if pattern.fullmatch(text):
            return role
    for pattern, role in _PREFIX:
        if pattern.match(text):
            return role
    if _BYLINE.match(text) and len(text.split()) <= BYLINE_WORDS and text[-1] not in _FINISHED:
        return Role.BYLINE
    if _PICTURE_CREDIT.search(text):
        return Role.CAPTION
    return Role.TABLE if _table(text) else None


_WHOLE = ((_MARKER, Role.SLUG), (_ALONE, Role.DATELINE), (_SIGNOFF, Role.SIGNOFF))
_PREFIX = (
    (_PUBLISHED, Role.PUBLISHED),
    (_PROMO, Role.PROMO),
    (_ADVISORY, Role.ADVISORY),
    (_CREDIT, Role.CREDIT),
    (_CAPTION, Role.CAPTION),
    (_SLUG, Role.SLUG),
)


def _table(text: str) -> bool:
    """Whether a line is a row of cells, or of numbers."""
    cells = len(_CELLS.findall(text)) + 1
    if cells > 2:  # noqa: PLR2004  two columns may be a typist's gap
        return True
    tokens = text.split()
    numeric = sum(_NUMERIC.fullmatch(token) is not None for token in tokens)
    return (cells > 1 or len(tokens) > 2) and 2 * numeric >= len(tokens) and not _SPEAKS.search(text)  # noqa: PLR2004


def headline(text: str) -> bool:
    """Whether a paragraph before the first of the body reads as a headline."""
    return len(text.split()) <= HEADLINE_WORDS and text[-1] not in ".。" and not dateline(text) and len(text) < 200  # noqa: PLR2004


def heading(text: str) -> bool:
    """Whether a line between paragraphs of the body reads as a heading rather than as copy that was cut off."""
    words = text.split()
    return (
        len(words) <= HEADING_WORDS
        and len(text) < 80  # noqa: PLR2004  a line
        and text[-1] not in _FINISHED
        and text[-1] not in ",-–—"
        and not text[0].islower()
        and text[0] not in "\"“„«'‘"
        and words[-1].lower() not in _DANGLING
    )
