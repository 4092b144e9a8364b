"""What each code means, for a person, with an example."""

from __future__ import annotations

CODES: dict[str, str] = {
    "exact": """exact: the same words twice, with the same facts.

  Line 4   Police said the road would stay closed until Monday.
  Line 9   Police said the road would stay closed until Monday.

Case, quotation marks, dashes and house style (U.S./US, per cent/%) do not
count. An error: one copy is cut. Where no copy is damaged or fuller, the
earlier one stays.
""",
    "reworded": """reworded: the same passage in other words, and nothing is lost by cutting one.

  Line 11  An official acknowledged "exasperation" over President Lopez's no-show
  Line 17  An official acknowledged "exasperation" over Lopez's no-show.

An error: the damaged or thinner copy is cut. Every name, number, date,
quotation and content word of it stands in what remains of the story.
""",
    "contained": """contained: one passage stands inside another, or a sentence stands again in
another paragraph.

  Line 6   The fire broke out at noon. Police said the road would stay closed until Monday.
  Line 13  Police said the road would stay closed until Monday.

An error: the inner copy, or the second sentence, is cut. The rest of its
paragraph stays.
""",
    "loses": """loses: a repeat, but the copy to cut says something that stands nowhere else
in the story.

  Line 8   The mayor will meet residents on Friday.
  Line 18  The mayor, Ana Ruiz, will meet residents on Friday.

A warning: nothing is cut. Keep the fuller copy, or move those words before
cutting. `clean --unsafe` cuts it all the same.
""",
    "conflict": """conflict: two copies of one passage disagree on a fact: a number, date, name,
quotation, negation or meaning word.

  Line 5   The blast killed 12 people, officials said.
  Line 6   The blast killed 15 people, officials said.

A warning; an error when the copies stand side by side or inside a longer
repeated block and differ in nothing else. Nothing is ever cut, with no
option: check the source.
""",
    "echo": """echo: a repeat that is meant: a headline, caption, pull quote, refrain,
summary, question, or parallel text about different things.

  Line 3   "We will not go back," she said.        (a pull quote)
  Line 16  "We will not go back," she said at the rally on Friday.

A note: nothing to do.
""",
    "republished": """republished: a paragraph, or several in a row, that stands in another article too.

  a.md line 5   Police said the road would stay closed until Monday.
  b.md line 9   Police said the road would stay closed until Monday.

A note, with `--scope archive`: the earlier article in the order of their paths
is named, with the others. Copies that differ in a fact are told so. Nothing is
cut.
""",
    "boilerplate": """boilerplate: a paragraph that stands in many articles, ten or more.

  a.md line 30  Jane Doe reports on courts and police for the Herald.
  b.md line 28  Jane Doe reports on courts and police for the Herald.
  and 41 more

A note, with `--scope archive`; `--boilerplate-after` says how many are many.
Nothing is cut.
""",
    "version": """version: a whole story of which a later version stands in the archive.

  a.txt   UPDATE 1-Quake kills 12 in Chile
  b.txt   UPDATE 2-Quake toll rises in Chile: 2 paragraphs new, 12 became 15

A note, with `--scope archive`, on the older version: which story comes next, and
what changed between the two, facts first. Numbers such as UPDATE 2 and 2nd Ld
say which is newer; else the dates, the version fields of the records, or that
the later story says all of the earlier one and more. A correction stands behind
what it corrects. Where nothing tells which is newer, nothing is said. Nothing is
cut.
""",
}
