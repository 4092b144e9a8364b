"""Comments that accept a repeat."""

import json
import re

import pytest
from running import dedupe

TWICE = "The harbour master closed the port on Monday after the storm tore two cranes from the quay."
OTHER = "Ferries to the islands were cancelled until further notice, the operator said in the evening."
THIRD = "Fishing boats stayed in the inner basin, and the market opened two hours late on Tuesday."


def check(folder, name, text, *options):
    (folder / name).write_text(text, newline="")
    run = dedupe("check", "--no-config", "--output-format", "json", *options, name, cwd=folder)
    found = [one for article in json.loads(run.out)["articles"] for one in article["findings"]]
    return run, found


KEPT = {
    "above in Markdown": ("a.md", f'{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep "the refrain" -->\n\n{TWICE}\n'),
    "on the line above": ("a.md", f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep -->\n{TWICE}\n"),
    "at its end": ("a.md", f"{TWICE}\n\n{OTHER}\n\n{TWICE} <!-- dedupe: keep -->\n"),
    "within it": ("a.md", f"{TWICE}\n\n{OTHER}\n\n{TWICE.replace('on', '<!-- dedupe: keep -->on', 1)}\n"),
    "on the other copy": ("a.md", f"<!--dedupe:keep-->\n\n{TWICE}\n\n{OTHER}\n\n{TWICE}\n"),
    "with carriage returns": ("a.md", f"{TWICE}\r\n\r\n{OTHER}\r\n\r\n<!-- dedupe: keep -->\r\n{TWICE}\r\n"),
    "by its code": ("a.md", f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep conflict, exact -->\n\n{TWICE}\n"),
    "behind umlauts": ("a.md", f"Änderung für Köln, daß es brennt.\n\n{TWICE}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n"),
    "in a list": ("a.md", f"- {TWICE}\n- {OTHER}\n- {TWICE} <!-- dedupe: keep -->\n"),
    "an MDX comment": ("a.mdx", f"{TWICE}\n\n{OTHER}\n\n{{/* dedupe: keep */}}\n\n{TWICE}\n"),
    "a Jinja comment": ("a.md", f"{TWICE}\n\n{OTHER}\n\n{{# dedupe: keep #}}\n\n{TWICE}\n"),
    "a Hugo comment": ("a.md", f"{TWICE}\n\n{OTHER}\n\n{{{{/* dedupe: keep */}}}}\n\n{TWICE}\n"),
    "a Liquid comment": ("a.md", f"{TWICE}\n\n{OTHER}\n\n{{% comment %}}dedupe: keep{{% endcomment %}}\n\n{TWICE}\n"),
    "before an element": ("a.html", f"<p>{TWICE}</p><p>{OTHER}</p><!-- dedupe: keep --><p>{TWICE}</p>"),
    "in an element": ("a.html", f"<p>{TWICE}</p>\n<p>{OTHER}</p>\n<p>{TWICE}<!-- dedupe: keep --></p>\n"),
    "in XML": ("a.xml", f"<doc><p>{TWICE}</p><p>{OTHER}</p><!-- dedupe: keep --><p>{TWICE}</p></doc>"),
    "in rst": ("a.rst", f'{TWICE}\n\n{OTHER}\n\n.. dedupe: keep "the refrain"\n\n{TWICE}\n'),
    "in AsciiDoc": ("a.adoc", f"{TWICE}\n\n{OTHER}\n\n// dedupe: keep\n{TWICE}\n"),
    "over a block": ("a.md", f"{TWICE}\n\n<!-- dedupe: off -->\n\n{OTHER}\n\n{TWICE}\n\n<!-- dedupe: on -->\n"),
    "over the rest": ("a.md", f"{TWICE}\n\n<!-- dedupe: off -->\n\n{OTHER}\n\n{TWICE}\n"),
    "over the file": ("a.md", f'{TWICE}\n\n{OTHER}\n\n{TWICE}\n\n<!-- dedupe: keep-file "a template" -->\n'),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_comment_accepts_a_repeat(tmp_path, case):
    name, text = KEPT[case]
    run, found = check(tmp_path, name, text)
    assert (run.status, found, run.err) == (0, [], "")
    before = text.encode()
    cleaned = dedupe("clean", "--write", "--no-config", name, cwd=tmp_path)
    assert cleaned.status == 0
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("case", KEPT)
def test_without_the_comment_it_is_found(tmp_path, case):
    name, text = KEPT[case]
    _, found = check(tmp_path, name, text.replace("dedupe:", "editor:"))
    assert [one["code"] for one in found] == ["exact"]


ODD = {
    "in rst with carriage returns": ("a.rst", f"{TWICE}\r\n\r\n{OTHER}\r\n\r\n.. dedupe: keep\r\n\r\n{TWICE}\r\n"),
    "in a directive": ("a.rst", f".. note::\n\n    .. dedupe: keep\n\n    {TWICE}\n\n{OTHER}\n\n{TWICE}\n"),
    "in AsciiDoc with carriage returns": ("a.adoc", f"{TWICE}\r\n\r\n{OTHER}\r\n\r\n// dedupe: keep\r\n{TWICE}\r\n"),
    "in capitals": ("a.md", f"{TWICE}\n\n{OTHER}\n\n<!-- Dedupe: Keep -->\n\n{TWICE}\n"),
    "at the head of a row": ("a.md", f"- {TWICE}\n- {OTHER}\n- <!-- dedupe: keep -->\n  {TWICE}\n"),
    "deep in a row": ("a.md", f"{TWICE}\n\n1.  {OTHER}\n\n    <!-- dedupe: keep -->\n    {TWICE}\n"),
    "in a quote": ("a.md", f"{TWICE}\n\n{OTHER}\n\n> <!-- dedupe: keep -->\n> {TWICE}\n"),
    "in an element of MDX": ("a.mdx", f"<Box>\n  {{/* dedupe: keep */}}\n  {TWICE}\n</Box>\n\n{OTHER}\n\n{TWICE}\n"),
}


@pytest.mark.parametrize("case", ODD)
def test_a_comment_counts_in_odd_places(tmp_path, case):
    name, text = ODD[case]
    run, found = check(tmp_path, name, text)
    assert (run.status, found, run.err) == (0, [], "")
    _, found = check(tmp_path, name, re.sub("(?i)dedupe:", "editor:", text))
    assert found


NOT_KEPT = {
    "in a code block": ("a.md", f"{TWICE}\n\n```\n<!-- dedupe: keep -->\n```\n\n{TWICE}\n"),
    "in indented code": ("a.md", f"{OTHER}\n\n    <!-- dedupe: keep -->\n\n{TWICE}\n\n{OTHER} No.\n\n{TWICE}\n"),
    "as an example": ("a.md", f"{OTHER}\n\n{TWICE}\n\n{TWICE} `<!-- dedupe: keep -->`\n"),
    "in a literal block": ("a.rst", f"{TWICE}\n\nWrite it like this, above it::\n\n    .. dedupe: keep\n\n{TWICE}\n"),
    "in a literal block without words": ("a.rst", f"{TWICE}\n\n::\n\n    .. dedupe: keep\n\n{TWICE}\n"),
    "in indented code of a row": ("a.md", f"{TWICE}\n\n-     <!-- dedupe: keep -->\n\n  {OTHER}\n\n{TWICE}\n"),
    "as an example in MDX": ("a.mdx", f"{OTHER}\n\n{TWICE}\n\n{TWICE} `{{/* dedupe: keep */}}`\n"),
    "escaped": ("a.html", f"<p>{TWICE}</p><pre>&lt;!-- dedupe: keep --&gt;</pre><p>{TWICE}</p>"),
    "in plain text": ("a.txt", f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n"),
    "on another paragraph": ("a.md", f"{TWICE}\n\n<!-- dedupe: keep -->\n\n{OTHER}\n\n{TWICE}\n"),
    "of another code": ("a.md", f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep conflict -->\n\n{TWICE}\n"),
    "before the block": ("a.md", f"<!-- dedupe: off -->\n\n{OTHER}\n\n<!-- dedupe: on -->\n\n{TWICE}\n\n{TWICE}\n"),
}


@pytest.mark.parametrize("case", NOT_KEPT)
def test_what_is_no_comment_accepts_nothing(tmp_path, case):
    name, text = NOT_KEPT[case]
    _, found = check(tmp_path, name, text)
    assert found


def test_a_copy_that_is_meant_does_not_count(tmp_path):
    text = f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n\n{THIRD}\n\n{TWICE}\n"
    _, found = check(tmp_path, "a.md", text)
    assert [one["dropped"]["line"] for one in found] == [11]
    _, found = check(tmp_path, "a.md", text.replace(THIRD, f"{THIRD}\n\n<!-- dedupe: keep -->"))
    assert found == []


def test_a_comment_that_accepts_nothing_any_more_is_told(tmp_path):
    run, found = check(tmp_path, "a.md", f"{OTHER}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n")
    assert found == []
    assert run.status == 0
    assert run.err == (
        "warning: a.md: line 3: this dedupe comment accepts nothing any more: nothing repeats there; delete it\n"
    )
    strict, _ = check(tmp_path, "a.md", (tmp_path / "a.md").read_text(), "--fail-on", "warning")
    assert strict.status == 1


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("kep", "did you mean keep?"),
        ("keep exat", "names the code exat, which is none; did you mean exact?"),
        ("", "is not understood; write keep, keep-file, off or on"),
        ("keep " + "x" * 300, "names the code"),
    ],
)
def test_a_comment_that_is_not_understood_is_told(tmp_path, comment, said):
    run, found = check(tmp_path, "a.md", f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: {comment} -->\n\n{TWICE}\n")
    assert [one["code"] for one in found] == ["exact"]
    assert run.err.startswith("warning: a.md: line 5: this dedupe comment ")
    assert said in run.err
    assert run.err.count("\n") == 1


def test_reasons_can_be_required(tmp_path):
    (tmp_path / "dedupe.toml").write_text("require-reasons = true\n")
    (tmp_path / "a.md").write_text(f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n")
    run = dedupe("check", "a.md", cwd=tmp_path)
    assert run.status == 1
    assert "line 5: this dedupe comment gives no reason, which the settings ask for" in run.err
    (tmp_path / "a.md").write_text(f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep 'a refrain' -->\n\n{TWICE}\n")
    assert dedupe("check", "a.md", cwd=tmp_path).status == 0


def test_a_budget_of_comments_fails_the_run(tmp_path):
    text = f"{TWICE}\n\n{OTHER}\n\n<!-- dedupe: keep -->\n\n{TWICE}\n"
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(text)
    (tmp_path / "dedupe.toml").write_text("max-suppressions = 1\n")
    run = dedupe("check", cwd=tmp_path)
    assert run.status == 1
    assert run.err == ("error: 2 comments accept repeats, 1 may (max-suppressions); mend some of the repeats\n")
    (tmp_path / "dedupe.toml").write_text("max-suppressions = 2\n")
    assert dedupe("check", cwd=tmp_path).status == 0


def test_each_story_of_a_file_has_its_comments(tmp_path):
    item = "<item><title>A storm</title><description>{}</description></item>"
    page = f"&lt;p>{TWICE}&lt;/p>&lt;p>{OTHER}&lt;/p>&lt;p>{TWICE}&lt;/p>"
    text = f"<rss version='2.0'><channel>{item.format(page)}<!-- dedupe: keep -->{item.format(page)}</channel></rss>"
    run, found = check(tmp_path, "feed.rss", text)
    assert run.status == 1
    assert found


def test_comments_take_time_in_proportion(tmp_path):
    text = "".join(f"<!-- dedupe: keep -->\n{at:x} {at * at:x}\n\n" for at in range(20_000))
    run, found = check(tmp_path, "a.md", f"{TWICE}\n\n{OTHER}\n\n{TWICE}\n\n{text}")
    assert len(found) == 1
    assert run.err.count("accepts nothing any more") == 20_000
