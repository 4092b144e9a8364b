"""The words that carry facts, and those that carry none: plain tables in normalised form."""

from __future__ import annotations


def _set(row: str) -> frozenset[str]:
    return frozenset(row.split())


def _canonical(table: dict[str, str]) -> dict[str, str]:
    """Turn a table of "name: form form" round: form -> name."""
    return {form: name for name, forms in table.items() for form in forms.split()}


def _counted(start: int, row: str, step: int = 1) -> dict[str, float]:
    """Number words that follow one another; forms of one number are joined by a slash."""
    return {form: float(value * step) for value, forms in enumerate(row.split(), start) for form in forms.split("/")}


ORDINALS: dict[str, float] = {
    **_counted(1, "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"),
    **_counted(2, "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", 10),
}  # fmt: skip
NUMBERS: dict[str, float] = {
    **_counted(0, "zero one/once two/twice three/thrice four five six seven eight nine ten eleven twelve/dozen/dozens thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
    **_counted(2, "twenty/scores thirty forty fifty sixty seventy eighty ninety", 10),
    **ORDINALS,
    **_counted(2, "deux trois quatre cinq sechs sept huit neuf/nueve dix onze douze/douzaine treize quatorze quinze seize"),
    **_counted(2, "zwei drei vier funf sechs sieben acht neun/neuf zehn elf zwolf/dutzend dreizehn vierzehn funfzehn sechzehn"),
    **_counted(2, "dos tres cuatro cinco seis siete ocho nueve diez"),
    **_counted(12, "doce/docena trece catorce quince dieciseis"),
    **_counted(2, "vingt/zwanzig/veinte trente/dreissig/treinta quarante/vierzig/cuarenta cinquante/funfzig/cincuenta", 10),
    **_counted(1, "один/одного два/двух/две три/трех четыре/четырех пять/пяти шесть/шести семь/семи восемь/восьми девять/девяти десять/десяти"),
    **_counted(1, "一 二/两/兩 三 四 五 六 七 八 九 十"),
    "half": 0.5,
}  # fmt: skip
FRACTIONS: dict[str, float] = {
    "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10,
}  # fmt: skip
SCALES: dict[str, float] = {
    form: value
    for value, forms in {
        1e2: "hundred hundreds cientos hundert 百",
        1e3: "thousand thousands k mille mil tausend тысяч тысячи тысяча тыс 千",
        1e4: "万 萬",
        1e6: "million millions m mn mln millionen millon millones mio миллион миллиона миллионов млн",
        1e8: "亿 億",
        1e9: "billion billions bn bln milliard milliards milliarden mrd миллиард миллиарда миллиардов млрд",
        1e12: "trillion trillions tn trn",
    }.items()
    for form in forms.split()
}

UNITS: dict[str, str] = _canonical({
    "%": "% prozent procent процента процентов", "pp": "point points percentage",
    "mile": "mile miles", "km": "km kilometer kilometers kilometre kilometres kms", "metre": "meter meters metre metres",
    "cm": "cm centimeter centimeters centimetre centimetres", "mm": "mm millimeter millimeters millimetre millimetres",
    "foot": "foot feet ft", "inch": "inch inches", "yard": "yard yards",
    "kg": "kg kilo kilos kilogram kilograms", "lb": "lb lbs", "ounce": "ounce ounces oz", "gram": "gram grams grammes g",
    "tonne": "tonne tonnes t", "ton": "ton tons", "barrel": "barrel barrels bpd", "litre": "litre litres liter liters", "gallon": "gallon gallons",
    "acre": "acre acres", "hectare": "hectare hectares ha", "mph": "mph", "kph": "kph kmh",
    "dollar": "dollar dollars usd", "euro": "euro euros eur", "pound": "pound pounds gbp", "yen": "yen jpy", "yuan": "yuan renminbi cny rmb",
    "rouble": "rouble roubles ruble rubles рублей рубля рубль", "rupee": "rupee rupees inr", "peso": "peso pesos", "franc": "franc francs chf",
    "cent": "cents", "penny": "pence p", "basis": "bp bps",
    "second": "second seconds", "minute": "minute minutes", "hour": "hour hours", "day": "day days", "week": "week weeks",
    "month": "month months", "year": "year years yr yrs", "decade": "decade decades", "celsius": "celsius c", "fahrenheit": "fahrenheit f",
    "megawatt": "megawatt megawatts mw", "gigawatt": "gigawatt gigawatts gw", "o'clock": "am pm",
})  # fmt: skip
LETTERS: frozenset[str] = frozenset(
    ["c", "f", "g", "p", "m", "k", "t", "ha", "am", "pm"]
)  # units only when glued to digits
UNIT_PREFIXES: frozenset[str] = frozenset(
    ["square", "cubic", "nautical", "metric", "basis", "degree", "degrees", "us", "percentage"]
)
PERIODS: frozenset[str] = frozenset(["minute", "hour", "day", "week", "month", "year", "decade"])
SYMBOLS: dict[str, str] = {
    "$": "dollar", "us$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₽": "rouble", "%": "%", "％": "%", "٪": "%",
}  # fmt: skip
MONEY: frozenset[str] = frozenset(
    ["dollar", "euro", "pound", "yen", "yuan", "rouble", "rupee", "peso", "franc", "cent", "penny"]
)

WEEKDAYS: dict[str, str] = _canonical({
    "monday": "monday mon lundi montag lunes понедельник понедельника",
    "tuesday": "tuesday tue tues mardi dienstag martes вторник вторника",
    "wednesday": "wednesday wed mercredi mittwoch miercoles среда среду среды",
    "thursday": "thursday thu thur thurs jeudi donnerstag jueves четверг четверга",
    "friday": "friday fri vendredi freitag viernes пятница пятницу пятницы",
    "saturday": "saturday sat samedi samstag sonnabend sabado суббота субботу субботы",
    "sunday": "sunday sun dimanche sonntag domingo воскресенье воскресенья",
})  # fmt: skip
MONTHS: dict[str, str] = _canonical({
    "january": "january jan janvier januar enero января январе", "february": "february feb fevrier februar febrero февраля феврале",
    "march": "march mar mars marz marzo марта марте", "april": "april apr avril abril апреля апреле", "may": "may mai mayo мая",
    "june": "june jun juin juni junio июня июне", "july": "july jul juillet juli julio июля июле", "august": "august aug aout agosto августа августе",
    "september": "september sept sep septembre septiembre сентября сентябре", "october": "october oct octobre oktober octubre октября октябре",
    "november": "november nov novembre noviembre ноября ноябре", "december": "december dec decembre dezember diciembre декабря декабре",
})  # fmt: skip
DOUBTFUL: frozenset[str] = frozenset(
    ["may", "march", "mar", "mars", "sun", "sat", "wed", "mon", "sept", "sep", "dec"]
)  # dates only when capitalised
DAYTIMES: dict[str, str] = {
    word: row
    for row, words in {
        "day": "yesterday today tonight tomorrow hier aujourdhui demain gestern heute ayer hoy вчера сегодня завтра",
        "part": "morning afternoon evening night noon midday midnight overnight matin soir nuit morgen abend nacht утром вечером ночью",
        "season": "spring summer autumn winter",
    }.items()
    for word in words.split()
}  # fmt: skip

PHRASES: dict[tuple[str, ...], str] = {
    tuple(form.split()): name
    for name, forms in {
        "us": "united states/united states of america", "un": "united nations", "uk": "united kingdom/great britain", "eu": "european union",
        "prime minister": "prime minister", "vice president": "vice president", "more than": "more than/in excess of", "less than": "less than/fewer than",
        "at least": "at least/no fewer than/no less than/not less than/a minimum of", "at most": "at most/no more than/not more than/up to/a maximum of/as many as",
        "about": "an estimated/close on", "nearly": "close to/just under", "must": "have to/has to/had to", "for good": "for good", "fired": "lay off/lays off/laid off/laying off",
    }.items()
    for form in forms.split("/")
}  # fmt: skip
ONE_WORD: dict[str, str] = _canonical({
    "us": "america american", "uk": "britain british",
    "senator": "sen", "representative": "rep", "governor": "gov", "general": "gen", "colonel": "col", "captain": "capt", "lieutenant": "lt",
    "sergeant": "sgt", "professor": "prof", "mr": "monsieur senor herr", "mrs": "ms mme frau senora", "dr": "doctor",
})  # fmt: skip
QUANTITIES: dict[str, str] = _canonical({  # only beside a number
    "more than": "over above exceeding", "less than": "under below", "about": "about around approximately roughly circa some", "nearly": "nearly almost",
})  # fmt: skip
ABBREVIATED: frozenset[str] = frozenset(["sen", "rep", "gov", "gen", "col", "capt", "lt", "sgt", "prof"])
BESIDE: frozenset[str] = frozenset(
    ["at least", "at most", "more than", "less than", "about", "nearly", "only", "exactly"]
)

NEGATIONS: frozenset[str] = _set(
    "not no never none nobody nothing neither nor without cannot cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt "
    "wouldnt couldnt shouldnt mustnt neednt aint hardly unable pas jamais aucun aucune sans nicht kein keine keinen keiner keinem nie niemals ohne "
    "nunca jamas ningun ninguna ninguno sin не нет никогда без нельзя ни 不 没 沒 未 无 無 非 لا لم لن ليس"
)
REFUSALS: frozenset[str] = _set(
    "refused refuses refuse failed fails fail declined declines decline"
)  # negations before "to"
PREFIXES: tuple[str, ...] = ("un", "in", "im", "il", "ir", "dis", "non", "anti")

# The words of one row exclude one another: a copy that has one where the other has another says something else.
# A row that begins with "~" has everyday words: it counts only where little else changed.
_OPPOSED = """
rose risen rise rises rising climbed climb climbs jumped jump gained gain gains surged surge advanced grew grow grows growth higher soared widened upward / fell fallen fall falls falling dropped drop drops declined decline declines slipped slid plunged shrank lower tumbled narrowed downward
increase increased increases increasing increment raise raised raises expand expanded hike hiked hikes / decrease decreased decreases decreasing cut cuts cutting reduced reduce reduces reduction trim trimmed shrink
gained gain gains / lost lose loses losing shed
won win wins winning beat victory winner / lost lose loses losing defeat loss loser beaten / drew draw drawn tied
~ up / down
~ above over / below under beneath
more than / less than / at least / at most / about / nearly
~ more greater / fewer less
before ahead prior avant vor antes до / after following apres nach despues после
~ until till / since / from / after
~ in / out
~ on / off
double doubled doubles doubling / triple tripled triples tripling / quadruple quadrupled / halve halved halves halving
must shall mandatory / should ought / may might could can / will would
required mandatory compulsory obligatory requires / optional voluntary
allowed permitted allow allows permit permits authorised authorized / banned ban bans barred prohibited prohibit prohibits forbidden forbids
recommended recommends recommend advised advises / prohibited prohibits prohibit banned bans forbidden forbids
legal lawful / illegal unlawful
minimum / maximum
~ all every each / some several / few / most / only / many / none / both
alleged allegedly accused suspected suspect reportedly purportedly supposedly / convicted guilty proven / acquitted cleared innocent
charged indicted / convicted sentenced guilty / arrested detained held / acquitted cleared freed released / fined / jailed imprisoned
fully completely entirely totally wholly / partly partially
complete full total / partial
first / last final
last past previous / next coming
confirmed confirms confirm acknowledged acknowledges admitted admits / denied denies deny disputed disputes rejected
~ said says say claimed claims claim asserted insisted / denied denies deny
~ give gives gave given grant grants granted / deny denies denied withhold withheld refuse refuses refused
approved approve approves backed passed adopted endorsed granted / rejected reject rejects refused denied blocked vetoed
accepted accept accepts / refused refuse refuses rejected reject declined
agreed agree agrees / disagreed disagree disagrees refused
supported supports support backed backs supporting / opposed opposes oppose opposing
~ for favour favor / against
upheld / overturned quashed struck reversed
lift lifted lifts lifting ease eased eases removed / impose imposed imposes imposing tighten tightened
~ open opened opens opening reopened reopen / close closed closes closing shut
buy bought buys buying acquire acquired purchase purchased / sell sold sells selling
killed dead died deaths killing fatal slain / injured wounded hurt injuries injuring / missing / rescued saved survived unhurt unharmed
~ now / formerly previously then
former / current incumbent
strong strongly stronger / weak weakly weaker
~ north northern / south southern / east eastern / west western
import imports imported / export exports exported
profit profits profitable / loss losses
~ start started begin began begun begins starts launched / end ended ends stop stopped halted finished
~ men man boy boys / woman women girl girls
husband / wife / son sons / daughter daughters / father / mother / brother brothers / sister sisters / uncle / aunt / cousin / nephew / niece / grandson / granddaughter / grandfather / grandmother
~ he him / she
~ his / her
inside / outside
temporary temporarily / permanent permanently
majority / minority
highest / lowest
largest biggest / smallest
best / worst
better / worse
public / private
hire hires hiring hired appointed retained kept / fired fires sacked dismissed ousted resigned
join joined joins joining / leave leaves leaving left quit
sign signs signed signing / release releases released releasing
released freed pardoned / executed hanged shot killed
managed succeeded / tried attempted
~ heading bound leaving / returning
violate violated violates breached breach / respect respected respects honoured honored observed
~ certain sure / expected likely / possible
arrived entered / departed left
federal / state / local
daily / weekly / monthly / quarterly / yearly annual
domestic / foreign
civilian civilians / military soldiers soldier troops
murder homicide / manslaughter / suicide
early earlier / late later
minor slight / serious severe major grave
positive / negative
success succeeded successful / failure failed unsuccessful
strengthened strengthens strengthen stronger firmed / weakened weakens weaken weaker softened eased
raised raises raise / lowered lowers lower lowering
improved improves improve improving / worsened worsens worsen deteriorated deteriorating
expanded expands expansion / contracted contracts contraction
accelerated accelerates quickened / slowed slows slowing decelerated
tightened tightens / loosened loosens relaxed
extended extends lengthened / shortened shortens
~ upper / lower
heavier longer wider broader / lighter shorter narrower
~ long / short
~ high / low
older elder oldest eldest senior / younger youngest junior
faster quicker fastest hotter warmer hottest / slower slowest cooler colder coldest
safer / riskier
easier / harder
cheaper cheapest / costlier dearer dearest
richer wealthy rich richest / poorer poor poorest
~ hot / cold
wet / dry
urban / rural
male / female
~ left / right
~ top / bottom
surplus / deficit
assets / liabilities
gross / net
~ supply / demand
revenue revenues / costs expenses
plaintiff plaintiffs / defendant defendants
prosecution prosecutor prosecutors / defence defense
~ advanced advance advancing / retreated retreat withdrew withdrawn withdraw
deployed deploy / withdrew withdraw withdrawn recalled
built erected / demolished razed
included includes / excluded excludes
invited / expelled
promoted / relegated demoted
praised hailed / criticised criticized condemned slammed
welcomed / condemned
~ true / false
~ right correct / wrong incorrect
safe / dangerous
caused causes / prevented prevents
resumed continued / suspended halted ceased stopped
cancelled canceled scrapped / postponed delayed
~ ally allies / enemy enemies
~ peace / war
ruling / opposition
outgoing / incoming
interim acting / permanent
alive / dead
stable / critical
mild / severe
benign / malignant
deliberate deliberately intentional intentionally / accidental accidentally
directly / indirectly
often frequently / rarely seldom
always / sometimes / rarely
probably / certainly definitely / possibly
voluntarily / forcibly
upstream / downstream
creditor creditors / debtor debtors
~ defence defense / foreign / interior / finance / justice / health / education / trade / energy / transport
~ captured captures seized seizes regained / lost abandoned ceded
~ victim victims / suspect suspects attacker attackers / witness witnesses
~ amended revised / scrapped dropped withdrawn
~ exceeded exceeds outstripped surpassed / missed short trailed
~ ahead / behind / level
~ home / away
attacked attacks / defended defends
borrowed borrows borrower / lent lends lender
buyer buyers / seller sellers
employer employers / employee employees workers
landlord landlords owner / tenant tenants
uncle nephew / aunt niece
~ boy boys / girl girls
optimistic / pessimistic
~ healthy / sick ill
~ full / empty
~ promised promises pledged vowed / threatened threatens
~ renewed renews extended / ended expired lapsed terminated
~ recovered recovering / died
armed / unarmed
~ army / navy
~ arrivals inbound / departures outbound
~ red / yellow / green / blue / black / white
civil / criminal
felony / misdemeanor misdemeanour
~ life / death
robbery / burglary / assault / rape / arson / fraud / smuggling / bribery / theft / extortion
shooting shootings / stabbing stabbings / bombing bombings
hurricane typhoon / tornado / earthquake quake / flood floods
~ bus / train / truck lorry / car / plane aircraft jet / helicopter / ship boat ferry
hausse / baisse
augmente augmenter / baisse baisser diminue
gestiegen stieg steigen / gefallen fiel sank sinken
gewonnen gewann / verloren verlor
subio subir aumento / bajo bajar cayo
gano / perdio
вырос выросла выросли / упал упала упали снизился снизились
murio muertos / heridos herido
morts mort tues / blesses blesse
tote toten tot getotet / verletzte verletzten verletzt
погибли погиб / пострадали ранены
"""
MEANING: dict[str, frozenset[tuple[int, int]]] = {}  # word -> (row, side)
EVERYDAY: frozenset[int] = frozenset(at for at, row in enumerate(_OPPOSED.strip().split("\n")) if row[0] == "~")
for _at, _row in enumerate(_OPPOSED.strip().split("\n")):
    for _side, _words in enumerate(_row.lstrip("~").split(" / ")):
        _some = [_words.strip()] if _words.strip() in BESIDE else _words.split()
        for _word in _some:
            MEANING[_word] = MEANING.get(_word, frozenset()) | {(_at, _side)}

MODALS: frozenset[str] = frozenset(["must", "may", "might", "could", "should"])
# Words that change what is said even where the other copy has nothing in their place.
ONE_SIDED: frozenset[str] = _set(
    "alleged allegedly accused suspected reportedly purportedly supposedly unconfirmed only optional voluntary mandatory "
    "compulsory partly partially partial attempted former ex acting deputy vice unless except "
    "minus"
)

TITLES: frozenset[str] = _set(
    "president chancellor king queen prince princess senator governor mayor secretary general ambassador spokesman spokeswoman "
    "spokesperson chairman chairwoman chief director judge justice sheriff captain colonel lieutenant sergeant deputy minister representative "
    "premier envoy professor lord lady sir pope bishop archbishop cardinal congressman congresswoman coach"
) | {"prime minister", "vice president"}  # fmt: skip
POLITE: frozenset[str] = frozenset(["mr", "mrs", "miss", "dr", "sir"])
POLITE_TO_WOMEN: frozenset[str] = frozenset(["mrs", "miss"])
PEOPLES: frozenset[str] = _set(  # whose names no ending gives away
    "french dutch greek greeks swiss thai thais czech czechs welsh arab arabs kurd kurds serb serbs croat croats turk turks dane danes swede swedes pole poles finn finns iraqi iraqis saudi saudis afghan afghans"
)
# Ordinary first words of a sentence, and what is said of a name there.
PEOPLE: frozenset[str] = _set("police nobody everyone everybody someone staff crew management nothing everything media")
SPOKE: frozenset[str] = _set(
    "said says told was is has had will would won lost beat took scored added wrote joined left made called died declined denied plans did hit sagte dit dijo"
)
ARTICLES: frozenset[str] = _set(  # before a capitalised word they make it a German noun
    "der die das den dem des ein eine einen einem einer eines im am zum zur vom beim ins kein keine keinen seine seinen ihre ihren diese dieser dieses"
)
OF: frozenset[str] = frozenset(["of", "the", "de", "del", "du", "des", "la", "der", "von"])  # inside names
JOINING: frozenset[str] = _set("and or with und oder mit et ou avec y o con и или с")

IRREGULAR: dict[str, str] = _canonical({
    "rise": "rose risen", "fall": "fell fallen", "win": "won", "lose": "lost", "take": "took taken", "give": "gave given", "go": "went gone",
    "come": "came", "see": "saw seen", "make": "made", "find": "found", "know": "knew known", "leave": "left", "meet": "met", "hold": "held",
    "keep": "kept", "lead": "led", "buy": "bought", "sell": "sold", "bring": "brought", "think": "thought", "teach": "taught", "fight": "fought",
    "speak": "spoke spoken", "break": "broke broken", "write": "wrote written", "drive": "drove driven", "begin": "began begun", "build": "built",
    "send": "sent", "spend": "spent", "pay": "paid", "stand": "stood", "run": "ran", "grow": "grew grown", "draw": "drew drawn", "throw": "threw thrown",
    "fly": "flew flown", "choose": "chose chosen", "steal": "stole stolen", "strike": "struck", "shoot": "shot", "seek": "sought", "catch": "caught",
    "feel": "felt", "mean": "meant", "deal": "dealt", "sit": "sat", "man": "men", "woman": "women", "child": "children", "foot": "feet",
    "die": "dying died", "lie": "lying lay lain", "get": "got gotten", "hear": "heard", "show": "shown", "eat": "ate eaten", "hide": "hid hidden",
})  # fmt: skip
NO_ADVERBS: frozenset[str] = _set(
    "july italy family families supply reply rally assembly bully fly ally rely apply comply multiply imply early elderly likely unlikely friendly costly "
    "deadly daily weekly monthly yearly belly jelly butterfly monopoly anomaly allegedly partly partially nearly only lonely ugly holy hourly orderly"
)

# Never "lost": they say nothing that an editor would miss.
LIGHT: frozenset[str] = _set(
    "a an the and or but nor so yet if then than that this these those there here it its he she they them his her their "
    "hers theirs him we us our ours you your i me my mine who whom whose which what when where why how as at by for "
    "from in into of off on onto out over to up upon with within about after before during since until till while "
    "through between among amid against toward towards under around near per via is are was were be been being am do "
    "does did done has have had having will would shall should can could may might must s t re ve ll d also still thus "
    "meanwhile however moreover therefore instead again already just now later earlier soon ever even too very much "
    "many more most other others another such same own both each some any all every said says say saying added adds add "
    "told tells tell noted notes stated states according announced explained reported one ones new well back away "
    "because although though whether either rather quite like including include includes included le la les un une des "
    "du de et en au aux il elle ils elles que qui dans par pour sur avec est sont ont se ce cette ces der die das den "
    "dem ein eine einen einem einer und oder im zu zum zur von vom mit auf ist sind war hat haben sich es sie er auch "
    "noch el los las una y o con por para del al su sus son fue ha han lo и в на с что он она они по из к о у за от же "
    "бы ete fur"
)
