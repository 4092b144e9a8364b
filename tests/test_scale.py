"""The archives of benchmarks/scale.py and the exact join they are judged by."""

import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

BENCHMARKS = str(Path(__file__).resolve().parent.parent / "benchmarks")
SYLLABLES = ["ba", "con", "der", "el", "fi", "gar", "ho", "in", "ka", "lo", "men", "na", "or", "pe", "ra", "son", "ter"]


def told(name):
    """A module of the benchmarks."""
    if BENCHMARKS not in sys.path:
        sys.path.insert(0, BENCHMARKS)
    return __import__(name)


def prose(draw, sentences):
    runs = [["".join(draw.choices(SYLLABLES, k=3)) for _ in range(draw.randint(14, 40))] for _ in range(sentences)]
    return " ".join(" ".join(run).capitalize() + "." for run in runs)


@pytest.fixture(scope="module", autouse=True)
def _many_repeats():
    """Of every kind, in few stories."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(told("archive"), "WITHIN", 0.4)
        patch.setattr(told("archive"), "UPDATES", 0.1)
        patch.setattr(told("archive"), "REWORDED", 0.2)
        patch.setattr(told("archive"), "POOL", 2000)
        yield


@pytest.fixture(scope="module")
def stock():
    draw = random.Random(1)
    posts = [{"text": "\n\n".join(prose(draw, 3) for _ in range(12))} for _ in range(60)]
    reworded = []
    for number in range(40):
        words = prose(draw, 2).split()
        reworded.append(
            {"path": f"{number}.md", "old": " ".join(words), "new": " ".join([*words[:5], "very", *words[5:]])}
        )
    return told("archive").stocked(posts, reworded, draw)


@pytest.fixture(scope="module")
def archive(stock, tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "wire.jsonl"
    return path, told("archive").written(stock, 1000, path, seed=2)


def stories(path):
    return [json.loads(line)["text"].split("\n\n") for line in path.read_bytes().splitlines()]


def links(path):
    return [json.loads(line) for line in told("archive").truth_of(path).read_bytes().splitlines()]


def test_one_seed_makes_one_archive(stock, archive, tmp_path):
    path, made = archive
    again, other = tmp_path / "again.jsonl", tmp_path / "other.jsonl"
    assert told("archive").written(stock, 1000, again, seed=2) == made
    assert again.read_bytes() == path.read_bytes()
    assert (
        made.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() != told("archive").written(stock, 60, other, 3)[3]
    )
    assert (made.stories, made.size) == (len(stories(path)), path.stat().st_size)
    assert 1000 <= made.paragraphs == sum(map(len, stories(path))) < 1050


def test_the_truth_says_what_stands_where(archive):
    path, _ = archive
    texts, jaccard = stories(path), told("generated").jaccard
    counted = Counter()
    for link in links(path):
        if link["kind"] == "version":
            assert link["one"] < link["two"]
            counted["version of a story"] += 1
            continue
        (story, at), (later, place) = link["one"], link["two"]
        one, two = texts[story][at], texts[later][place]
        assert (story, at) < (later, place)
        assert (story == later) == (link["kind"] == "within")
        counted[link["kind"], link["how"]] += 1
        if link["how"] == "sentence":
            assert set(told("archive").SENTENCE.findall(one)) & set(told("archive").SENTENCE.findall(two))
        else:
            assert jaccard(one, two) == pytest.approx(link["jaccard"], abs=0.001)
            assert (one == two) == (link["jaccard"] == 1) or link["how"] == "near"
    assert {"version of a story", ("within", "exact"), ("within", "near"), ("within", "sentence")} <= counted.keys()
    assert {("across", how) for how in ("exact", "near", "reworded", "version")} <= counted.keys()
    assert counted["boilerplate", "exact"] >= 3


def test_what_is_planted_is_found(archive, tmp_path):
    path, _ = archive
    scale = told("scale")
    report = tmp_path / "report.jsonl"
    with report.open("wb") as file:
        subprocess.run(scale.check(path, "archive"), stdout=file, check=False)
    shares = scale.found(told("archive").truth_of(path), report, across=True)
    assert shares["within, exact"][1] == shares["across, exact"][1] == shares["boilerplate, exact"][1] == 1
    judged = told("exhaustive").judged(path, told("archive").truth_of(path), report, 1000)
    assert judged["by_chance"] <= 2
    assert judged["precision"] == 1
    assert judged["pairs_0.7_recall"] == 1
    assert judged["pairs_0.7_differing"] > 20
    report.write_bytes(b"")
    assert scale.found(told("archive").truth_of(path), report, across=True)["across, exact"][1] == 0
    assert told("exhaustive").judged(path, told("archive").truth_of(path), report, 1000)["pairs_0.5_recall"] == 0


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=3, max_size=12).map(" ".join), min_size=1, max_size=30))
def test_the_join_has_every_pair(texts):
    sets = []
    for text in texts:
        words = text.split()
        sets.append({tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))})
    wanted = {}
    for two, others in enumerate(sets):
        for one, some in enumerate(sets[:two]):
            jaccard = len(some & others) / len(some | others)
            if jaccard >= 0.5:
                wanted[one, two] = jaccard
    pairs = told("exhaustive").alike(texts)
    got = dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.jaccard.tolist(), strict=True))
    assert got == pytest.approx(wanted)


def test_families_are_what_pairs_connect():
    exhaustive = told("exhaustive")
    family = exhaustive.families([(1, 2), (3, 4), (4, 2), (7, 8)])
    assert exhaustive.tied(family, 1, 3)
    assert not exhaustive.tied(family, 1, 7)
    assert not exhaustive.tied(family, 1, 9)
    assert not exhaustive.tied(family, 9, 9)


def test_a_report_gives_the_paragraphs_of_its_blocks(tmp_path):
    side = {"paragraph": 3}
    finding = {"code": "exact", "kept": side, "dropped": {"paragraph": 7}, "blocks": 2}
    far = {**finding, "kept": {**side, "article": "4"}, "blocks": 1}
    report = tmp_path / "report.jsonl"
    report.write_text(json.dumps({"article": "9", "findings": [finding, far]}) + "\n")
    ends = [both for _, both in told("exhaustive").edges(report)]
    assert ends == [((9, 1), (9, 5)), ((9, 2), (9, 6)), ((4, 1), (9, 5))]
