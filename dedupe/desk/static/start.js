// The first view: paste, drop or choose a story, or go back to one of the last.

import { button, copy, make } from "./dom.js";
import { isPasted } from "./files.js";
import { say } from "./words.js";

const LABEL = 90; // characters of a story that stand for it in the list

export function label(story) {
  if (!isPasted(story.document)) return story.document.name;
  const first = story.opened?.articles.flatMap((article) => article.paragraphs)[0]?.text ?? story.document.text;
  const line = first.trim().slice(0, LABEL).replace(/\s+/g, " ");
  return line || say("start.pasted");
}

function progress(story) {
  if (!story.opened) return say("start.unread");
  const { done, count } = story.tally();
  return count ? say("progress", { done, count }) : say("progress.none");
}

function last(desk) {
  if (!desk.stories.length) return null;
  const rows = desk.stories.map((story) =>
    make(
      "li",
      {},
      make(
        "button",
        { type: "button", className: "row", onclick: () => desk.again(story) },
        copy("span", { className: "row-name" }, label(story)),
        make("span", { className: "soft" }, progress(story)),
      ),
    ),
  );
  return make(
    "section",
    { className: "last", "aria-labelledby": "last" },
    make("h2", { id: "last" }, say("start.last")),
    make("ul", { className: "plain" }, rows),
    make("p", { className: "soft" }, say("start.memory")),
  );
}

export function chooser(text, id, take, given = {}) {
  const input = make("input", {
    type: "file",
    id,
    className: "unseen",
    tabIndex: -1,
    "aria-label": text,
    onchange: (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      if (files.length) take(files);
    },
    ...given,
  });
  return [button(text, () => input.click()), input];
}

export function start(desk, header, main) {
  const box = copy("textarea", {
    id: "box",
    rows: 12,
    spellcheck: "false",
    autocomplete: "off",
    placeholder: say("start.placeholder"),
    onpaste: (event) => {
      const { files } = event.clipboardData;
      const text = event.clipboardData.getData("text/plain");
      if (files.length && !text) desk.files([...files]);
      if (box.value.trim() || !text.trim()) return;
      event.preventDefault();
      box.value = text;
      desk.paste(text);
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        desk.paste(box.value);
      }
    },
  });
  header.replaceChildren(
    make("div", { className: "line" }, make("p", { className: "name soft" }, say("brand")), desk.keysButton()),
    make("h1", {}, say("start.verdict")),
    make("p", { className: "soft lead" }, say("start.lead")),
  );
  main.className = "start";
  main.replaceChildren(
    make("p", { id: "problem", role: "alert", className: "problem" }),
    make("label", { htmlFor: "box", className: "unseen" }, say("start.box")),
    box,
    make(
      "div",
      { className: "tools" },
      button(say("start.check"), () => desk.paste(box.value), { className: "first" }),
      chooser(say("start.choose"), "file", desk.files, { multiple: "" }),
      button(say("start.compare"), () => desk.compare(null)),
    ),
    ...[last(desk)].filter(Boolean),
  );
  box.focus({ preventScroll: true });
}
