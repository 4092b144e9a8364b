"""What a paragraph of plain wire copy is: copy, or one of the kinds of furniture around it."""

from __future__ import annotations

import re

from dedupe.model import Role

ITEM_WORDS = 8  # a list row of fewer words is no copy
HEADLINE_WORDS = 24
HEADLINE_LENGTH = 200
HEADING_WORDS = 10
HEADING_LENGTH = 80
BYLINE_WORDS = 14
PROSE = 100  # characters; what is longer and ends as a sentence is copy unless it opens as furniture
MARKER_LENGTH = 24
LINE_LENGTH = 160
NOTE_LENGTH = 320
HEAD = 240  # characters that are looked at for an opening, and for a credit at the end
TITLE_GLYPHS = 50  # a title in a script without spaces

_MONTH = (
    "(?:Jan(?:uary|uar|eiro|v(?:ier)?)?|Feb(?:ruary|ruar)?|F[ée]v(?:r(?:ier)?)?|fevereiro|Mar(?:ch|s|ço|zo)?|März|Apr(?:il|ile)?"
    "|Abr(?:il)?|Avril|Avr|Ma(?:y|i|yo|io)|Ju(?:ne|ly|ni|li|in|illet|il|nio|lio|nho|lho|n|l)|Aug(?:ust)?|Août|Ago(?:sto)?"
    "|Se[pt](?:t(?:embe?r?e?|iembre)?|embro)?|O[ck]t(?:ober|obre|ubre)?|Out(?:ubro)?|Nov(?:ember|embre|iembre|embro)?|Ene(?:ro)?"
    "|D[eéi][czs](?:ember|embre|iembre|embro)?|янв(?:аря)?|фев(?:раля)?|мар(?:та)?|апр(?:еля)?|мая|ию[нл]я?|авг(?:уста)?"
    "|сен(?:тября)?|окт(?:ября)?|ноя(?:бря)?|дек(?:абря)?)\\.?"
)
_DAY = "(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DATE = f"(?:(?i:{_MONTH}) \\d{{1,2}}|\\d{{1,2}}(?:er|\\.)? (?:de )?(?i:{_MONTH}))(?:,? (?:de )?\\d{{4}})?"
_CAPITAL = "[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŠŹŻŽČİА-ЯЁ]"
_PLACE = (
    f"{_CAPITAL}(?:{_CAPITAL}|[.'’])+"
    f"(?:(?:[ \u00a0]?/[ \u00a0]?|, |-|[ \u00a0]){_CAPITAL}(?:{_CAPITAL}|[.'’])*(?![a-zß-öø-ÿа-яё\\d])){{0,6}}"
)
_STATE = f"(?:, {_CAPITAL}[\\w.]{{1,16}}(?: {_CAPITAL}[\\w.]{{1,16}})?){{0,2}}"
_AGENCIES = "AFP|AP|Reuters|dpa|dpa-AFX|AFX|APA|sda|Keystone-SDA|EFE|ANSA|KNA|epd|SID|Xinhua|TASS|UPI|PTI|ANI|IANS|Bloomberg|PA|AAP|Belga|Kyodo"
_AGENCY = "(?: ?(?:[(/][\\w/ .,&-]{2,30}[)/]))?"
_DASH = "(?:[ \u00a0]?[–—][ \u00a0\t]?|[ \u00a0]--?[ \u00a0\t]|--[ \u00a0\t]?|(?<=[).\\d])-[ \u00a0\t])"
_DATELINE = re.compile(
    f"(?:{_PLACE}{_STATE}(?:,? (?:{_DAY}[.,]? ?)?{_DATE})?{_AGENCY}|{_CAPITAL}[\\w./ -]{{1,30}}? \\((?:{_AGENCIES})(?:/\\w+)?\\))"
    f" ?{_DASH}[ \u00a0\t]*(?=[^\\W\\d_]|[\"“„«‘'¿¡\\[(\\d$€£])"
)
_LABEL = re.compile(
    "(?:UPDATE|WRAPUP|FACTBOX|ANALYSIS|EXCLUSIVE|BREAKING|CORRECTED|CORRECTION|TIMELINE|EXPLAINER|INTERVIEW|PREVIEW|INSIGHT|SPECIAL"
    "|TABLE|POLL|REFILE|RPT|REPEAT|ADVISORY|FLASH|URGENT|ALERT|OPINION|COMMENTARY|WATCH|LIVE|VIDEO|PHOTOS?|NOTE|FILE|BULLETIN|SNAP"
    "|NATO|EU|US|UK|UN|USA|IBM|[A-Z]\\.(?:[A-Z]\\.)+)(?![A-Za-z])"
)
_ALONE = re.compile(
    f"{_PLACE}{_STATE}(?:,? (?:{_DAY}[.,]? ?)?{_DATE}{_AGENCY} ?(?:--?|–|—)?| ?[(/](?:{_AGENCIES})[)/] ?(?:--?|–|—)?| ?(?:--?|–|—))"
)
_CLOCK = "\\d{1,2}[:.h]\\d\\d"
_PUBLISHED = re.compile(
    "(?:(?:first |last )?(?:published|updated|posted|modified|created)|publié|mis à jour|veröffentlicht|aktualisiert|stand"
    "|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано|обновлено|نشر في|发布时间|更新时间|公開日?|更新日?)"
    f"(?:(?: on| at| le| el| em| am)?[ \u00a0]?[:：][^.。]{{0,12}}?\\d|[ \u00a0](?:on |at |le |el |em |am |il )?(?:{_DAY},? )?"
    f"(?:{_CLOCK}|{_DATE}|\\d{{4}}-\\d\\d|\\d{{1,2}}[./]\\d{{1,2}}[./]|\\d+ (?:hours?|minutes?|mins?|days?) ago)|[ \u00a0]?[:：] ?{_DAY})",
    re.IGNORECASE,
)
_DATED = re.compile(
    f"(?:{_DAY},? )?(?:{_DATE}|\\d{{4}}[-/.]\\d\\d[-/.]\\d\\d|\\d{{4}}年\\d{{1,2}}月\\d{{1,2}}日)(?:[,T ]+(?:at )?{_CLOCK}.{{0,20}})?"
)
_NAME = "(?:[^\\W\\d_a-zß-öø-ÿа-яё][\\w.'’-]*|and|und|et|y|e|i|и|de|del|della|da|das|dos|du|van|von|der|den|di|le|la|el|al|bin|ibn|in|at|of|for|the|à|en|a|our|special|own|staff|correspondents?|reporters?|writers?|agencies)"
_BYLINE = re.compile(
    f"(?:By|BY|Von|VON|Par|PAR|Por|POR|Da|Door)[ \u00a0]{{1,3}}(?!{_DAY}\\b|{_MONTH}(?: \\d|$)){_NAME}(?:[ \u00a0,&/]{{1,3}}{_NAME}){{0,12}}"
    "(?:(?:, | ?[|–—-] ?).{2,60})?|(?:Текст|Автор|文|作者|撰文|記者|(?:本报|本報)?记者)[ \u00a0]?[:：|丨/ ]+[^\\W\\d_].{0,30}"
)
_PROMO = re.compile(
    "[>»▶►→\\[(【 ]{0,3}(?:also read|read also|read more|read next|see also|see more|more on this(?: story)?|watch(?: live| more| now)?|listen"
    "|related(?: stor(?:y|ies)| news| content| links?| articles?| coverage)?|don['’]t miss|recommended(?: for you| reading)?"
    "|(?:à )?lire (?:aussi|également)|voir aussi|leia (?:também|mais)|veja (?:também|mais)|lea (?:también|además|más)|lee (?:también|más)"
    "|te puede interesar|ver también|lesen sie (?:auch|mehr)|mehr zum thema|siehe auch|leggi anche|lees ook|czytaj (?:także|też)"
    "|читайте также|по теме|اقرأ أيضا|اقرأ أيضًا|相关阅读|相关新闻|延伸阅读|関連記事|関連ニュース)[ \u00a0]?(?:[:：|>»】]|$)"
)
_PROMO_ANY = re.compile(_PROMO.pattern, re.IGNORECASE)
_PROMO_CAPS = re.compile(
    "(?:READ MORE|ALSO READ|READ ALSO|SEE ALSO|RELATED|LIRE AUSSI|À LIRE|LEIA TAMBÉM|LEA TAMBIÉN|LESEN SIE AUCH)\\b"
)
_ADVISORY = re.compile(
    "[\\[(]?(?:eds?\\.?|editors?|note to (?:editors|readers)|notes to editors|(?:editor|publisher)s?['’]?s?['’]? notes?|attention editors?"
    "|attention|(?:media |news )?advisory|corrections?|clarification|embargo(?:ed)?(?: (?:until|till|for|to)[^:：.]{2,40})?|note de la rédaction|ndlr"
    "|nota (?:del editor|da redação|de la redacción)|hinweis|achtung redaktionen|anmerkung der redaktion|от редакции|примечание редакции|编者按|編集部注)"
    "(?:[ \u00a0]?[:：]|[ \u00a0]{1,2}[–—-]{1,2} )|attention editors?\\b|notes? to editors\\b|embargoed (?:until|till|for)\\b"
    "|this (?:story|article|report) (?:has been|was|is) (?:corrected|updated|refiled|republished|developing)\\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    "[(\\[（【](?:adds|updates?|updating|corrects?|correcting|recasts?|refiles?|removes|repeats?|fixes|clarifies|changes|inserts|deletes|rewrites|writes"
    "|rewording|restores|drops|ajoute|actualise|corrige|précise|añade|actualiza|agrega|acrescenta|neu:?|berichtigt|aktualisiert|дополняет|исправлено"
    "|this (?:story|version|article|item|post|report))\\b.*[)\\]）】]\\.?",
    re.IGNORECASE | re.DOTALL,
)
_SLUG = re.compile(
    "(?:(?:UPDATE|WRAPUP|REFILE|RPT|CORRECTED|TAKE)[ -]?\\d*-\\S|(?:BC|AM|PM|[AP]M-[A-Z]{2})-[-A-Z][\\w-]|[A-Z]{2}-[-A-Za-z0-9]+,|ZCZC\\b"
    "|[^.]{0,60}\\b\\d{0,2}(?:st|nd|rd|th)\\s?(?:[Ll]d|LD|[Ll]ead|LEAD)\\b|[^.]{0,80}\\b[Ww](?:rite|RITE)-?(?:thru|THRU|Thru)\\b"
    "|(?:URGENT|BULLETIN|FLASH|EIL|ALERTE?)$|[a-z]{2,}(?:[-/][a-z0-9]{2,}){1,6}$)"
)
_MARKER = re.compile(
    "[(\\[]?(?:MORE|more|More|END|ENDS|Ends|ends|FIN|ENDE|FINE|FINAL|REUTERS?|Reuters?|EOM|NNNN|XXX|END OF TEXT|(?i:more to come|more follows|next page|(?:full )?story to follow)"
    "|TAKE \\d+|КОНЕЦ|конец|SUITE)[)\\]]?|[-–—=*]{1,3} ?(?:30|0|o|END|ENDS|ends|Ends|MORE|more|FIN)[ ]?[-–—=*]{1,3}|(?:# ?){3,}|(?:\\* ?){2,}|[-_=~–—]{3,}|[（(【\\[](?:完|了|终)[)）】\\]]"
    "|&#\\d+;"
)
_WRITERS = "reporting|writing|editing|compiled|translated|graphics?|photography|reportage|redaktion|bearbeitung|bearbeitet|redigiert|geschrieben|rédigé|édité|traduit|reporte|información|escrito|redacción|editado|traducido|reportagem|edição|escrita"
_CREDIT = re.compile(
    f"[(（](?:(?:additional|with|avec|weitere) )?(?:{_WRITERS})(?: (?:and|&|et|y|e|und|en \\w+) \\w+)? (?:by|de|par|por|von|del?)\\b|[(（](?:Por|Par) {_CAPITAL}|[(（]?(?:责任编辑|责编|編集|记者|記者|Редактор|Репортаж)[ :：]",
    re.IGNORECASE,
)
_CREDIT_BARE = re.compile(
    f"(?:(?:additional|further) )?(?:{_WRITERS})(?: (?:and|&|et|y|e|und) \\w+)? (?i:by|par|por|von)[ \u00a0]+{_CAPITAL}",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile("\\bcontributed to this (?:report|story|article)\\.?\\)?$")
_SIGNOFF = re.compile(
    "[a-z]{2,4}(?:[/-][a-z]{2,4}){1,5}|(?:©|\\(c\\)|copyright\\b).{0,140}|our standards:.{0,80}|(?:--?|–|—) ?(?:AP|AFP|Reuters|dpa|UPI|TASS|Bloomberg)"
    "|(?:AP|AFP|dpa|UPI|EFE|ANSA|TASS|Xinhua)(?: [a-z]{2,3}){0,4}|all rights reserved.{0,80}|(?:follow|contact|email) [^.]{0,60}(?:@|https?:).{0,80}",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    "(?:This material may not be published|Copyright \\d{4}|© ?\\d{4}|To contact the (?:reporter|editor)s? )"
)
_CAPTION = re.compile(
    "(?:FILE(?: PHOTO| PICTURE| IMAGE)?|PHOTO|Photo(?:graph)?(?: credit)?|Caption|Picture|Image|Legende|Légende|Foto|Bild|Zdjęcie|Фото|صورة|图|圖|写真)[ \u00a0]?"
    "(?:[:：]|[ \u00a0]?[-–—]{1,2} )|[(\\[](?:Photo|PHOTO|Foto|Image|Bild|Photograph|Picture|Crédit|写真)(?: by|[ \u00a0]?[:：/])|图为|(?:In )?[Tt]h(?:is|ese) (?:[\\w,.]+[ -]){0,4}"
    "(?:combination of (?:pictures|photos|images)|handout (?:photo|picture|image)|file (?:photo|picture|image)|(?:photo(?:graph)?s?|pictures?|images?) "
    "(?:taken|released|provided|made available|obtained|created))\\b"
)
_PICTURE_CREDIT = re.compile(
    "[(（\\[](?:[^()（）\\[\\]]{1,90}[/,|] ?)?(?:Photo|Foto|Image|Bild|AFP|AP|Reuters|REUTERS|Getty|EPA|EFE|dpa|ANSA|Xinhua|TASS|Pool|POOL|Handout|HANDOUT|Courtesy)"
    "(?![a-z])[^()（）\\[\\]]{0,60}[)）\\]]$"
)
_LIST = re.compile(
    f'(?:[-*‣▪]|\\(?\\d{{1,2}}[.)](?![ \u00a0](?i:{_MONTH})\\b)|\\(?[a-z]\\))[ \u00a0\t]+\\S|[•·●■◦▸‣▪][ \u00a0\t]*\\S|[–—][ \u00a0\t]+\\S(?!.*[.!?…»”"]$)',
    re.DOTALL,
)
_CELLS = re.compile("[^ \t|\u00a0](?: {3,}|[ ]?\t+[ \t]*|[ ]*\\|[ ]*)(?=[^ \t|])")
_NUMERIC = re.compile("[-+−±$€£¥(]{0,3}\\d[\\d.,:/%)+-]*|--?|n/?a", re.IGNORECASE)
_OPENS = re.compile(
    "[\\W\\d_]|.{0,48}[:：]|(?:Additional|Further|Reporting|Writing|Editing|Compiled|Translated|This|These|In th|FILE|Attention|ATTENTION|Note|Embargo|EMBARGO|Copyright|To contact"
    "|READ|ALSO|SEE|RELATED|LIRE|LEIA|LEA|LESEN|UPDATE|WRAPUP|REFILE|RPT|CORRECTED|TAKE|BC-|AM-|PM-|图|圖)"
)
_ENDED = re.compile('[.…。．।۔](?:["\'”’»›)\\]」』）]{0,3})$|[!?！？؟]["”’»›)\\]」』）]{1,3}$')
_SPOKEN = re.compile("[.!?…。！？؟][\"'”’»›)\\]」』）]{0,3}$")
_INITIALS = re.compile("(?:^|[\\s(])(?:[A-Z]\\.){2,4}$")
_UNFINISHED = '.!?…。！？؟।۔"”’»›)]」』）:：;,，、-–—'
_GLYPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
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
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "et",
        "un",
        "une",
        "el",
        "los",
        "las",
        "y",
        "der",
        "die",
        "das",
        "und",
        "ein",
        "eine",
        "mit",
        "von",
        "zu",
        "в",
        "на",
        "и",
        "с",
        "по",
        "что",
    ]
)


def dateline(text: str) -> int:
    """How many characters of a body paragraph are its dateline; 0 where it has none."""
    if not text[:1].isupper():
        return 0
    found = _DATELINE.match(text[:HEAD])
    return 0 if found is None or _LABEL.match(text) else found.end()


def role(text: str, *, head: bool) -> Role:
    """The role of a paragraph; `head` says that the first paragraph of the body is yet to come."""
    found = furniture(text)
    if found is not None:
        return found
    if len(text) > HEADLINE_LENGTH:
        return Role.BODY
    if head:
        return Role.HEADLINE if headline(text) else Role.BODY
    return Role.HEADING if heading(text) else Role.BODY


def furniture(text: str) -> Role | None:
    """The role of a line or paragraph that its own form gives away, wherever it stands; None for all others."""
    size = len(text)
    last = text[-1]
    if size > PROSE and last in ".!?。" and not _OPENS.match(text):
        return Role.TABLE if "\t" in text and _table(text) else None
    if size <= MARKER_LENGTH and _MARKER.fullmatch(text):
        return Role.SLUG
    if _LIST.match(text):
        return Role.ITEM if _count(text) > ITEM_WORDS else Role.ROW
    for pattern, found in _PREFIX:
        if pattern.match(text, 0, HEAD):
            return found
    if size <= LINE_LENGTH:
        found_line = _line(text)
        if found_line is not None:
            return found_line
    if last in ")）]" and _PICTURE_CREDIT.search(text, max(0, size - HEAD)):
        return Role.CAPTION
    return _long(text) or (Role.TABLE if _table(text) else None)


_PREFIX = (
    (_PROMO_ANY, Role.PROMO),
    (_PROMO_CAPS, Role.PROMO),
    (_ADVISORY, Role.ADVISORY),
    (_CREDIT, Role.CREDIT),
    (_CAPTION, Role.CAPTION),
    (_RIGHTS, Role.SIGNOFF),
)


def _line(text: str) -> Role | None:
    """The role of what is furniture only as a short line."""
    if text[-1] not in ".。":
        if _PUBLISHED.match(text) or _DATED.fullmatch(text):
            return Role.PUBLISHED
        if _ALONE.fullmatch(text) and not _LABEL.match(text):
            return Role.DATELINE
        if _BYLINE.fullmatch(text) and len(text.split()) <= BYLINE_WORDS:
            return Role.BYLINE
    if _SIGNOFF.fullmatch(text):
        return Role.SIGNOFF
    if not _ENDED.search(text) and _SLUG.match(text):
        return Role.SLUG
    return None


def _long(text: str) -> Role | None:
    """Notes and credits of more than a line."""
    if len(text) > NOTE_LENGTH * 3:
        return None
    if text[0] in "([（【" and len(text) <= NOTE_LENGTH and _NOTE.fullmatch(text):
        return Role.ADVISORY
    if _CONTRIBUTED.search(text):
        return Role.CREDIT
    if _CREDIT_BARE.match(text) and (";" in text or not _ENDED.search(text) or text[:4].lower() in ("addi", "furt")):
        return Role.CREDIT
    return None


def _count(text: str) -> int:
    """Words; in scripts without spaces, characters."""
    return len(text.split()) if text.isascii() else len(text.split()) + len(_GLYPHS.findall(text))


def _table(text: str) -> bool:
    """Whether a line is a row of cells or of numbers, not a sentence with gaps in it."""
    if len(text) > NOTE_LENGTH or _SPOKEN.search(text):
        return False
    cells = len(_CELLS.findall(text)) + 1
    words = text.split()
    numbers = sum(word[-1].isdigit() or _NUMERIC.fullmatch(word) is not None for word in words)
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
        and (not _ENDED.search(text) or (_INITIALS.search(text) is not None and len(text) <= HEADING_LENGTH))
        and not dateline(text)
        and (text.isascii() or len(_GLYPHS.findall(text)) <= TITLE_GLYPHS)
    )


def heading(text: str) -> bool:
    """Whether a line between paragraphs of the body reads as a heading rather than as copy that was cut off."""
    words = text.split()
    return (
        len(words) <= HEADING_WORDS
        and len(text) < HEADING_LENGTH
        and text[-1] not in _UNFINISHED
        and not text[0].islower()
        and text[0] not in "\"“„«'‘"
        and words[-1].lower() not in _DANGLING
        and (text.isascii() or len(_GLYPHS.findall(text)) <= TITLE_GLYPHS // 2)
    )
