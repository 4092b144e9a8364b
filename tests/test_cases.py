"""The golden cases: what is found in each story, what cleaning leaves of it, and that they cover everything."""

import json
from pathlib import Path

import pytest

import dedupe
from dedupe.codes import CODES
from dedupe.model import ACROSS, Role

CASES = sorted(
    path.parent for path in (Path(__file__).resolve().parent.parent / "fixtures/cases").glob("*/findings.json")
)
WORTH_A_LINE = ("code", "severity", "action", "blocks", "copies")


def expected(case):
    """The findings a case lists, and whether its notes are compared."""
    listed = json.loads((case / "findings.json").read_text(encoding="utf-8"))
    if isinstance(listed, dict):
        return listed["findings"], listed.get("notes") != "any"
    return listed, True


def story(case):
    return next(case.glob("story.*"))


def line_span(place):
    return {"line": place.line, "end_line": place.end_line}


def as_listed(finding):
    return {
        **{name: getattr(finding, name) for name in WORTH_A_LINE},
        "dropped": line_span(finding.dropped),
        "kept": line_span(finding.kept),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings(case):
    wanted, notes = expected(case)
    found = [finding for review in dedupe.check(story(case)) for finding in review.findings]
    if not notes:
        found = [finding for finding in found if finding.severity != "note"]
        wanted = [one for one in wanted if one["severity"] != "note"]
    found.sort(key=lambda finding: finding.dropped.start)
    core = [{name: one[name] for name in (*WORTH_A_LINE, "dropped", "kept")} for one in wanted]
    assert [as_listed(finding) for finding in found] == core
    for one, finding in zip(wanted, found, strict=True):
        assert finding.safe == (one["action"] == "remove")
        if "lost" in one:
            assert bool(finding.lost) == one["lost"]
        assert set(one.get("changes", ())) <= {change.kind for change in finding.changes}
        if "text" in one:
            assert finding.dropped.text == one["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cleaned(case):
    reviews = dedupe.check(story(case))
    assert dedupe.clean(reviews) == next(case.glob("cleaned.*")).read_bytes()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cleaning_again_finds_nothing_to_cut(case):
    cleaned = next(case.glob("cleaned.*"))
    assert [finding for review in dedupe.check(cleaned) for finding in review.findings if finding.safe] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_says_why(case):
    assert len((case / "why.md").read_text(encoding="utf-8").split()) > 15


def test_there_are_enough_cases():
    positive = [case for case in CASES if any(one["action"] == "remove" for one in expected(case)[0])]
    assert len(CASES) >= 40
    assert len(CASES) - len(positive) >= len(positive)


def test_every_code_has_a_case():
    listed = {one["code"] for case in CASES for one in expected(case)[0]}
    found = {finding.code for case in CASES for review in dedupe.check(story(case)) for finding in review.findings}
    across = {
        finding["code"]
        for path in sorted(CASES[0].parent.parent.glob("archives/*/findings.json"))
        for finding in json.loads(path.read_text(encoding="utf-8"))
    }
    assert listed | found == set(CODES) - ACROSS
    assert across >= ACROSS


def test_every_role_has_a_case():
    roles = {
        paragraph.role
        for case in CASES
        for review in dedupe.check(story(case))
        for paragraph in review.article.paragraphs
    }
    assert roles == set(Role)
