// The merge box: the text that stays, and the words that only the other copy has.

import { button, copy, make } from "./dom.js";
import { other } from "./answers.js";
import { say } from "./words.js";

const OFFERED = 24;

// Words of the copy that goes which the one that stays has not: in full where they differ, each once.
export function offered(finding, side) {
  const lacking = finding[other(side)].pieces.flat().filter((piece) => piece.differs);
  const changed = [...finding.facts, ...finding.words].map((it) => it[other(side)]);
  const words = [...finding.lost, ...changed, ...lacking.map((piece) => piece.text)];
  const there = finding[side].text;
  const bare = words.map((it) => (it ?? "").replace(/^[\s,;:.]+|[\s,;:.]+$/g, ""));
  const whole = bare.filter((it) => /[\p{L}\p{N}]/u.test(it) && !there.includes(it));
  return [...new Set(whole)].slice(0, OFFERED);
}

// Words go in where the cursor is, with a space on each side that wants one.
function insert(box, words) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const before = start > 0 && !/[\s(“"‘]$/.test(value.slice(0, start)) ? " " : "";
  const after = end < value.length && !/^[\s.,;:!?)”’]/.test(value.slice(end)) ? " " : "";
  box.focus();
  box.setRangeText(`${before}${words}${after}`, start, end, "end");
  box.dispatchEvent(new Event("input"));
}

export function editor(desk, finding) {
  const { draft } = desk.story;
  const box = copy("textarea", {
    id: "merge-box",
    className: "merge-box",
    rows: 5,
    value: draft.text,
    oninput: () => desk.typed(box.value),
    onkeydown: (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") desk.leave();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) desk.merged();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  const words = offered(finding, draft.side).map((it) =>
    make(
      "button",
      { type: "button", className: "word", "aria-label": say("merge.insert", { words: it }), onclick: () => insert(box, it) },
      copy("bdi", {}, it),
    ),
  );
  return make(
    "div",
    { className: "merge", role: "group", "aria-labelledby": "merge-title" },
    make("h3", { id: "merge-title" }, say("merge.title")),
    make("label", { htmlFor: "merge-box", className: "soft" }, say("merge.box")),
    box,
    words.length ? make("p", { className: "soft", id: "merge-words" }, say("merge.words")) : null,
    words.length ? make("div", { className: "offered", role: "group", "aria-labelledby": "merge-words" }, words) : null,
    make(
      "div",
      { className: "tools" },
      button(say("merge.done"), desk.merged, { id: "merge-done", className: "first", "aria-keyshortcuts": "Control+Enter" }),
      button(say("merge.cancel"), desk.leave, { id: "merge-cancel", "aria-keyshortcuts": "Escape" }),
    ),
  );
}
