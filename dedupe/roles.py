"""What a paragraph of plain wire copy is: copy, or one of the kinds of furniture around it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe.dateline import ALONE, CAPITAL, DATE, DAY, LABEL, MONTH, dateline, pattern
from dedupe.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Kind = Callable[[str], Role | None]

ITEM_WORDS = 8  # a list row of fewer words is no copy
HEADLINE_WORDS = 24
HEADLINE_LENGTH = 200  # characters
HEADING_WORDS = 10
HEADING_LENGTH = 80
BYLINE_WORDS = 14
PROSE = 100  # characters; what is longer is copy unless it opens or closes as furniture
MARKER_LENGTH = 24
LINE_LENGTH = 160
NOTE_LENGTH = 320
CREDIT_LENGTH = 960
TAIL = 4  # characters that an ending may take
TITLE_GLYPHS = 50  # a title in a script without spaces

_CLOCK = "\\d{1,2}[:.h]\\d\\d"
_PUBLISHED = (
    "(?:(?:first |last )?(?:published|updated|posted|modified|created)|publié|mis à jour|veröffentlicht|aktualisiert|stand"
    "|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано|обновлено|نشر في|发布时间|更新时间|公開日?|更新日?)"
    f"(?:(?: on| at| le| el| em| am)?[ \u00a0]?[:：][^.。]{{0,12}}?\\d|[ \u00a0](?:on |at |le |el |em |am |il )?(?:{DAY},? )?"
    f"(?:{_CLOCK}|{DATE}|\\d{{4}}-\\d\\d|\\d{{1,2}}[./]\\d{{1,2}}[./]|\\d+ (?:hours?|minutes?|mins?|days?) ago)|[ \u00a0]?[:：] ?{DAY})"
)
_DATED = f"(?:{DAY},? )?(?:{DATE}|\\d{{4}}[-/.]\\d\\d[-/.]\\d\\d|\\d{{4}}年\\d{{1,2}}月\\d{{1,2}}日)(?:[,T ]+(?:at )?{_CLOCK}.{{0,20}})?"
_PROMO = (
    "[>»▶►→\\[(【 ]{0,3}(?:also read|read also|read more|read next|see also|see more|more on this(?: story)?|watch(?: live| more| now)?|listen"
    "|back to (?:the )?(?:top|start|contents|table of contents|index)"
    "|related(?: stor(?:y|ies)| news| content| links?| articles?| coverage)?|don['’]t miss|recommended(?: for you| reading)?"
    "|(?:à )?lire (?:aussi|également)|voir aussi|leia (?:também|mais)|veja (?:também|mais)|lea (?:también|además|más)|lee (?:también|más)"
    "|te puede interesar|ver también|lesen sie (?:auch|mehr)|mehr zum thema|siehe auch|leggi anche|lees ook|czytaj (?:także|też)"
    "|читайте также|по теме|اقرأ أيضا|اقرأ أيضًا|相关阅读|相关新闻|延伸阅读|関連記事|関連ニュース)[ \u00a0]?(?:[:：|>»】]|$)"
)
_PROMO_CAPS = (
    "(?:READ MORE|ALSO READ|READ ALSO|SEE ALSO|RELATED|LIRE AUSSI|À LIRE|LEIA TAMBÉM|LEA TAMBIÉN|LESEN SIE AUCH)\\b"
)
_ASKED = (
    "was this (?:story|article|page) (?:useful|helpful|interesting)\\?|(?:sign up|register) (?:now |today )?(?:for|to) our\\b"
    "|subscribe to our\\b|tell us what you think|follow us on\\b|download our\\b"
)
_ADVISORY = (
    "[\\[(]?(?:eds?\\.?|editors?|note to (?:editors|readers)|notes to editors|(?:editor|publisher)s?['’]?s?['’]? notes?|attention editors?"
    "|attention|(?:media |news )?advisory|corrections?(?: (?:to|on|for|of)\\b[^.:]{0,40})?|clarification|embargo(?:ed)?(?: (?:until|till|for|to)[^:：.]{2,40})?|note de la rédaction|ndlr"
    "|nota (?:del editor|da redação|de la redacción)|hinweis|achtung redaktionen|anmerkung der redaktion|от редакции|примечание редакции|编者按|編集部注)"
    "(?:[ ,]?\\([^()]{1,40}\\))?(?:[ \u00a0]?[:：]|[ \u00a0]{1,2}[–—-]{1,2} )|attention editors?\\b|notes? to editors\\b|embargoed (?:until|till|for)\\b"
    "|this (?:story|article|report) (?:has been|was|is) (?:corrected|updated|refiled|republished|developing)\\b"
)
_NOTE = (
    "[(\\[（【](?:adds|updates?|updating|corrects?|correcting|recasts?|refiles?|removes|repeats?|fixes|clarifies|changes|inserts|deletes|rewrites|writes"
    "|rewording|restores|drops|ajoute|actualise|corrige|précise|añade|actualiza|agrega|acrescenta|neu:?|berichtigt|aktualisiert|дополняет|исправлено"
    "|this (?:story|version|article|item|post|report))\\b.*[)\\]）】]\\.?"
)
_SLUG = (
    "(?:UPDATE|WRAPUP|TAKE)[ -]\\d+-\\S|(?:REFILE|RPT|CORRECTED)[ -]?\\d*-\\S|(?:BC|AM|PM|[AP]M-[A-Z]{2})-[-A-Z][\\w-]"
    "|ZCZC\\b"
)
_VERSION = "[^.]{0,60}\\b\\d{1,2}(?:st|nd|rd|th)\\s?(?:[Ll]d|LD|Lead|LEAD)(?:\\b|-)|[^.]{0,80}\\b[Ww](?:rite|RITE)-?(?:thru|THRU|Thru)\\b"
_NTH = "(?:st|nd|rd|th)\\s?l(?:d|ead)"
_KEYWORDS = "[a-z]{2,}(?:[-/][a-z0-9]{2,}){1,6}"
_MARKER = (
    "[(\\[]?(?:MORE|more|More|END|ENDS|Ends|ends|FIN|ENDE|FINE|FINAL|REUTERS?|Reuters?|EOM|NNNN|XXX|URGENT|BULLETIN|FLASH|EIL|ALERTE?|END OF TEXT|(?i:more to come|more follows|next page|(?:full )?story to follow)"
    "|TAKE \\d+|КОНЕЦ|конец|SUITE)[)\\]]?|[-–—=*]{1,3} ?(?:30|0|o|END|ENDS|ends|Ends|MORE|more|FIN)[ ]?[-–—=*]{1,3}|(?:# ?){3,}|(?:\\* ?){2,}|[-_=~–—]{3,}|[（(【\\[](?:完|了|终)[)）】\\]]"
    "|&#\\d+;"
)
_WRITERS = "reporting|writing|editing|compiled|translated|graphics?|photography|reportage|redaktion|bearbeitung|bearbeitet|redigiert|geschrieben|rédigé|édité|traduit|reporte|información|escrito|redacción|editado|traducido|reportagem|edição|escrita"
_CELLS = "[^ \t|\u00a0](?: {3,}|[ ]?\t+[ \t]*|[ ]*\\|[ ]*)(?=[^ \t|])"
_NUMERIC = "[-+−±$€£¥(]{0,3}\\d[\\d.,:/%)+-]*|--?|n/?a"
_ENDED = '[.…。．।۔](?:["\'”’»›)\\]」』）]{0,3})$|[!?！？؟]["”’»›)\\]」』）]{1,3}$'
_SPOKEN = "[.!?…。！？؟][\"'”’»›)\\]」』）]{0,3}$"
_INITIALS = "(?:^|[\\s(])(?:[A-Z]\\.){2,4}$"
_UNFINISHED = '.!?…。！？؟।۔"”’»›)]」』）:：;,，、-–—'
_GLYPHS = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_CREDIT = (
    f"[(（]?(?:(?:additional|further|with|avec|weitere) )?(?:{_WRITERS}|reported|written|edited)"
    "(?: (?:and|&|et|y|e|und|en \\w+) \\w+)? (?:by|de|par|por|von|del)[ \u00a0]+"
)
_EDITOR = f"[(（](?:Por|Par) {CAPITAL}|[(（]?(?:责任编辑|责编|編集|记者|記者|Редактор|Репортаж)[ :：]"
_INITIALLED = "[a-zA-Z]{2,4}(?:[/-][a-zA-Z]{2,4}){1,5}|(?:--?|–|—) ?(?:AP|AFP|Reuters|dpa|UPI|TASS|Bloomberg)"
_DESK = "(?:AP|AFP|dpa|UPI|EFE|ANSA|TASS|Xinhua)(?: [a-z]{2,3}){0,4}"
_CONTRIBUTED = "contributed to this"
_RIGHTS = (
    "(?:©|\\(c\\) ?(?=\\d)|copyright\\b[^.]{0,20}(?:©|\\(c\\)|\\d{4})|our standards:|all rights reserved).{0,140}"
    "|(?:follow|contact|email) [^.]{0,60}(?:@|https?:).{0,80}(?<!\\.)"
)
_NOTICE = "This material may not be published|Copyright \\d{4}|© ?\\d{4}|To contact the (?:reporter|editor)s? "
_CAPTION = (
    "(?:FILE(?: PHOTO| PICTURE| IMAGE)?|PHOTO|Photo(?:graph)?(?: credit)?|Caption|Picture|Image|Legende|Légende|Foto|Bild|Zdjęcie"
    "|Фото|صورة|图|圖|写真)[ \u00a0]?(?:[:：]|[-–—]{1,2} )|[(\\[](?:Photo|PHOTO|Foto|Image|Bild|Photograph|Picture|Crédit|写真)"
    "(?: by|[ \u00a0]?[:：/])|图为|(?:(In) )?[Tt]h(?:is|ese) (?:([\\w’',.-]+) ){0,6}?(?:combination of (?:pictures|photos|images)\\b"
    "|(?:handout|file) (?:photo|picture|image)\\b|(?:photo(?:graph)?s?|pictures?|images?|handout)(?(1)(?(2),?))"
    "(?:(?<=,)| (?:shows?|taken|provided|released|created|made|obtained|dated|distributed|from)\\b))"
)
_PICTURED = (
    "[(（[](?:[^()（）[\\]]{0,60}\\b(?:Photos?|PHOTO|photo|Foto|Getty|Handout)\\b[^()（）[\\]]{0,60}|REUTERS ?/[^()（）[\\]]{2,60}|[^()（）[\\]]{2,90}[/|]"
    " ?(?:AP|AFP|Reuters|REUTERS|EPA|EFE|dpa|DPA|TASS|ANSA|PA|Pool|POOL|Xinhua|XINHUA|Agencies))[)）\\]]$"
    "|[.!?] [(（[](?:AFP|AP|Reuters|REUTERS|EPA|EFE|dpa|ANSA|Xinhua|TASS)[)）\\]]$|摄$"
)
_LIST = (
    "(?:[-*‣▪]|\\(?\\d{1,2}[.)](?![ \u00a0](?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\\b)"
    '|\\(?[a-z]\\))[ \u00a0\t]+\\S|[•·●■◦▸‣▪][ \u00a0\t]*\\S|[–—][ \u00a0\t]+\\S(?!.*[.!?…»”"]$)'
)
_BULLETS = frozenset("-*‣▪•·●■◦▸–—(0123456789")
STOPS = frozenset('.!?…。！？؟"”»')  # ends of copy
_QUOTES = frozenset("\"“„«'‘")
_FULL = '.!?…”"'  # ends of copy that end no furniture of more than one line
_BRACKETS = "[(（【>»▶►→ "
_SMALL = (
    "a an the of to in on at by for from with and or but that which who as is was were are be has had have said says will would"
    " could can may its his her their this de la le les des du et un une el los las y der die das und ein eine mit von zu"
    " в на и с по что"
)
_BETWEEN = (
    "& - | – — a agencies agency al and at bin contributing correspondent correspondents da das de del della den der desk di do"
    " dos du e editor el en et for from ibn in la le of our own reporter reporters special staff the to und van von wire with"
    " writer writers y à и i"
)
_DANGLING = frozenset(_SMALL.split())
_LINKS = frozenset(_BETWEEN.split())
_BODY, _HEADING, _ITEM, _ROW = Role.BODY, Role.HEADING, Role.ITEM, Role.ROW  # a member of an enum is slow to look up
_COMMON = frozenset(["the", "in "])  # many lines of copy begin so
_DAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
_BY = frozenset(
    f"{word}{colon}"
    for word in ("By", "BY", "Von", "VON", "Par", "PAR", "Por", "POR", "Da", "Door")
    for colon in ("", ":")
)
_AUTHOR = "(?:Текст|Автор|文|作者|撰文|記者|(?:本报|本報)?记者)[ \u00a0]?[:：|丨/ ]+[^\\W\\d_].{0,30}"


def role(text: str, *, head: bool) -> Role:
    """The role of a paragraph; `head` says that the first paragraph of the body is yet to come."""
    found = _formed(text)
    if found is not None:
        return found
    if len(text) > HEADLINE_LENGTH or not (headline(text) if head else heading(text)):
        return _BODY
    return Role.HEADLINE if head else _HEADING


def listed(text: str) -> Role:
    """The role of a row of a list by its text, without the mark before it."""
    return furniture(text) or (_ITEM if _count(text) >= ITEM_WORDS else _ROW)


def furniture(text: str) -> Role | None:
    """The role of a line or paragraph that its own form gives away, wherever it stands; None for all others."""
    return None if plain(text) else _formed(text)


def _formed(text: str) -> Role | None:
    first = text[0]
    opening = text if first.isalnum() else text[:8].lstrip(_BRACKETS)
    for kind in _OPENINGS.get(_key(opening), ()):
        found = kind(text)
        if found is not None:
            return found
    if len(text) <= MARKER_LENGTH and (found := _mark(text)):
        return found
    if (first in _BULLETS or text[1:2] == ")") and (found := _row(text)):
        return found
    if len(text) <= PROSE:
        return _line(text)
    if text[-1] in ")）]" and pattern(_PICTURED).search(text, len(text) - PROSE):
        return Role.CAPTION
    if _contributed(text):
        return Role.CREDIT
    return Role.TABLE if text[-1] not in STOPS and _table(text) else None


def _key(text: str) -> str:
    """The first three characters of a text in lower case, four after common ones; one beyond ASCII."""
    if text[:1] >= "\x80":
        return text[0].lower()
    key = text[:3].lower()
    return text[:4].lower() if key in _COMMON else key


def plain(text: str) -> bool:
    """Whether a text is plainly copy, by its first and last characters: most paragraphs are told so."""
    first = text[0]
    return (
        len(text) > MARKER_LENGTH
        and text[-1] in _FULL
        and (first.isalpha() or first in _QUOTES)
        and text[1] != ")"
        and _key(text) not in _OPENINGS
        and _CONTRIBUTED not in text[-PROSE:]
        and (len(text) > PROSE or (text[1].islower() and text[-1] not in '”"' and not _lead(text)))
    )


@lru_cache(256)  # a splitter asks for a line, and soon again for the paragraph that it makes
def _line(text: str) -> Role | None:
    """The role of a line that is short enough to be furniture as a whole."""
    if text[:2].isupper() and pattern(ALONE).fullmatch(text) and not pattern(LABEL).match(text):
        return Role.DATELINE
    if _lead(text):
        return Role.SLUG
    if text[-1] in ")）]摄" and pattern(_PICTURED).search(text):
        return Role.CAPTION
    if _CONTRIBUTED in text and _contributed(text):
        return Role.CREDIT
    return Role.TABLE if _table(text) else None


def _mark(text: str) -> Role | None:
    """The role of a few characters: an end mark, a take marker, a slug, the initials of a desk."""
    if pattern(_MARKER).fullmatch(text):
        return Role.SLUG
    if pattern(_INITIALLED).fullmatch(text):
        return Role.SIGNOFF
    return Role.SIGNOFF if pattern(_DESK).fullmatch(text) and _DANGLING.isdisjoint(text.split()) else None


def _lead(text: str) -> bool:
    """Whether a line names a story and its version: `Summit, 1st Ld`, `Summit-Writethru`, `us-summit-2`."""
    if " " not in text:
        return text[0].islower() and text.isascii() and pattern(_KEYWORDS).fullmatch(text) is not None
    low = text.lower()
    led = "thru" in low or (("ld" in low or "lead" in low) and pattern(_NTH).search(low))
    return bool(led) and pattern(_VERSION).match(text) is not None


def _row(text: str) -> Role | None:
    marked = pattern(_LIST, re.DOTALL).match(text)
    return (_ITEM if _count(text) > ITEM_WORDS else _ROW) if marked else None


def _published(text: str) -> Role | None:
    fits = len(text) <= LINE_LENGTH and text[-1] not in ".。"
    return Role.PUBLISHED if fits and pattern(_PUBLISHED, re.IGNORECASE).match(text) else None


def _dated(text: str) -> Role | None:
    return Role.PUBLISHED if len(text) <= PROSE and pattern(_DATED).fullmatch(text) else None


def _promo(text: str) -> Role | None:
    if len(text) <= LINE_LENGTH and pattern(_ASKED, re.IGNORECASE).match(text):
        return Role.PROMO
    return Role.PROMO if pattern(_PROMO, re.IGNORECASE).match(text) or pattern(_PROMO_CAPS).match(text) else None


def _advisory(text: str) -> Role | None:
    return Role.ADVISORY if pattern(_ADVISORY, re.IGNORECASE).match(text) else None


def _note(text: str) -> Role | None:
    if text[0] not in "([（【" or len(text) > NOTE_LENGTH:
        return None
    return Role.ADVISORY if pattern(_NOTE, re.IGNORECASE | re.DOTALL).fullmatch(text) else None


def _caption(text: str) -> Role | None:
    return Role.CAPTION if pattern(_CAPTION).match(text) else None


def _slug(text: str) -> Role | None:
    return Role.SLUG if len(text) <= HEADLINE_LENGTH and pattern(_SLUG).match(text) else None


def _rights(text: str) -> Role | None:
    found = pattern(_RIGHTS, re.IGNORECASE).fullmatch(text) or pattern(_NOTICE).match(text)
    return Role.SIGNOFF if found else None


def _credit(text: str) -> Role | None:
    if pattern(_EDITOR).match(text):
        return Role.CREDIT
    found = pattern(_CREDIT, re.IGNORECASE).match(text)
    if found is None or len(text) > CREDIT_LENGTH:
        return None
    named = text[0] in "(（" or _named(text[found.end() :].split(";", 1)[0].split())
    return Role.CREDIT if named else None


def _contributed(text: str) -> bool:
    return (
        _CONTRIBUTED in text[-PROSE:]
        and len(text) <= CREDIT_LENGTH
        and pattern(f"\\b{_CONTRIBUTED} (?:report|story|article)\\.?\\)?$").search(text, len(text) - PROSE) is not None
    )


def _byline(text: str) -> Role | None:
    if len(text) > LINE_LENGTH or text[-1] in _UNFINISHED:
        return None
    words = text.split()
    if words[0] not in _BY:
        return Role.BYLINE if pattern(_AUTHOR).fullmatch(text) else None
    if not 1 < len(words) <= BYLINE_WORDS or words[1].rstrip(",").lower() in _DAYS:
        return None
    if words[1][-1] == "," and pattern(MONTH, re.IGNORECASE).fullmatch(words[1][:-1]):
        return None
    names = words[1:]
    for at, word in enumerate(names):
        if word in ("|", "-", "–", "—") or word[-1] == ",":  # what he is, and where
            names = names[: at + 1]
            break
    return Role.BYLINE if _named(names) else None


def _named(words: Sequence[str]) -> bool:
    """Whether words are names, and what stands between names in a byline or a credit."""
    return any(word[0].isalpha() and not word[0].islower() for word in words) and all(
        not (word[0].islower() or word[0].isdigit()) or word.rstrip(",.") in _LINKS or "@" in word for word in words
    )


def _openings(kinds: Sequence[tuple[Kind, str]]) -> dict[str, tuple[Kind, ...]]:
    """The kinds of furniture by the `_key` of a line."""
    found: dict[str, tuple[Kind, ...]] = {}
    for kind, keys in kinds:
        for key in keys.split("/"):
            found[key] = (*found.get(key, ()), kind)
    return found


_OPENINGS = _openings(
    (
        (_byline, "by /by\u00a0/by:/von/par/por/da /doo/т/а/文/作/撰/記/本/记"),
        (_published, "fir/las/pub/upd/pos/mod/cre/mis/ver/akt/sta/act/atu/agg/о/ن/发/更/公"),
        (_dated, "mon/tue/wed/thu/fri/sat/sun/jan/feb/fév/fev/mar/mär/apr/abr/avr/may/mai/jun/jul/jui/aug/aoû/ago"),
        (_dated, "sep/set/oct/okt/out/nov/ene/dec/dez/déc/dic"),
        (_promo, "als/rea/see/mor/wat/lis/rel/don/rec/lir/à/voi/lei/vej/lea/lee/te /ver/les/meh/sie/leg/czy"),
        (_promo, "was/sig/reg/sub/tel/fol/dow"),
        (_promo, "ч/п/ا/相/延/関"),
        (_advisory, "ed:/ed./eds/edi/not/pub/att/adv/med/new/cor/cla/emb/ndl/hin/ach/anm/thi/о/п/编/編"),
        (_note, "add/upd/cor/rec/ref/rem/rep/fix/cla/cha/ins/del/rew/wri/res/dro/ajo/act/pré/aña/agr/acr/neu/ber"),
        (_note, "akt/thi/д/и"),
        (_credit, "add/fur/wit/ave/wei/rep/wri/edi/com/tra/gra/pho/red/bea/ges/réd/é/inf/esc/por/par/责/編/记/記/р"),
        (_caption, "fil/pho/cap/pic/ima/leg/lég/fot/bil/zdj/cré/in t/thi/thes/ф/ص/图/圖/写"),
        (_slug, "upd/wra/tak/ref/rpt/cor/bc-/am-/pm-/zcz"),
        (_rights, "©/c) /cop/our/all/fol/con/ema/thi/to "),
    )
)


def _count(text: str) -> int:
    """Words; in scripts without spaces, characters."""
    return len(text.split()) if text.isascii() else len(text.split()) + len(pattern(_GLYPHS).findall(text))


def _table(text: str) -> bool:
    """Whether a line is a row of cells or of numbers, not a sentence with gaps in it."""
    gaps = len(text) <= NOTE_LENGTH and ("   " in text or "\t" in text or "|" in text)
    if len(text) > NOTE_LENGTH or not (gaps or pattern("[0-9]" if text.isascii() else "\\d").search(text)):
        return False
    if pattern(_SPOKEN).search(text, len(text) - TAIL):
        return False
    words = text.split()
    if not gaps and (len(words) <= 2 or not (_DANGLING.isdisjoint(words) or "..." in text)):  # noqa: PLR2004  a number and its unit
        return False
    cells = len(pattern(_CELLS).findall(text)) + 1 if gaps else 1
    numbers = sum(word[-1].isdigit() or pattern(_NUMERIC, re.IGNORECASE).fullmatch(word) is not None for word in words)
    if cells > 1 and 2 * numbers >= len(words) - 2:
        return True
    if cells > 2:  # noqa: PLR2004  two columns may be a typist's gap
        return len(words) <= 3 * cells
    return len(words) > 2 and 2 * numbers >= len(words)  # noqa: PLR2004


def headline(text: str) -> bool:
    """Whether a paragraph before the first of the body reads as a headline."""
    return (
        len(text) < HEADLINE_LENGTH
        and len(text.split()) <= HEADLINE_WORDS
        and (not _ended(text) or (len(text) <= HEADING_LENGTH and pattern(_INITIALS).search(text) is not None))
        and not dateline(text)
        and (text.isascii() or len(pattern(_GLYPHS).findall(text)) <= TITLE_GLYPHS)
    )


def _ended(text: str) -> bool:
    return pattern(_ENDED).search(text, max(0, len(text) - TAIL)) is not None


def heading(text: str) -> bool:
    """Whether a line between paragraphs of the body reads as a heading rather than as copy that was cut off."""
    if len(text) >= HEADING_LENGTH or text[-1] in _UNFINISHED or text[0].islower() or text[0] in "\"“„«'‘":
        return False
    words = text.split(None, HEADING_WORDS)
    return (
        len(words) <= HEADING_WORDS
        and words[-1].lower() not in _DANGLING
        and (text.isascii() or len(pattern(_GLYPHS).findall(text)) <= TITLE_GLYPHS // 2)
    )
