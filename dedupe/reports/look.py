"""How a report may look where it is shown, and text that commands no terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from dedupe.accept import OPEN, Gate

_C0 = [code for code in range(0x20) if code not in (0x09, 0x0A)]
_C1 = range(0x7F, 0xA0)
_DIRECTION = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SURROGATES = range(0xD800, 0xE000)
# what JSON leaves as it is and a reader may obey, or cannot take
COMMANDING = [*_C1, *_DIRECTION, 0x2028, 0x2029, 0xFFFE, 0xFFFF, *_SURROGATES]
_CONTROL = {
    **{code: f"\\u{code:04x}" for code in COMMANDING},
    **{code: f"\\x{code:02x}" for code in [*_C0, *_C1]},
    **dict.fromkeys(_SURROGATES, "�"),
}
_LOGGED = re.compile(r"##(?=\w*\[)")  # the runners of GitHub, Azure and TeamCity obey it inside a line


class Look(NamedTuple):
    """Columns, whether colour may be used, and what was run."""

    width: int = 80
    color: bool = False
    command: str = "check"
    quiet: bool = False
    unsafe: bool = False
    typed: str = ""  # the paths as they were given
    gate: Gate = OPEN  # what the findings have passed


def plain(text: str) -> str:
    """Text in which control characters, direction marks and lone surrogates are spelt out; no log obeys it."""
    if not (text.isascii() and text.isprintable()):
        text = text.translate(_CONTROL)
    return _LOGGED.sub(r"#\\#", text) if "##" in text else text


def one_line(text: str) -> str:
    """The same, on one line: for names, which may hold anything."""
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


def unled(line: str) -> str:
    """A line that begins with no command to GitHub's runner, which looks behind the space in front."""
    return line if not line.lstrip().startswith("::") else line.replace("::", ":\\:", 1)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)
