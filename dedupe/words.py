"""One definition of a word: normalise text, count its words and sentences, hash them on arrays."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

PARAGRAPH, SENTENCE = "\x1e", "\x1f"

_NON_ASCII = re.compile(rb"[\x80-\xff]+")
_DELETED = re.compile("[‘’‛ʼʹ´′\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_ODD_RUN = re.compile(r"[^\w\x00-\x7f]{32,}")
_ACCENTS = re.compile("(^|[a-z\u0370-\u03ff])[\u0300-\u036f]+")
_VOWEL_POINTS = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
_SEPARATORS = re.compile("[^\\w\u0300-\u036f\u0900-\u109f\u1780-\u17ff%.,-]+")
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_KEPT = frozenset(f"%.,-{PARAGRAPH}{SENTENCE}".encode())
_ASCII = bytes(
    c if c in _KEPT or not chr(c).isascii() else ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(256)
)
# each begins with letters, which is what the search for it is quick by
_PER_CENT = (re.compile(rb"per[ -]?cent(?![a-z])"), re.compile(rb"pct(?![a-z])"))
_THOUSANDS = re.compile(rb",(?=[0-9]{3}(?![0-9]))(?<=[0-9],)")
_ACRONYM = re.compile(rb"\.(?=[a-z](?![a-z0-9]))(?<=(?<![a-z0-9])[a-z]\.)")
_DECIMAL = re.compile(rb"\.(?=[0-9])(?<=[0-9]\.)")
_POINTS = bytes.maketrans(b".,-\x1d", b"   .")

_MAX_FOLDED = 50_000
_FEW = 2048  # bytes; of fewer, a search is quicker than arrays
_folded: dict[bytes, bytes] = {}


def _capped(run: re.Match[str]) -> str:
    """At most four combining marks in a row: ordering more of them is quadratic in `unicodedata.normalize`."""
    kept, marks = [], 0
    for char in run[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4:  # noqa: PLR2004  no script stacks more
            kept.append(char)
    return "".join(kept)


def _fold(raw: bytes) -> bytes:
    """One run of non-ASCII characters in comparable form; what is no letter, digit or mark becomes a space."""
    known = _folded.get(raw)
    if known is not None:
        return known
    text = _ODD_RUN.sub(_capped, _DELETED.sub("", raw.decode("utf-8", "surrogatepass").casefold()))
    text = _ACCENTS.sub(r"\1", unicodedata.normalize("NFKD", text).casefold())
    text = unicodedata.normalize("NFC", _VOWEL_POINTS.sub("", text)).replace("ё", "е")
    text = _SPACELESS.sub(r" \g<0> ", _SEPARATORS.sub(" ", text))
    if len(_folded) >= _MAX_FOLDED:
        _folded.clear()
    found = _folded[raw] = text.encode("utf-8", "surrogatepass")
    return found


def _plain(data: bytes) -> bytes:
    """UTF-8 with every run of non-ASCII characters in comparable form."""
    if data.isascii():
        return data
    if len(data) < _FEW:
        return _NON_ASCII.sub(lambda run: _fold(run[0]), data)
    high = np.frombuffer(b"".join((b" ", data, b" ")), dtype=np.uint8) >= 0x80  # noqa: PLR2004  what ASCII ends with
    edges = np.flatnonzero(high[1:] != high[:-1]).tolist()
    pieces: list[bytes] = []
    at = 0
    for start, end in zip(edges[0::2], edges[1::2], strict=True):
        pieces += (data[at:start], _fold(data[start:end]))
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)


def _sign(run: re.Match[bytes]) -> bytes:
    """The sign for a word that means per cent, if it is a word of its own."""
    at = run.start()
    return run[0] if at and run.string[at - 1 : at].isalpha() else b" % "


def _normalised(text: str) -> bytes:
    """UTF-8 in which words are separated by spaces; the marks `PARAGRAPH` and `SENTENCE` are kept."""
    data = _plain(text.encode("utf-8", "surrogatepass")).translate(_ASCII, b"'`").replace(b"%", b" % ")
    for pattern in _PER_CENT:
        data = pattern.sub(_sign, data)
    data = _ACRONYM.sub(b"", _THOUSANDS.sub(b"", data))
    return _DECIMAL.sub(b"\x1d", data).translate(_POINTS)


def normalise(text: str) -> str:
    """The words of a text, one space between: no case, quotes, dashes or accents; "U.S." is "us", "per cent" is "%"."""
    return " ".join(words(text))


_NO_MARKS = {ord(PARAGRAPH): " ", ord(SENTENCE): " "}


def words(text: str) -> list[str]:
    """The normalised words of a text."""
    if PARAGRAPH in text or SENTENCE in text:
        text = text.translate(_NO_MARKS)
    return _normalised(text).decode("utf-8", "surrogatepass").split()


_SPACE = " \t\n\r\u00a0\u2002-\u200a\u202f"
_SENTENCE_END = re.compile(  # one class of characters begins them all: the search for it is quick
    f"[.!?…:。！？](?:(?<=[.!?…])[\"'”’»)\\]]*[{_SPACE}]+(?=[\"'“‘«(\\[¿¡„]*[^\\W_a-zа-яß-öø-ÿ])"
    "|(?<=[。！？])[」』”’）]*(?=[^\\s」』”’）])"
    "|(?<=:)[ \t]?\r?\n[ \t]*(?=[A-Z]))"
)
_LONGER = 7  # letters; no abbreviation has so many
_ABBREVIATION = re.compile(
    "(?:^|[^\\w.])(?:[^\\W\\d_]|[A-Za-z](?:\\.[A-Za-z])+|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Cmdr|Adm|Maj|Rev|Hon"
    "|St|Sr|Jr|No|Nos|Fig|vs|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mt|Ft|Mme|Mlle|Sra|Srta|Dra"
    "|approx|Art|art|bzw|ca|Nr|usw|etc|cf|al)\\.$"
)


def _ends(text: str) -> Iterator[re.Match[str]]:
    for match in _SENTENCE_END.finditer(text):
        at = match.start()
        long = at >= _LONGER and text[at - _LONGER : at].isalpha()
        if text[at] != "." or long or not _ABBREVIATION.search(text, max(0, at - 12), at + 1):
            yield match


def sentences(text: str) -> list[tuple[int, int]]:
    """The trimmed spans (characters) of the sentences of a paragraph, in order."""
    spans, start = [], 0
    for match in _ends(text):
        spans.append((start, start + len(text[start : match.end()].rstrip())))
        start = match.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


@dataclass(frozen=True)
class Words:
    """The hashed words of a batch of texts."""

    hashes: NDArray[np.uint64]  # [words]
    texts: NDArray[np.int64]  # [texts + 1] offsets into `hashes`
    sentences: NDArray[np.int64]  # [sentences + 1] offsets into `hashes`; every text boundary is one of them


def hash_words(texts: Sequence[str], *, parted: bool = True) -> Words:
    """Hash the normalised words of a batch of texts.

    Where they are `parted`, sentences are told apart by the rule of `sentences`; else each text is one.
    """
    joined = PARAGRAPH.join(texts)
    if SENTENCE in joined or joined.count(PARAGRAPH) >= max(1, len(texts)):
        joined = PARAGRAPH.join(text.translate(_NO_MARKS) for text in texts)
    marked, start = [], 0
    for match in _ends(joined) if parted else ():
        marked.append(joined[start : match.end()])
        start = match.end()
    marked.append(joined[start:])
    data = _normalised(SENTENCE.join(marked))
    buffer = np.frombuffer(b"".join((b" ", data, b" ")), dtype=np.uint8)
    inside = buffer > 0x20  # noqa: PLR2004  the blank
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[0::2], edges[1::2]
    paragraphs = np.flatnonzero(buffer[1:] == ord(PARAGRAPH))
    breaks = np.flatnonzero(buffer[1:] == ord(SENTENCE))
    count = len(starts)
    inner = np.searchsorted(starts, paragraphs)
    bounds = np.concatenate(([0], inner, [count])) if len(texts) else np.zeros(1, dtype=np.int64)
    return Words(
        _hashed(data, starts, ends),
        bounds,
        _distinct(np.concatenate((bounds, np.searchsorted(starts, breaks)))),
    )


def joined(one: Words, two: Words) -> Words:
    """The words of two batches of texts, one behind the other."""
    texts, sentences = (
        np.concatenate((first, second[1:] + len(one.hashes)))
        for first, second in ((one.texts, two.texts), (one.sentences, two.sentences))
    )
    return Words(np.concatenate((one.hashes, two.hashes)), texts, sentences)


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_33 = np.uint64(33)
_FIRST = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)  # the bits of the first bytes
_LONG = 64


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """MurmurHash3's 64-bit finaliser, element by element."""
    values = (values ^ (values >> _33)) * _M1
    values = (values ^ (values >> _33)) * _M2
    return values ^ (values >> _33)


def _hashed(data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """64-bit hashes of `data[starts:ends]`, eight bytes a round for all words that still have some."""
    loads = np.ndarray((len(data) + 1,), dtype="<u8", buffer=data + b"\0" * 8, strides=(1,))
    lengths = ends - starts
    hashes = mix(lengths.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15))
    hashes = mix((hashes ^ (loads[starts] & _FIRST[np.minimum(lengths, 8)])) * _M2)  # no word is empty
    active = np.arange(len(starts))
    for done in range(8, _LONG, 8):
        active = active[lengths[active] > done]
        if not len(active):
            break
        mask = _FIRST[np.minimum(lengths[active] - done, 8)]
        hashes[active] = mix((hashes[active] ^ (loads[starts[active] + done] & mask)) * _M2)
    for at in np.flatnonzero(lengths > _LONG).tolist():
        digest = hashlib.blake2b(data[starts[at] : ends[at]], digest_size=8).digest()
        hashes[at] = int.from_bytes(digest, "little")
    return hashes
