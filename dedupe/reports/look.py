"""How a report may look where it is shown, and text that commands no terminal."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_CONTROL = {
    **{code: f"\\x{code:02x}" for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in (0x09, 0x0A)},
    **{code: f"\\u{code:04x}" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    **{code: f"\\u{code:04x}" for code in (0x2028, 0x2029)},
    **dict.fromkeys(range(55296, 57344), "�"),
}


class Look(NamedTuple):
    """Columns, whether colour may be used, and what was run."""

    width: int = 80
    color: bool = False
    command: str = "check"
    quiet: bool = False
    unsafe: bool = False
    typed: str = ""  # the paths as they were given


def plain(text: str) -> str:
    """Text in which control characters, direction marks and lone surrogates are spelt out."""
    return text if text.isascii() and text.isprintable() else text.translate(_CONTROL)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)
