"""The words that carry facts, and those that carry none: plain tables, English first."""

from __future__ import annotations

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
NUMBERS: dict[str, float] = {word: float(value) for value, word in enumerate(_UNITS.split())}
NUMBERS |= {
    word: float(10 * value)
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
NUMBERS |= {"dozen": 12.0, "half": 0.5, "quarter": 0.25, "thirds": 1 / 3, "quarters": 0.25}
NUMBERS |= {
    word: float(value)
    for value, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1)
}
NUMBERS |= {word: float(value) for value, word in enumerate(["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], 2)}
NUMBERS |= {
    word: float(value)
    for value, word in enumerate(["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"], 2)
}
NUMBERS |= {
    word: float(value) for value, word in enumerate(["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"], 2)
}

SCALES: dict[str, float] = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "mn": 1e6, "m": 1e6, "millions": 1e6,
    "billion": 1e9, "bn": 1e9, "bln": 1e9, "billions": 1e9, "trillion": 1e12, "tn": 1e12, "millionen": 1e6,
    "milliarden": 1e9, "milliards": 1e9, "millones": 1e6, "mio": 1e6, "mrd": 1e9,
}  # fmt: skip

UNITS: dict[str, str] = {
    word: unit
    for unit, words in {
        "%": "% percentage", "mile": "mile miles", "km": "km kilometer kilometers kilometre kilometres",
        "metre": "meter meters metre metres", "foot": "foot feet", "kg": "kg kilo kilos kilogram kilograms",
        "lb": "pound pounds lb lbs", "tonne": "tonne tonnes", "ton": "ton tons", "barrel": "barrel barrels bpd",
        "acre": "acre acres", "hectare": "hectare hectares", "dollar": "dollar dollars usd", "euro": "euro euros eur",
        "yen": "yen jpy", "yuan": "yuan renminbi", "rouble": "rouble roubles ruble rubles", "rupee": "rupee rupees",
        "peso": "peso pesos", "second": "seconds", "minute": "minute minutes", "hour": "hour hours", "day": "day days",
        "week": "week weeks", "month": "month months", "year": "year years", "celsius": "celsius",
        "fahrenheit": "fahrenheit", "point": "points", "basis": "basis",
    }.items()
    for word in words.split()
}  # fmt: skip
CURRENCIES = "$€£¥₹₽₩₺"

WEEKDAYS: dict[str, str] = {
    form: day[0]
    for day in (
        ("monday", "mon", "lundi", "montag", "lunes", "lunedì", "понедельник"),
        ("tuesday", "tue", "tues", "mardi", "dienstag", "martes", "вторник"),
        ("wednesday", "wed", "mercredi", "mittwoch", "miercoles", "среда", "среду"),
        ("thursday", "thu", "thurs", "jeudi", "donnerstag", "jueves", "четверг"),
        ("friday", "fri", "vendredi", "freitag", "viernes", "пятница", "пятницу"),
        ("saturday", "sat", "samedi", "samstag", "sonnabend", "sabado", "суббота", "субботу"),
        ("sunday", "sun", "dimanche", "sonntag", "domingo", "воскресенье"),
    )
    for form in day
}
MONTHS: dict[str, str] = {
    form: month[0]
    for month in (
        ("january", "jan", "janvier", "januar", "enero", "января"), ("february", "feb", "fevrier", "februar", "febrero", "февраля"),
        ("march", "mar", "mars", "marz", "marzo", "марта"), ("april", "apr", "avril", "abril", "апреля"),
        ("may", "mai", "mayo", "мая"), ("june", "jun", "juin", "juni", "junio", "июня"),
        ("july", "jul", "juillet", "juli", "julio", "июля"), ("august", "aug", "aout", "agosto", "августа"),
        ("september", "sept", "sep", "septembre", "septiembre", "сентября"), ("october", "oct", "octobre", "oktober", "octubre", "октября"),
        ("november", "nov", "novembre", "noviembre", "ноября"), ("december", "dec", "decembre", "dezember", "diciembre", "декабря"),
    )
    for form in month
}  # fmt: skip
DAYS: frozenset[str] = frozenset(
    ["yesterday", "today", "tomorrow", "tonight", "morning", "afternoon", "evening", "night", "noon", "midnight", "am", "pm"]
)

NEGATIONS: frozenset[str] = frozenset(
    ["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "cant", "wont", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "wouldnt", "couldnt", "shouldnt", "mustnt", "unlikely", "unable", "refused", "failed", "ne", "pas", "jamais", "aucun", "aucune", "sans", "nicht", "kein", "keine", "keinen", "keiner", "nie", "ohne", "nunca", "jamas", "ningun", "ninguna", "sin", "не", "нет", "никогда", "без", "нельзя", "不", "没", "未", "无", "無", "非"]
)

# Words of one row exclude one another: a copy that has one where the other has another says something else.
OPPOSED: tuple[tuple[str, ...], ...] = tuple(
    tuple(row.split("/"))
    for row in (
        "rose risen rise rises rising climbed jumped gained surged advanced grew up higher/fell fallen fall falls falling dropped "
        "declined slipped lost slid plunged shrank down lower",
        "increase increased increases increasing/decrease decreased decreases cut reduced reduce",
        "won win wins beat beaten defeated victory/lost lose loses defeat loss",
        "above over exceeded/below under beneath",
        "more greater/fewer less",
        "before ahead/after following",
        "must shall/should ought/may might could can/will would",
        "required mandatory compulsory obligatory/optional voluntary",
        "allowed permitted legal/banned barred prohibited forbidden illegal",
        "least minimum/most maximum",
        "all every each/some several/few/only",
        "alleged allegedly accused suspected/convicted guilty/acquitted cleared",
        "charged indicted/convicted/arrested detained",
        "fully complete completely full total entirely/partly partially partial",
        "first/last",
        "confirmed confirms/denied denies rejected",
        "approved approve approves backed accepted accept agreed/rejected reject rejects refused declined opposed",
        "for supporting supported supports/against opposing opposes",
        "lift lifted lifts eased ease/impose imposed imposes tightened",
        "open opened opens reopened/close closed closes shut",
        "buy bought buys acquire acquired/sell sold sells",
        "killed dead died deaths/injured wounded hurt injuries",
        "now/formerly previously",
        "strong strongly/weak weakly",
        "north northern/south southern/east eastern/west western",
        "import imports imported/export exports exported",
        "profit profits/loss losses",
        "start started begin began/end ended stop stopped",
        "men man/women woman",
        "plus/minus",
    )
)
MEANING: dict[str, frozenset[tuple[int, int]]] = {}
for _row, _sides in enumerate(OPPOSED):
    for _side, _words in enumerate(_sides):
        for _word in _words.split():
            MEANING[_word] = MEANING.get(_word, frozenset()) | {(_row, _side)}

# Words that change what is said even where the other copy has nothing in their place.
ONE_SIDED: frozenset[str] = frozenset(
    ["alleged", "allegedly", "accused", "suspected", "reportedly", "purportedly", "only", "must", "may", "might", "could", "should", "optional", "required", "voluntary", "mandatory", "almost", "nearly", "about", "around", "approximately", "roughly", "least", "most", "partly", "partially", "former", "ex", "acting", "deputy"]
)

TITLES: frozenset[str] = frozenset(
    ["president", "prime", "minister", "chancellor", "king", "queen", "prince", "princess", "senator", "governor", "mayor", "secretary", "general", "ambassador", "spokesman", "spokeswoman", "spokesperson", "chairman", "chairwoman", "chief", "executive", "director", "officer", "judge", "justice", "sheriff", "captain", "colonel", "vice", "deputy", "mr", "mrs", "ms", "dr", "prof", "sir", "lord", "lady", "sen", "rep", "gov", "gen", "col", "sgt", "lt", "capt"]
)

# Never "lost": they say nothing that an editor would miss.
LIGHT: frozenset[str] = frozenset(
    ["a", "an", "the", "and", "or", "but", "nor", "so", "yet", "if", "then", "than", "that", "this", "these", "those", "there", "here", "it", "its", "he", "she", "they", "them", "his", "her", "their", "hers", "theirs", "him", "we", "us", "our", "ours", "you", "your", "i", "me", "my", "mine", "who", "whom", "whose", "which", "what", "when", "where", "why", "how", "as", "at", "by", "for", "from", "in", "into", "of", "off", "on", "onto", "out", "over", "to", "up", "upon", "with", "within", "about", "after", "before", "during", "since", "until", "till", "while", "through", "between", "among", "amid", "against", "toward", "towards", "under", "around", "near", "per", "via", "is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "done", "has", "have", "had", "having", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "s", "t", "re", "ve", "ll", "d", "also", "still", "thus", "meanwhile", "however", "moreover", "therefore", "instead", "again", "already", "just", "now", "later", "earlier", "soon", "ever", "even", "too", "very", "much", "many", "more", "most", "other", "others", "another", "such", "same", "own", "both", "each", "some", "any", "all", "every", "said", "says", "say", "saying", "added", "adds", "add", "told", "tells", "tell", "noted", "notes", "stated", "states", "according", "announced", "explained", "reported", "one", "ones", "new", "well", "back", "away", "because", "although", "though", "whether", "either", "rather", "quite", "like", "including", "include", "includes", "included", "le", "la", "les", "un", "une", "des", "du", "de", "et", "en", "au", "aux", "il", "elle", "ils", "elles", "que", "qui", "dans", "par", "pour", "sur", "avec", "est", "sont", "été", "a", "ont", "se", "ce", "cette", "ces", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "in", "im", "am", "zu", "zum", "zur", "von", "vom", "mit", "auf", "für", "ist", "sind", "war", "hat", "haben", "sich", "es", "sie", "er", "auch", "noch", "el", "los", "las", "una", "y", "o", "en", "con", "por", "para", "del", "al", "se", "su", "sus", "que", "es", "son", "fue", "ha", "han", "lo", "и", "в", "на", "с", "что", "он", "она", "они", "по", "из", "к", "о", "у", "за", "от", "же", "бы"]
)
