"""What a line of wire copy is, from its own form."""

import pytest

from dedupe.dateline import dateline
from dedupe.model import Role
from dedupe.roles import furniture, heading, headline

FURNITURE = {
    "asked-useful": ("Was this story useful? Tell us what you think, and sign up for our morning letter.", Role.PROMO),
    "asked-to-sign-up": ("Sign up for our newsletter to read the news first.", Role.PROMO),
    "published": ("Published: 17:56, July 12, 2022 | Updated: 18:00, July 12, 2022", Role.PUBLISHED),
    "updated": ("Updated 3:15 p.m. ET, Tue March 4, 2014", Role.PUBLISHED),
    "last-updated": ("Last updated on 12 May 2020 at 10.15 BST", Role.PUBLISHED),
    "first-published": ("First published: May 3, 2021", Role.PUBLISHED),
    "published-date": ("Published 12 May 2020", Role.PUBLISHED),
    "published-weekday": ("Published Tuesday, June 4, 2019", Role.PUBLISHED),
    "published-ago": ("Updated 5 hours ago", Role.PUBLISHED),
    "published-french": ("Publié le 12 mai 2020 à 10h15", Role.PUBLISHED),
    "published-french-updated": ("Mis à jour le 12/05/2020 à 18:02", Role.PUBLISHED),
    "published-german": ("Veröffentlicht am 3. Mai 2021", Role.PUBLISHED),
    "published-german-stand": ("Stand: 12.05.2020, 18:02 Uhr", Role.PUBLISHED),
    "published-spanish": ("Publicado el 12 de mayo de 2020", Role.PUBLISHED),
    "published-russian": ("Опубликовано: 12 мая 2020", Role.PUBLISHED),
    "published-chinese": ("发布时间：2022年7月12日 10:15", Role.PUBLISHED),
    "byline": ("By Reuters", Role.BYLINE),
    "byline-name": ("By Dave Graham and Matt Spetalnick", Role.BYLINE),
    "byline-capitals": ("BY JANE O'NEILL", Role.BYLINE),
    "byline-place": ("By JOHN SMITH, Associated Press Writer", Role.BYLINE),
    "byline-of": ("By Jane Doe of the Star staff", Role.BYLINE),
    "byline-german": ("Von Jan Müller", Role.BYLINE),
    "byline-french": ("Par Élise Durand", Role.BYLINE),
    "byline-spanish": ("Por Ana de la Cruz", Role.BYLINE),
    "byline-month-name": ("By April Jones", Role.BYLINE),
    "dateline": ("WASHINGTON, July 12 (Reuters) -", Role.DATELINE),
    "dateline-year": ("MEXICO CITY, July 12, 2022", Role.DATELINE),
    "caption-file": ("FILE PHOTO: A man walks past the bank in Rome, Italy, May 3, 2020.", Role.CAPTION),
    "caption-combination": (
        (
            "This combination of pictures created shows (left) US President Joe Biden and Mexican President Andres "
            "Manuel Lopez Obrador. (MANDEL NGAN / MEXICAN PRESIDENCY / AFP)"
        ),
        Role.CAPTION,
    ),
    "caption-this-photo": (
        (
            "In this Monday, June 3, 2019 file photo, a worker inspects the dam near Oroville in the hills, "
            "where the spillway gave way."
        ),
        Role.CAPTION,
    ),
    "caption-shows": ("This image provided by NASA shows the crater.", Role.CAPTION),
    "caption-credit": (
        "A boy carries water through the flooded market of the old town on Monday. (Photo by Ana Diaz)",
        Role.CAPTION,
    ),
    "caption-agency": ("Rescue workers at the mine in Soma on Tuesday (John Doe/AP)", Role.CAPTION),
    "caption-brackets": ("A nurse prepares a vaccine at a clinic in Leeds. [Photo/Agencies]", Role.CAPTION),
    "promo-also-read": ("ALSO READ:\u00a0Biden rebuked over guest list at Americas summit he is hosting", Role.PROMO),
    "promo-read-more": ("READ MORE:\u00a0Americas summit: US to push new economy, migration agenda", Role.PROMO),
    "promo-related": ("Related: Floods close main line", Role.PROMO),
    "promo-watch": ("Watch live: The president speaks", Role.PROMO),
    "promo-french": ("À lire aussi : La Loire remonte", Role.PROMO),
    "promo-german": ("Lesen Sie auch: Der Rhein steigt", Role.PROMO),
    "promo-spanish": ("Lea también: El río sube", Role.PROMO),
    "promo-russian": ("Читайте также: Река поднимается", Role.PROMO),
    "promo-arabic": ("اقرأ أيضا: ارتفاع منسوب النهر", Role.PROMO),
    "promo-chinese": ("相关阅读：河水上涨", Role.PROMO),
    "advisory-eds": ("Eds: UPDATES with quotes, background. AP Video.", Role.ADVISORY),
    "advisory-note": ("Editor's note: This story contains descriptions of violence.", Role.ADVISORY),
    "advisory-note-curly": ("EDITORS’ NOTE: The spelling of the name has changed.", Role.ADVISORY),
    "advisory-adds": ("(Adds quotes, details from paragraph 4)", Role.ADVISORY),
    "advisory-corrects": ("(Corrects spelling of Obrador in second paragraph.)", Role.ADVISORY),
    "advisory-attention": ("ATTENTION EDITORS - VISUAL COVERAGE OF SCENES OF INJURY OR DEATH", Role.ADVISORY),
    "advisory-correction": ("Correction: An earlier version gave a wrong age.", Role.ADVISORY),
    "advisory-correction-date": ("CORRECTION (May 4, 2020): The name was wrong.", Role.ADVISORY),
    "advisory-embargo": ("EMBARGOED UNTIL 0001 GMT: Not for use before Monday", Role.ADVISORY),
    "advisory-notes-to": ("Notes to editors", Role.ADVISORY),
    "slug-update": ("UPDATE 1-Mexico leader to visit White House", Role.SLUG),
    "slug-wrapup": ("WRAPUP 3-Storm kills two in Spain", Role.SLUG),
    "slug-ap": ("BC-US--Summit,150", Role.SLUG),
    "slug-writethru": ("Mexico-US Summit, 1stLd-Writethru", Role.SLUG),
    "slug-lead": ("Summit 2nd Ld", Role.SLUG),
    "take-more": ("(MORE)", Role.SLUG),
    "take-more-plain": ("MORE", Role.SLUG),
    "ends": ("ENDS", Role.SLUG),
    "thirty": ("--30--", Role.SLUG),
    "hashes": ("###", Role.SLUG),
    "end-chinese": ("（完）", Role.SLUG),
    "credit": ("(Reporting by Dave Graham; Editing by Alistair Bell)", Role.CREDIT),
    "credit-plain": ("Reporting by Dave Graham in Mexico City; Editing by Alistair Bell", Role.CREDIT),
    "credit-long": (
        (
            "Reporting by Dave Graham in Mexico City, Matt Spetalnick in Washington and Ana Martinez in Monterrey; "
            "Editing by Alistair Bell"
        ),
        Role.CREDIT,
    ),
    "credit-additional": ("Additional reporting by Ana Isabel Martinez", Role.CREDIT),
    "credit-french": ("Rédigé par Jean Dupont", Role.CREDIT),
    "signoff-initials": ("dg/mb/ks", Role.SIGNOFF),
    "signoff-agency": ("--AP", Role.SIGNOFF),
    "signoff-dpa": ("dpa ah cb yy", Role.SIGNOFF),
    "signoff-copyright": ("© 2022 The Associated Press. All rights reserved.", Role.SIGNOFF),
    "signoff-copyright-word": ("Copyright 2022 The Associated Press. All rights reserved.", Role.SIGNOFF),
    "signoff-standards": ("Our Standards: The Thomson Reuters Trust Principles.", Role.SIGNOFF),
    "table-tabs": ("Hamburg\t12\t14", Role.TABLE),
    "table-gaps": ("Milwaukee      12   9   .571", Role.TABLE),
    "table-bars": ("Team | Won | Lost", Role.TABLE),
    "table-numbers": ("Smith 34 21 7", Role.TABLE),
    "row-dash": ("- fresh water", Role.ROW),
    "row-bullet": ("• No school on Monday", Role.ROW),
    "row-number": ("3. Bread and milk", Role.ROW),
    "item-number": ("1. Boil all water for at least one minute before drinking it.", Role.ITEM),
    "item-number-eight": ("1. Boil all water for at least one minute.", Role.ITEM),
    "row-number-seven": ("1. Boil all water for one whole minute.", Role.ROW),
    "item-bullet": ("* The bridge will stay closed to lorries until the end of May.", Role.ITEM),
    "item-chinese": ("1. 市政府周二表示，所有学校将在星期一重新开放。", Role.ITEM),
}

COPY = {
    "by-tuesday": "By Tuesday the water had fallen by a metre.",
    "by-tuesday-open": "By Tuesday the water had",
    "by-then": "By then most of the town was",
    "by-noon": "By noon all three bridges were closed to traffic",
    "by-date": "By May 3 the river had gone down",
    "by-contrast": "By contrast sales in Asia fell",
    "by-the": "By The Hague's own count the number is lower, officials said.",
    "von-body": "Von Montag an fahren wieder alle Züge",
    "par-body": "Par ailleurs, le maire a démissionné.",
    "por-body": "Por otra parte, el alcalde dimitió",
    "published-figures": "Published figures show a fall of 12 percent.",
    "published-figures-long": "Published figures show that 12,000 people left the county in the year to June.",
    "published-in": "Published in 1984, the novel sold two million copies.",
    "updated-rules": "Updated rules will take effect on 3 May.",
    "updated-list": "Updated lists of the 12 streets are on the council's website.",
    "posted-notices": "Posted notices warn of fines of up to $500.",
    "stand-german": "Stand die Mannschaft nach 20 Minuten noch hinten, lag sie zur Pause vorn.",
    "watch-sales": "Watch sales rose 4 percent in the first half.",
    "related-costs": "Related costs rose by half, the company said.",
    "listen": "Listen to the river, the old men say.",
    "recommended": "Recommended doses have been halved.",
    "correction-officers": "Correction officers said the fire began in the kitchen.",
    "correction-officers-colon": "Correction officers said this: the fire began in the kitchen.",
    "editors": "Editors at three papers said the minister had called: none would say why.",
    "embargo": "Embargo talks stalled on Monday: neither side would give ground.",
    "advisory-council": "Advisory councils met in three towns.",
    "more-than": "More than 200 people were hurt.",
    "more-than-long": "More than 200 people were hurt when a train left the rails near the border on Monday.",
    "copyright": "Copyright lawyers said the ruling was wrong.",
    "photo-evidence": "Photo evidence was shown to the court.",
    "this-picture": "This picture is changing, ministers say.",
    "this-image": "This image problem has cost the party many votes, she said, and it will cost it more this year.",
    "these-images": "These images will stay with me, he said.",
    "reporting-by": "Reporting by the inspectors was late every year.",
    "writing-by": "Writing by hand is good for the memory, a study found.",
    "end": "End of story, he said.",
    "short": "No one was hurt.",
    "short-said": "Police are investigating.",
    "quote": '"I will not go," she said.',
    "number-first": "12 people were hurt in the crash.",
    "numbers": "Of 500 asked, 300 said yes.",
    "numbers-wrapped": "and 2,100 in 2021",
    "numbers-many": "In 2019, 2020 and 2021 there were none.",
    "party-credit": "The motion was put by the leader of the house, Friedrich Merz (CDU/CSU).",
    "brackets": "She was the first woman to hold the post (her mother had been refused it).",
    "us-led": "US-led, the force has 12 members.",
    "us-mexico": "US-Mexico trade rose 3 percent.",
    "update-verb": "UPDATE clauses are common in such deals, he said.",
    "am-clock": "AM radio is dying, the station said.",
    "date-line-body": "WASHINGTON - Mexico's leader will visit the White House on Tuesday.",
    "date-line-reuters": "MEXICO CITY, July 12 (Reuters) - Mexico's leader will visit the White House.",
    "date-line-ap": "OROVILLE, Calif. (AP) — The dam held.",
    "date-line-german": "Berlin (dpa) - Der Bundestag hat das Gesetz beschlossen.",
    "date-line-french": "PARIS, 12 mai (Reuters) - La Loire remonte.",
    "french": "Le maire a déclaré mardi que les écoles resteraient fermées.",
    "french-guillemets": "« Nous n'irons pas », a-t-il dit.",
    "german": "Der Bürgermeister sagte am Dienstag, die Schulen blieben geschlossen.",
    "spanish": "El alcalde dijo el martes que las escuelas seguirán cerradas.",
    "spanish-question": "¿Cuándo volverán? Nadie lo sabe.",
    "russian": "Мэр заявил во вторник, что школы останутся закрытыми.",
    "russian-dash": "Москва — Мэр заявил во вторник, что школы останутся закрытыми.",
    "arabic": "قال رئيس البلدية يوم الثلاثاء إن المدارس ستبقى مغلقة.",
    "chinese": "市长周二表示，学校将继续关闭。",
    "chinese-xinhua": "新华社北京5月3日电 市长周二表示，学校将继续关闭。",
    "japanese": "市長は火曜日、学校は引き続き休校になると述べた。",
    "korean": "시장은 화요일 학교가 계속 문을 닫을 것이라고 말했다.",
}

DATELINES = {
    "plain": ("WASHINGTON - Mexico's leader", "WASHINGTON - "),
    "reuters": ("MEXICO CITY, July 12 (Reuters) - Mexico's leader", "MEXICO CITY, July 12 (Reuters) - "),
    "ap": ("OROVILLE, Calif. (AP) — The dam held.", "OROVILLE, Calif. (AP) — "),
    "two-places": ("PARIS/LONDON, May 3 - The two", "PARIS/LONDON, May 3 - "),
    "double-hyphen": ("ROME (AP) -- The pope", "ROME (AP) -- "),
    "day-first": ("PARIS, 12 mai (Reuters) - La Loire", "PARIS, 12 mai (Reuters) - "),
    "no-break": ("WASHINGTON –\u00a0Mexico's leader", "WASHINGTON –\u00a0"),
    "accents": ("SÃO PAULO - O rio", "SÃO PAULO - "),
    "saint": ("ST. LOUIS (AP) - The river", "ST. LOUIS (AP) - "),
    "dash-only": ("WASHINGTON—Mexico's leader", "WASHINGTON—"),
    "none": ("Mexico's leader will visit", ""),
    "hyphenated": ("US-Mexico trade rose", ""),
    "hyphenated-short": ("US-led forces", ""),
    "covid": ("COVID-19 cases rose", ""),
    "acronym": ("NATO said on Monday", ""),
    "alone": ("WASHINGTON -", ""),
    "empty": ("", ""),
    "chinese": ("市长周二表示", ""),
}


@pytest.mark.parametrize(("text", "role"), FURNITURE.values(), ids=FURNITURE)
def test_furniture(text, role):
    assert furniture(text) is role


@pytest.mark.parametrize("text", COPY.values(), ids=COPY)
def test_copy(text):
    assert furniture(text) is None


@pytest.mark.parametrize("text", [text for text in COPY.values() if text[-1] in '.。"”'])
def test_a_sentence_is_neither_headline_nor_heading(text):
    assert not headline(text)
    assert not heading(text)


@pytest.mark.parametrize(("text", "line"), DATELINES.values(), ids=DATELINES)
def test_dateline(text, line):
    assert text[: dateline(text)] == line


@pytest.mark.parametrize(
    "text",
    [
        "Presidents of US, Mexico to meet after summit tensions",
        "Who will pay?",
        "Floods: what we know",
        "‘We will not go’",
        "墨西哥总统访问白宫",
        "Präsidenten treffen sich nach Streit",
    ],
)
def test_headline(text):
    assert furniture(text) is None
    assert headline(text)


@pytest.mark.parametrize("text", ["What comes next", "THE COST", "Wie es weitergeht", "Что дальше", "下一步"])
def test_heading(text):
    assert furniture(text) is None
    assert heading(text)


@pytest.mark.parametrize(
    "text",
    ["and then the river", "The river rose to the", "He said,", '"Never', "The river fell.", "Why?", "They said:"],
)
def test_no_heading(text):
    assert not heading(text)
