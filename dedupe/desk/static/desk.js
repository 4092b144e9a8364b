// The page as a whole: which view is shown, what is answered, what a key does.

import { told } from "./ask.js";
import { announce, button, copy, make } from "./dom.js";
import { ANSWERS, alike, fresh, named, needed, other, proposal, put, redo, undo } from "./answers.js";
import { askForTwo, showComparison } from "./compare.js";
import { isPasted, pasted, read, receiveDrops } from "./files.js";
import { makePanel } from "./finding.js";
import { help, listen } from "./keys.js";
import { makeSettling, PAUSE } from "./settle.js";
import { label, start } from "./start.js";
import { makeStory } from "./story.js";
import { makeTake } from "./take.js";
import { load, say } from "./words.js";

const REMEMBERED = 10; // last stories
const header = document.getElementById("top");
const main = document.getElementById("main");
const desk = { stories: [], story: null };
let view = "start";
let sides = null; // of the comparison that is being asked for
let panel = null;
let shown = null;
let opening = 0;

const settling = makeSettling({
  changed: (story, drafted) => {
    if (story !== desk.story || view !== "story") return;
    if (drafted) panel.trouble("");
    shown.refresh();
  },
  refused: (story, error, id) => {
    if (story !== desk.story || view !== "story") return;
    if (id !== null) story.at = id;
    if (id !== null) refresh({ focus: true });
    panel.trouble(error.message);
  },
  failed: (story, error) => {
    if (story === desk.story) problem(error);
  },
});

function remembered(document) {
  const story = {
    document,
    packed: { document: JSON.stringify(document) },
    opened: null,
    findings: [],
    history: fresh(),
    cleaned: null,
    settled: null,
    taken: null,
    at: null,
    draft: null,
    left: {}, // what was being written of merges that were left
    tally: () => {
      const wanted = story.findings.filter(needed);
      return { count: wanted.length, done: wanted.filter((it) => story.history.now[it.id]).length };
    },
    role: (article, was) => (was === null ? "body" : story.opened.articles[article].paragraphs[was - 1]?.role),
  };
  desk.stories = [story, ...desk.stories].slice(0, REMEMBERED);
  return story;
}

function problem(error) {
  if (error.name === "AbortError") return;
  if (view === "story") panel.trouble(error.message);
  else document.getElementById("problem").textContent = error.message;
}

async function busy(work) {
  opening += 1;
  const mine = opening;
  const slow = setTimeout(() => announce(say("start.reading")), 300);
  main.setAttribute("aria-busy", "true");
  try {
    const found = await work();
    if (mine === opening) return found;
  } catch (error) {
    if (mine === opening) problem(error);
  } finally {
    clearTimeout(slow);
    if (mine === opening) main.removeAttribute("aria-busy");
  }
  return null;
}

async function open(document, known = null) {
  const packed = known?.packed ?? { document: JSON.stringify(document) };
  const opened = await busy(() => told("/desk/open", packed));
  if (!opened) return;
  const story = known ?? remembered(document);
  story.opened = opened;
  story.findings = opened.articles.flatMap((article, at) => {
    article.at = at;
    return article.findings.map((finding) => Object.assign(finding, { article: at }));
  });
  story.at = nextOpen(story, null);
  showStory(story);
}

// A copy as it can be written anew: a blank line between its paragraphs.
function worded(story, finding, side) {
  const { paragraph, end_paragraph: last, text } = finding[side];
  if (paragraph === last) return text;
  const { paragraphs } = story.opened.articles[finding.article];
  return paragraphs.slice(paragraph - 1, last).map((it) => it.text).join("\n\n");
}

// What a merge begins with: the copy as it stands, or as another answer words it.
function begun(story, finding, place, side) {
  const [other] = alike(story.history.now, story.findings, finding, place);
  return (other && story.history.now[other.id].text) ?? worded(story, finding, side);
}

// A merge is left: what was written is there when one comes back to it.
function setAside(story) {
  const { draft } = story;
  if (draft?.edited) story.left[draft.id] = draft.text;
  story.draft = null;
  return draft?.edited ?? false;
}

// The next finding that needs an answer, from one on and then from the first.
function nextOpen(story, from) {
  const at = story.findings.findIndex((it) => it.id === from);
  const turned = [...story.findings.slice(at + 1), ...story.findings.slice(0, at + 1)];
  return turned.find((it) => needed(it) && !story.history.now[it.id])?.id ?? null;
}

function showStory(story) {
  view = "story";
  shown?.stop();
  desk.story = story;
  desk.stories = [story, ...desk.stories.filter((it) => it !== story)];
  panel = makePanel(desk);
  shown = makeStory(desk);
  document.title = `${story.opened.verdict} ${say("title")}`;
  header.replaceChildren(
    make(
      "div",
      { className: "line" },
      make("p", { className: "name soft" }, isPasted(story.document) ? say("start.pasted") : copy("bdi", {}, label(story))),
      make(
        "span",
        { className: "turns" },
        button(say("bar.new"), desk.start, { className: "quiet" }),
        button(say("bar.compare"), () => desk.compare(story), { className: "quiet" }),
        desk.keysButton(),
      ),
    ),
    make("h1", {}, story.opened.verdict),
    story.opened.hint ? make("p", { className: "soft lead" }, story.opened.hint) : "",
  );
  const side = make("section", { className: "side", "aria-label": say("take.title") });
  main.className = "desk";
  main.replaceChildren(panel.element, side);
  side.append(...desk.take.elements(), ...shown.elements);
  panel.refresh();
  panel.focus();
  window.scrollTo(0, 0);
  announce(story.opened.verdict);
  // the finding is on screen before the story is
  requestAnimationFrame(() => setTimeout(() => desk.story === story && view === "story" && shown.show("story")));
}

function refresh({ focus = false } = {}) {
  panel.trouble("");
  panel.refresh();
  shown.refresh();
  if (focus) {
    panel.focus();
    shown.lead();
  }
}

function tell(name) {
  const { done, count } = desk.story.tally();
  announce(`${say(`said.${name}`)} ${count ? say("progress", { done, count }) : ""}.`);
}

function turned(found, sentence, otherwise) {
  if (!found) return announce(say(otherwise));
  setAside(desk.story);
  Object.assign(desk.story, { history: found.history, at: found.id });
  refresh({ focus: true });
  tell(sentence);
  settling.settle(desk.story);
  return true;
}

Object.assign(desk, {
  problem,
  take: makeTake(desk),
  number: (finding) => desk.story.findings.indexOf(finding) + 1,
  keysButton: () => button(say("bar.keys"), help, { className: "quiet", "aria-keyshortcuts": "?" }, make("kbd", { "aria-hidden": "true" }, "?")),
  settle: () => settling.settle(desk.story),
  ready: () => settling.ready(desk.story),
  start: () => {
    view = "start";
    shown?.stop();
    document.title = say("title");
    start(desk, header, main);
    window.scrollTo(0, 0);
  },
  back: () => showStory(desk.story),
  again: (story) => {
    if (story.opened) showStory(story);
    else open(story.document, story);
  },
  paste: (text) => {
    if (text.trim()) open(pasted(text));
    else problem(new Error(say("start.empty")));
  },
  load: async (file, take) => {
    const document = await busy(() => read(file));
    if (document) take(document);
  },
  files: async (files) => {
    if (view === "ask") {
      const slots = ["old", "new"].filter((name) => !sides[name].get());
      for (const [at, file] of files.slice(0, 2).entries()) await desk.load(file, sides[slots[at] ?? "new"].set);
      return;
    }
    for (const file of files.slice(1, REMEMBERED)) await desk.load(file, remembered);
    await desk.load(files[0], open);
  },
  compare: (story) => {
    view = "ask";
    shown?.stop();
    sides = { old: {}, new: { document: story?.document ?? null } };
    document.title = say("title");
    askForTwo(desk, sides, header, main);
  },
  compared: async (asked) => {
    const [before, after] = [asked.old.get(), asked.new.get()];
    if (!before || !after) return problem(new Error(say("compare.both")));
    const found = await busy(() => told("/desk/compare", {}, { old: before, new: after }));
    if (!found) return undefined;
    view = "compared";
    document.title = `${found.verdict} ${say("title")}`;
    showComparison(desk, found, header, main);
    return announce(found.verdict);
  },
  go: (id) => {
    const edited = setAside(desk.story);
    desk.story.at = id;
    refresh({ focus: true });
    if (edited) settling.settle(desk.story);
  },
  step: (by) => {
    const { findings, at } = desk.story;
    const from = findings.findIndex((it) => it.id === at);
    const to = from < 0 && by < 0 ? findings.length - 1 : from + by;
    if (findings[to]) desk.go(findings[to].id);
  },
  answer: (id, answer, { stay = false } = {}) => {
    const { story } = desk;
    if (answer?.wording !== "own") setAside(story);
    story.history = put(story.history, story.findings, id, answer);
    story.draft = null;
    if (!stay) story.at = nextOpen(story, id);
    refresh({ focus: !stay });
    tell(named(answer));
    settling.settle(story);
  },
  undo: () => turned(undo(desk.story.history), "undone", "said.nothing"),
  redo: () => turned(redo(desk.story.history), "redone", "said.nothingRedo"),
  merge: () => {
    const { story } = desk;
    const finding = story.findings.find((it) => it.id === story.at);
    if (!finding || story.draft?.id === finding.id) return false;
    const answer = story.history.now[finding.id];
    const place = answer && answer.place !== "both" ? answer.place : finding.kept;
    const side = answer && ["first", "second"].includes(answer.wording) && answer.place !== "both" ? answer.wording : finding.kept;
    story.draft = { id: finding.id, place, side, text: story.left[finding.id] ?? answer?.text ?? begun(story, finding, place, side), edited: false };
    panel.refresh();
    document.getElementById("merge-box").focus({ preventScroll: true });
    return document.querySelector(".merge").scrollIntoView({ block: "nearest" });
  },
  typed: (text) => {
    Object.assign(desk.story.draft, { text, edited: true });
    settling.settle(desk.story, PAUSE);
  },
  merged: () => {
    const { id, place, text } = desk.story.draft;
    delete desk.story.left[id];
    desk.answer(id, { place, wording: "own", text });
  },
  leave: () => {
    const edited = setAside(desk.story);
    refresh();
    document.getElementById("answer-merge").focus({ preventScroll: true });
    if (edited) settling.settle(desk.story);
  },
});

// What a key does to the present finding; false where it is none of ours.
function present(act) {
  return () => {
    const finding = view === "story" && desk.story.findings.find((it) => it.id === desk.story.at);
    return finding ? act(finding) : false;
  };
}

const onStory = (act) => () => (view === "story" ? act() : false);

function listenToKeys() {
  const fixed = (name) => present((finding) => desk.answer(finding.id, ANSWERS[name]));
  listen({
    first: fixed("dropFirst"),
    second: fixed("dropSecond"),
    both: fixed("both"),
    merge: present(() => desk.merge()),
    take: present((finding) => (proposal(finding) ? desk.answer(finding.id, ANSWERS[proposal(finding)]) : false)),
    next: onStory(() => desk.step(1)),
    previous: onStory(() => desk.step(-1)),
    undo: onStory(desk.undo),
    redo: onStory(desk.redo),
    copy: onStory(desk.take.text),
    help,
  });
}

// Answers that were not taken along are worth a question before they are gone.
function guardAnswers() {
  window.addEventListener("beforeunload", (event) => {
    const open = desk.stories.some((it) => Object.keys(it.history.now).length && it.taken !== it.history.now);
    if (open) event.preventDefault();
  });
}

// A text that is pasted beside the box is meant for it.
function receivePastes() {
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (view === "start" && event.target.id !== "box" && text.trim()) desk.paste(text);
  });
}

await load("/static/strings.en.json");
receiveDrops(desk.files);
receivePastes();
guardAnswers();
listenToKeys();
desk.start();
const given = await told("/desk/given", {}).catch(() => ({ documents: [] }));
for (const document of given.documents.slice(1).reverse()) remembered(document);
if (given.documents.length) open(given.documents[0]);
