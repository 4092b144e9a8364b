"""Facts, on the raw text: what two copies of a passage disagree on, and what a cut would take from an article."""

from dedupe.facts.changes import compare, disagree
from dedupe.facts.forms import stem
from dedupe.facts.losses import Known, known, lost

__all__ = ["Known", "compare", "disagree", "known", "lost", "stem"]
