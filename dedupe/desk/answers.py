"""What is sent back, and how a refusal looks."""

from __future__ import annotations

import json
from typing import NamedTuple

from dedupe.reports.look import one_line

LARGEST = 20 << 20  # bytes of a body


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    kind: str  # the content type
    body: bytes
    name: str = ""  # of a file to be saved


def as_json(value: object, status: int = 200) -> Answer:
    """A value as JSON."""
    return Answer(status, "application/json", json.dumps(value, separators=(",", ":")).encode("ascii"))


def refused(status: int, message: str) -> Answer:
    """A refusal: one plain line."""
    return as_json({"error": one_line(message)}, status)
