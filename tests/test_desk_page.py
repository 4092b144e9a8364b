"""The page of the desk, used as an editor uses it: in a real browser, on the running server."""

import io
import json
import random
import re
import time
import zipfile
from pathlib import Path

import desk_page
import hostile
import pytest
from desk_page import CASES, story, text

import dedupe.desk

SEED = "seed-exasperation"
TWO = "two-separate-defects"
LOST = "loses-a-name"
TRIPLE = "three-copies"
CONFLICT = "conflict-killed-side-by-side"
NOTE = "echo-pull-quote"
WORD = "docx-block-twice"
VIEWS = ("start", "story", "conflict", "merge", "cleaned", "changes", "done", "keys", "ask", "compared", "trouble")


@pytest.fixture(scope="module")
def site():
    """A browser that the one-time link has let in."""
    with desk_page.chromium() as browser, desk_page.served() as link:
        context = browser.new_context()
        context.new_page().goto(link)
        yield browser, link.partition("/?")[0], context.storage_state()


@pytest.fixture
def make(site):
    browser, origin, state = site
    opened = []

    def made(width=1280, height=900, **features):
        size = {"width": width, "height": height}
        context = browser.new_context(storage_state=state, viewport=size, accept_downloads=True, **features)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
        desk = desk_page.Desk(context.new_page(), origin)
        opened.append((context, desk))
        return desk

    yield made
    for context, desk in opened:
        desk.check()
        context.close()


@pytest.fixture(scope="module")
def shared(site):
    browser, origin, state = site
    context = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    return desk_page.Desk(context.new_page(), origin)


@pytest.fixture
def desk(shared):
    """One page for many tests, as an editor has it open all day."""
    yield shared
    shared.check()
    shared.page.unroute_all()
    shared.requests.clear()


def test_the_founding_story_is_cleaned_by_keys_as_the_command_cleans_it(desk, tmp_path):
    desk.case(SEED)
    assert desk.said("h1") == "One passage stands twice."
    assert desk.progress == "0 of 1 decided"
    assert "The same in other words" in desk.title
    assert desk.said("figure[data-side=first] figcaption").startswith("First copy paragraph 7, line 11")
    marked = desk.page.locator("figure[data-side=first] mark").all_inner_texts()
    assert marked == ["Mexican President Andres Manuel", "Summit of the Americas"]
    desk.press("Enter")
    assert desk.progress == "1 of 1 decided"
    wanted = desk_page.cleaned_by_command(story(SEED), tmp_path)
    assert desk.copied().encode() == wanted != story(SEED).read_bytes()


def test_the_story_is_shown_as_it_reads(desk):
    desk.case(SEED)
    desk.page.wait_for_selector("#p-0-22")
    shown = desk.page.locator("#pane li p").all_inner_texts()
    assert [" ".join(it.split()) for it in shown[:3]] == [" ".join(it.split()) for it in text(SEED).split("\n")[:3]]
    assert desk.page.locator("#pane li.present").evaluate_all("(all) => all.map((it) => it.value)") == [7, 10]
    assert desk.page.locator("#pane .number").all_inner_texts() == [str(it + 1) for it in range(len(shown))]


@pytest.mark.parametrize(
    ("key", "goes", "stays"),
    [("1", ["first"], ["second"]), ("2", ["second"], ["first"]), ("3", [], ["first", "second"])],
)
def test_each_answer_has_a_key(desk, key, goes, stays):
    desk.case(CONFLICT)
    before = desk.page.locator("#pane .copyist p").count()
    desk.press(key, "k")
    assert desk.progress == "1 of 1 decided"
    fates = {side: desk.said(f"figure[data-side={side}] .fate") for side in ("first", "second")}
    assert fates == {**dict.fromkeys(goes, "goes"), **dict.fromkeys(stays, "stays")}
    said = "\n".join(desk.cleaned())
    assert ("12 people were killed" in said, "15 people were killed" in said) == ("first" in stays, "second" in stays)
    assert len(said.split("\n")) == before - len(goes)
    assert desk.page.locator("[aria-pressed=true]").count() == 1


def test_a_conflict_is_shown_number_against_number_and_nothing_is_proposed(desk):
    desk.case(CONFLICT)
    assert desk.said("h1") == "One passage stands twice; the copies disagree on a figure."
    assert desk.page.locator(".facts tbody td").all_inner_texts() == ["12", "15"]
    assert desk.page.locator("#take").count() == 0
    desk.press("Enter")
    assert desk.progress == "0 of 1 decided"


def test_next_and_previous(desk):
    desk.case(TWO)
    assert "1 of 2" in desk.title
    for key, at in [("j", 2), ("j", 2), ("k", 1), ("k", 1), ("ArrowRight", 2), ("ArrowLeft", 1)]:
        desk.press(key)
        assert f"{at} of 2" in desk.title
        assert desk.focused() == "finding"
    desk.page.click("#step-next")
    assert "2 of 2" in desk.title
    desk.page.click("#seg-0")
    assert "1 of 2" in desk.title
    desk.page.locator("#pane .tag", has_text="2").first.click()
    assert "2 of 2" in desk.title


def test_an_answer_leads_to_the_next_open_finding(desk):
    desk.case(TWO).press("j", "1")
    assert "1 of 2" in desk.title
    assert desk.focused() == "finding"
    assert desk.progress == "1 of 2 decided"
    desk.press("2")
    assert desk.title == "All 2 are decided"
    assert desk.focused() == "finding"


@pytest.mark.parametrize(
    ("undo", "redo"), [("u", "Shift+U"), ("Control+z", "Control+Shift+z"), ("Control+z", "Control+y")]
)
def test_undo_and_redo(desk, undo, redo):
    desk.case(TWO).press("1", "2")
    assert desk.progress == "2 of 2 decided"
    desk.press(undo)
    assert desk.progress == "1 of 2 decided"
    assert "2 of 2" in desk.title
    desk.press(undo, undo)
    assert desk.progress == "0 of 2 decided"
    assert desk.copied() == text(TWO)
    desk.press(redo, redo, redo)
    assert desk.progress == "2 of 2 decided"
    assert desk.copied() != text(TWO)


def test_an_answer_is_taken_back(desk):
    desk.case(CONFLICT).press("1", "k")
    desk.page.click("#clear")
    assert desk.progress == "0 of 1 decided"
    assert desk.page.locator("[aria-pressed=true]").count() == 0


def test_copies_are_merged_with_the_words_that_would_be_lost(desk):
    desk.case(LOST)
    assert desk.page.locator(".lost li").all_inner_texts() == ["“Winifred Oakes”"]
    desk.press("m")
    assert desk.focused() == "merge-box"
    box = desk.page.locator("#merge-box")
    at = box.input_value().index(" noticed")
    box.evaluate("(box, at) => box.setSelectionRange(at, at)", at)
    desk.page.click("button[aria-label='Insert “Winifred Oakes”']")
    assert "biology Winifred Oakes noticed" in box.input_value()
    assert desk.focused() == "merge-box"
    desk.page.keyboard.type(" of York")
    desk.press("Control+Enter")
    assert desk.progress == "1 of 1 decided"
    said = "\n".join(desk.settled("Winifred Oakes of York"))
    assert said.count("teaches biology") == 1
    assert "biology Winifred Oakes of York noticed" in said


@pytest.mark.parametrize("case", [WORD, "block-two-far-apart", "conflict-block-of-items"])
def test_copies_of_several_paragraphs_are_merged(desk, case):
    desk.open().page.set_input_files("#file", story(case))
    desk.page.wait_for_selector(".panel h2")
    desk.press("m")
    box = desk.page.locator("#merge-box")
    assert box.input_value().count("\n\n") >= 1
    box.press("Control+End")
    desk.page.keyboard.type(" And so it went on.")
    desk.press("Control+Enter")
    assert "\n".join(desk.settled("And so it went on.")).count("And so it went on.") == 1
    assert desk.progress == "1 of 1 decided"


def test_the_merge_box_is_left_and_nothing_is_answered(desk):
    desk.case(LOST).press("m")
    desk.page.keyboard.type("Nobody ")
    desk.press("Escape")
    assert desk.page.locator("#merge-box").count() == 0
    assert desk.progress == "0 of 1 decided"
    assert desk.copied() == text(LOST)
    desk.press("m")
    assert "Nobody" in desk.page.input_value("#merge-box")  # nothing that was written is lost


@pytest.mark.parametrize("keys", [["m"], ["3", "k", "m"], ["u", "m"], ["j", "k", "m"]], ids=" ".join)
def test_no_key_takes_away_what_was_written(desk, keys):
    desk.case(TRIPLE).press("m")
    desk.page.fill("#merge-box", "What an editor wrote, and has not used yet.")
    desk.page.focus("#merge-done")
    desk.press(*keys)
    assert desk.page.input_value("#merge-box") == "What an editor wrote, and has not used yet."


def test_what_is_copied_is_downloaded_too(desk):
    desk.case(TRIPLE).press("m")
    desk.page.fill("#merge-box", "What an editor wrote, and has not used yet.")
    desk.page.focus("#merge-done")
    copied = desk.copied()
    assert "has not used yet" in copied
    with desk.page.expect_download() as download:
        desk.page.click(".take >> text=Download")
    assert download.value.path().read_text() == copied


def test_three_copies_are_merged_into_one(desk):
    """The words that were written for two of them are those that the third meets."""
    desk.case(TRIPLE).press("m")
    desk.page.fill("#merge-box", "The spray was approved long ago.")
    desk.press("Control+Enter", "m")
    assert desk.page.input_value("#merge-box") == "The spray was approved long ago."
    desk.page.fill("#merge-box", "The spray was approved six years ago.")
    desk.press("Control+Enter")
    assert desk.progress == "2 of 2 decided"
    assert desk.settled("six years ago")[3] == "The spray was approved six years ago."
    assert "Floramet" not in desk.copied()
    desk.press("u", "2")
    assert desk.settled("long ago")[3] == "The spray was approved long ago."
    assert desk.progress == "2 of 2 decided"


def test_the_cleaned_version_follows_what_is_typed(desk):
    desk.case(LOST)
    desk.page.click("#tab-cleaned")
    desk.press("m")
    desk.page.keyboard.press("Control+Home")
    desk.page.keyboard.type("Yesterday, ")
    desk.page.locator("#pane .changed p", has_text="Yesterday, A reader").wait_for()
    assert desk.progress == "0 of 1 decided"


def test_keys_rest_while_a_person_types(desk):
    desk.case(LOST).press("m")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("1 2 3 mjkuc?")
    assert desk.page.input_value("#merge-box") == "1 2 3 mjkuc?"
    assert desk.progress == "0 of 1 decided"
    assert desk.page.locator("dialog").count() == 0


def test_typing_does_not_wait_for_the_server(desk):
    desk.case(LOST).press("m")
    desk.requests.clear()
    desk.page.route("**/desk/decide", lambda route: (time.sleep(0.2), route.continue_()))
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("abcdefghijklmnopqrstuvwxyz" * 2, delay=10)
    assert desk.page.input_value("#merge-box") == "abcdefghijklmnopqrstuvwxyz" * 2
    desk.settled("abcdefghijklmnopqrstuvwxyz" * 2)
    assert len([it for it in desk.requests if it.url.endswith("/desk/decide")]) < 10


def test_a_late_answer_of_the_server_is_dropped(desk):
    desk.case(CONFLICT)
    kept = []
    desk.page.route("**/desk/decide", lambda route: kept.append(route) if not kept else route.continue_())
    desk.press("1", "k")
    desk.page.wait_for_timeout(100)
    desk.press("2")
    assert "12 people were killed" in "\n".join(desk.settled("12 people"))
    body = {"articles": [{"paragraphs": [{"n": 1, "was": 1, "text": "stale", "changed": False}]}]}
    kept[0].fulfill(json={**body, "text": "stale", "html": "", "source": "stale", "diff": [], "changed": True})
    desk.page.wait_for_timeout(100)
    assert "stale" not in "\n".join(desk.cleaned())
    assert "stale" not in desk.copied()


def test_what_is_copied_late_is_never_what_it_was_before(desk):
    """A story is left while its cleaned version is on the way: the answers of another do not stand for it."""
    desk.case(TRIPLE).press("1")
    desk.settled("Floramet")
    held = []

    def late(route):
        if "Floramet" in route.request.post_data:
            held.append(route)
        else:
            route.continue_()

    desk.page.route("**/desk/decide", late)
    desk.page.evaluate("() => navigator.clipboard.writeText('nothing')")
    desk.press("2", "c")
    desk.page.wait_for_timeout(100)
    desk.open()
    desk.page.fill("#box", text(TWO))
    desk.page.click("text=Check the story")
    desk.page.locator(".progress", has_text="0 of 2").wait_for()
    desk.press("1")
    desk.settled("Vellin")
    assert held
    assert desk.page.evaluate("() => navigator.clipboard.readText()") == "nothing"


def test_wording_and_place_are_chosen_apart(desk):
    desk.case("conflict-killed-apart")
    paragraphs = [it.strip() for it in text("conflict-killed-apart").split("\n\n") if it.strip()]
    desk.page.check("#wording-second")
    assert desk.page.is_checked("#place-second")
    assert desk.focused() == "wording-second"
    desk.page.check("#place-first")
    assert desk.progress == "1 of 1 decided"
    assert desk.said("figure[data-side=first] .fate") == "place stays"
    assert desk.said("figure[data-side=second] .fate") == "words stay"
    said = "\n".join(desk.cleaned())
    first, second = (next(it for it in paragraphs if f"that {number} people" in it) for number in (12, 15))
    assert first not in said
    assert said.count(second) == 1
    after = paragraphs[paragraphs.index(first) + 1]
    assert said.index(second) < said.index(after)


def test_where_the_server_refuses_the_answer_is_taken_back(desk):
    desk.case(TWO).press("2")
    sentence = "this cannot be put into the file: change it there"
    desk.page.route("**/desk/decide", lambda route: route.fulfill(status=422, json={"error": sentence}), times=1)
    desk.press("1")
    desk.page.locator(".problem", has_text=sentence).wait_for()
    assert desk.progress == "1 of 2 decided"
    assert "2 of 2" in desk.title
    assert desk.page.get_attribute("#problem", "role") == "alert"
    desk.faults.clear()  # the browser says that the status was 422


def test_a_server_that_is_gone_is_told_of_in_plain_words(desk):
    desk.case(CONFLICT)
    desk.page.route("**/desk/decide", lambda route: route.abort())
    desk.press("1")
    desk.page.locator(".problem", has_text="The desk does not answer").wait_for()
    assert desk.progress == "1 of 1 decided"
    desk.faults.clear()  # the browser says so too


def test_a_note_is_shown_and_needs_no_answer(desk):
    desk.case(NOTE)
    assert desk.said("h1") == "Nothing to act on: one repeat is meant."
    assert desk.progress == "Nothing to decide"
    assert desk.title == "Nothing to decide"
    desk.press("j")
    assert "A repeat that is meant" in desk.title
    assert desk.page.locator(".answers button").count() == 4


def test_a_clean_story_can_go_out(desk):
    desk.show("A single paragraph about the harbour and the weather there on Monday.")
    assert desk.said("h1") == "Nothing stands twice."
    assert "can go out as it is" in desk.said(".panel")


def test_the_changes_are_shown_as_a_diff(desk):
    desk.case(CONFLICT)
    desk.page.click("#tab-diff")
    desk.page.locator("#pane", has_text="Nothing is changed yet.").wait_for()
    desk.press("1")
    desk.page.locator(".diff .gone", has_text="12 people").wait_for()
    assert desk.page.locator(".diff .added").count() == 0


def test_tabs_are_reached_by_arrows(desk):
    desk.case(CONFLICT)
    desk.page.focus("#tab-story")
    for key, tab in [("ArrowRight", "cleaned"), ("ArrowRight", "diff"), ("ArrowRight", "story"), ("ArrowLeft", "diff")]:
        desk.press(key)
        assert desk.focused() == f"tab-{tab}"
        assert desk.page.get_attribute("[aria-selected=true]", "id") == f"tab-{tab}"


def test_a_person_can_do_without_single_keys(make):
    desk = make()
    desk.case(CONFLICT).press("?")
    dialog = desk.page.locator("dialog")
    assert dialog.locator("tr").count() >= 12
    dialog.locator("#single").uncheck()
    desk.press("Escape")
    assert desk.page.locator("dialog").count() == 0
    desk.press("1")
    assert desk.progress == "0 of 1 decided"
    desk.page.click("#answer-dropFirst")
    assert desk.progress == "1 of 1 decided"
    desk.press("Control+z")
    assert desk.progress == "0 of 1 decided"


def test_everything_is_reached_by_the_tab_key(desk):
    desk.case(CONFLICT)
    seen = []
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        seen.append(desk.page.evaluate("() => document.activeElement.id || document.activeElement.textContent"))
    wanted = ["answer-dropFirst", "answer-dropSecond", "answer-both", "answer-merge", "wording-first", "place-first"]
    assert set(wanted) <= set(seen)
    assert {"Copy text", "Copy as HTML", "Download", "Report", "Print", "tab-story", "pane", "New story"} <= set(seen)
    assert seen.index("answer-merge") < seen.index("Copy text") < seen.index("tab-story") < seen.index("pane")


def test_the_first_stop_skips_to_the_story(make):
    desk = make()
    desk.open().press("Shift+Tab", "Shift+Tab")
    assert desk.said(":focus") == "Skip to the story"
    desk.press("Enter")
    assert desk.focused() == "main"


def test_what_happens_is_announced(desk):
    desk.case(CONFLICT)
    assert desk.page.get_attribute("#said", "role") == "status"
    desk.page.wait_for_function("() => document.getElementById('said').textContent.startsWith('One passage')")
    desk.press("1")
    desk.page.wait_for_function(
        "() => document.getElementById('said').textContent === 'The first copy goes. 1 of 1 decided.'"
    )


def test_it_is_copied_as_html_too(desk):
    desk.case(CONFLICT).press("1")
    desk.page.click("text=Copy as HTML")
    desk.page.wait_for_function("() => document.getElementById('said').textContent.includes('HTML')")
    kinds = desk.page.evaluate(
        """async () => {
        const [item] = await navigator.clipboard.read();
        const read = async (kind) => (await item.getType(kind)).text();
        return [item.types, await read("text/html"), await read("text/plain")];
    }"""
    )
    assert sorted(kinds[0]) == ["text/html", "text/plain"]
    assert "<p>" in kinds[1]
    assert "12 people" not in kinds[1] + kinds[2]
    assert "15 people" in kinds[1]
    assert "15 people" in kinds[2]


def test_a_file_is_chosen_and_downloaded_in_its_format(desk, tmp_path):
    path = story("html-page-reworded")
    desk.open().page.set_input_files("#file", path)
    desk.page.wait_for_selector(".panel h2")
    assert desk.said("header .name") == path.name
    desk.press("Enter")
    with desk.page.expect_download() as download:
        desk.page.click(".take >> text=Download")
    data = download.value.path().read_bytes()
    assert data == desk_page.cleaned_by_command(path, tmp_path) != path.read_bytes()
    assert download.value.suggested_filename.endswith(".html")


def dropped(desk, case):
    desk.open().drop("Grève.docx", story(case).read_bytes())
    desk.page.wait_for_selector(".panel h2")
    assert desk.said("header .name") == "Grève.docx"
    desk.press("Enter")
    assert desk.progress == "1 of 1 decided"


def downloaded(desk):
    with desk.page.expect_download() as download:
        desk.page.click(".take >> text=Download")
    assert download.value.suggested_filename.endswith(".docx")
    return download.value.path().read_bytes()


def body(data):
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def test_a_word_document_is_dropped_and_comes_back(desk, tmp_path):
    dropped(desk, WORD)
    data = downloaded(desk)
    assert data == desk_page.cleaned_by_command(story(WORD), tmp_path)
    assert "<w:del " not in body(data)
    assert desk.page.locator("#tracked").count() == 1


def test_a_word_document_comes_back_with_tracked_changes(desk):
    dropped(desk, WORD)
    desk.page.check("#tracked")
    said = body(downloaded(desk))
    assert "<w:del " in said
    gone = "".join(re.findall(r"<w:delText[^>]*>([^<]*)", said))
    assert desk.page.locator("figure.cut, .panel").count()
    assert len(gone) > 100


def test_the_report_is_one_file(desk):
    desk.case(CONFLICT)
    with desk.page.expect_download() as download:
        desk.page.click("text=Report")
    said = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename == "pasted.report.html"
    assert "<h1>One passage stands twice; the copies disagree on a figure.</h1>" in said
    assert "<script" not in said


def test_the_last_stories_are_kept_with_their_answers(make):
    desk = make()
    desk.case(TWO).press("1")
    desk.page.click("text=New story")
    desk.paste(text(CONFLICT))
    desk.page.wait_for_selector(".facts")
    desk.page.click("text=New story")
    rows = [" ".join(it.split()) for it in desk.page.locator(".last li").all_inner_texts()]
    assert [it[-14:] for it in rows] == ["0 of 1 decided", "1 of 2 decided"]
    desk.page.locator(".last button").nth(1).click()
    assert desk.progress == "1 of 2 decided"
    desk.load()
    assert desk.dialogs == ["beforeunload"]
    desk.dialogs.clear()
    assert desk.page.locator(".last li").count() == 0


def test_answers_that_were_taken_along_may_go(make):
    desk = make()
    desk.case(CONFLICT).press("1")
    desk.copied()
    desk.load()


def test_a_text_that_is_pasted_beside_the_box_is_meant_for_it(desk):
    desk.open()
    desk.paste(text(CONFLICT), into="#main")
    desk.page.wait_for_selector(".facts")


def test_capitals_are_locked_and_the_keys_are_the_same(desk):
    desk.case(TWO)
    for key in ("J", "K"):
        desk.page.evaluate(
            "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Key${key}`, bubbles: true }))",
            key,
        )
        assert f"{2 if key == 'J' else 1} of 2" in desk.title


def test_keys_of_another_alphabet_are_those_beside_the_letters(desk):
    desk.case(TWO)
    for key, code, at in [("о", "KeyJ", 2), ("л", "KeyK", 1)]:
        desk.page.evaluate(
            "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true }))",
            [key, code],
        )
        assert f"{at} of 2" in desk.title


def test_a_file_without_text_is_not_called_clean(desk):
    desk.open().drop("blank.txt", b"  \n\n ")
    desk.page.wait_for_selector(".panel h2, .problem:not(:empty)")
    assert "can go out" not in desk.said("main")


def test_two_versions_are_compared_changed_facts_first(desk):
    old = text(SEED)
    new = old.replace("300,000 work visas", "310,000 work visas").replace("Republican lawmakers", "Many Republicans")
    new += "\n\nThe White House said that a statement would follow the talks, and that both would speak at noon."
    desk.open().page.click("text=Compare with an earlier version")
    desk.page.fill("#box-old", old)
    desk.page.fill("#box-new", new)
    desk.page.click("#compare-go")
    desk.page.wait_for_selector("#verdict")
    assert desk.page.locator("main h2").first.inner_text().startswith("Changed facts")
    assert desk.page.locator(".facts tbody tr").first.locator("td").all_inner_texts() == ["300,000", "310,000"]
    assert "White House said that a statement" in desk.said("section[aria-labelledby=compare-added]")
    assert desk.focused() == "verdict"


def test_a_story_that_is_open_is_compared_with_an_earlier_file(desk):
    desk.case(CONFLICT)
    desk.page.click("text=Compare")
    assert desk.page.input_value("#box-new") == text(CONFLICT)
    desk.page.click("#compare-go")
    desk.page.locator(".problem", has_text="One of the versions is empty").wait_for()
    desk.drop("earlier.txt", text(CONFLICT).replace("Sarrat", "Sorrat").encode())
    desk.page.locator(".slot", has_text="earlier.txt").wait_for()
    desk.page.click("#compare-go")
    desk.page.wait_for_selector("#verdict")
    desk.page.click("text=Back to the story")
    assert desk.progress == "0 of 1 decided"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "empty.txt: is empty"),
        ("broken.docx", b"PK\x03\x04 nothing", "broken.docx"),
        ("picture.txt", bytes(range(256)) * 40, "picture.txt"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_of_in_one_line(desk, name, data, said):
    desk.open().drop(name, data)
    problem = desk.page.locator(".problem, #pane li").filter(has_text=said)
    problem.first.wait_for()
    assert "Traceback" not in desk.said("body")
    assert "\n" not in problem.first.inner_text().strip()
    desk.faults.clear()  # the browser says that the status was 4xx


def test_a_file_that_is_too_large_is_not_even_read(desk):
    desk.open().page.evaluate(desk_page.HUGE, 14_100_000)
    desk.page.locator(".problem", has_text="huge.txt: is 15 MB, and a story may have 14").wait_for()
    assert not [request for request in desk.requests if "/desk/open" in request.url]


def test_a_bad_file_is_told_of_in_every_view(desk):
    for view in ("start", "story", "ask", "compared"):
        show(desk, view)
        desk.drop("broken.docx", b"PK\x03\x04 nothing")
        if view == "ask":
            desk.page.click("#compare-go")
            desk.page.locator(".problem:not(:empty)").wait_for()
        else:
            desk.page.locator(".problem", has_text="broken.docx").wait_for()
            assert desk.page.locator(".problem").evaluate(
                "(it) => { const at = it.getBoundingClientRect(); return at.top >= 0 && at.bottom <= innerHeight; }"
            )
    desk.faults.clear()  # the browser says that the status was 4xx


def test_an_empty_box_is_told_of(desk):
    desk.open().page.click("text=Check the story")
    assert "The box is empty" in desk.said(".problem")


def test_a_text_that_is_typed_is_checked(desk):
    desk.open().page.fill("#box", text(CONFLICT))
    desk.press("Control+Enter")
    desk.page.wait_for_selector(".facts")


def test_no_module_makes_markup_of_a_text_or_keeps_anything():
    for path in (Path(dedupe.desk.__file__).parent / "static").iterdir():
        said = path.read_text(encoding="utf-8")
        assert said.count("\n") <= 400, path
        if path.suffix == ".js":
            assert not re.search(
                r"(inner|outer)HTML|insertAdjacent|document\.write|\beval\b|Function\(|DOMParser", said
            ), path
            assert not re.search(r"Storage|indexedDB|\.cookie|\bcaches\b|https?:|pushState", said), path
        if path.suffix == ".css":
            assert not re.search(r"url\(|@import|#[0-9a-f]{3,8}\b(?!ox)", said), path


PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</p><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    '"><b id=evil>x</b>',
]


def test_no_text_of_a_story_is_ever_markup(desk):
    said = "\n\n".join(
        f"{payload} The mayor of the town {payload} said on {day} that the bridge would be closed {payload} for a year."
        for payload in PAYLOADS
        for day in ("Monday", "Tuesday", "Monday")
    )
    desk.show(said)
    for _ in range(3):
        desk.press("3")
    desk.press("k", "m")
    for tab in ("cleaned", "diff", "story"):
        desk.page.click(f"#tab-{tab}")
        desk.page.wait_for_timeout(150)
        assert desk.page.locator("main img, main script, main svg, #evil, main b#evil").count() == 0
    desk.page.click("text=New story")
    desk.page.click("text=Compare with an earlier version")
    desk.page.fill("#box-old", said)
    desk.page.fill("#box-new", said.replace("Monday", "Friday"))
    desk.page.click("#compare-go")
    desk.page.wait_for_selector("#verdict")
    assert desk.page.locator("main img, main script, main svg, #evil").count() == 0


def test_no_file_name_is_ever_markup(desk):
    for name in (*PAYLOADS[:2], "a\u202egnp.txt", "x" * 200 + ".txt"):
        desk.open().drop(name, text(CONFLICT).encode())
        desk.page.wait_for_selector(".panel h2")
        assert name in desk.page.text_content("header .name")
        assert desk.page.locator("header img, header script, header svg, #evil").count() == 0
        desk.page.click("text=New story")
        assert name in desk.page.text_content(".last .row-name")
        assert desk.page.locator("main img, main script, main svg, #evil").count() == 0
        assert not desk.scrolls()


def test_hostile_texts_are_shown_and_do_nothing(desk):
    pair = "The mayor of the town said on Monday that the bridge {} would be closed for a year and a day."
    desk.show("\n\n".join(pair.format(it) for it in hostile.PAYLOADS[20:40] for _ in range(2)))
    assert desk.page.locator("main img, main script, main h1, main a, main details").count() == 0


def test_no_copy_stands_in_an_address_or_stays_behind(desk):
    desk.case(TWO).press("1", "2")
    desk.copied()
    assert {request.method for request in desk.requests if "/desk/" in request.url} == {"POST"}
    assert not [request.url for request in desk.requests if re.search(r"Vellin|furnaces|%20", request.url)]
    kept = desk.page.evaluate(
        "async () => [document.cookie, (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert kept == ["", 0, 0]


def test_what_comes_from_the_page_may_not_be_framed_or_inlined(make):
    desk = make()
    policy = desk.page.goto(desk.origin + "/").headers["content-security-policy"]
    desk.page.wait_for_selector("#box")
    assert "'unsafe" not in policy
    assert "default-src 'none'" in policy
    assert desk.page.locator("[style], style, script:not([src])").count() == 0


def test_right_to_left_text_reads_right(desk):
    desk.case("arabic-dam")
    directions = desk.page.locator("blockquote p").evaluate_all(
        "(all) => all.map((it) => getComputedStyle(it).direction)"
    )
    assert directions == ["rtl", "rtl"]
    assert desk.page.locator(".why").evaluate("(it) => getComputedStyle(it).direction") == "ltr"
    desk.press("m")
    assert desk.page.locator("#merge-box").evaluate("(it) => getComputedStyle(it).direction") == "rtl"


def test_chinese_and_japanese_break_anywhere_and_fit(make):
    desk = make(width=360)
    for case in ("chinese-no-spaces", "japanese-no-spaces"):
        desk.case(case)
        desk.page.wait_for_selector("#pane .copyist li")
        assert not desk.scrolls()
        assert desk.page.locator(".copyist p").first.evaluate("(it) => getComputedStyle(it).lineBreak") == "strict"
        assert desk.page.locator(".copyist p").first.get_attribute("lang") == ""


def test_characters_of_two_halves_are_counted_once(desk):
    sentence = "The choir sang for the mayor at the opening of the bridge on Monday. "
    desk.show(
        f"Bridge opens\n\n\U0001f389\U0001f389 {sentence}Then the rain came over the hills and all went home. {sentence}"
    )
    parts = desk.page.locator("#pane .part")
    parts.first.wait_for()
    assert {it.strip().lstrip("\U0001f389 ") for it in parts.all_inner_texts()} == {sentence.strip()}


SIZES = {"a telephone": (360, 740), "the least": (320, 256), "200 %": (640, 450), "a desk": (1280, 900)}


@pytest.fixture(scope="module")
def walked(site):
    """Every view once, in windows of every size: where the page is too wide, how large its buttons are, what it says."""
    browser, origin, state = site
    context = browser.new_context(storage_state=state)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    desk = desk_page.Desk(context.new_page(), origin)
    found = {}
    for view in VIEWS:
        show(desk, view)
        for name, (width, height) in SIZES.items():
            desk.page.set_viewport_size({"width": width, "height": height})
            buttons = desk.page.locator("button:visible").evaluate_all(
                "(all) => all.map((it) => [it.textContent, it.getBoundingClientRect().width, it.getBoundingClientRect().height])"
            )
            found[view, name] = (desk.scrolls(), buttons, desk.said("body"))
    context.close()
    return found


def test_nothing_is_wider_than_the_window(walked):
    assert [where for where, (wider, _, _) in walked.items() if wider] == []


def test_what_can_be_pressed_is_large_enough(walked):
    small = [(where, it) for where, (_, buttons, _) in walked.items() for it in buttons if min(it[1:]) < 24]
    assert small == []
    assert all(buttons for _, buttons, _ in walked.values())


def test_motion_is_reduced_where_it_is_asked_for(make):
    for motion, moves in (("reduce", False), ("no-preference", True)):
        desk = make(reduced_motion=motion).case(CONFLICT)
        lasting = desk.page.evaluate(
            "() => [...document.querySelectorAll('*')].some((it) => parseFloat(getComputedStyle(it).transitionDuration) > 0)"
        )
        assert lasting is moves


def test_focus_is_seen(desk):
    desk.case(CONFLICT)
    for _ in range(25):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("() => document.activeElement === document.body"):
            continue
        shown = desk.page.evaluate(
            """() => {
            const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        }"""
        )
        assert shown, desk.page.evaluate("() => document.activeElement.outerHTML.slice(0, 80)")


def test_every_sentence_of_ours_stands_in_one_file(walked):
    folder = Path(dedupe.desk.__file__).parent / "static"
    sentences = json.loads((folder / "strings.en.json").read_text(encoding="utf-8"))
    code = "\n".join(module.read_text(encoding="utf-8") for module in folder.glob("*.js"))
    plural = {key.removesuffix(".one") for key in sentences if key.endswith(".one")}
    assert set(re.findall(r'say\("([\w.]+)"', code)) - set(sentences) - plural == set()
    heads = "|".join({key.partition(".")[0] for key in sentences if "." in key})
    for where, (_, _, said) in walked.items():
        assert not re.search(rf"\b({heads})\.[a-z]", said), where


def show(desk, view):
    """One of the views, from the beginning."""
    if view in ("ask", "compared"):
        desk.open().page.click("text=Compare with an earlier version")
        if view == "compared":
            desk.page.fill("#box-old", text(SEED))
            desk.page.fill("#box-new", text(SEED).replace("300,000", "310,000").replace("Republican", "Some"))
            desk.page.click("#compare-go")
            desk.page.wait_for_selector("#verdict")
        return
    if view == "start":
        desk.open()
        return
    desk.case({"conflict": CONFLICT, "trouble": CONFLICT, "merge": LOST}.get(view, TWO))
    desk.page.wait_for_selector("#pane .copyist li")
    if view == "merge":
        desk.press("m")
    elif view == "done":
        desk.press("1", "1")
    elif view == "keys":
        desk.press("?")
    elif view == "trouble":
        desk.page.evaluate("() => (document.getElementById('problem').textContent = 'this could not be done: x')")
    elif view in ("cleaned", "changes"):
        desk.press("1")
        desk.page.click("#tab-cleaned" if view == "cleaned" else "#tab-diff")
        desk.page.wait_for_selector(".cleaned li, .diff div")


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 360),
        pytest.param("light", 360, marks=pytest.mark.long),
        pytest.param("dark", 1280, marks=pytest.mark.long),
    ],
)
def test_axe_finds_no_violation(make, scheme, width):
    source = desk_page.axe()
    desk = make(width, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    desk.page.add_init_script(source)
    for view in VIEWS:
        show(desk, view)
        found = desk.page.evaluate(
            """async () => {
            const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
            const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
            return found.violations.map((it) => [it.id, it.nodes.map((node) => node.html.slice(0, 120))]);
        }"""
        )
        assert found == [], (view, found)


def long_story(paragraphs):
    """Paragraphs that have next to nothing in common, but for one that stands twice."""
    said = [
        f"Item {at}: the harbour office counted {at * 7 + 3} ships and {at * 3 + 1} ferries at pier {at} during week {at},"
        f" clerk number{at} wrote{at} in{at} the{at} ledger{at} of{at} that{at} season{at}."
        for at in range(paragraphs)
    ]
    said[-3] = said[3]
    return "\n\n".join(said)


@pytest.mark.long
def test_typing_in_a_long_story_is_not_held_up(desk):
    desk.show(long_story(2000))
    desk.page.wait_for_selector("#p-0-2000")
    desk.page.click("#tab-cleaned")
    desk.page.wait_for_selector(".cleaned li")
    desk.press("m")
    desk.page.evaluate(
        """() => {
        window.slow = [];
        new PerformanceObserver((list) => window.slow.push(...list.getEntries().map((it) => it.duration)))
            .observe({ type: "longtask" });
    }"""
    )
    for letter in "the words that an editor writes one by one ":
        desk.page.keyboard.press("Space" if letter == " " else letter)
        desk.page.wait_for_timeout(60)
    desk.page.wait_for_timeout(1500)
    assert max(desk.page.evaluate("() => window.slow"), default=0) < 200


@pytest.mark.long
@pytest.mark.parametrize("case", [TWO, "three-copies", "block-two-with-promo"])
def test_any_keys_in_any_order_do_no_harm(make, case):
    desk = make()
    keys = "1 2 3 m Enter j k u Shift+U Escape Control+z Control+Shift+z Control+Enter x ?".split()
    chance = random.Random(case)
    desk.case(case)
    for _ in range(200):
        desk.press(chance.choice(keys))
    desk.press("Escape", "Escape")
    desk.page.locator("#finding").focus()
    desk.press(*["u"] * 200)
    assert desk.progress.startswith("0 of")
    assert desk.copied() == text(case)
    desk.faults = [it for it in desk.faults if "422" not in it]  # answers that cannot be made are taken back


@pytest.mark.long
def test_a_story_of_two_thousand_paragraphs(desk):
    desk.show(long_story(2000))
    assert desk.page.locator("figure").count() == 2
    desk.page.wait_for_selector("#p-0-2000")
    assert desk.page.locator("#pane li").count() == 2000
    desk.press("1")
    assert len(desk.copied().split("\n\n")) < 2000


def test_a_story_given_on_the_command_line_is_opened(site):
    browser, _, _ = site
    with desk_page.served(story(CONFLICT), story(TWO)) as link:
        context = browser.new_context()
        desk = desk_page.Desk(context.new_page(), link.partition("/?")[0])
        desk.page.goto(link)
        desk.requests.clear()
        desk.page.wait_for_selector(".facts")
        desk.page.click("text=New story")
        assert desk.page.locator(".last li").count() == 2
        desk.check()
        context.close()


def test_every_golden_case_opens(make):
    desk = make()
    desk.open()
    for folder in (
        sorted(CASES.glob("docx-*"))[:3] + sorted(CASES.glob("markdown-*"))[:3] + sorted(CASES.glob("ninjs-*"))[:2]
    ):
        desk.open().page.set_input_files("#file", story(folder.name))
        desk.page.wait_for_selector(".panel h2")
        wanted = {"error", "warning"} & {it["severity"] for it in json.loads((folder / "findings.json").read_text())}
        assert bool(wanted) == (desk.progress != "Nothing to decide")
