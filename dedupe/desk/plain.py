"""Sentences that tell what to type, told to a person at the page, who types nothing."""

from __future__ import annotations

import re

_SAID = tuple(
    (re.compile(typed), plain)
    for typed, plain in (
        (r"clean it without --tracked, or cut by hand what `dedupe check` shows", "take it without tracked changes"),
        (r"(?:; the file is as it was\. C|; c)ut by hand what `dedupe check` shows", "; edit it by hand"),
        (r"(?:if it is|say|name) [^;]*--encoding(?: [\w-]+)?(?: or [\w-]+)?", "save it as UTF-8"),
        (r" or read it with --format text", ""),
        (r"if it holds a record a line, say --format jsonl", "if it holds a record a line, name it .jsonl"),
        (r"; say --text-field (\S+) if that is it", r"; it may be in \1, which is not read here"),
        (r", the field that --text-field names", ""),
    )
)


def plain(message: str) -> str:
    """A message without the options and the commands that it names."""
    for typed, said in _SAID:
        message = typed.sub(said, message)
    return message
