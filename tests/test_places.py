"""Places: what is counted a quick way is what the plain definition says."""

from __future__ import annotations

import json
import random

import pytest

from dedupe.formats.jsontext import said, strings
from dedupe.formats.laid import in_bytes
from dedupe.source import from_bytes

_SIGNS = ["a", "bc d", "\n", '"', "\\", "\t", "é", "€", "😀", "/", "u", "n", "{", "[", ",", ": "]


def made(seed: int) -> str:
    """A text with characters of every width and all that JSON escapes."""
    chance = random.Random(seed)
    return "".join(chance.choice(_SIGNS) for _ in range(40))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("seed", range(20))
def test_characters_stand_where_the_encoded_text_before_them_ends(seed: int, encoding: str) -> None:
    source = from_bytes(made(seed).encode(encoding), "a.txt")
    places = list(range(len(source.text) + 1))
    assert in_bytes(source, places) == [
        source.bom + len(source.text[:place].encode(source.encoding)) for place in places
    ]


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_a_string_says_what_json_reads_in_it_and_where_each_character_stands(seed: int, *, plain: bool) -> None:
    words = json.dumps(
        {"id": 7, "rows": [{"k": made(seed)}, made(seed + 1)], "last": made(seed + 2)}, ensure_ascii=plain
    )
    found = list(strings(words, 0, len(words)))
    assert [one.path for one in found] == [("rows", 0, "k"), ("rows", 1), ("last",)]
    for number, one in enumerate(found):
        inner = said(words, one.start, one.end)
        assert inner.text == made(seed + number)
        for at, char in enumerate(inner.text):
            assert json.loads(f'"{words[inner.begin(at) : inner.stop(at + 1)]}"') == char
