"""What a reader may not see: comments of a template are no copy, branches and tabs never stand in for other copy."""

import pytest

import dedupe
from dedupe import source
from dedupe.formats import conditions

A = "The city council voted late on Tuesday to close the swimming hall at Lake Street, after engineers found cracks."
B = "Mayor Ellen Brandt told reporters that the repair would take at least eight months, and that buses would be sent."
C = "The hall was opened in 1974 and last renovated in 2009, when the roof was insulated and the floor was relaid."
COMMENTS = {
    "mdx": ("a.mdx", f"# T\n\n{{/* {A} */}}\n\n{B}\n\n{A}\n\n{C}\n"),
    "nunjucks": ("a.md", f"{{# {A} #}}\n\n{B}\n\n{A}\n\n{C}\n"),
    "liquid": ("a.md", f"{{% comment %}}\n{A}\n{{% endcomment %}}\n\n{B}\n\n{A}\n\n{C}\n"),
    "page": ("a.html", f"<p>{{# {A} #}}</p><p>{A}</p><p>{B}</p>"),
}
BRANCHES = {
    "else": ("a.md", f"{{% if a %}}\n{B}\n{{% else %}}\n{B}\n{{% endif %}}\n\n{C}\n"),
    "hugo": ("a.md", f"{{{{% if eq .x 1 %}}}}\n{A}\n{{{{% /if %}}}}\n\n{B}\n\n{A}\n"),
    "tabs": ("a.md", "".join(f'{{{{< tab "{name}" >}}}}\n{A}\n{{{{< /tab >}}}}\n' for name in "ab") + f"\n{C}\n"),
    "mdx-tabs": ("a.mdx", "".join(f'<TabItem value="{name}">\n\n{A}\n\n</TabItem>\n' for name in "ab")),
    "page": ("a.html", f"<p>{B}</p>\n{{% if x %}}\n<p>{B}</p>\n{{% endif %}}\n<p>{C}</p>\n"),
    "asciidoc": ("a.adoc", f"= T\n\n{A}\n\n{C}\n\nifdef::web[]\n{A}\nendif::[]\n\n{B}\n"),
    "asciidoc-both": ("a.adoc", f"{C}\n\nifdef::web[]\n{A}\nendif::[]\n\nifndef::web[]\n{A}\nendif::[]\n"),
    "in-a-paragraph": ("a.md", f"# T\n\n{B} {{% comment %}}{A}{{% endcomment %}}\n\n{A}\n\n{C}\n"),
}


def found(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    (review,) = dedupe.check(tmp_path / name)
    return review


@pytest.mark.parametrize(("name", "text"), COMMENTS.values(), ids=COMMENTS)
def test_a_comment_is_no_copy(tmp_path, name, text):
    assert found(tmp_path, name, text).findings == ()


@pytest.mark.parametrize(("name", "text"), BRANCHES.values(), ids=BRANCHES)
def test_a_branch_is_for_a_person(tmp_path, name, text):
    review = found(tmp_path, name, text)
    assert {finding.action for finding in review.findings} == {"review"}
    assert dedupe.clean(review) == text.encode()


def test_what_is_not_closed_is_no_branch(tmp_path):
    review = found(tmp_path, "a.md", f"{{% if a %}}\n\n{A}\n\n{B}\n\n{A}\n")
    assert [finding.action for finding in review.findings] == ["remove"]


SHELLS = [
    f"{A}\n\n{B}\n\n{{{{< notice tip >}}}}\n{A}\n{{{{< /notice >}}}}\n",
    f"{A}\n\n{B}\n\n:::tip\n\n{A}\n\n:::\n",
    f"{A}\n\n{B}\n\n<details>\n<summary>More</summary>\n\n{A}\n\n</details>\n",
]


@pytest.mark.parametrize("text", SHELLS)
def test_no_shell_is_left_empty(tmp_path, text):
    (finding,) = found(tmp_path, "a.md", text).findings
    assert finding.dropped.start == 0 or finding.action == "review"


QUIET = {
    "picture": f"# T\n\n{A}\n\n![{A}](a.jpg)\n\n{B}\n",
    "formula": f"{A}\n\n$$\nx = a + b + c + d + e + f + g + h\n$$\n\n{B}\n\n$$\nx = a + b + c + d + e + f + g + h\n$$\n",
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_pictures_and_formulas_are_no_copy(tmp_path, text):
    assert {finding.severity for finding in found(tmp_path, "a.md", text).findings} <= {"note"}


def test_lines_broken_by_a_backslash_are_read_as_lines(tmp_path):
    review = found(tmp_path, "a.md", f"{A}\\\n{B}\\\n{A}\\\n{C}\n")
    assert dedupe.clean(review).decode() == f"{A}\\\n{B}\\\n{C}\n"


def test_a_rule_further_down_is_no_front_matter(tmp_path):
    review = found(tmp_path, "a.md", f"{A}\n\n{B}\n\n---\n\n{C}\n\n{A} And then.\n")
    assert dedupe.clean(review).decode() == f"{B}\n\n---\n\n{C}\n\n{A} And then.\n"


def test_a_rule_does_not_become_front_matter(tmp_path):
    text = f"{A}\n\n---\n\n{B}\n\n---\n\n{A} And then.\n"
    (finding,) = found(tmp_path, "a.md", text).findings
    assert finding.action == "review"


@pytest.mark.parametrize(
    "piece", ["{# a ", "{/* a ", "{% if a ", "{{< tab ", "<Tab a ", "{% if a %}", "{{!-- ", "{% end %}"]
)
def test_odd_runs_take_linear_time(piece):
    item = source.from_bytes((piece * 40_000 + "{% end").encode(), "a.md")
    assert conditions.told(item.text, 0, len(item.text), []) == []
