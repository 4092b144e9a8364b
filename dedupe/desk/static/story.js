// The story as it reads, its cleaned version and what changes: three ways to show it, one at a time.

import { button, copy, gradually, make, roomy, slice } from "./dom.js";
import { named } from "./answers.js";
import { say } from "./words.js";

const TABS = ["story", "cleaned", "diff"];

// Which findings touch which paragraph of an article.
function touching(article) {
  const found = new Map();
  for (const finding of article.findings) {
    for (const side of ["first", "second"]) {
      const place = finding[side];
      for (let n = place.paragraph; n <= place.end_paragraph; n += 1) {
        if (!found.has(n)) found.set(n, []);
        found.get(n).push({ finding, side, opens: n === place.paragraph });
      }
    }
  }
  return found;
}

function text(paragraph, touches) {
  const parts = touches.filter(({ finding, side }) => finding.sentence && finding[side].end > finding[side].start);
  if (!parts.length) return [paragraph.text];
  const bounds = [...new Set(parts.flatMap(({ finding, side }) => [finding[side].start, finding[side].end]))];
  const cuts = [0, ...bounds.filter((at) => at > 0).sort((one, two) => one - two), Infinity];
  return cuts.slice(1).map((end, at) => {
    const said = slice(paragraph.text, cuts[at], end);
    const inside = parts.filter(({ finding, side }) => finding[side].start <= cuts[at] && end <= finding[side].end);
    if (!inside.length) return said;
    const ids = inside.map(({ finding }) => finding.id).join(" ");
    return make("span", { className: "part", "data-findings": ids }, said);
  });
}

function tag(desk, { finding, side }) {
  const at = desk.number(finding);
  const name = say("story.tag", { at, copy: say(`story.${side}`) });
  return button(String(at), () => desk.go(finding.id), {
    className: `tag ${finding.severity}`,
    "data-finding": finding.id,
    "data-side": side,
    "data-name": name,
    "aria-label": name,
  });
}

function paragraph(desk, article, touches, it) {
  const mine = touches.get(it.n) ?? [];
  const whole = mine.filter(({ finding }) => !finding.sentence);
  const given = { className: mine.length ? "copy" : "", "data-role": it.role, "data-n": it.n };
  if (whole.length) given["data-findings"] = whole.map(({ finding }) => finding.id).join(" ");
  const tags = mine.filter(({ opens }) => opens).map((touch) => tag(desk, touch));
  return make(
    "li",
    { ...given, value: it.n, id: `p-${article.at}-${it.n}` },
    make("span", { className: "number", "aria-hidden": "true" }, String(it.n)),
    copy("p", {}, text(it, mine)),
    tags.length ? make("span", { className: "tags" }, tags) : null,
  );
}

function heading(article, many) {
  const said = [];
  if (many) said.push(make("h3", {}, say("story.article", { key: article.key ?? article.at + 1 })));
  if (article.doubt) said.push(make("p", { className: "soft" }, say("story.doubt", { why: article.doubt })));
  return said;
}

function original(desk, story, pane) {
  const articles = story.opened.articles;
  const works = articles.map((article) => {
    const touches = touching(article);
    const list = make("ol", { className: "copyist", role: "list" });
    pane.append(...heading(article, articles.length > 1), list);
    return gradually(list, article.paragraphs, (it) => paragraph(desk, article, touches, it));
  });
  const failed = (story.opened.failed ?? []).map((it) => make("li", {}, it.message ?? String(it)));
  if (failed.length) pane.append(make("h3", {}, say("story.failed")), make("ul", { className: "plain" }, failed));
  return works;
}

function cleaned(story, pane) {
  const articles = story.cleaned.articles;
  return articles.map((article, at) => {
    const list = make("ol", { className: "copyist cleaned", role: "list" });
    pane.append(...heading({ ...story.opened.articles[at], doubt: "", at }, articles.length > 1), list);
    return gradually(list, article.paragraphs, (it) =>
      make(
        "li",
        { value: it.n, className: it.changed ? "changed" : "", "data-role": story.role(at, it.was) },
        make("span", { className: "number", "aria-hidden": "true" }, String(it.n)),
        copy("p", {}, it.text),
        it.changed ? make("span", { className: "tags soft" }, say("cleaned.changed")) : null,
      ),
    );
  });
}

function kind(line) {
  if (line.startsWith("+++") || line.startsWith("---")) return "soft";
  return { "+": "added", "-": "gone", "@": "soft" }[line[0]] ?? "";
}

function diff(story, pane) {
  if (!story.cleaned.diff.length) {
    pane.append(make("p", { className: "soft" }, say("tab.unchanged")));
    return [];
  }
  const list = make("div", { className: "diff" });
  pane.append(list);
  return [gradually(list, story.cleaned.diff, (line) => copy("div", { className: kind(line) }, line.replace(/\r?\n$/, "") || " "))];
}

export function makeStory(desk) {
  const pane = make("div", { id: "pane", role: "tabpanel", tabIndex: 0, "aria-labelledby": "tab-story" });
  let works = [];
  let shown = "story";
  let drawn = null; // what the pane holds: nothing is drawn twice

  const tabs = TABS.map((name) =>
    button(say(`tab.${name}`), () => show(name), {
      id: `tab-${name}`,
      role: "tab",
      "aria-controls": "pane",
      onkeydown: (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
        show(next);
        document.getElementById(`tab-${next}`).focus();
      },
    }),
  );

  function draw() {
    const story = desk.story;
    const wanted = shown === "story" ? story.opened : story.cleaned;
    if (drawn?.what === wanted && drawn?.shown === shown && wanted) return;
    works.forEach((work) => work.stop());
    const top = drawn?.shown === shown ? pane.scrollTop : 0;
    pane.replaceChildren();
    works = [];
    if (!wanted) pane.append(make("p", { className: "soft" }, say("tab.wait")));
    else if (shown === "story") works = original(desk, story, pane);
    else works = shown === "cleaned" ? cleaned(story, pane) : diff(story, pane);
    drawn = { what: wanted, shown };
    pane.scrollTop = top;
    if (top) Promise.all(works.map((work) => work.finished)).then((all) => all.every(Boolean) && (pane.scrollTop = top));
  }

  function show(name) {
    shown = name;
    for (const tab of tabs) {
      const mine = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", String(mine));
      tab.tabIndex = mine ? 0 : -1;
    }
    pane.setAttribute("aria-labelledby", `tab-${name}`);
    if (name !== "story" && !desk.story.cleaned) desk.settle();
    draw();
    mark();
    if (name === "story") lead();
  }

  // Which copies are spoken of, and what becomes of them.
  function mark() {
    if (shown !== "story") return;
    const { at, history } = desk.story;
    const present = String(at);
    for (const element of pane.querySelectorAll("[data-findings]")) {
      element.classList.toggle("present", element.dataset.findings.split(" ").includes(present));
    }
    for (const element of pane.querySelectorAll("[data-finding]")) {
      const answer = history.now[element.dataset.finding];
      const state = say(`copy.${fate(answer, element.dataset.side)}`);
      element.setAttribute("aria-label", answer ? `${element.dataset.name}: ${state}` : element.dataset.name);
      element.classList.toggle("now", element.dataset.finding === present);
      element.dataset.fate = answer ? fate(answer, element.dataset.side) : "";
    }
  }

  // The copies of the present finding come into view, once they are on the page.
  async function lead() {
    const story = desk.story;
    const finding = story.at === null ? null : story.findings.find((it) => it.id === story.at);
    if (!finding || shown !== "story") return;
    const id = `p-${finding.article}-${finding.first.paragraph}`;
    if (!document.getElementById(id)) {
      await Promise.all(works.map((work) => work.finished));
      if (desk.story !== story || story.at !== finding.id) return;
      mark();
    }
    if (roomy()) document.getElementById(id)?.scrollIntoView({ block: "center" });
  }

  const bar = make("div", { role: "tablist", "aria-label": say("tab.list"), className: "tabs" }, tabs);
  return {
    elements: [bar, pane],
    show,
    refresh: () => {
      draw();
      mark();
    },
    lead,
    stop: () => works.forEach((work) => work.stop()),
  };
}

// What an answer does to one copy.
export function fate(answer, side) {
  const name = named(answer);
  if (name === "none") return "";
  if (name === "both") return "stays";
  if (name === "dropFirst") return side === "first" ? "goes" : "stays";
  if (name === "dropSecond") return side === "second" ? "goes" : "stays";
  if (name === "merge") return answer.place === side || answer.place === "both" ? "merged" : "goes";
  return answer.place === side ? "here" : "moved";
}
