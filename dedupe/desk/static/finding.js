// The panel: one finding, both copies side by side, what is proposed, and the answers.

import { announce, button, copy, fill, key, make, roomy } from "./dom.js";
import { ANSWERS, chosen, named, needed, proposal } from "./answers.js";
import { editor } from "./merge.js";
import { fate } from "./story.js";
import { say } from "./words.js";

const FACTS = new Set(["number", "date", "name", "quote", "negation", "meaning"]);
const SEGMENTS = 20; // findings that have a button each
const KEYS = { dropFirst: "1", dropSecond: "2", both: "3", merge: "m" };

export function pieces(paragraphs, tag = "mark") {
  return paragraphs.map((paragraph) =>
    copy("p", {}, paragraph.map((piece) => (piece.differs ? make(tag, {}, piece.text) : piece.text))),
  );
}

function where(place) {
  const { paragraph: first, end_paragraph: last } = place;
  const paragraphs = first === last ? say("copy.paragraph", { first }) : say("copy.paragraphs", { first, last });
  return place.line ? paragraphs + say("copy.line", { line: place.line }) : paragraphs;
}

function figure(finding, side, answer) {
  const what = fate(answer, side);
  const proposed = !answer && finding.proposed === side;
  const kind = { stays: "keep", merged: "keep", goes: "cut" }[what] ?? (proposed ? "proposed" : "");
  return make(
    "figure",
    { className: kind, "data-side": side },
    make(
      "figcaption",
      {},
      make("b", {}, say(`copy.${side}`)),
      ` ${where(finding[side])}`,
      what || proposed ? make("span", { className: "fate" }, say(what ? `copy.${what}` : "copy.proposed")) : "",
    ),
    make("blockquote", { lang: "", tabIndex: 0, "aria-label": say(`copy.${side}`) }, pieces(finding[side].pieces)),
  );
}

function facts(finding) {
  if (!finding.facts.length) return null;
  const cell = (words) => make("td", {}, words ? copy("span", {}, words) : make("i", { className: "soft" }, say("facts.none")));
  const rows = finding.facts.map((it) =>
    make("tr", {}, make("th", { scope: "row" }, say(`facts.${it.kind}`)), cell(it.first), cell(it.second)),
  );
  const head = ["facts.what", "copy.first", "copy.second"].map((name) => make("th", { scope: "col" }, say(name)));
  return make(
    "table",
    { className: "facts" },
    make("caption", {}, say("facts.title")),
    make("thead", {}, make("tr", {}, head)),
    make("tbody", {}, rows),
  );
}

function lost(finding) {
  if (!finding.lost.length) return null;
  const rows = finding.lost.map((words) => make("li", {}, copy("bdi", {}, `“${words}”`)));
  return make("div", { className: "lost" }, make("h3", {}, say("lost.title")), make("ul", { className: "plain" }, rows));
}

function segments(desk) {
  const { findings, history, at } = desk.story;
  if (findings.length > SEGMENTS) return null;
  const rows = findings.map((finding, index) => {
    const state = needed(finding) ? (history.now[finding.id] ? "done" : "open") : "note";
    const label = say("finding.open", { at: index + 1, code: say(`code.${finding.code}`), state: say(`state.${state}`) });
    const given = { id: `seg-${finding.id}`, className: `segment ${state}`, "aria-label": label };
    if (finding.id === at) given["aria-current"] = "step";
    return make("li", {}, button(String(index + 1), () => desk.go(finding.id), given));
  });
  return make("ol", { className: "segments", "aria-label": say("finding.list") }, rows);
}

function bar(desk) {
  const { story } = desk;
  const { done, count } = story.tally();
  const step = (name, by, letter) =>
    button(say(`finding.${name}`), () => desk.step(by), { id: `step-${name}`, "aria-keyshortcuts": letter, className: "quiet" });
  const turn = (name, act, able, letter) =>
    button(say(`finding.${name}`), act, { id: name, "aria-keyshortcuts": letter, className: "quiet", "aria-disabled": String(!able) });
  const many = story.findings.length > 1;
  return make(
    "div",
    { className: "bar" },
    make("p", { className: "progress" }, count ? say("progress", { done, count }) : say("progress.none")),
    many ? segments(desk) : null,
    make(
      "span",
      { className: "turns" },
      many ? [step("previous", -1, "k"), step("next", 1, "j")] : null,
      turn("undo", desk.undo, story.history.past.length, "u"),
      turn("redo", desk.redo, story.history.future.length, "Shift+U"),
    ),
  );
}

function answers(desk, finding, answer) {
  const present = named(answer);
  const proposed = proposal(finding);
  const choices = Object.keys(KEYS).map((name) => {
    const act = name === "merge" ? () => desk.merge() : () => desk.answer(finding.id, ANSWERS[name]);
    const given = { id: `answer-${name}`, "aria-pressed": String(present === name), "aria-keyshortcuts": KEYS[name] };
    return button(say(`answer.${name}`), act, { ...given, className: name === proposed ? "proposal" : "" }, key(KEYS[name]));
  });
  return make("div", { className: "answers", role: "group", "aria-label": say("answer.group") }, choices);
}

function proposed(desk, finding, answer) {
  if (answer) {
    const clear = () => desk.answer(finding.id, undefined, { stay: true });
    return make("p", { className: "proposed" }, button(say("answer.clear"), clear, { id: "clear", className: "quiet" }));
  }
  if (!needed(finding)) return make("p", { className: "proposed soft" }, say("answer.note"));
  const name = proposal(finding);
  if (!name) return make("p", { className: "proposed soft" }, say("answer.choose"));
  const take = () => desk.answer(finding.id, ANSWERS[name]);
  const sentence = say(`answer.proposed.${name}`);
  return make("p", { className: "proposed" }, sentence, button(say("answer.take"), take, { id: "take", className: "first" }, key("↵")));
}

function choice(desk, finding, answer, what, values) {
  const rows = values.map((value) => {
    const id = `${what}-${value}`;
    const pick = () => {
      if (value === "own") desk.merge();
      else desk.answer(finding.id, chosen(answer, what, value), { stay: true });
    };
    const input = make("input", { type: "radio", name: what, id, value, checked: answer?.[what] === value, onchange: pick });
    if (what === "wording" && answer?.place === "both") input.checked = false;
    return make("span", { className: "check" }, input, make("label", { htmlFor: id }, say(`choice.${what}.${value}`)));
  });
  return make("fieldset", {}, make("legend", {}, say(`choice.${what}`)), rows);
}

function choices(desk, finding, answer) {
  return make(
    "div",
    { className: "choices", role: "group", "aria-label": say("choice.title") },
    choice(desk, finding, answer, "wording", ["first", "second", "own"]),
    choice(desk, finding, answer, "place", ["first", "second", "both"]),
  );
}

function title(desk, finding) {
  const at = desk.number(finding);
  const given = { id: "finding", tabIndex: -1, className: finding.severity };
  return make(
    "h2",
    given,
    make("span", { className: "sev" }, say(`severity.${finding.severity}`)),
    ` ${say(`code.${finding.code}`)} `,
    make("span", { className: "soft" }, say("finding.title", { at, count: desk.story.findings.length })),
  );
}

function one(desk, finding) {
  const answer = desk.story.history.now[finding.id];
  const merging = desk.story.draft?.id === finding.id;
  return [
    title(desk, finding),
    make("p", { className: "why" }, finding.why),
    finding.tied ? make("p", { className: "soft" }, say("tied", { why: finding.tied })) : null,
    make("div", { className: "copies" }, figure(finding, "first", answer), figure(finding, "second", answer)),
    facts(finding),
    lost(finding),
    merging
      ? editor(desk, finding)
      : make("div", { className: "decide" }, answers(desk, finding, answer), proposed(desk, finding, answer)),
    merging ? null : choices(desk, finding, answer),
  ];
}

function done(desk) {
  const { story } = desk;
  const { count } = story.tally();
  const notes = story.findings.length - count;
  const empty = !story.opened.articles.some((article) => article.paragraphs.length);
  const heading = count ? say("done.title", { count }) : say(empty ? "done.empty" : "done.none");
  const lead = count ? say("done.lead") : say(empty ? "done.unread" : "done.clean");
  return [
    make("h2", { id: "finding", tabIndex: -1 }, heading),
    make("p", { className: "why" }, lead),
    notes ? make("p", { className: "soft" }, say("done.notes", { count: notes })) : null,
    make(
      "div",
      { className: "tools" },
      button(say("take.text"), desk.take.text, { className: "first" }, key("c")),
      button(say("take.download"), desk.take.download),
      story.findings.length ? button(say("done.again"), () => desk.go(story.findings[0].id)) : null,
    ),
  ];
}

export function makePanel(desk) {
  const inside = make("div", {});
  const problem = make("p", { id: "problem", role: "alert", className: "problem" });
  const element = make("section", { className: "panel", "aria-labelledby": "finding" }, inside, problem);

  // The focus stays where it is, where its element is there again.
  function refresh() {
    const focused = inside.contains(document.activeElement) ? document.activeElement.id : "";
    const finding = desk.story.findings.find((it) => it.id === desk.story.at);
    const top = desk.story.findings.length ? bar(desk) : null;
    inside.className = finding?.severity ?? "";
    fill(inside, top, finding ? one(desk, finding) : done(desk));
    scrollable();
    if (focused) (document.getElementById(focused) ?? document.getElementById("finding")).focus({ preventScroll: true });
  }

  // Only what can be scrolled is worth a stop of the Tab key.
  function scrollable() {
    for (const quote of inside.querySelectorAll("blockquote")) {
      const more = quote.scrollHeight > quote.clientHeight + 1;
      quote.tabIndex = more ? 0 : -1;
      if (more) quote.setAttribute("role", "region");
      else for (const name of ["tabindex", "aria-label"]) quote.removeAttribute(name);
    }
  }

  function focus() {
    const heading = document.getElementById("finding");
    element.scrollTop = 0;
    heading.focus({ preventScroll: true });
    if (!roomy()) element.scrollIntoView({ block: "start" });
  }

  function trouble(sentence) {
    problem.textContent = sentence;
    if (sentence) announce("");
  }

  return { element, refresh, focus, trouble };
}
