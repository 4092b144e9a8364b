// Two versions of one story: changed facts first, then what was dropped, is new, was reworded.

import { button, copy, gradually, make } from "./dom.js";
import { pieces } from "./finding.js";
import { pasted } from "./files.js";
import { chooser } from "./start.js";
import { say } from "./words.js";

function slot(desk, sides, name) {
  const side = sides[name];
  const chosen = make("p", { className: "soft" });
  const box = copy("textarea", {
    id: `box-${name}`,
    rows: 10,
    spellcheck: "false",
    autocomplete: "off",
    oninput: () => {
      side.document = null;
      show();
    },
  });
  const show = () => {
    const file = side.document && side.document.base64 !== undefined;
    chosen.replaceChildren(...(file ? [copy("bdi", {}, say("compare.chosen", { name: side.document.name }))] : []));
  };
  side.set = (document) => {
    side.document = document;
    box.value = document?.text ?? "";
    show();
  };
  side.get = () => side.document ?? (box.value.trim() ? pasted(box.value) : null);
  const take = ([file]) => desk.load(file, side.set);
  const element = make(
    "div",
    { className: "slot" },
    make("h2", {}, make("label", { htmlFor: `box-${name}` }, say(`compare.${name}`))),
    box,
    chosen,
    make("div", { className: "tools" }, chooser(say("compare.file"), `file-${name}`, take)),
  );
  if (side.document) side.set(side.document);
  return element;
}

function table(facts) {
  const cell = (words) => make("td", {}, words ? copy("span", {}, words) : make("i", { className: "soft" }, say("compare.none")));
  const at = (it) => say("compare.at", { old: it.old_paragraph, new: it.new_paragraph });
  const rows = facts.map((it) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, say(`facts.${it.kind}`), make("span", { className: "soft at" }, ` ${at(it)}`)),
      cell(it.old),
      cell(it.new),
    ),
  );
  const head = ["compare.fact", "compare.old", "compare.new"].map((name) => make("th", { scope: "col" }, say(name)));
  return make("table", { className: "facts" }, make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows));
}

function section(name, number, body) {
  if (!number) return null;
  const id = `compare-${name}`;
  const title = make("h2", { id }, say(`compare.${name}`), make("span", { className: "soft" }, ` ${number}`));
  return make("section", { "aria-labelledby": id }, title, body);
}

function listed(paragraphs, className) {
  const list = make("ol", { className: `copyist ${className}`, role: "list" });
  gradually(list, paragraphs, (it) =>
    make(
      "li",
      { value: it.n },
      make("span", { className: "number", "aria-hidden": "true" }, String(it.n)),
      copy("p", {}, it.text),
    ),
  );
  return list;
}

function pair(it) {
  const side = (name, tag) =>
    make(
      "figure",
      { className: name === "old" ? "cut" : "keep" },
      make("figcaption", {}, make("b", {}, say(`compare.${name}`)), ` ${say("copy.paragraph", { first: it[name].n })}`),
      make("blockquote", { lang: "" }, pieces(it[name].pieces, tag)),
    );
  return make("div", { className: "copies" }, side("old", "del"), side("new", "ins"));
}

function reworded(pairs) {
  const list = make("div", { className: "pairs" });
  gradually(list, pairs, pair, { first: 20, then: 50 });
  return list;
}

// the line at the top: back to the story where there is one, what else there is, a new one
function line(desk, ...others) {
  return make(
    "div",
    { className: "line" },
    make("p", { className: "name soft" }, say("brand")),
    make(
      "span",
      { className: "turns" },
      desk.story ? button(say("bar.back"), desk.back, { className: "quiet" }) : null,
      ...others,
      button(say("bar.new"), desk.start, { className: "quiet" }),
    ),
  );
}

export function showComparison(desk, found, header, main) {
  header.replaceChildren(
    line(desk, button(say("compare.again"), () => desk.compare(null), { className: "quiet" })),
    make("h1", { tabIndex: -1, id: "verdict" }, found.verdict),
    make("p", { className: "soft" }, found.kept ? say("compare.kept", { count: found.kept }) : ""),
  );
  main.className = "comparison";
  const parts = [
    section("facts", found.facts.length, table(found.facts)),
    section("dropped", found.dropped.length, listed(found.dropped, "gone")),
    section("added", found.new.length, listed(found.new, "added")),
    section("reworded", found.reworded.length, reworded(found.reworded)),
  ];
  main.replaceChildren(make("p", { id: "problem", role: "alert", className: "problem" }), ...parts.filter(Boolean));
  document.getElementById("verdict").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

export function askForTwo(desk, sides, header, main) {
  header.replaceChildren(
    line(desk),
    make("h1", {}, say("compare.verdict")),
    make("p", { className: "soft lead" }, say("compare.lead")),
  );
  main.className = "start";
  main.replaceChildren(
    make("p", { id: "problem", role: "alert", className: "problem" }),
    make("div", { className: "slots" }, slot(desk, sides, "old"), slot(desk, sides, "new")),
    make("div", { className: "tools" }, button(say("compare.go"), () => desk.compared(sides), { className: "first", id: "compare-go" })),
  );
  document.getElementById("box-old").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}
