// One key each. They rest while a person types, and a person may switch them off.

import { announce, button, make } from "./dom.js";
import { say } from "./words.js";

const LIST = [
  ["first", "1"],
  ["second", "2"],
  ["both", "3"],
  ["merge", "m"],
  ["take", "↵"],
  ["next", "j", "→"],
  ["previous", "k", "←"],
  ["undo", "u", "Ctrl Z"],
  ["redo", "Shift U", "Ctrl Shift Z", "Ctrl Y"],
  ["copy", "c"],
  ["help", "?"],
  ["finish", "Ctrl ↵"],
  ["leave", "Esc"],
];
const SINGLE = {
  1: "first",
  2: "second",
  3: "both",
  m: "merge",
  Enter: "take",
  j: "next",
  ArrowRight: "next",
  k: "previous",
  ArrowLeft: "previous",
  u: "undo",
  U: "redo",
  c: "copy",
  "?": "help",
};
const CHORD = { z: "undo", Z: "redo", y: "redo" };
const TYPED = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button], [type=file])";
const PRESSED = "button, a, summary, label, input, [role=tab]"; // Enter is theirs

let single = true;

// On a keyboard without Latin letters the key has the letter that is printed beside.
function letter(event) {
  if (/^[ -~]$|^[A-Z]\w+$/.test(event.key)) {
    const digit = /^Digit([123])$/.exec(event.code);
    if (digit && !event.shiftKey) return digit[1];
    if (event.key.length > 1) return event.key;
    return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase(); // whatever Caps Lock says
  }
  const found = /^(?:Key|Digit)(\w)$/.exec(event.code)?.[1];
  if (!found) return event.key;
  return event.shiftKey ? found : found.toLowerCase();
}

export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (event.target.closest(TYPED) || document.querySelector("dialog[open]")) return;
    const pressed = letter(event);
    const chord = event.ctrlKey || event.metaKey;
    const name = chord ? CHORD[event.shiftKey ? pressed.toUpperCase() : pressed.toLowerCase()] : single && SINGLE[pressed];
    if (!name) return;
    if (pressed === "Enter" && event.target.closest(PRESSED)) return;
    if (pressed.startsWith("Arrow") && event.target.closest("input, [role=tab]")) return;
    if (acts[name]?.() === false || !acts[name]) return;
    event.preventDefault();
  });
}

export function help() {
  const use = make("input", {
    type: "checkbox",
    id: "single",
    checked: single,
    onchange: () => {
      single = use.checked;
      announce(say(single ? "said.keys" : "said.noKeys"));
    },
  });
  const rows = LIST.map(([name, ...keys]) => {
    const named = keys.map((it, at) => [at ? ` ${say("keys.or")} ` : "", ...it.split(" ").map((part) => make("kbd", {}, part))]);
    return make("tr", {}, make("th", { scope: "row" }, named.flat()), make("td", {}, say(`keys.${name}`)));
  });
  const dialog = make(
    "dialog",
    { "aria-labelledby": "keys-title", className: "keys", onclose: () => dialog.remove() },
    make("h2", { id: "keys-title" }, say("keys.title")),
    make("p", { className: "soft" }, say("keys.lead")),
    make("table", {}, make("tbody", {}, rows)),
    make(
      "div",
      { className: "tools" },
      make("span", { className: "check" }, use, make("label", { htmlFor: "single" }, say("keys.use"))),
      button(say("keys.close"), () => dialog.close(), { className: "first", autofocus: "" }),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
